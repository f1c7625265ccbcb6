"""From a net to the machine that it has become, as far as many words can tell: active learning with counterexamples.

A hypothesis is asked three things, cheap ones first: where it and a suspected machine (the task's) part, does the net go with it?
Does it hold on held and on random words? And does `refutation`, which searches the net's own states, find nothing against it?
Each word that speaks against it splits a state, until nothing does.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from anylength.extraction.black_box import BlackBox, Word
from anylength.extraction.search import Compared, compared
from anylength.extraction.table import Table, telling_suffix
from anylength.machines import Machine, distinguishing_word, minimise
from anylength.nets import Net
from anylength.verification.refutation import attacked

LIMIT = 64
"""The most states that are told apart: a net that needs more has not become a small machine."""

ATTACK = 3.0
"""Seconds of the search for a difference through the net's own states."""

STABLE, TOO_MANY, OUT_OF_TIME, DOUBTFUL = "stable", "too many states", "out of time", "doubtful"


@dataclass(frozen=True)
class Learned:
    """What was learned.

    Attributes:
        machine: The last hypothesis, minimised.
        outcome: `STABLE` where nothing was found against it; `TOO_MANY` or `OUT_OF_TIME` where the search was cut short; `DOUBTFUL`
            where a word speaks against it whose answer hangs on the last bits of a sum, so that it splits no state.
        words: Where stable, so many words were compared with the net in the last round, not counting the search through its states.
        longest: The symbols of the longest of them.
    """

    machine: Machine
    outcome: str
    words: int
    longest: int


def learned(net: Net, suspected: Machine, *, seconds: float, limit: int = LIMIT, seed: int = 0) -> Learned:
    """The machine that a net is on all words that were tried.

    Args:
        net: A net whose state has a fixed size.
        suspected: A machine that it may be. It only helps to find differences: what is learned comes from the net alone.
        seconds: Time to spend, about.
        limit: The most states.
        seed: Draws the random words.
    """
    until = time.monotonic() + seconds
    table, rng = Table(BlackBox(net), limit), np.random.default_rng([seed, 11])
    while True:
        machine = table.hypothesis()
        if table.full or time.monotonic() > until:
            return Learned(minimise(machine), TOO_MANY if table.full else OUT_OF_TIME, 0, 0)
        found, suffix = _against(table, machine, suspected, rng, until)
        if suffix is None or not (table.refine(suffix) or table.full):
            return Learned(minimise(machine), STABLE if found.word is None else DOUBTFUL, found.words, found.longest)


def _against(
    table: Table, machine: Machine, suspected: Machine, rng: np.random.Generator, until: float
) -> tuple[Compared, Word | None]:
    """What was compared, and a suffix that splits a state of the hypothesis, or None."""
    apart = distinguishing_word(machine, suspected)
    suffix = None if apart is None else telling_suffix(table, machine, apart)
    if suffix is not None:
        return Compared(apart), suffix
    found = compared(table, machine, rng)
    if found.word is None:
        word = attacked(table.box.net, machine, seconds=min(ATTACK, until - time.monotonic()))
        found = replace(found, word=word)
    return found, None if found.word is None else telling_suffix(table, machine, found.word)

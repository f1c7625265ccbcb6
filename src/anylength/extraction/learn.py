"""Active learning of the machine that a net has become (L* with an observation table), as far as testing can tell.

The equivalence query for a hypothesis has three stages, cheap ones first:

1. On the shortest word on which the hypothesis and a suspected machine (the task's) differ, does the net agree with the hypothesis?
2. Do the net and the hypothesis agree on held words and on random words?
3. Does the search of `verification.refutation` through the net's own states find a difference?

Each counterexample splits a state. Learning ends when none is found.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from anylength.extraction.batched_net import BatchedNet, Word
from anylength.extraction.equivalence import Comparison, compare
from anylength.extraction.observation_table import ObservationTable, distinguishing_suffix
from anylength.nets import Net
from anylength.rules import Machine, distinguishing_word, minimise
from anylength.verification.refutation import find_wrong_word

MAX_STATES = 64
"""Most states that are told apart. A net whose memory fades has ever more states, so learning needs a limit."""

ATTACK_SECONDS = 3.0
"""Longest search for a difference through the net's own states, in seconds. A longer search finds rarer differences."""

STABLE, TOO_MANY, OUT_OF_TIME, DOUBTFUL = "stable", "too many states", "out of time", "doubtful"
"""Outcomes of learning: see `LearnedMachine.outcome`."""


@dataclass(frozen=True)
class LearnedMachine:
    """The result of learning.

    Attributes:
        machine: The last hypothesis, minimised.
        outcome: `STABLE`: no counterexample was found. `TOO_MANY`, `OUT_OF_TIME`: learning was stopped. `DOUBTFUL`: there is a
            counterexample that splits no state, because the net's output on it depends on the last bits of a sum.
        words: Words compared with the net in the last equivalence query, without the third stage. 0 if the outcome is not `STABLE`.
        longest: Length of the longest of these words, in symbols.
    """

    machine: Machine
    outcome: str
    words: int
    longest: int


def learn_machine(net: Net, suspected: Machine, *, seconds: float, max_states: int = MAX_STATES, seed: int = 0) -> LearnedMachine:
    """The machine that a net is on all words tried.

    Args:
        net: A net whose state has a fixed size.
        suspected: A machine that the net may be. It only helps to find counterexamples; all outputs come from the net.
        seconds: Approximate time to spend.
        max_states: Most states that are told apart.
        seed: Determines the random words.
    """
    deadline = time.monotonic() + seconds
    table, rng = ObservationTable(BatchedNet(net), max_states), np.random.default_rng([seed, 11])
    while True:
        hypothesis = table.hypothesis()
        if table.full or time.monotonic() > deadline:
            return LearnedMachine(minimise(hypothesis), TOO_MANY if table.full else OUT_OF_TIME, 0, 0)
        comparison, suffix = _equivalence_query(table, hypothesis, suspected, rng, deadline)
        if suffix is None or not (table.add_suffix(suffix) or table.full):
            outcome = STABLE if comparison.counterexample is None else DOUBTFUL
            return LearnedMachine(minimise(hypothesis), outcome, comparison.words, comparison.longest)


def _equivalence_query(
    table: ObservationTable, hypothesis: Machine, suspected: Machine, rng: np.random.Generator, deadline: float
) -> tuple[Comparison, Word | None]:
    """The comparison, and a suffix that splits a state of the hypothesis, or None."""
    word = distinguishing_word(hypothesis, suspected)
    suffix = None if word is None else distinguishing_suffix(table, hypothesis, word)
    if suffix is not None:
        return Comparison(word), suffix
    comparison = compare(table, hypothesis, rng)
    if comparison.counterexample is None:
        word = find_wrong_word(table.net.net, hypothesis, seconds=min(ATTACK_SECONDS, deadline - time.monotonic()))
        comparison = replace(comparison, counterexample=word)
    word = comparison.counterexample
    return comparison, None if word is None else distinguishing_suffix(table, hypothesis, word)

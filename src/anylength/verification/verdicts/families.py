"""Proved families of wrong inputs, written as people write numbers."""

import math

import numpy as np

from anylength.lengths import separator_of
from anylength.nets import Net
from anylength.records import PumpedFamily
from anylength.rules import Machine, Task
from anylength.verification.certify import covered_formats, required_epsilon_and_eta
from anylength.verification.certify.formats import ATTEMPTS, GUESS_FACTOR
from anylength.verification.refutation import PumpedWords, prove_pumped_words
from anylength.verification.refutation.pumping import ETA


def prove_family(net: Net, task: Task, word: tuple[int, ...], until: float = math.inf) -> PumpedFamily | None:
    """The family "wrong for every k ≥ K" that a wrong word belongs to, where one can be proved for float32 arithmetic.

    The search gives up at `until` (`time.monotonic`).
    """
    words = _prove_in_float32(net, task.machine, word, until)
    if words is None:
        return None
    first, digit, last = (_written(task, part) for part in (words.prefix, (words.symbol,), words.suffix))
    before, after = (first, last) if task.layout.written_as_read else (last, first)
    return PumpedFamily(before=before, digit=digit, after=after, least=words.least, separator=separator_of(task))


def _prove_in_float32(net: Net, machine: Machine, word: tuple[int, ...], until: float) -> PumpedWords | None:
    """Wrong words, proved for an epsilon that covers float32 on all states along them."""
    state_bound = None
    for _ in range(ATTEMPTS):
        epsilon, eta = required_epsilon_and_eta(net, "float32", state_bound)
        words = prove_pumped_words(net, machine, word, epsilon=epsilon, until=until) if eta <= ETA else None
        if words is None or "float32" in covered_formats(net, epsilon=epsilon, eta=ETA, state_bound=words.state_bound):
            return words
        state_bound = GUESS_FACTOR * words.state_bound
    return None


def _written(task: Task, symbols: tuple[int, ...]) -> list[str]:
    """A part of a word as one text per tape, most significant digit first."""
    return list(map(task.notation.write, task.numbers(np.asarray(symbols, np.uint16))))

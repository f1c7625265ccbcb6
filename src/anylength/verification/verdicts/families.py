"""Proved families of wrong inputs, written as people write numbers."""

import numpy as np

from anylength.digits import to_full_text
from anylength.machines import Machine
from anylength.nets import Net
from anylength.records import PumpedFamily
from anylength.tasks import MostFirst, Task
from anylength.verification.certify import covered, needed
from anylength.verification.refutation import Pumped, pumped
from anylength.verification.refutation.pumped import ETA

GUESSES = 3
"""So many proofs are tried, each for an epsilon from how far the states of the one before it reached."""

AGAIN = 1.1


def family(net: Net, task: Task, word: tuple[int, ...]) -> PumpedFamily | None:
    """The family "wrong for every k ≥ K" that a wrong word belongs to, where one can be proved for float32 arithmetic."""
    found = _proved(net, task.machine, word)
    if found is None:
        return None
    first, digit, last = (_written(task, part) for part in (found.prefix, (found.symbol,), found.suffix))
    before, after = (first, last) if isinstance(task.layout, MostFirst) else (last, first)
    return PumpedFamily(before=before, digit=digit, after=after, least=found.least)


def _proved(net: Net, machine: Machine, word: tuple[int, ...]) -> Pumped | None:
    """A family proved for an epsilon that covers float32 on all states that it meets: guessed first, then from those states."""
    state_bound = None
    for _ in range(GUESSES):
        epsilon, eta = needed(net, "float32", state_bound)
        found = pumped(net, machine, word, epsilon=epsilon) if eta <= ETA else None
        if found is None or "float32" in covered(net, epsilon=epsilon, eta=ETA, state_bound=found.state_bound):
            return found
        state_bound = AGAIN * found.state_bound
    return None


def _written(task: Task, symbols: tuple[int, ...]) -> list[str]:
    """A part of a word as one text per tape, most significant digit first."""
    return [to_full_text(number) for number in task.numbers(np.asarray(symbols, np.uint16))]

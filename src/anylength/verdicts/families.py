"""Proved families of wrong inputs, written as people write numbers."""

import numpy as np

from anylength.certify import covered, needed
from anylength.digits import as_read
from anylength.machines import Machine
from anylength.nets import Net
from anylength.records import Family
from anylength.refutation import Pumped, pumped
from anylength.refutation.pumped import ETA
from anylength.tasks import Task

GUESSES = 3
"""So many proofs are tried, each for an epsilon from how far the states of the one before it reached."""

AGAIN = 1.1


def family(net: Net, task: Task, word: tuple[int, ...]) -> Family | None:
    """The family "wrong for every k ≥ K" that a wrong word belongs to, where one can be proved for float32 arithmetic."""
    found = _proved(net, task.machine, word)
    if found is None:
        return None
    after, digit, before = (_written(task, part) for part in (found.prefix, (found.symbol,), found.suffix))
    return Family(before=before, digit=digit, after=after, least=found.least)


def _proved(net: Net, machine: Machine, word: tuple[int, ...]) -> Pumped | None:
    """A family proved for an epsilon that covers float32 on all states that it meets: guessed first, then from those states."""
    reach = None
    for _ in range(GUESSES):
        epsilon, eta = needed(net, "float32", reach)
        found = pumped(net, machine, word, epsilon=epsilon) if eta <= ETA else None
        if found is None or "float32" in covered(net, epsilon=epsilon, eta=ETA, reach=found.reach):
            return found
        reach = AGAIN * found.reach
    return None


def _written(task: Task, symbols: tuple[int, ...]) -> list[str]:
    """Symbols, least significant first, as one text per tape, most significant first."""
    array = np.asarray(symbols, np.int64)
    return [as_read((array // task.base**tape % task.base).astype(np.uint8)) for tape in range(task.tapes)]

"""Proved families of wrong inputs, written as people write numbers."""

import numpy as np

from anylength.certify import needed
from anylength.digits import as_read
from anylength.nets import Net
from anylength.records import Family
from anylength.refutation import pumped
from anylength.refutation.pumped import ETA
from anylength.tasks import MostFirst, Task


def family(net: Net, task: Task, word: tuple[int, ...]) -> Family | None:
    """The family "wrong for every k ≥ K" that a wrong word belongs to, where one can be proved for float32 arithmetic."""
    epsilon, eta = needed(net, "float32")
    found = pumped(net, task.machine, word, epsilon=epsilon) if eta <= ETA else None
    if found is None:
        return None
    first, digit, last = (_written(task, part) for part in (found.prefix, (found.symbol,), found.suffix))
    before, after = (first, last) if isinstance(task.layout, MostFirst) else (last, first)
    return Family(before=before, digit=digit, after=after, least=found.least)


def _written(task: Task, symbols: tuple[int, ...]) -> list[str]:
    """A part of a word as one text per tape, most significant digit first."""
    return [as_read(number) for number in task.numbers(np.asarray(symbols, np.uint16))]

"""The task `parity`: whether the sum of the digits so far is even or odd.

Its machine is the smallest one whose state keeps changing under a repeated symbol (any odd digit).
"""

import numpy as np

from anylength.base import Digits
from anylength.digits import check_base
from anylength.machines import Machine
from anylength.tasks.finite import finite_task
from anylength.tasks.layout import LeastFirst
from anylength.tasks.task import Task

LABELS = ("even", "odd")


def parity(base: int = 10) -> Task:
    """The parity of the digits' sum in base 2…36 (in base 2, of the number of ones).

    Raises:
        InputError: The base is out of range.
    """
    check_base(base)
    table = tuple(tuple((q + d) % 2 for d in range(base)) for q in range(2))
    machine = Machine(start=0, delta=table, output=table, names=LABELS)

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return np.array([int(numbers[0].sum(dtype=np.int64)) % 2], np.uint8)

    summary = "n -> whether the sum of its digits is even or odd"
    return finite_task("parity", summary, base, machine, exact, LeastFirst(0), labels=LABELS)

"""Tasks: what a net is asked to learn. `TASKS` maps each name to its maker, `PARAMETRIC_TASKS` those with a number K in their names."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from anylength.digits import DIGIT_CHARACTERS
from anylength.errors import InputError, unknown_name
from anylength.tasks import affine, division, unbounded
from anylength.tasks.affine import collatz, multiply
from anylength.tasks.count import count, decrement
from anylength.tasks.custom import from_description, from_file, from_function
from anylength.tasks.data import numbers_of_length
from anylength.tasks.division import divide, remainder
from anylength.tasks.layout import AbstractLayout, LeastFirst, MostFirst
from anylength.tasks.parity import parity
from anylength.tasks.stress import carry_chains_of
from anylength.tasks.task import IGNORE_INDEX, CarryChain, Dataset, StressFamily, Task
from anylength.tasks.two_numbers import add, compare, subtract

TASKS: Mapping[str, Callable[[int], Task]] = {
    "count": count,
    "decrement": decrement,
    "add": add,
    "subtract": subtract,
    "compare": compare,
    "parity": parity,
    "collatz": collatz,
    "count-natural": unbounded.count_natural,
    "reverse": unbounded.reverse,
    "multiply": unbounded.multiply,
}


@dataclass(frozen=True)
class ParametricTask:
    """Tasks with a number K in their names.

    Attributes:
        make: (K, base) → task.
        summary: One line for people, with the range of K.
    """

    make: Callable[[int, int], Task]
    summary: str


PARAMETRIC_TASKS: Mapping[str, ParametricTask] = {
    "multiply": ParametricTask(multiply, f"n -> K n, from the right; K = 2 to {affine.MOST}"),
    "divide": ParametricTask(divide, f"n -> n / K rounded down, from the left; K = 2 to {division.MOST}"),
    "remainder": ParametricTask(remainder, f"n -> n mod K, from the left; K = 2 to {len(DIGIT_CHARACTERS)}"),
}
"""`multiply-3` and its like."""


def task_named(name: str, base: int = 10, description: str | None = None) -> Task:
    """The task of this name in this base; a user's own one from its description.

    Raises:
        InputError: No such task (the nearest name is suggested), a K outside its sense, or a base outside 2…36.
    """
    if description is not None:
        return from_description(description)
    if name in TASKS:
        return TASKS[name](base)
    family, _, number = name.rpartition("-")
    if family not in PARAMETRIC_TASKS:
        raise unknown_name("task", name, [*TASKS, *(f"{family}-K" for family in PARAMETRIC_TASKS)])
    if not re.fullmatch(r"[0-9]{1,9}", number):
        raise InputError(f"{family}-K with a number K", repr(name), f"pass for example {family}-3")
    return PARAMETRIC_TASKS[family].make(int(number), base)


__all__ = [
    "PARAMETRIC_TASKS",
    "TASKS",
    "IGNORE_INDEX",
    "AbstractLayout",
    "Dataset",
    "StressFamily",
    "LeastFirst",
    "MostFirst",
    "CarryChain",
    "Task",
    "ParametricTask",
    "from_file",
    "from_function",
    "carry_chains_of",
    "numbers_of_length",
    "task_named",
]

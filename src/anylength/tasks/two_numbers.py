"""The tasks `add`, `subtract` and `compare`: two numbers are read side by side, one digit of each a step, from the right."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from anylength.base import Digits
from anylength.digits import check_base, from_int, to_int
from anylength.machines import Machine
from anylength.tasks.finite import finite_task
from anylength.tasks.layout import LeastFirst
from anylength.tasks.task import Task

RELATIONS = ("<", "=", ">")
"""Labels of `compare`, in the order of its output classes."""

Rule: TypeAlias = Callable[[int, int, int], tuple[int, int]]
"""(digit of a, digit of b, state) → (next state, output)."""


def add(base: int = 10) -> Task:
    """The task (a, b) → a + b in base 2…36.

    Raises:
        InputError: The base is out of range.
    """
    machine = _machine(base, ("no carry", "carry"), lambda a, b, q: divmod(a + b + q, base))

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return _padded(to_int(numbers[0], base) + to_int(numbers[1], base), len(numbers[0]) + 1, base)

    return _two_number_task("add", "(a, b) -> a + b, one digit of each a step from the right", base, machine, exact)


def subtract(base: int = 10) -> Task:
    """The task (a, b) → a − b in base 2…36. Below zero the answer is the base's complement: 3 − 5 is …98, which stands for −2.

    Raises:
        InputError: The base is out of range.
    """
    machine = _machine(base, ("no borrow", "borrow"), lambda a, b, q: (int(a - b - q < 0), (a - b - q) % base))

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        steps = len(numbers[0]) + 1
        return _padded((to_int(numbers[0], base) - to_int(numbers[1], base)) % base**steps, steps, base)

    summary = "(a, b) -> a - b, one digit of each a step from the right; below zero the complement (...98 is -2)"
    return _two_number_task("subtract", summary, base, machine, exact, negative=True)


def compare(base: int = 10) -> Task:
    """The task (a, b) → whether a <, = or > b, in base 2…36. A later digit is more significant, so it outweighs all before it.

    Raises:
        InputError: The base is out of range.
    """
    machine = _machine(base, RELATIONS, _relation, start=1)

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        a, b = (to_int(number, base) for number in numbers)
        return np.array([1 + (a > b) - (a < b)], np.uint8)

    summary = "(a, b) -> <, = or >, one digit of each a step from the right"
    return _two_number_task("compare", summary, base, machine, exact, labels=RELATIONS)


def _relation(a: int, b: int, state: int) -> tuple[int, int]:
    relation = state if a == b else 2 * int(a > b)
    return relation, relation


def _machine(base: int, names: tuple[str, ...], rule: Rule, *, start: int = 0) -> Machine:
    """The machine of a rule."""
    check_base(base)
    steps = [[rule(s % base, s // base, q) for s in range(base * base)] for q in range(len(names))]
    return Machine(
        start=start,
        delta=tuple(tuple(next_state for next_state, _ in row) for row in steps),
        output=tuple(tuple(output for _, output in row) for row in steps),
        names=names,
    )


def _padded(number: int, steps: int, base: int) -> Digits:
    digits = from_int(number, base)
    return np.pad(digits, (0, steps - len(digits)))


def _two_number_task(
    name: str,
    summary: str,
    base: int,
    machine: Machine,
    exact: Callable[[tuple[Digits, ...]], Digits],
    *,
    labels: tuple[str, ...] | None = None,
    negative: bool = False,
) -> Task:
    layout = LeastFirst(0 if labels else 1)
    return finite_task(name, summary, base, machine, exact, layout, tapes=2, labels=labels, negative=negative)

"""The tasks `divide-K` and `remainder-K`. They read the most significant digit first, as in long division.

The machine's state is the remainder of the number read so far.
"""

from collections.abc import Callable

import numpy as np

from anylength.base import Digits, InputError
from anylength.digits import DIGIT_CHARACTERS, check_base, from_int, to_int
from anylength.machines import Machine
from anylength.tasks.finite import finite_task
from anylength.tasks.layout import MostFirst
from anylength.tasks.task import ParametricTask, Task

MAX_DIVISOR = 64
"""Largest K of `divide-K`. The machine has K states, and proofs take longer with each."""


def divide(divisor: int, base: int = 10) -> Task:
    """The task n → ⌊n / divisor⌋ in base 2…36, for divisors 2…64.

    Raises:
        InputError: The base or the divisor is out of range.
    """
    _check("divide", divisor, MAX_DIVISOR)

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        digits = from_int(to_int(numbers[0], base) // divisor, base)
        return np.pad(digits, (0, len(numbers[0]) - len(digits)))

    summary = f"n -> n / {divisor} rounded down, one digit a step from the left"
    return _division(f"divide-{divisor}", summary, divisor, base, lambda total: total // divisor, exact)


def remainder(divisor: int, base: int = 10) -> Task:
    """The task n → n mod divisor in base 2…36, for divisors 2…36. Every output is the remainder of the number read so far.

    Raises:
        InputError: The base or the divisor is out of range.
    """
    _check("remainder", divisor, len(DIGIT_CHARACTERS))

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return np.array([to_int(numbers[0], base) % divisor], np.uint8)

    summary = f"n -> n mod {divisor}, one digit a step from the left"
    labels = tuple(DIGIT_CHARACTERS[:divisor])
    return _division(f"remainder-{divisor}", summary, divisor, base, lambda total: total % divisor, exact, labels)


def _check(name: str, divisor: int, largest: int) -> None:
    if divisor == 0:
        raise InputError(f"{name}-2 to {name}-{largest}", f"{name}-0", f"no number can be divided by zero; pass {name}-3")
    if not 2 <= divisor <= largest:
        raise InputError(f"{name}-2 to {name}-{largest}", f"{name}-{divisor}", f"the divisor 1 needs no memory; pass {name}-3")


def _division(
    name: str,
    summary: str,
    divisor: int,
    base: int,
    output: Callable[[int], int],
    exact: Callable[[tuple[Digits, ...]], Digits],
    labels: tuple[str, ...] | None = None,
) -> Task:
    check_base(base)
    totals = [[base * q + d for d in range(base)] for q in range(divisor)]
    machine = Machine(
        start=0,
        delta=tuple(tuple(total % divisor for total in row) for row in totals),
        output=tuple(tuple(output(total) for total in row) for row in totals),
        names=tuple(f"remainder {q}" for q in range(divisor)),
    )
    return finite_task(name, summary, base, machine, exact, MostFirst(), labels=labels)


DIVIDE = ParametricTask(divide, f"n -> n / K rounded down, from the left; K = 2 to {MAX_DIVISOR}")
"""The tasks `divide-K`."""

REMAINDER = ParametricTask(remainder, f"n -> n mod K, from the left; K = 2 to {len(DIGIT_CHARACTERS)}")
"""The tasks `remainder-K`."""

"""The task `count`: n → n + 1, digit by digit from the right, in any base. And `decrement`, its mirror.

Each machine has two states: one in which all digits so far were the one that hands the carry (or the borrow) on, and `none`,
which is absorbing.
"""

from collections.abc import Callable

import numpy as np

from anylength._types import Digits
from anylength.digits import check_base, successor
from anylength.machines import Machine
from anylength.tasks.finite import finite_task
from anylength.tasks.layout import LeastFirst
from anylength.tasks.task import CarryChain, Task


def count(base: int = 10) -> Task:
    """The task n → n + 1 in base 2…36.

    Raises:
        InputError: The base lies outside.
    """
    return _next_to("count", "n -> n + 1, one digit a step from the right", base, +1, "carry", successor)


def decrement(base: int = 10) -> Task:
    """The task n → n − 1 in base 2…36; 0 − 1 is answered by the base's complement, …999, which stands for −1.

    Raises:
        InputError: The base lies outside.
    """
    summary = "n -> n - 1, one digit a step from the right; below zero the complement (...999 is -1)"
    return _next_to("decrement", summary, base, -1, "borrow", predecessor)


def _next_to(name: str, summary: str, base: int, change: int, state: str, rule: Callable[[Digits, int], Digits]) -> Task:
    """n → n + change for ±1: the digit that overflows hands the change on, any other takes it in."""
    check_base(base)
    passing, none = (base - 1 if change > 0 else 0), 1
    machine = Machine(
        start=0,
        delta=(tuple(0 if d == passing else none for d in range(base)), (none,) * base),
        output=(tuple((d + change) % base for d in range(base)), tuple(range(base))),
        names=(state, "none"),
    )

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return rule(numbers[0], base)

    carry_chains = (CarryChain((), passing),)
    return finite_task(name, summary, base, machine, exact, LeastFirst(1), negative=change < 0, carry_chains=carry_chains)


def predecessor(digits: Digits, base: int = 10) -> Digits:
    """n − 1 modulo base^(T+1) in exact digit arithmetic, one digit longer than `digits`: linear time at any length."""
    after = np.append(digits, np.uint8(0))
    above = np.flatnonzero(after)
    first = int(above[0]) if above.size else len(after)
    after[:first] = base - 1
    after[first : first + 1] -= 1
    return after

"""The tasks `count` (n → n + 1) and `decrement` (n → n − 1), digit by digit from the right, in any base.

Each machine has two states. In the first (`carry` or `borrow`) every digit so far was the one that passes the carry or borrow on.
The second (`none`) is absorbing.
"""

from collections.abc import Callable

import numpy as np

from anylength.base import Digits
from anylength.digits import check_base, successor
from anylength.machines import Machine
from anylength.tasks.finite import finite_task
from anylength.tasks.layout import LeastFirst
from anylength.tasks.task import CarryChain, Task


def count(base: int = 10) -> Task:
    """The task n → n + 1 in base 2…36.

    Raises:
        InputError: The base is out of range.
    """
    return _next_to("count", "n -> n + 1, one digit a step from the right", base, +1, "carry", successor)


def decrement(base: int = 10) -> Task:
    """The task n → n − 1 in base 2…36; the answer to 0 is the base's complement …999, which stands for −1.

    Raises:
        InputError: The base is out of range.
    """
    summary = "n -> n - 1, one digit a step from the right; below zero the complement (...999 is -1)"
    return _next_to("decrement", summary, base, -1, "borrow", predecessor)


def _next_to(name: str, summary: str, base: int, change: int, state: str, rule: Callable[[Digits, int], Digits]) -> Task:
    """The task n → n + change for a change of ±1: the digit that overflows passes the change on, any other digit takes it up."""
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
    """n − 1 modulo base^(T+1) in exact digit arithmetic, one digit longer than `digits`. Takes time linear in T."""
    result = np.append(digits, np.uint8(0))
    nonzero = np.flatnonzero(result)
    lowest = int(nonzero[0]) if nonzero.size else len(result)
    result[:lowest] = base - 1
    result[lowest : lowest + 1] -= 1
    return result

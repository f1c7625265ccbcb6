"""The task `count`: n → n + 1, digit by digit from the right, in any base. And `decrement`, its mirror.

Each machine has two states: one in which all digits so far were the one that hands the carry (or the borrow) on, and `none`,
which is absorbing.
"""

import numpy as np

from anylength._types import Digits
from anylength.digits import check_base, successor
from anylength.machines import Machine
from anylength.tasks.data import from_the_right
from anylength.tasks.stress import machine_families
from anylength.tasks.task import Ripple, Task


def count(base: int = 10) -> Task:
    """The task n → n + 1 in base 2…36.

    Raises:
        InputError: The base lies outside.
    """
    check_base(base)
    carry, none = 0, 1
    machine = Machine(
        start=carry,
        delta=((none,) * (base - 1) + (carry,), (none,) * base),
        output=(tuple((d + 1) % base for d in range(base)), tuple(range(base))),
        names=("carry", "none"),
    )

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return successor(numbers[0], base)

    return Task(
        name="count",
        summary="n -> n + 1, one digit a step from the right",
        base=base,
        tapes=1,
        transducer=machine,
        exact=exact,
        data=from_the_right(),
        stress=machine_families(machine, tail=1),
        ripples=(Ripple((), base - 1),),
    )


def decrement(base: int = 10) -> Task:
    """The task n → n − 1 in base 2…36; 0 − 1 is answered by the base's complement, …999, which stands for −1.

    Raises:
        InputError: The base lies outside.
    """
    check_base(base)
    borrow, none = 0, 1
    machine = Machine(
        start=borrow,
        delta=((borrow,) + (none,) * (base - 1), (none,) * base),
        output=(tuple((d - 1) % base for d in range(base)), tuple(range(base))),
        names=("borrow", "none"),
    )

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return predecessor(numbers[0], base)

    return Task(
        name="decrement",
        summary="n -> n - 1, one digit a step from the right; below zero the complement (...999 is -1)",
        base=base,
        tapes=1,
        transducer=machine,
        exact=exact,
        data=from_the_right(),
        stress=machine_families(machine, tail=1),
        negative=True,
        ripples=(Ripple((), 0),),
    )


def predecessor(digits: Digits, base: int = 10) -> Digits:
    """n − 1 modulo base^(T+1) in exact digit arithmetic, one digit longer than `digits`: linear time at any length."""
    after = np.append(digits, np.uint8(0))
    above = np.flatnonzero(after)
    first = int(above[0]) if above.size else len(after)
    after[:first] = base - 1
    after[first : first + 1] -= 1
    return after

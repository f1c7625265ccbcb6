"""The tasks of arithmetic with finitely many states, each stated twice: as a machine and as plain arithmetic.

From the right, digit by digit: `count` (n → n + 1), `decrement`, `multiply-K` and `collatz` (3n + 1), whose state is the carry c:
on the digit d the machine of n → factor·n + constant outputs (factor·d + c) mod base, and the next carry is ⌊(factor·d + c) /
base⌋. From the left, as in long division: `divide-K` and `remainder-K`, whose state is the remainder so far. `parity` has the
smallest machine whose state keeps changing under a repeated symbol. `add`, `subtract` and `compare` read two numbers side by side.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from anylength.base import Digits, InputError
from anylength.rules.digits import DIGIT_CHARACTERS, check_base, from_int, successor, to_int
from anylength.rules.finite import finite_task
from anylength.rules.machines import Machine, explore
from anylength.rules.notation import LeastFirst, MostFirst
from anylength.rules.task import CarryChain, ParametricTask, Task

MAX_FACTOR = 64
"""Largest K of `multiply-K`. The machine has up to K states, and proofs take longer with each."""


def multiply(factor: int, base: int = 10) -> Task:
    """The task n → factor · n, for bases 2…36 and factors 2…64.

    Raises:
        InputError: The base or the factor is out of range.
    """
    if not 2 <= factor <= MAX_FACTOR:
        raise InputError(
            f"multiply-2 to multiply-{MAX_FACTOR}", f"multiply-{factor}", "factors 0 and 1 need no memory; pass multiply-3"
        )
    return _affine(f"multiply-{factor}", f"n -> {factor}n, one digit a step from the right", factor, 0, base)


def collatz(base: int = 10) -> Task:
    """The task n → 3n + 1 in base 2…36: the rule for odd numbers in the Collatz problem.

    Raises:
        InputError: The base is out of range.
    """
    return _affine("collatz", "n -> 3n + 1, one digit a step from the right", 3, 1, base)


def _affine(name: str, summary: str, factor: int, constant: int, base: int) -> Task:
    check_base(base)
    carries = [carry for carry, _ in explore(constant, range(base), lambda carry, d: (factor * d + carry) // base)]
    state_of = {carry: q for q, carry in enumerate(carries)}
    machine = Machine(
        start=0,
        delta=tuple(tuple(state_of[(factor * d + carry) // base] for d in range(base)) for carry in carries),
        output=tuple(tuple((factor * d + carry) % base for d in range(base)) for carry in carries),
        names=tuple(f"carry {carry}" for carry in carries),
    )
    tail = len(from_int(max(carries), base))

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        digits = from_int(factor * to_int(numbers[0], base) + constant, base)
        answer = numbers[0].repeat(0)
        answer.resize(len(numbers[0]) + tail)
        answer[: len(digits)] = digits
        return answer

    return finite_task(name, summary, base, machine, exact, LeastFirst(tail))


MULTIPLY = ParametricTask(multiply, f"n -> K n, from the right; K = 2 to {MAX_FACTOR}")
"""The tasks `multiply-K`."""


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

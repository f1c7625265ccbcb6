"""The tasks n → factor·n + constant, digit by digit from the right: `multiply-K`, and `collatz` (3n + 1).

The machine's state is the carry c. On the digit d it outputs (factor·d + c) mod base; the next carry is ⌊(factor·d + c) / base⌋.
"""

from anylength.base import Digits, InputError
from anylength.digits import check_base, from_int, to_int
from anylength.machines import Machine, explore
from anylength.tasks.finite import finite_task
from anylength.tasks.layout import LeastFirst
from anylength.tasks.task import ParametricTask, Task

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

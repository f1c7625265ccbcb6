"""The tasks n → k·n + c, digit by digit from the right: `multiply-K`, and `collatz` (3n + 1).

The machine's state is the carry: reading d with carry c' it says (k·d + c') mod base and keeps the rest.
"""

from anylength._types import Digits
from anylength.digits import check_base, from_int, to_int
from anylength.errors import InputError
from anylength.machines import Machine, explore
from anylength.tasks.finite import finite_task
from anylength.tasks.layout import LeastFirst
from anylength.tasks.task import Task

MOST = 64


def multiply(factor: int, base: int = 10) -> Task:
    """The task n → factor · n in base 2…36, for factors 2…64.

    Raises:
        InputError: The base or the factor lies outside.
    """
    if not 2 <= factor <= MOST:
        raise InputError(f"multiply-2 to multiply-{MOST}", f"multiply-{factor}", "0 and 1 ask nothing of a memory; pass multiply-3")
    return _affine(f"multiply-{factor}", f"n -> {factor}n, one digit a step from the right", factor, 0, base)


def collatz(base: int = 10) -> Task:
    """The task n → 3n + 1 in base 2…36, the odd half of Collatz's rule.

    Raises:
        InputError: The base lies outside.
    """
    return _affine("collatz", "n -> 3n + 1, one digit a step from the right", 3, 1, base)


def _affine(name: str, summary: str, factor: int, constant: int, base: int) -> Task:
    check_base(base)
    carries = [c for c, _ in explore(constant, range(base), lambda c, d: (factor * d + c) // base)]
    index = {c: q for q, c in enumerate(carries)}
    machine = Machine(
        start=0,
        delta=tuple(tuple(index[(factor * d + c) // base] for d in range(base)) for c in carries),
        output=tuple(tuple((factor * d + c) % base for d in range(base)) for c in carries),
        names=tuple(f"carry {c}" for c in carries),
    )
    tail = len(from_int(max(carries), base))

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        digits = from_int(factor * to_int(numbers[0], base) + constant, base)
        answer = numbers[0].repeat(0)
        answer.resize(len(numbers[0]) + tail)
        answer[: len(digits)] = digits
        return answer

    return finite_task(name, summary, base, machine, exact, LeastFirst(tail))

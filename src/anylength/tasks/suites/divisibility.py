"""Divisibility tests: whether the number read so far, most significant digit first, is divisible by K.

The built-in task `remainder-K` answers with the remainder. Here the answer is yes or no, so remainders that no continuation tells
apart are one state: divisibility by 8 in base 2 asks only whether the last three bits are 0.
"""

from functools import partial

from anylength.base import InputError
from anylength.digits import DIGIT_CHARACTERS
from anylength.machines import NamedMachine
from anylength.tasks.division import MAX_DIVISOR
from anylength.tasks.suites.building import acceptor
from anylength.tasks.suites.suite import Suite, SuiteTask, TaskPattern

SOURCE = "Alexeev 2004, J. Comput. Syst. Sci. 69"


def divisible(divisor: int, base: int) -> NamedMachine:
    """Whether a number in this base is divisible. The state is its remainder."""

    def follow(remainder: int, digit: str) -> int:
        return (remainder * base + DIGIT_CHARACTERS.index(digit)) % divisor

    return acceptor(tuple(DIGIT_CHARACTERS[:base]), 0, follow, lambda remainder: remainder == 0)


def divisible_task(divisor: int, base: int) -> SuiteTask:
    """The task `divisible-K-base-B`.

    Raises:
        InputError: K or B is out of range.
    """
    name = f"divisible-{divisor}-base-{base}"
    if not 2 <= divisor <= MAX_DIVISOR:
        raise InputError(f"divisible-2-base-{base} to divisible-{MAX_DIVISOR}-base-{base}", name, "pass another divisor")
    if not 2 <= base <= len(DIGIT_CHARACTERS):
        raise InputError(f"a base from 2 to {len(DIGIT_CHARACTERS)}", name, f"pass for example divisible-{divisor}-base-10")
    summary = f"whether the number in base {base}, most significant digit first, is divisible by {divisor}"
    return SuiteTask(name, summary, SOURCE, partial(divisible, divisor, base))


PATTERN = TaskPattern(
    "divisible-K-base-B",
    f"whether a number in base B is divisible by K; K = 2 to {MAX_DIVISOR}, B = 2 to {len(DIGIT_CHARACTERS)}",
    divisible_task,
)

SUITE = Suite(
    "divisibility",
    "whether a number in base B is divisible by K: divisible-K-base-B",
    SOURCE,
    tuple(divisible_task(divisor, base) for divisor, base in ((3, 2), (8, 2), (3, 10), (7, 10), (12, 10), (10, 36))),
)

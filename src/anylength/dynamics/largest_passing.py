"""The largest number that passes a test, where numbers that are too small may fail it as well as numbers that are too large."""

from collections.abc import Callable
from dataclasses import dataclass

GROWTH = 10.0
"""Factor from one tried number to the next. A smaller factor finds narrower ranges and costs more tests."""

TOLERANCE = 1.1
"""The largest passing number is found up to this factor. Each halving of its logarithm costs one more test."""


@dataclass(frozen=True)
class PassingRange:
    """Two numbers that pass a test.

    Attributes:
        smallest: The first tried number that passes.
        largest: The largest passing number, up to the factor `TOLERANCE`.
    """

    smallest: float
    largest: float


def largest_passing(passes: Callable[[float], bool], smallest: float, largest: float) -> PassingRange | None:
    """Tries numbers upwards from the smallest, then bisects where the test begins to fail. None if no tried number passes."""
    first = smallest
    while not passes(first):
        first *= GROWTH
        if first > largest:
            return None
    low = first
    while low * GROWTH <= largest and passes(low * GROWTH):
        low *= GROWTH
    high = min(low * GROWTH, largest)
    while high > low * TOLERANCE:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if passes(middle) else (low, middle)
    return PassingRange(first, low)

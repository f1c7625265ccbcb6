"""The largest number for which a test passes that may fail for numbers too small as well as for numbers too large."""

from collections.abc import Callable
from dataclasses import dataclass

GROWTH = 10.0
"""From one number to the next larger one that is tried."""
CLOSE = 1.1
"""The largest one is found to within this factor."""


@dataclass(frozen=True)
class Held:
    """A test held for both numbers: the first that was tried with success, and the largest."""

    first: float
    last: float


def largest_passing(passes: Callable[[float], bool], smallest: float, largest: float) -> Held | None:
    """Tries numbers from the smallest up, then closes in on where the test begins to fail; None where it never passes."""
    first = smallest
    while not passes(first):
        first *= GROWTH
        if first > largest:
            return None
    low = first
    while low * GROWTH <= largest and passes(low * GROWTH):
        low *= GROWTH
    high = min(low * GROWTH, largest)
    while high > low * CLOSE:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if passes(middle) else (low, middle)
    return Held(first, low)

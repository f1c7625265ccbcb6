"""A budget that every loop of the search asks: of seconds, or of steps where the same search must end alike on every machine."""

import time


class TimeBudget:
    """Runs out `seconds` after it was made."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """What is left, in seconds; negative where the budget is spent."""
        return self._end - time.monotonic()

    @property
    def over(self) -> bool:
        """Whether the budget is spent. Every loop of the search asks this once a turn."""
        return self.left <= 0

    def part(self, share: float) -> "TimeBudget":
        """A clock that runs out when a share of what is left has passed."""
        return TimeBudget(self.left * share)

    def most(self, seconds: float) -> "TimeBudget":
        """A clock that runs out with this one, and after so many seconds at the latest."""
        return TimeBudget(min(seconds, self.left))


class StepBudget(TimeBudget):
    """Runs out after so many turns of the search's loops, however long they take: deterministic where `TimeBudget` is not.

    Its parts count on the same counter. Seconds (`most`) count as `RATE` steps each.
    """

    RATE = 100

    def __init__(self, steps: float) -> None:
        self._turn, self._last = [0], float(steps)

    @property
    def left(self) -> float:
        """What is left, in steps."""
        return self._last - self._turn[0]

    @property
    def over(self) -> bool:
        """Whether the budget is spent; the question itself counts as a step."""
        self._turn[0] += 1
        return self.left <= 0

    def part(self, share: float) -> "StepBudget":
        """A clock that runs out when a share of what is left has been counted."""
        return self._until(self.left * share)

    def most(self, seconds: float) -> "StepBudget":
        """A clock that runs out with this one, and after `RATE` steps a second at the latest."""
        return self._until(min(seconds * self.RATE, self.left))

    def _until(self, steps: float) -> "StepBudget":
        clock = StepBudget(0)
        clock._turn, clock._last = self._turn, self._turn[0] + steps
        return clock

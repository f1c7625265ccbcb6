"""A time budget that every loop of the search asks."""

import time


class Clock:
    """Runs out `seconds` after it was made."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left; negative where the budget is spent."""
        return self._end - time.monotonic()

    @property
    def over(self) -> bool:
        """Whether the budget is spent."""
        return self.left <= 0

    def part(self, share: float) -> "Clock":
        """A clock that runs out when a share of what is left has passed."""
        return Clock(self.left * share)

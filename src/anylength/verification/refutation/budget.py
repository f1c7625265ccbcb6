"""Budgets of a search: seconds, or steps where the same search must end alike on every machine. Every loop asks its budget."""

import time


class TimeBudget:
    """A number of seconds from now on."""

    def __init__(self, seconds: float) -> None:
        self._end, self._ended = time.monotonic() + seconds, [False]

    @property
    def remaining(self) -> float:
        """Seconds until the budget is spent; negative afterwards."""
        return self._end - time.monotonic()

    @property
    def spent(self) -> bool:
        """Whether nothing remains. Every loop of the search asks this once per iteration."""
        self._ended[0] |= self.remaining <= 0
        return self.remaining <= 0

    @property
    def was_short(self) -> bool:
        """Whether a loop was told that nothing remains of this budget or of a share of it: with more, it would have gone on."""
        return self._ended[0]

    def share(self, fraction: float) -> "TimeBudget":
        """A budget of a fraction of the time that remains."""
        part = TimeBudget(self.remaining * fraction)
        part._ended = self._ended
        return part

    def at_most(self, seconds: float) -> "TimeBudget":
        """A budget of this many seconds, or of all that remain if those are fewer, for something else: it tells of itself alone."""
        return TimeBudget(min(seconds, self.remaining))


class StepBudget(TimeBudget):
    """A number of iterations of the search's loops, however long they take: deterministic where `TimeBudget` is not.

    Budgets derived from this one count on the same counter. Seconds (`at_most`) count as `STEPS_PER_SECOND` steps each.
    """

    STEPS_PER_SECOND = 100
    """A convention that turns limits in seconds into steps. It need not match the true speed."""

    def __init__(self, steps: float) -> None:
        self._counter, self._last, self._ended = [0], float(steps), [False]

    @property
    def remaining(self) -> float:
        """Steps until the budget is spent."""
        return self._last - self._counter[0]

    @property
    def spent(self) -> bool:
        """Whether nothing remains; asking counts as a step."""
        self._counter[0] += 1
        return super().spent

    def share(self, fraction: float) -> "StepBudget":
        """A budget of a fraction of the steps that remain."""
        part = self._next(self.remaining * fraction)
        part._ended = self._ended
        return part

    def at_most(self, seconds: float) -> "StepBudget":
        """A budget of `STEPS_PER_SECOND` steps a second, or of all that remain if those are fewer."""
        return self._next(min(seconds * self.STEPS_PER_SECOND, self.remaining))

    def _next(self, steps: float) -> "StepBudget":
        """A budget of the next `steps` steps, on the same counter."""
        budget = StepBudget(0)
        budget._counter, budget._last = self._counter, self._counter[0] + steps
        return budget

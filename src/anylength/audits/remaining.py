"""How much of a long run is done, and how long the rest takes."""

import time

from anylength.audits.scenes import Progress

EVERY = 15.0
"""Seconds between two messages."""


class Remaining:
    """Says now and then how long a run still takes, at the rate so far.

    Args:
        progress: Called with the message.
        what: What is run.
        total: Steps in all.
    """

    def __init__(self, progress: Progress, what: str, total: int) -> None:
        self._progress, self._what, self._total, self._run = progress, what, total, 0
        self._began = self._said = time.monotonic()

    def step(self, done: int) -> None:
        """A step was run; with those that were kept from an earlier run, so many are done."""
        self._run, now = self._run + 1, time.monotonic()
        if now >= self._said + EVERY:
            left = (now - self._began) / self._run * (self._total - done)
            self._progress(f"{self._what}: {done / self._total:.0%}, {duration(left)} left")
            self._said = now


def duration(seconds: float) -> str:
    """A time as text."""
    return f"{seconds / 60:.3g} min" if seconds >= 60 else f"{seconds:.3g} s"

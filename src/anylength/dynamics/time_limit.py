"""A time limit for everything that follows a net's dynamics: every step of a map looks at the clock.

The loops are many and deep, and what they share is the step. So the limit belongs to the caller's context, not to all signatures.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float] = ContextVar("until", default=float("inf"))


class OutOfTimeError(Exception):
    """The time limit has passed. What was computed so far is dropped."""


@contextmanager
def time_limit(until: float) -> Iterator[None]:
    """Ends what runs within it at `until` (`time.monotonic`), with `OutOfTimeError`."""
    token = _until.set(until)
    try:
        check_time()
        yield
    finally:
        _until.reset(token)


def check_time() -> None:
    """Looks at the clock.

    Raises:
        OutOfTimeError: The time limit has passed.
    """
    if time.monotonic() > _until.get():
        raise OutOfTimeError

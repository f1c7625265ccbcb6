"""Operations that only choose and place rows. They make no rounding."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from anylength.ops.intervals.interval import Interval


def constant(value: Any, columns: int) -> Interval:
    """Known numbers `[rows]` in every column."""
    array = np.asarray(value, np.float64)
    return Interval.exact(np.broadcast_to(array[:, None], (len(array), columns)))


def tensor(value: Any, columns: int) -> Interval:
    """A vector of weights `[rows]`, known exactly, in every column."""
    return constant(value, columns)


def take(value: Interval, rows: Sequence[int]) -> Interval:
    """The rows with these numbers."""
    return value[np.asarray(rows)]


def concatenate(values: Sequence[Interval]) -> Interval:
    """Intervals stacked along the rows."""
    low = np.concatenate([value.low for value in values])
    high = np.concatenate([value.high for value in values])
    return Interval(low, high)


def stored(value: Interval) -> Interval:
    """The value itself: storage is exact here."""
    return value

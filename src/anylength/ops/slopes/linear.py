"""Operations that are linear in their arguments, and products: they act on slopes as on values."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.ops import intervals
from anylength.ops.slopes.slope import Slope, independent


def constant(value: Any, columns: int) -> Slope:
    """Known numbers `[rows]`. A slope has one column, whatever `columns` says."""
    del columns
    return independent(np.asarray(value, np.float64)[:, None])


def tensor(value: Any, columns: int) -> Slope:
    """A vector of weights `[rows]`, known exactly."""
    return constant(value, columns)


def take(value: Slope, rows: Sequence[int]) -> Slope:
    """The rows with these numbers."""
    return value[np.asarray(rows)]


def concatenate(values: Sequence[Slope | NDArray[Any]]) -> Slope:
    """Quantities and arrays stacked along the rows. Those that depend on no variable get slopes of 0."""
    quantities = [value if isinstance(value, Slope) else independent(value) for value in values]
    variable_count = max(value.slope.shape[1] for value in quantities)
    slopes = [value.slope + np.zeros((1, variable_count)) for value in quantities]
    return Slope(intervals.concatenate([value.value for value in quantities]), intervals.concatenate(slopes))


def stored(value: Slope) -> Slope:
    """The value itself: storage is exact here."""
    return value


def matmul(weight: NDArray[Any], value: Slope | NDArray[Any]) -> Slope:
    """Weight `[M, N]`, known exactly, times a quantity of N rows, or times an array `[N, 1]`."""
    factor = value if isinstance(value, Slope) else independent(value)
    return Slope(intervals.matmul(weight, factor.value), intervals.matmul(weight, factor.slope))


def scale(value: Slope, factor: float) -> Slope:
    """A known number times the value."""
    return value * factor


def mean(value: Slope) -> Slope:
    """The mean of the rows: one row."""
    return Slope(intervals.mean(value.value), intervals.mean(value.slope))


def center(value: Slope) -> Slope:
    """Each row minus the mean of the rows."""
    return Slope(intervals.center(value.value), intervals.center(value.slope))


def matvec(matrix: Slope, vector: Slope) -> Slope:
    """A matrix A, kept row by row, times a vector v; its slope is A'v + Av'."""
    slope = intervals.matvec(matrix.slope, vector.value) + intervals.matvec(matrix.value, vector.slope)
    return Slope(intervals.matvec(matrix.value, vector.value), slope)

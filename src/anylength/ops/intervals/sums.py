"""Sums of rows: products with matrices, means, and sums that leave out one row.

In any order a float64 sum of n numbers errs by at most γ(n)·Σ|x|, and one of n products by γ(n)·Σ|w||x|: γ(n) = n·u / (1 − n·u)
(Higham 2002, section 3.1).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.ops.intervals.elementwise import divided, square
from anylength.ops.intervals.interval import UNDERFLOW, UNIT_ROUNDOFF, Interval, down, up

GAMMA_FACTOR = 1.01
"""Bounds 1 / (1 − n·u) in γ(n) = n·u / (1 − n·u) for every n below 10¹³."""

EXTRA_TERMS = 4
"""Terms added to the n of a sum. They cover the addition of two half sums, with some to spare."""

LARGE_MATRIX = 1 << 17
"""Entries of a matrix from which a sparse product is tried: one of 362 × 362 has as many. Smaller products take milliseconds."""

FEW = 0.05
"""Share of entries that are not 0 up to which a large matrix is stored sparsely. Then a sparse product is at least as fast."""


def _gamma(terms: int) -> float:
    """An upper bound on γ(terms)."""
    return GAMMA_FACTOR * terms * UNIT_ROUNDOFF


def matmul(weight: Any, value: Interval) -> Interval:
    """Weight `[M, N]`, known exactly, times value `[N, B]`.

    The low end is positive weights times low ends plus negative weights times high ends; the high end is the reverse. Each is a
    sum of at most 2N products. The factor 1 + γ covers the rounding of Σ|w||x| itself. A sparse product sums fewer terms.
    """
    exact = np.asarray(weight, np.float64)
    positive = _stored(np.maximum(exact, 0.0))
    negative = _stored(np.minimum(exact, 0.0))
    magnitudes = _stored(np.abs(exact))
    largest = np.maximum(np.abs(value.low), np.abs(value.high))
    gamma = _gamma(2 * exact.shape[1] + EXTRA_TERMS)
    with np.errstate(invalid="ignore"):  # of what has no bound, the sum has none
        error = gamma * (magnitudes @ largest) * (1 + gamma) + UNDERFLOW
        low = positive @ value.low + negative @ value.high
        high = positive @ value.high + negative @ value.low
        return Interval(down(low - error), up(high + error))


def _stored(matrix: NDArray[np.float64]) -> Any:
    """The matrix; stored sparsely if it is large and nearly all 0, so that a product leaves out what is 0 for any number."""
    if matrix.size < LARGE_MATRIX or np.count_nonzero(matrix) > FEW * matrix.size:
        return matrix
    from scipy.sparse import csr_array

    return csr_array(matrix)


def matmul_of_intervals(weight: Interval, value: Interval) -> Interval:
    """Weight `[M, N]`, known within bounds, times value `[N, B]`.

    The result is the weight's centre times the value, plus or minus the weight's radius times |value|.
    """
    centre = (weight.low + weight.high) / 2
    radius = np.maximum(up(weight.high - centre), up(centre - weight.low))
    largest = np.maximum(np.abs(value.low), np.abs(value.high))
    deviation = matmul(radius, Interval.exact(largest)).high
    middle = matmul(centre, value)
    return Interval(down(middle.low - deviation), up(middle.high + deviation))


def matvec(matrix: Interval, vector: Interval) -> Interval:
    """A matrix, kept row by row in `[M·N, B]`, times a vector `[N, B]`. Either may have one column for all columns of the other."""
    columns = vector.shape[0]
    rows = matrix.shape[0] // columns
    by_row = Interval(matrix.low.reshape(rows, columns, -1), matrix.high.reshape(rows, columns, -1))
    return total(by_row * vector, axis=1)


def total(value: Interval, axis: int) -> Interval:
    """The sums along one axis."""
    gamma = _gamma(value.shape[axis] + EXTRA_TERMS)

    def error(end: NDArray[np.float64]) -> NDArray[np.float64]:
        return gamma * np.abs(end).sum(axis=axis) * (1 + gamma) + UNDERFLOW

    low = value.low.sum(axis=axis) - error(value.low)
    high = value.high.sum(axis=axis) + error(value.high)
    return Interval(down(low), up(high))


def sum_of_others(value: Interval) -> Interval:
    """For each row the sum of all other rows.

    It adds up the rows before it and the rows after it. It subtracts nothing, so sums of numbers ≥ 0 have small relative errors.
    """
    gamma = _gamma(value.shape[0] + EXTRA_TERMS)

    def error(end: NDArray[np.float64]) -> NDArray[np.float64]:
        return gamma * _before_and_after(np.abs(end)) * (1 + gamma) + UNDERFLOW

    low = _before_and_after(value.low) - error(value.low)
    high = _before_and_after(value.high) + error(value.high)
    return Interval(down(low), up(high))


def _before_and_after(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each row the computed sum of the rows before it, plus that of the rows after it."""
    nothing = np.zeros_like(value[:1])
    before = np.concatenate([nothing, np.cumsum(value[:-1], axis=0)])
    after = np.concatenate([nothing, np.cumsum(value[:0:-1], axis=0)])[::-1]
    return before + after


def mean(value: Interval) -> Interval:
    """The mean of the rows: one row."""
    return divided(total(value, axis=0), value.shape[0])[None]


def center(value: Interval) -> Interval:
    """Each row minus the mean of the rows: ((n − 1)·xᵢ − Σ_{j≠i} xⱼ) / n.

    Each xᵢ comes once, so the range over independent rows is exact, before rounding.
    """
    rows = value.shape[0]
    return divided(value * (rows - 1) - sum_of_others(value), rows)


def mean_square(value: Interval) -> Interval:
    """The mean of the squares of the rows: one row, at least 0."""
    squares = mean(square(value))
    return Interval(np.maximum(squares.low, 0.0), squares.high)

"""Sums of rows: products with matrices, means and differences from the mean."""

from typing import Any

import numpy as np

from anylength.ops import intervals
from anylength.ops.rounding.model import MEAN_ROUNDINGS, SMALLEST_NORMAL, UNIT_ROUNDOFF
from anylength.ops.rounding.rounded import Bounds, Rounded, bounded, finished_value, sum_error


def matmul(weight: Any, value: Rounded) -> Rounded:
    """Stored weights `[M, N]` times N rows: in each of M rows a sum of the products of which neither factor is exactly 0.

    A weight of 0 is stored as 0 in every format. Its product with a finite number is 0 or −0, whatever the machine does with
    subnormal numbers, and a sum or a fused multiply-add with it has the value of its other summand: there is nothing to round. If
    that summand is a subnormal number, it may be flushed. But it is a product or a sum that counts as flushed already, and once it
    is 0 it stays 0 up to the next term. So products with 0 add no error, at any place of the sum. Nor are they infinite or NaN:
    the other factor is finite where its size is known, and where it is not, nor is that of the sum.

    With an `input_error`, a weight may stand for another number in the imported net: then one of 0 is a term, and none counts as
    stored exactly.
    """
    number_format = value.number_format
    magnitudes = np.abs(np.asarray(weight, np.float64))
    factor = value.finished()
    input_error = number_format.input_error if value.is_symbol else 0.0
    is_term = ((magnitudes > 0) | (input_error > 0)).astype(np.float64)
    storing = number_format.storing_error(magnitudes) if input_error > 0 else number_format.weight_error(weight)
    size = magnitudes @ factor.size + input_error
    error = storing @ factor.size + magnitudes @ factor.error + input_error
    terms = is_term @ (factor.size > 0).astype(np.float64)
    return bounded(number_format, intervals.matmul(weight, factor.range), size, error, terms)


def matvec(matrix: Rounded, vector: Rounded) -> Rounded:
    """A matrix, kept row by row in `[M·N, A]`, times a vector `[N, A]`: in each of M rows a sum of N products."""
    left, right = matrix.finished(), vector.finished()
    columns = right.shape[0]

    def by_row(bounds: Bounds) -> Bounds:
        return bounds.reshape(-1, columns, bounds.shape[1])

    size = (by_row(left.size) * right.size).sum(axis=1)
    error = (by_row(left.error) * right.size + by_row(left.size) * right.error).sum(axis=1)
    return bounded(matrix.number_format, intervals.matvec(left.range, right.range), size, error, columns)


def mean(value: Rounded) -> Rounded:
    """The mean of the rows: one row. The machine adds up the rows and divides by n."""
    rows = value.finished()
    error = _mean_error(rows.size, rows.error)
    return finished_value(value.number_format, intervals.mean(rows.range), np.inf, error)


def mean_square(value: Rounded) -> Rounded:
    """The mean of the squares of the rows: one row. The machine adds up the squares and divides by n."""
    rows = value.finished()
    error = _mean_error(rows.size * rows.size, 2 * rows.size * rows.error)
    return finished_value(value.number_format, intervals.mean_square(rows.range), np.inf, error)


def _mean_error(size: Bounds, error: Bounds) -> Bounds:
    """Bounds the error `[1, A]` of a computed mean of n terms with these magnitudes and errors `[n, A]`."""
    rows = len(size)
    total = size.sum(axis=0, keepdims=True)
    made = sum_error(total, error.sum(axis=0, keepdims=True), rows)
    return made / rows + MEAN_ROUNDINGS * UNIT_ROUNDOFF * (total + made) / rows + SMALLEST_NORMAL


def center(value: Rounded) -> Rounded:
    """Each row minus the mean of the rows: a sum of two terms."""
    rows, average = value.finished(), mean(value)
    size, error = rows.size + average.size, rows.error + average.error
    return bounded(value.number_format, intervals.center(rows.range), size, error, 2.0)

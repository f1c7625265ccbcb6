"""Root mean square normalisation and softmax: each row of the result depends on all rows."""

import numpy as np

from anylength.ops import intervals
from anylength.ops.rounding.model import DIVISION_ERROR, FUNCTION_ERROR, SMALLEST_NORMAL, UNIT_ROUNDOFF
from anylength.ops.rounding.rounded import Rounded, finished_value, magnitude, sum_error, where_covered


def normalize(value: Rounded, mean_square: Rounded, epsilon: float) -> Rounded:
    """x / √(m + epsilon). The error d of the computed m + epsilon is at most a quarter of its least exact value l.

    Then the computed 1/√(m + epsilon) has a relative error of at most d/l and two function errors, and a flush. A quotient by a
    computed root is a product with an inverse that errs by no more. The product, or the quotient, errs as a quotient does.
    """
    x, m = value.finished(), mean_square.finished()
    least = (m.range + epsilon).low
    flushed = value.number_format.given_error(epsilon)
    change = m.error + flushed + UNIT_ROUNDOFF * (magnitude(m.range) + m.error + epsilon + flushed) + 2 * SMALLEST_NORMAL
    applies = (least > 0) & (change <= least / 4)
    least, change = np.where(applies, least, 1.0), np.where(applies, change, 0.0)
    relative = change / least + 2 * FUNCTION_ERROR
    result = intervals.normalize(x.range, m.range, epsilon)
    size = magnitude(result)
    moved = x.error * (1 / np.sqrt(least)) * (1 + relative) + size * relative + (x.size + x.error) * SMALLEST_NORMAL
    error = moved + DIVISION_ERROR * (size + moved) + SMALLEST_NORMAL
    return finished_value(value.number_format, result, np.inf, where_covered(applies, error))


def softmax(value: Rounded) -> Rounded:
    """e^xᵢ / Σⱼ e^xⱼ over n rows. The machine first subtracts the largest row.

    Every difference errs by at most d = s + 2uX + τ, for the largest error s and the largest size X of the rows. So an exponential
    errs relatively by at most k = (d + d²)(1 + 2⁻²⁰) + 2⁻²⁰, and the sum of all by at most m, which has to be ½ or less. What a
    quotient of the two errs by is a theorem, `softmax_rule` (formal/binary32/Shares.v).
    """
    x = value.finished()
    rows = len(x.size)
    exponent = x.error.max(axis=0, keepdims=True) + 2 * UNIT_ROUNDOFF * x.size.max(axis=0, keepdims=True) + SMALLEST_NORMAL
    exponential = (exponent + exponent * exponent) * (1 + FUNCTION_ERROR) + FUNCTION_ERROR
    total = sum_error(np.ones_like(exponential), exponential, rows) + 16 * rows * SMALLEST_NORMAL
    applies = total <= 0.5
    exponential, total = np.where(applies, exponential, 0.0), np.where(applies, total, 0.0)
    relative = (exponential + total + FUNCTION_ERROR / 2) / (1 - total) + FUNCTION_ERROR
    result = intervals.softmax(x.range)
    error = magnitude(result) * relative + 16 * SMALLEST_NORMAL
    return finished_value(value.number_format, result, np.inf, where_covered(applies, error))

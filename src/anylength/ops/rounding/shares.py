"""Root mean square normalisation and softmax: each row of the result depends on all rows."""

import numpy as np

from anylength.ops import intervals
from anylength.ops.rounding.model import DIVISION_ERROR, FUNCTION_ERROR, SMALLEST_NORMAL, UNIT_ROUNDOFF
from anylength.ops.rounding.rounded import Rounded, finished_value, magnitude, where_covered


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

    Every exponent errs by at most s + 2uX, for the largest error s and the largest size X of the rows. So a ratio of exponentials
    changes by a factor of at most e^d with d = 2s + 4uX, and e^d − 1 ≤ d + d² for d ≤ 1.
    """
    x = value.finished()
    rows = len(x.size)
    exponent = 2 * x.error.max(axis=0, keepdims=True) + 4 * UNIT_ROUNDOFF * x.size.max(axis=0, keepdims=True)
    relative = (exponent + exponent * exponent) * (1 + 4 * FUNCTION_ERROR) + 4 * FUNCTION_ERROR + 2 * rows * UNIT_ROUNDOFF
    result = intervals.softmax(x.range)
    error = magnitude(result) * relative + (rows + 2) * SMALLEST_NORMAL
    return finished_value(value.number_format, result, np.inf, where_covered(exponent <= 1, error))

"""Root mean square normalisation and softmax. Each row of the result increases in its own row; the others act through one sum."""

import numpy as np
from numpy.typing import NDArray

from anylength.ops.intervals.elementwise import divided, rsqrt, square
from anylength.ops.intervals.functions import exp
from anylength.ops.intervals.interval import LARGEST, UNDERFLOW, Interval, down, up, where_defined
from anylength.ops.intervals.sums import mean_square as mean_square_of
from anylength.ops.intervals.sums import sum_of_others


def normalize(value: Interval, mean_square: Interval, epsilon: float) -> Interval:
    """xᵢ / √((xᵢ² + Σ_{j≠i} xⱼ²) / n + epsilon). No bound where the root may be that of 0.

    The result increases in xᵢ. Its magnitude falls in every |xⱼ|. So it is largest at the high end of xᵢ, with the smallest other
    squares if that end is positive, else with the largest; and so for the least one. No magnitude exceeds √n.
    """
    del mean_square  # it is that of this value
    rows = value.shape[0]
    others = sum_of_others(square(value))
    least = np.maximum(others.low, 0.0)
    high = _normalized(value.high, np.where(value.high > 0, least, others.high), rows, epsilon).high
    low = _normalized(value.low, np.where(value.low < 0, least, others.high), rows, epsilon).low
    largest = up(np.sqrt(np.float64(rows)))
    result = Interval(np.maximum(low, -largest), np.minimum(high, largest))
    return where_defined((mean_square_of(value) + epsilon).low > 0, result, value)


def _normalized(own: NDArray[np.float64], others: NDArray[np.float64], rows: int, epsilon: float) -> Interval:
    """The result for known numbers: a row, and the sum of the squares of the others."""
    exact = Interval.exact(own)
    mean = divided(square(exact) + others, rows)
    return exact * rsqrt(mean + epsilon)


def softmax(value: Interval) -> Interval:
    """1 / (1 + Σ_{j≠i} e^(xⱼ − xᵢ)). The result increases in xᵢ and decreases in every other row."""
    return Interval(_shares(value.low, value.high).low, _shares(value.high, value.low).high)


def _shares(own: NDArray[np.float64], others: NDArray[np.float64]) -> Interval:
    """1 / (1 + Σ_{j≠i} e^(othersⱼ − ownᵢ)) for known numbers: between 0 and 1.

    With the largest number c of `others`, the sum is e^(c − ownᵢ)·Σ_{j≠i} e^(othersⱼ − c). Only its first factor may overflow.
    """
    greatest = others.max(axis=0)
    rest = sum_of_others(exp(Interval.exact(others) - greatest))
    factor = exp(Interval.exact(greatest) - own)
    with np.errstate(over="ignore"):
        least_sum = np.minimum(down(factor.low * np.maximum(rest.low, 0.0)), LARGEST)
        largest_sum = up(factor.high * rest.high + UNDERFLOW)
    low = down(1 / up(1 + largest_sum))
    high = up(1 / down(1 + np.maximum(least_sum, 0.0)))
    return Interval(np.maximum(low, 0.0), np.minimum(high, 1.0))

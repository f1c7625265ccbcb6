"""Mean squares, root mean square normalisation and softmax: each row of the result depends on all rows."""

from anylength.ops import intervals
from anylength.ops.slopes.slope import Slope


def mean_square(value: Slope) -> Slope:
    """The mean of the squares of the rows: one row. Its slope is the mean of 2·xⱼ·xⱼ'."""
    slope = intervals.mean(value.slope * (value.value * 2.0))
    return Slope(intervals.mean_square(value.value), slope)


def normalize(value: Slope, mean_square: Slope, epsilon: float) -> Slope:
    """yᵢ = xᵢ·r with r = 1 / √(mean square + epsilon); its slope is r·(xᵢ' − yᵢ·mean(yⱼ·xⱼ'))."""
    result = intervals.normalize(value.value, mean_square.value, epsilon)
    factor = intervals.rsqrt(intervals.mean_square(value.value) + epsilon)
    common = intervals.mean(value.slope * result)
    return Slope(result, (value.slope - common * result) * factor)


def softmax(value: Slope) -> Slope:
    """sᵢ = e^xᵢ / Σⱼ e^xⱼ; its slope is sᵢ·(xᵢ' − Σⱼ sⱼ·xⱼ')."""
    result = intervals.softmax(value.value)
    common = intervals.total(value.slope * result, axis=0)
    return Slope(result, (value.slope - common) * result)

"""Functions row by row: the slope is the function's derivative times the argument's slope."""

import numpy as np

from anylength.ops import intervals
from anylength.ops.intervals import Interval
from anylength.ops.slopes.slope import Slope


def tanh(value: Slope) -> Slope:
    """Hyperbolic tangent; its slope is 1 − tanh²."""
    result = intervals.tanh(value.value)
    return Slope(result, value.slope * (1.0 - intervals.square(result)))


def sigmoid(value: Slope) -> Slope:
    """Logistic function σ; its slope is (1 − (2σ − 1)²) / 4."""
    result = intervals.sigmoid(value.value)
    return Slope(result, value.slope * ((1.0 - intervals.square(result * 2.0 + -1.0)) * 0.25))


def exp(value: Slope) -> Slope:
    """Exponential; its slope is itself."""
    result = intervals.exp(value.value)
    return Slope(result, value.slope * result)


def softplus(value: Slope) -> Slope:
    """log(1 + e^value); its slope is the logistic function."""
    return Slope(intervals.softplus(value.value), value.slope * intervals.sigmoid(value.value))


def silu(value: Slope) -> Slope:
    """value · σ(value)."""
    return Slope(intervals.silu(value.value), value.slope * intervals.silu_derivative(value.value))


def gelu(value: Slope) -> Slope:
    """value · Φ(value)."""
    return Slope(intervals.gelu(value.value), value.slope * intervals.gelu_derivative(value.value))


def square(value: Slope) -> Slope:
    """value²; its slope is 2 · value."""
    return Slope(intervals.square(value.value), value.slope * (value.value * 2.0))


def reciprocal(value: Slope) -> Slope:
    """1 / value; its slope is −1 / value²."""
    result = intervals.reciprocal(value.value)
    return Slope(result, -(value.slope * intervals.square(result)))


def rsqrt(value: Slope) -> Slope:
    """1 / √value; its slope is −(1 / √value)³ / 2."""
    result = intervals.rsqrt(value.value)
    return Slope(result, value.slope * (intervals.square(result) * result * -0.5))


def relu(value: Slope) -> Slope:
    """max(0, value); its slope is 1 above 0, 0 below 0, and [0, 1] where the value may have either sign."""
    derivative = Interval.between(np.heaviside(value.value.low, 0.0), np.heaviside(value.value.high, 1.0))
    return Slope(intervals.relu(value.value), value.slope * derivative)


def absolute(value: Slope) -> Slope:
    """|value|; its slope is 1 above 0, −1 below 0, and [−1, 1] where the value may have either sign."""
    derivative = Interval.between(np.where(value.value.low > 0, 1.0, -1.0), np.where(value.value.high < 0, -1.0, 1.0))
    return Slope(intervals.absolute(value.value), value.slope * derivative)


def maximum(left: Slope, right: Slope) -> Slope:
    """The larger one; its slope is that of the larger one, and the hull of both where either may be the larger one."""
    slope = intervals.lerp(_share_of_larger(left.value, right.value), right.slope, left.slope)
    return Slope(intervals.maximum(left.value, right.value), slope)


def minimum(left: Slope, right: Slope) -> Slope:
    """The smaller one; its slope is that of the smaller one, and the hull of both where either may be the smaller one."""
    slope = intervals.lerp(_share_of_larger(left.value, right.value), left.slope, right.slope)
    return Slope(intervals.minimum(left.value, right.value), slope)


def _share_of_larger(left: Interval, right: Interval) -> Interval:
    """1 where the left one is larger, 0 where the right one is, and [0, 1] where either may be."""
    return Interval.between(np.where(left.low > right.high, 1.0, 0.0), np.where(left.high < right.low, 0.0, 1.0))


def lerp(weight: Slope, zero: Slope, one: Slope) -> Slope:
    """(1 − z)·zero + z·one; its slope is (1 − z)·zero' + z·one' + (one − zero)·z'."""
    z = weight.value
    slope = zero.slope * (1.0 - z) + one.slope * z + weight.slope * (one.value - zero.value)
    return Slope(intervals.lerp(z, zero.value, one.value), slope)

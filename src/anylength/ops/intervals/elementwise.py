"""Operations row by row that need no function of a library: IEEE 754 float64 rounds each of them to nearest."""

import numpy as np

from anylength.ops.intervals.interval import Interval, down, up, where_defined


def scale(value: Interval, factor: float) -> Interval:
    """A known number times the value."""
    return value * factor


def divided(value: Interval, divisor: float) -> Interval:
    """The value divided by a known number > 0."""
    return Interval(down(value.low / divisor), up(value.high / divisor))


def maximum(left: Interval, right: Interval) -> Interval:
    """The larger one. It increases in both, and float64 computes it exactly."""
    return Interval(np.maximum(left.low, right.low), np.maximum(left.high, right.high))


def minimum(left: Interval, right: Interval) -> Interval:
    """The smaller one. It increases in both, and float64 computes it exactly."""
    return Interval(np.minimum(left.low, right.low), np.minimum(left.high, right.high))


def relu(value: Interval) -> Interval:
    """max(0, value). It increases, and float64 computes it exactly."""
    return Interval(np.maximum(value.low, 0.0), np.maximum(value.high, 0.0))


def absolute(value: Interval) -> Interval:
    """|value|: 0 is the least one where the interval contains 0. Float64 computes it exactly."""
    least = np.maximum(np.maximum(value.low, -value.high), 0.0)
    largest = np.maximum(-value.low, value.high)
    return Interval(least, largest)


def square(value: Interval) -> Interval:
    """value², at least 0."""
    magnitude = absolute(value)
    product = magnitude * magnitude
    return Interval(np.maximum(product.low, 0.0), product.high)


def reciprocal(value: Interval) -> Interval:
    """1 / value. It decreases on either side of 0. No bound where the interval contains 0."""
    defined = (value.low > 0) | (value.high < 0)
    with np.errstate(divide="ignore", over="ignore"):
        result = Interval(down(1 / value.high), up(1 / value.low))
    return where_defined(defined, result, value)


def rsqrt(value: Interval) -> Interval:
    """1 / √value. It decreases. No bound where the interval contains a number ≤ 0."""
    defined = value.low > 0
    positive = Interval(np.where(defined, value.low, 1.0), np.where(defined, value.high, 1.0))
    largest_root = up(np.sqrt(positive.high))
    least_root = down(np.sqrt(positive.low))
    return where_defined(defined, Interval(down(1 / largest_root), up(1 / least_root)), value)


def lerp(weight: Interval, zero: Interval, one: Interval) -> Interval:
    """(1 − z)·zero + z·one for z in [0, 1]. No bound where z may lie outside.

    The result is linear in z, so its extremes lie at the ends of z. It increases in `zero` and in `one`. So the hull of its values
    at the two ends of z is the exact range over independent arguments, before rounding.
    """
    defined = (weight.low >= 0) & (weight.high <= 1)
    values_at_ends = []
    for end in (weight.low, weight.high):
        z = Interval.exact(np.clip(end, 0.0, 1.0))
        values_at_ends.append((1.0 - z) * zero + z * one)
    result = values_at_ends[0].hull(values_at_ends[1])
    return where_defined(defined, result, weight, zero, one)

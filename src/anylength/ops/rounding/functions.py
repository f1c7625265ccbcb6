"""Operations row by row: the argument's error times a bound on the slope, plus the error of the operation itself."""

from collections.abc import Callable

import numpy as np

from anylength.ops import intervals
from anylength.ops.intervals import Interval
from anylength.ops.rounding.model import (
    DIVISION_ERROR,
    FUNCTION_ERROR,
    GELU_SLOPE,
    LARGEST_FUNCTION_VALUE,
    LERP_FLUSHES,
    LERP_ROUNDINGS,
    SILU_SLOPE,
    SMALLEST_NORMAL,
    UNIT_ROUNDOFF,
)
from anylength.ops.rounding.rounded import Rounded, finished_value, product, where_covered


def tanh(value: Rounded) -> Rounded:
    """Hyperbolic tangent. Its slope is at most 1."""
    return _squashed(value, intervals.tanh, 1.0, value.number_format.function_errors.tanh)


def sigmoid(value: Rounded) -> Rounded:
    """Logistic function. Its slope is at most 1/4."""
    return _squashed(value, intervals.sigmoid, 0.25, value.number_format.function_errors.sigmoid)


def _squashed(value: Rounded, function: Callable[[Interval], Interval], slope: float, function_error: float) -> Rounded:
    """A function with values in [−1, 1] and at most this slope, computed with at most this absolute error and a flush."""
    argument = value.finished()
    error = slope * argument.error + function_error + SMALLEST_NORMAL
    size = max(LARGEST_FUNCTION_VALUE, 1 + function_error)
    return finished_value(value.number_format, function(argument.range), size, error)


def relu(value: Rounded) -> Rounded:
    """max(0, value). It makes no rounding, and its slope is at most 1."""
    argument = value.finished()
    return finished_value(value.number_format, intervals.relu(argument.range), argument.size, argument.error)


def absolute(value: Rounded) -> Rounded:
    """|value|. It makes no rounding, and its slope is at most 1."""
    argument = value.finished()
    return finished_value(value.number_format, intervals.absolute(argument.range), argument.size, argument.error)


def maximum(left: Rounded, right: Rounded) -> Rounded:
    """The larger one. It makes no rounding, and errs by at most the larger error."""
    return _chosen(left, right, intervals.maximum)


def minimum(left: Rounded, right: Rounded) -> Rounded:
    """The smaller one. It makes no rounding, and errs by at most the larger error."""
    return _chosen(left, right, intervals.minimum)


def _chosen(left: Rounded, right: Rounded, choose: Callable[[Interval, Interval], Interval]) -> Rounded:
    a, b = left.finished(), right.finished()
    return finished_value(a.number_format, choose(a.range, b.range), np.inf, np.maximum(a.error, b.error))


def scale(value: Rounded, factor: float) -> Rounded:
    """A known float32 number times the value: one rounding. A subnormal number may be flushed."""
    argument = value.finished()
    flushed = value.number_format.given_error(factor)
    size = abs(factor) + flushed
    error = size * (argument.error + UNIT_ROUNDOFF * argument.size) + flushed * argument.size + SMALLEST_NORMAL
    return finished_value(value.number_format, intervals.scale(argument.range, factor), np.inf, error)


def square(value: Rounded) -> Rounded:
    """value²: the product of the value with itself."""
    return product(value, value, intervals.square(value.range))


def exp(value: Rounded) -> Rounded:
    """Exponential. For an error s ≤ 1 of the argument, e^s − 1 ≤ s + s²."""
    argument = value.finished()
    result = intervals.exp(argument.range)
    change = argument.error + argument.error * argument.error
    error = result.high * change * (1 + 2 * FUNCTION_ERROR) + result.high * (2 * FUNCTION_ERROR) + SMALLEST_NORMAL
    return finished_value(value.number_format, result, np.inf, where_covered(argument.error <= 1, error))


def softplus(value: Rounded) -> Rounded:
    """log(1 + e^value). Its slope is at most 1. A flush to zero is nothing beside its error."""
    argument = value.finished()
    error = argument.error + FUNCTION_ERROR * (1 + argument.size)
    return finished_value(value.number_format, intervals.softplus(argument.range), np.inf, error)


def silu(value: Rounded) -> Rounded:
    """value · σ(value)."""
    return _sloped(value, intervals.silu, SILU_SLOPE)


def gelu(value: Rounded) -> Rounded:
    """value · Φ(value)."""
    return _sloped(value, intervals.gelu, GELU_SLOPE)


def _sloped(value: Rounded, function: Callable[[Interval], Interval], slope: float) -> Rounded:
    """A function with at most this slope, computed with an error of at most `FUNCTION_ERROR`·|x|."""
    argument = value.finished()
    error = slope * argument.error + FUNCTION_ERROR * argument.size + SMALLEST_NORMAL
    return finished_value(value.number_format, function(argument.range), np.inf, error)


def reciprocal(value: Rounded) -> Rounded:
    """1 / value. The argument's error is at most half of its least magnitude l: |1/X − 1/x| ≤ |X − x| / (l·(l − error))."""
    argument = value.finished()
    least = intervals.absolute(argument.range).low
    applies = (least > 0) & (argument.error <= least / 2)
    least, change = np.where(applies, least, 1.0), np.where(applies, argument.error, 0.0)
    error = change / (least * (least - change)) + DIVISION_ERROR / (least - change) + SMALLEST_NORMAL
    return finished_value(value.number_format, intervals.reciprocal(argument.range), np.inf, where_covered(applies, error))


def rsqrt(value: Rounded) -> Rounded:
    """1 / √value. For a least value l and an error of at most l/4, the result changes by less than error / (l·√l)."""
    argument = value.finished()
    least = argument.range.low
    applies = (least > 0) & (argument.error <= least / 4)
    least, change = np.where(applies, least, 1.0), np.where(applies, argument.error, 0.0)
    error = (change / least + 2 * FUNCTION_ERROR) / np.sqrt(least) + SMALLEST_NORMAL
    return finished_value(value.number_format, intervals.rsqrt(argument.range), np.inf, where_covered(applies, error))


def lerp(weight: Rounded, zero: Rounded, one: Rounded) -> Rounded:
    """(1 − z)·a + z·b, where the exact z lies in [0, 1].

    The machine may compute (1 − z)·a + z·b, a + z·(b − a) or a − z·a + z·b.
    """
    z, a, b = weight.finished(), zero.finished(), one.finished()
    applies = (z.range.low >= 0) & (z.range.high <= 1)
    magnitudes = a.size + b.size
    rounding = LERP_ROUNDINGS * UNIT_ROUNDOFF * magnitudes + LERP_FLUSHES * SMALLEST_NORMAL
    error = np.maximum(a.error, b.error) + z.error * magnitudes + (1 + z.error) * rounding
    size = np.maximum(a.size, b.size) + error
    return finished_value(a.number_format, intervals.lerp(z.range, a.range, b.range), size, where_covered(applies, error))

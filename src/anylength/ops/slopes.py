"""Interpreter of `Ops` over values with slopes: forward-mode differentiation in outward-rounded intervals.

A `Slope` bounds a quantity for all y in [−1, 1]^m: one interval for its value and one for each partial derivative. By the mean
value theorem, f(c + G·y) lies in f(c) + f'·y, where f' is the slope that this interpreter computes for the value c + G·[−1, 1] and
the slope G. A rectifier has no derivative at 0. Its slope there is the interval [0, 1] (its Clarke derivative), with which the
theorem holds for every Lipschitz function.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

from anylength.ops import intervals
from anylength.ops.intervals import Interval

Operand = Union["Slope", Interval, NDArray[Any], float]


@dataclass(frozen=True, eq=False)
class Slope:
    """Bounds on a quantity and on its partial derivatives with respect to m variables.

    Attributes:
        value: `[rows, 1]`.
        slope: `[rows, m]`.
    """

    value: Interval
    slope: Interval

    __array_ufunc__ = None  # type: ignore[assignment]  # numpy arrays on the left leave + and * to this class

    def __add__(self, other: Operand) -> "Slope":
        if isinstance(other, Slope):
            return Slope(self.value + other.value, self.slope + other.slope)
        return Slope(self.value + other, self.slope)

    __radd__ = __add__

    def __neg__(self) -> "Slope":
        return Slope(-self.value, -self.slope)

    def __sub__(self, other: Operand) -> "Slope":
        return self + (-other)

    def __rsub__(self, other: Operand) -> "Slope":
        return (-self) + other

    def __mul__(self, other: Operand) -> "Slope":
        if isinstance(other, Slope):
            return Slope(self.value * other.value, self.slope * other.value + other.slope * self.value)
        return Slope(self.value * other, self.slope * other)

    __rmul__ = __mul__

    def __getitem__(self, key: Any) -> "Slope":
        return Slope(self.value[key], self.slope[key])


def constant(value: NDArray[Any]) -> Slope:
    """A quantity `[rows, 1]` that depends on no variable. Its slope has m = 1 and is 0; it broadcasts to any m."""
    return Slope(Interval.exact(value), Interval.exact(np.zeros(np.shape(value))))


def matmul(weight: NDArray[Any], value: Slope | NDArray[Any]) -> Slope:
    """Weight `[M, N]`, known exactly, times a quantity of N rows, or times an array `[N, 1]`."""
    factor = value if isinstance(value, Slope) else constant(value)
    return Slope(intervals.matmul(weight, factor.value), intervals.matmul(weight, factor.slope))


def tanh(value: Slope) -> Slope:
    """Hyperbolic tangent; its slope is 1 − tanh²."""
    result = intervals.tanh(value.value)
    return Slope(result, value.slope * (1.0 - _squared(result)))


def sigmoid(value: Slope) -> Slope:
    """Logistic function σ; its slope is (1 − (2σ − 1)²) / 4."""
    result = intervals.sigmoid(value.value)
    return Slope(result, value.slope * ((1.0 - _squared(result * 2.0 + -1.0)) * 0.25))


def relu(value: Slope) -> Slope:
    """max(0, value); its slope is 1 above 0, 0 below 0, and [0, 1] where the value may have either sign."""
    derivative = Interval.between(np.heaviside(value.value.low, 0.0), np.heaviside(value.value.high, 1.0))
    return Slope(intervals.relu(value.value), value.slope * derivative)


def stored(value: Slope) -> Slope:
    """The value itself: storage is exact here."""
    return value


def concatenate(values: Sequence[Slope]) -> Slope:
    """Quantities stacked along the rows. Those that depend on no variable get slopes of 0."""
    variable_count = max(value.slope.shape[1] for value in values)
    slopes = [value.slope + np.zeros((1, variable_count)) for value in values]
    return Slope(intervals.concatenate([value.value for value in values]), intervals.concatenate(slopes))


def lerp(weight: Slope, zero: Slope, one: Slope) -> Slope:
    """(1 − z)·zero + z·one; its slope is (1 − z)·zero' + z·one' + (one − zero)·z'."""
    z = weight.value
    slope = zero.slope * (1.0 - z) + one.slope * z + weight.slope * (one.value - zero.value)
    return Slope(intervals.lerp(z, zero.value, one.value), slope)


def _squared(value: Interval) -> Interval:
    """The range of x² for x in the interval, with a low end of at least 0."""
    square = value * value
    return Interval.between(np.maximum(square.low, 0.0), square.high)

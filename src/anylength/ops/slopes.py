"""The vocabulary of operations read over values with slopes: forward differentiation in outward-rounded intervals.

A `Slope` holds a quantity over all y in [−1, 1]^m: an interval for its value and one for each partial derivative. By the mean value
theorem, f(c + G·y) lies in f(c) + f'·y with f' the slope of f that this reading gives for the value c + G·[−1, 1] and the slope G.
A rectifier has no slope at 0; any of [0, 1] is taken there, and the theorem holds as it does for all Lipschitz functions.
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
    """A quantity of `[rows]` that depends on m variables.

    Attributes:
        value: `[rows, 1]`.
        slope: `[rows, m]`.
    """

    value: Interval
    slope: Interval

    __array_ufunc__ = None  # type: ignore[assignment]  # numpy arrays on the left leave + and * to us

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
    """A quantity `[rows, 1]` that depends on nothing: one slope of 0, which stands for any number of them."""
    return Slope(Interval.exact(value), Interval.exact(np.zeros(np.shape(value))))


def matmul(weight: NDArray[Any], value: Slope | NDArray[Any]) -> Slope:
    """weight `[M, N]`, known exactly, times a quantity of N rows, or times `[N, 1]` that depends on nothing."""
    moved = value if isinstance(value, Slope) else constant(value)
    return Slope(intervals.matmul(weight, moved.value), intervals.matmul(weight, moved.slope))


def tanh(value: Slope) -> Slope:
    """Hyperbolic tangent; its slope is 1 − tanh²."""
    after = intervals.tanh(value.value)
    return Slope(after, value.slope * (1.0 - _squared(after)))


def sigmoid(value: Slope) -> Slope:
    """Logistic function σ; its slope is (1 − (2σ − 1)²) / 4."""
    after = intervals.sigmoid(value.value)
    return Slope(after, value.slope * ((1.0 - _squared(after * 2.0 + -1.0)) * 0.25))


def relu(value: Slope) -> Slope:
    """max(0, value); its slope is 1 above 0, 0 below, and anything between where the value may have either sign."""
    open_or_not = Interval.between(np.heaviside(value.value.low, 0.0), np.heaviside(value.value.high, 1.0))
    return Slope(intervals.relu(value.value), value.slope * open_or_not)


def concatenate(values: Sequence[Slope]) -> Slope:
    """Quantities stacked along the rows, those that depend on nothing among them."""
    width = max(value.slope.shape[1] for value in values)
    slopes = [value.slope + np.zeros((1, width)) for value in values]
    return Slope(intervals.concatenate([value.value for value in values]), intervals.concatenate(slopes))


def lerp(weight: Slope, zero: Slope, one: Slope) -> Slope:
    """(1 − z)·zero + z·one; its slope is (1 − z)·zero' + z·one' + (one − zero)·z'."""
    z = weight.value
    slope = zero.slope * (1.0 - z) + one.slope * z + weight.slope * (one.value - zero.value)
    return Slope(intervals.lerp(z, zero.value, one.value), slope)


def _squared(value: Interval) -> Interval:
    """x² for every x of the interval: never below 0."""
    square = value * value
    return Interval.between(np.maximum(square.low, 0.0), square.high)

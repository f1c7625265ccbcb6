"""Arrays of closed intervals in float64, always rounded outward: the reading of a cell's equations that certifies. No JAX.

The module is a vocabulary (`matmul`, `tanh`, `sigmoid`, `relu`, `lerp`, `concatenate`) over `Interval` values. What holds for
every real number within the arguments' ends lies within the result's ends. A NaN anywhere makes every comparison false, so it can
prove nothing.

Assumed of the machine: IEEE 754 float64 with rounding to nearest for +, −, ×; sums of products in any order, with or without fused
multiply-add; `tanh` and `expit` within 16 units in the last place. Each certificate is checked again in exact integers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

_UNIT = 2.0**-53
_TINY = 2.0**-1000
"""More than all that underflow can take in any sum here."""
_FUNCTION = 2.0**-48
"""Relative error allowed to the library's tanh and logistic function: 32 units of rounding."""

Operand = Union["Interval", NDArray[Any], float]


def _down(value: NDArray[Any]) -> NDArray[Any]:
    return np.nextafter(value, -np.inf)


def _up(value: NDArray[Any]) -> NDArray[Any]:
    return np.nextafter(value, np.inf)


@dataclass(frozen=True, eq=False)
class Interval:
    """low ≤ x ≤ high, elementwise; two float64 arrays of one shape. Made with `exact` or `between`."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    __array_ufunc__ = None  # type: ignore[assignment]  # numpy arrays on the left leave + and * to us

    @staticmethod
    def exact(value: Any) -> "Interval":
        """The interval of one point; float32 values are float64 values exactly."""
        array = np.asarray(value, np.float64)
        return Interval(array, array)

    @staticmethod
    def between(low: Any, high: Any) -> "Interval":
        """The interval with these ends, taken as they are."""
        return Interval(np.asarray(low, np.float64), np.asarray(high, np.float64))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of both ends."""
        return self.low.shape

    def __add__(self, other: Operand) -> "Interval":
        right = _interval(other)
        return Interval(_down(self.low + right.low), _up(self.high + right.high))

    __radd__ = __add__

    def __neg__(self) -> "Interval":
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Operand) -> "Interval":
        return self + (-_interval(other))

    def __rsub__(self, other: Operand) -> "Interval":
        return _interval(other) + (-self)

    def __mul__(self, other: Operand) -> "Interval":
        right = _interval(other)
        corners = [a * b for a in (self.low, self.high) for b in (right.low, right.high)]
        low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
        return Interval(_down(low - _TINY), _up(high + _TINY))

    __rmul__ = __mul__

    def __getitem__(self, key: Any) -> "Interval":
        return Interval(self.low[key], self.high[key])

    def widened(self, epsilon: float) -> "Interval":
        """Both ends moved outward by epsilon ≥ 0."""
        return Interval(_down(self.low - epsilon), _up(self.high + epsilon))

    def inside(self, other: "Interval") -> NDArray[np.bool_]:
        """Elementwise: whether all of this lies within the other. False where anything is NaN."""
        return (other.low <= self.low) & (self.high <= other.high)

    def hull(self, other: "Interval") -> "Interval":
        """The smallest intervals that hold both."""
        return Interval(np.minimum(self.low, other.low), np.maximum(self.high, other.high))


def _interval(value: Operand) -> Interval:
    return value if isinstance(value, Interval) else Interval.exact(value)


def matmul(weight: Any, value: Interval) -> Interval:
    """weight `[M, N]`, known exactly, times value `[N, B]`.

    The error of a float64 sum of n products in any order is at most γ(n)·Σ|w||x| with γ(n) = n·u / (1 − n·u), u = 2⁻⁵³ (Higham
    2002, section 3.1); both halves are one such sum over the positive and one over the negative weights.
    """
    exact = np.asarray(weight, np.float64)
    positive, negative = np.maximum(exact, 0.0), np.minimum(exact, 0.0)
    terms = 2 * exact.shape[1] + 4
    gamma = 1.01 * terms * _UNIT
    error = gamma * (np.abs(exact) @ np.maximum(np.abs(value.low), np.abs(value.high))) * (1 + gamma) + _TINY
    low = positive @ value.low + negative @ value.high
    high = positive @ value.high + negative @ value.low
    return Interval(_down(low - error), _up(high + error))


def matmul_of_intervals(weight: Interval, value: Interval) -> Interval:
    """weight `[M, N]`, known within bounds, times value `[N, B]`: centre and radius of the weight each bounded as in `matmul`."""
    centre = (weight.low + weight.high) / 2
    radius = np.maximum(_up(weight.high - centre), _up(centre - weight.low))
    size = np.maximum(np.abs(value.low), np.abs(value.high))
    slack = matmul(radius, Interval.exact(size)).high
    middle = matmul(centre, value)
    return Interval(_down(middle.low - slack), _up(middle.high + slack))


def tanh(value: Interval) -> Interval:
    """Hyperbolic tangent, which is increasing and lies in [−1, 1]."""
    return _increasing(np.tanh, value, -1.0)


def sigmoid(value: Interval) -> Interval:
    """Logistic function, which is increasing and lies in [0, 1]."""
    from scipy.special import expit

    return _increasing(expit, value, 0.0)


def relu(value: Interval) -> Interval:
    """max(0, value), which is increasing and known exactly."""
    return Interval(np.maximum(value.low, 0.0), np.maximum(value.high, 0.0))


def _increasing(function: Any, value: Interval, least: float) -> Interval:
    """The range of an increasing function with values in [least, 1], its ends widened by the library's error."""
    low, high = function(value.low), function(value.high)
    low = low - np.abs(low) * _FUNCTION - _TINY
    high = high + np.abs(high) * _FUNCTION + _TINY
    return Interval(np.maximum(_down(low), least), np.minimum(_up(high), 1.0))


def lerp(weight: Interval, zero: Interval, one: Interval) -> Interval:
    """(1 − z)·zero + z·one for z in [0, 1].

    The range over independent intervals is exact: linear in z, so extreme at its ends; rising in `zero` and in `one`, so lowest at
    both low ends and highest at both high ends.
    """
    ends = [Interval.exact(np.clip(end, 0.0, 1.0)) for end in (weight.low, weight.high)]
    values = [(1.0 - z) * zero + z * one for z in ends]
    return values[0].hull(values[1])


def concatenate(values: Sequence[Interval]) -> Interval:
    """Intervals stacked along the rows."""
    return Interval(np.concatenate([v.low for v in values]), np.concatenate([v.high for v in values]))

"""Interpreter of `Ops` over arrays of closed float64 intervals, always rounded outward: the one that proofs use. No JAX.

Contract: what holds for all real numbers between the arguments' ends lies between the result's ends. Every comparison with a NaN is
false, so a NaN proves nothing.

Assumptions about the machine:

- +, − and × are IEEE 754 float64 operations that round to nearest.
- Sums of products may be computed in any order, with or without fused multiply-add.
- `numpy.tanh` and `scipy.special.expit` err by at most 16 units in the last place.

The independent checker repeats every proof in exact integers, without these assumptions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

UNIT_ROUNDOFF = 2.0**-53
"""u: the largest relative error of one float64 operation that rounds to nearest."""

UNDERFLOW = 2.0**-1000
"""Bounds the total underflow of any sum here: one operation underflows by at most 2⁻¹⁰⁷⁴, so this allows 2⁷⁴ of them."""

FUNCTION_ERROR = 2.0**-48
"""Relative error allowed to the library's tanh and logistic function: 16 units in the last place, each at most 2u = 2⁻⁵²."""

GAMMA_FACTOR = 1.01
"""Bounds 1 / (1 − n·u) in γ(n) = n·u / (1 − n·u) for every n below 10¹³."""

EXTRA_TERMS = 4
"""Terms added to n in `matmul`. They cover the addition of the two half sums, with some to spare."""

Operand = Union["Interval", NDArray[Any], float]


def _down(value: NDArray[Any]) -> NDArray[Any]:
    """The next float64 number below each entry."""
    return np.nextafter(value, -np.inf)


def _up(value: NDArray[Any]) -> NDArray[Any]:
    """The next float64 number above each entry."""
    return np.nextafter(value, np.inf)


@dataclass(frozen=True, eq=False)
class Interval:
    """All x with low ≤ x ≤ high, elementwise: two float64 arrays of one shape. Made with `exact` or `between`."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    __array_ufunc__ = None  # type: ignore[assignment]  # numpy arrays on the left leave + and * to this class

    @staticmethod
    def exact(value: Any) -> "Interval":
        """The interval that holds only `value`. Every float32 number is exactly a float64 number."""
        array = np.asarray(value, np.float64)
        return Interval(array, array)

    @staticmethod
    def between(low: Any, high: Any) -> "Interval":
        """The interval with these ends. They are not rounded outward."""
        return Interval(np.asarray(low, np.float64), np.asarray(high, np.float64))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of both ends."""
        return self.low.shape

    def __add__(self, other: Operand) -> "Interval":
        right = _as_interval(other)
        low = _down(self.low + right.low)
        high = _up(self.high + right.high)
        return Interval(low, high)

    __radd__ = __add__

    def __neg__(self) -> "Interval":
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Operand) -> "Interval":
        right = _as_interval(other)
        return self + (-right)

    def __rsub__(self, other: Operand) -> "Interval":
        left = _as_interval(other)
        return left + (-self)

    def __mul__(self, other: Operand) -> "Interval":
        right = _as_interval(other)
        corners = [
            self.low * right.low,
            self.low * right.high,
            self.high * right.low,
            self.high * right.high,
        ]
        low = np.minimum.reduce(corners)
        high = np.maximum.reduce(corners)
        return Interval(_down(low - UNDERFLOW), _up(high + UNDERFLOW))

    __rmul__ = __mul__

    def __getitem__(self, key: Any) -> "Interval":
        return Interval(self.low[key], self.high[key])

    def widened(self, epsilon: float) -> "Interval":
        """Both ends moved outward by epsilon ≥ 0."""
        return Interval(_down(self.low - epsilon), _up(self.high + epsilon))

    def inside(self, other: "Interval") -> NDArray[np.bool_]:
        """Elementwise: whether this interval lies inside the other. False where an end is NaN."""
        low_inside = other.low <= self.low
        high_inside = self.high <= other.high
        return low_inside & high_inside

    def hull(self, other: "Interval") -> "Interval":
        """The smallest intervals that contain both."""
        return Interval(np.minimum(self.low, other.low), np.maximum(self.high, other.high))


def _as_interval(value: Operand) -> Interval:
    """The value itself; an array or a number as the interval that holds only it."""
    if isinstance(value, Interval):
        return value
    return Interval.exact(value)


def matmul(weight: Any, value: Interval) -> Interval:
    """Weight `[M, N]`, known exactly, times value `[N, B]`.

    The low end is positive weights times low ends plus negative weights times high ends; the high end is the reverse. Each is a
    float64 sum of at most 2N products. In any order a sum of n products errs by at most γ(n)·Σ|w||x| with γ(n) = n·u / (1 − n·u)
    (Higham 2002, section 3.1). The factor 1 + γ covers the rounding of Σ|w||x| itself.
    """
    exact = np.asarray(weight, np.float64)
    positive = np.maximum(exact, 0.0)
    negative = np.minimum(exact, 0.0)
    largest = np.maximum(np.abs(value.low), np.abs(value.high))
    terms = 2 * exact.shape[1] + EXTRA_TERMS
    gamma = GAMMA_FACTOR * terms * UNIT_ROUNDOFF
    error = gamma * (np.abs(exact) @ largest) * (1 + gamma) + UNDERFLOW
    low = positive @ value.low + negative @ value.high
    high = positive @ value.high + negative @ value.low
    return Interval(_down(low - error), _up(high + error))


def matmul_of_intervals(weight: Interval, value: Interval) -> Interval:
    """Weight `[M, N]`, known within bounds, times value `[N, B]`.

    The result is the weight's centre times the value, plus or minus the weight's radius times |value|.
    """
    centre = (weight.low + weight.high) / 2
    radius = np.maximum(_up(weight.high - centre), _up(centre - weight.low))
    largest = np.maximum(np.abs(value.low), np.abs(value.high))
    deviation = matmul(radius, Interval.exact(largest)).high
    middle = matmul(centre, value)
    return Interval(_down(middle.low - deviation), _up(middle.high + deviation))


def tanh(value: Interval) -> Interval:
    """Hyperbolic tangent. It increases, and its values lie in [−1, 1]."""
    return _increasing(np.tanh, value, -1.0)


def sigmoid(value: Interval) -> Interval:
    """Logistic function. It increases, and its values lie in [0, 1]."""
    from scipy.special import expit

    return _increasing(expit, value, 0.0)


def relu(value: Interval) -> Interval:
    """max(0, value). It increases, and float64 computes it exactly."""
    return Interval(np.maximum(value.low, 0.0), np.maximum(value.high, 0.0))


def _increasing(function: Callable[[NDArray[Any]], NDArray[Any]], value: Interval, least: float) -> Interval:
    """The range of an increasing function with values in [least, 1]. Both ends allow for the library's error."""
    computed_low = function(value.low)
    computed_high = function(value.high)
    low = computed_low - np.abs(computed_low) * FUNCTION_ERROR - UNDERFLOW
    high = computed_high + np.abs(computed_high) * FUNCTION_ERROR + UNDERFLOW
    return Interval(np.maximum(_down(low), least), np.minimum(_up(high), 1.0))


def lerp(weight: Interval, zero: Interval, one: Interval) -> Interval:
    """(1 − z)·zero + z·one for z in [0, 1].

    The result is linear in z, so its extremes lie at the ends of z. It increases in `zero` and in `one`. So the hull of its values
    at the two ends of z is the exact range over independent arguments, before rounding.
    """
    values_at_ends = []
    for end in (weight.low, weight.high):
        z = Interval.exact(np.clip(end, 0.0, 1.0))
        values_at_ends.append((1.0 - z) * zero + z * one)
    return values_at_ends[0].hull(values_at_ends[1])


def stored(value: Interval) -> Interval:
    """The value itself: storage is exact here."""
    return value


def concatenate(values: Sequence[Interval]) -> Interval:
    """Intervals stacked along the rows."""
    low = np.concatenate([value.low for value in values])
    high = np.concatenate([value.high for value in values])
    return Interval(low, high)

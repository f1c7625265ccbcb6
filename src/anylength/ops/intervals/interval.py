"""The values: arrays of closed float64 intervals with +, − and ×.

Two functions serve the other modules: `around` makes an interval of a number that was computed with errors; `where_defined` takes
the bounds away where an operation is not defined.
"""

from dataclasses import dataclass
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

UNIT_ROUNDOFF = 2.0**-53
"""u: the largest relative error of one float64 operation that rounds to nearest."""

UNDERFLOW = 2.0**-1000
"""Bounds the total underflow of any sum here: one operation underflows by at most 2⁻¹⁰⁷⁴, so this allows 2⁷⁴ of them."""

FUNCTION_ERROR = 2.0**-48
"""Relative error allowed to a function of the libraries: 16 units in the last place, each at most 2u = 2⁻⁵²."""

LARGEST = float(np.finfo(np.float64).max)
"""The largest finite float64 number. What overflows to ∞ is at least this, up to the relative error of its computation."""

Operand = Union["Interval", NDArray[Any], float]


def down(value: NDArray[Any]) -> NDArray[Any]:
    """The next float64 number below each entry."""
    return np.nextafter(value, -np.inf)


def up(value: NDArray[Any]) -> NDArray[Any]:
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
        low = down(self.low + right.low)
        high = up(self.high + right.high)
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
        return Interval(down(low - UNDERFLOW), up(high + UNDERFLOW))

    __rmul__ = __mul__

    def __getitem__(self, key: Any) -> "Interval":
        return Interval(self.low[key], self.high[key])

    def widened(self, epsilon: float) -> "Interval":
        """Both ends moved outward by epsilon ≥ 0."""
        return Interval(down(self.low - epsilon), up(self.high + epsilon))

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


def around(computed: NDArray[Any], *, relative_error: float = 0.0, error: Any = 0.0) -> Interval:
    """The interval around a number that was computed with these errors: `relative_error`·|computed| + `error`, plus underflow.

    A number that overflowed to ∞ has no upper bound. Its lower bound is that of `LARGEST`.
    """
    return Interval(below(computed, relative_error, error), above(computed, relative_error, error))


def below(computed: NDArray[Any], relative_error: float, error: Any = 0.0) -> NDArray[Any]:
    """The lower end of `around`."""
    return down(np.minimum(computed, LARGEST) - _total_error(computed, relative_error, error))


def above(computed: NDArray[Any], relative_error: float, error: Any = 0.0) -> NDArray[Any]:
    """The upper end of `around`."""
    return up(np.maximum(computed, -LARGEST) + _total_error(computed, relative_error, error))


def _total_error(computed: NDArray[Any], relative_error: float, error: Any) -> NDArray[Any]:
    return np.minimum(np.abs(computed), LARGEST) * relative_error + error + UNDERFLOW


def where_defined(defined: NDArray[np.bool_], result: Interval, *arguments: Interval) -> Interval:
    """The result where it is defined. Elsewhere no bound: −∞ to ∞, or NaN where an end of an argument is NaN."""
    is_nan = np.zeros(1, np.bool_)
    for argument in arguments:
        is_nan = is_nan | np.isnan(argument.low) | np.isnan(argument.high)
    known = defined & ~is_nan
    unknown = np.where(is_nan, np.nan, np.inf)
    return Interval(np.where(known, result.low, -unknown), np.where(known, result.high, unknown))

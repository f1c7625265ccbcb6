"""Interpreter of `Ops` over values with slopes: forward-mode differentiation, over numpy arrays or over intervals.

Over arrays the slopes are Jacobians of a whole batch, without compilation. Over intervals a `Slope` bounds a quantity for all y in
[−1, 1]^m. By the mean value theorem, f(c + G·y) lies in f(c) + f'·y, where f' is the slope that this interpreter computes for the
value c + G·[−1, 1] and the slope G. A rectifier has no derivative at 0: over intervals its slope there is [0, 1] (its Clarke
derivative), with which the theorem holds for every Lipschitz function. The same goes for |x|, the larger and the smaller of two.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

from anylength.ops.arrays import numpy_arrays
from anylength.ops.intervals import Interval, intervals
from anylength.ops.ops import Ops

Values = Interval | NDArray[np.floating]
Operand = Union["Slope", Values, float]


@dataclass(frozen=True, eq=False)
class Slope:
    """A quantity and its partial derivatives with respect to m variables.

    Attributes:
        value: `[rows, B]`.
        slope: `[rows, m·B]`, B columns for each variable. For one that depends on no variable, m is 0.
    """

    value: Any
    slope: Any

    __array_ufunc__ = None  # type: ignore[assignment]  # numpy arrays on the left leave +, − and * to this class

    @staticmethod
    def known(value: Any) -> "Slope":
        """A quantity that depends on no variable."""
        return Slope(value, None)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        return self.value.shape

    def by_slope(self, function: Callable[[Any], Any], value: Any) -> "Slope":
        """Another value with a function of this slope, which is linear in it."""
        return Slope(value, None if self.slope is None else function(self.slope))

    def times(self, derivative: Any, value: Any) -> "Slope":
        """Another value with this slope times a derivative `[rows, B]`."""
        return self.by_slope(lambda slope: slope * _repeated(derivative, slope), value)

    def __add__(self, other: Operand) -> "Slope":
        right = _slope(other)
        return Slope(self.value + right.value, _sum(self.slope, right.slope))

    __radd__ = __add__

    def __neg__(self) -> "Slope":
        return self.by_slope(lambda slope: -slope, -self.value)

    def __sub__(self, other: Operand) -> "Slope":
        return self + (-_slope(other))

    def __rsub__(self, other: Operand) -> "Slope":
        return (-self) + other

    def __mul__(self, other: Operand) -> "Slope":
        right = _slope(other)
        product = self.value * right.value
        return Slope(product, _sum(self.times(right.value, product).slope, right.times(self.value, product).slope))

    __rmul__ = __mul__

    def __getitem__(self, key: Any) -> "Slope":
        return self.by_slope(lambda slope: slope[key], self.value[key])


def variables(value: NDArray[Any]) -> Slope:
    """The rows of `[D, B]` as D variables: the slope is the identity matrix, for each column."""
    return Slope(value, np.repeat(np.eye(len(value)), value.shape[1], axis=1))


def jacobians(slope: Slope, count: int) -> NDArray[np.float64]:
    """The slopes of a batch over arrays, with respect to so many variables: `[B, rows, m]`."""
    rows, columns = slope.shape
    return np.moveaxis(slope.slope.reshape(rows, count, columns), 2, 0)


class Slopes:
    """The operations over slopes.

    Args:
        ops: The interpreter over their values.
    """

    def __init__(self, ops: Ops) -> None:
        self._ops = ops

    def constant(self, value: Any, columns: int) -> Slope:
        """Known numbers `[rows]` in each of the columns."""
        return Slope.known(self._ops.constant(value, columns))

    def tensor(self, value: Any, columns: int) -> Slope:
        """A vector of weights `[rows]` in each of the columns."""
        return Slope.known(self._ops.tensor(value, columns))

    def take(self, value: Operand, rows: Sequence[int]) -> Slope:
        """The rows with these numbers."""
        return _slope(value)[np.asarray(rows, np.int64)]

    def concatenate(self, values: Sequence[Operand]) -> Slope:
        """Quantities stacked along the rows. Those that depend on no variable get slopes of 0."""
        parts = [_slope(value) for value in values]
        stacked = self._ops.concatenate([part.value for part in parts])
        columns = next((part.slope.shape[1] for part in parts if part.slope is not None), None)
        if columns is None:
            return Slope.known(stacked)
        slopes = [np.zeros((part.shape[0], columns)) if part.slope is None else part.slope for part in parts]
        return Slope(stacked, self._ops.concatenate(slopes))

    def matmul(self, weight: Any, value: Operand) -> Slope:
        """Weight `[M, N]` times a quantity of N rows."""
        factor = _slope(value)
        return factor.by_slope(lambda slope: self._ops.matmul(weight, slope), self._ops.matmul(weight, factor.value))

    def matvec(self, matrix: Operand, vector: Operand) -> Slope:
        """A matrix A, kept row by row, times a vector v; its slope is A'v + Av'."""
        left, right = _slope(matrix), _slope(vector)
        result = self._ops.matvec(left.value, right.value)
        own = left.by_slope(lambda slope: self._ops.matvec(slope, _repeated(right.value, slope)), result)
        other = right.by_slope(lambda slope: self._ops.matvec(_repeated(left.value, slope), slope), result)
        return Slope(result, _sum(own.slope, other.slope))

    def scale(self, value: Operand, factor: float) -> Slope:
        """A known number times the value."""
        return _slope(value) * factor

    def mean(self, value: Operand) -> Slope:
        """The mean of the rows: one row."""
        return _slope(value).by_slope(self._ops.mean, self._ops.mean(_value(value)))

    def center(self, value: Operand) -> Slope:
        """Each row minus the mean of the rows."""
        return _slope(value).by_slope(self._ops.center, self._ops.center(_value(value)))

    def mean_square(self, value: Operand) -> Slope:
        """The mean of the squares of the rows; its slope is the mean of 2·xⱼ·xⱼ'."""
        slope = self.mean(self.square(value))
        return replace(slope, value=self._ops.mean_square(_value(value)))

    def normalize(self, value: Operand, mean_square: Operand, epsilon: float) -> Slope:
        """yᵢ = xᵢ·r with r = 1 / √(mean square + epsilon); its slope is r·(xᵢ' − yᵢ·mean(yⱼ·xⱼ'))."""
        x, square = _slope(value), self._ops.mean_square(_value(value))
        result = self._ops.normalize(x.value, _value(mean_square), epsilon)
        factor = self._ops.rsqrt(square + epsilon)

        def changed(slope: Any) -> Any:
            wide = _repeated(result, slope)
            return (slope - self._ops.mean(slope * wide) * wide) * _repeated(factor, slope)

        return x.by_slope(changed, result)

    def softmax(self, value: Operand) -> Slope:
        """sᵢ = e^xᵢ / Σⱼ e^xⱼ; its slope is sᵢ·(xᵢ' − Σⱼ sⱼ·xⱼ')."""
        x, result = _slope(value), self._ops.softmax(_value(value))

        def changed(slope: Any) -> Any:
            wide = _repeated(result, slope)
            return (slope - self._ops.mean(slope * wide) * result.shape[0]) * wide

        return x.by_slope(changed, result)

    def lerp(self, weight: Operand, zero: Operand, one: Operand) -> Slope:
        """(1 − z)·zero + z·one; its slope is (1 − z)·zero' + z·one' + (one − zero)·z'."""
        z, a, b = _slope(weight), _slope(zero), _slope(one)
        result = self._ops.lerp(z.value, a.value, b.value)
        parts = a.times(1.0 - z.value, result), b.times(z.value, result), z.times(b.value - a.value, result)
        return Slope(result, _sum(_sum(parts[0].slope, parts[1].slope), parts[2].slope))

    def tanh(self, value: Operand) -> Slope:
        """Hyperbolic tangent; its slope is 1 − tanh²."""
        result = self._ops.tanh(_value(value))
        return _slope(value).times(1.0 - self._ops.square(result), result)

    def sigmoid(self, value: Operand) -> Slope:
        """Logistic function σ; its slope is (1 − (2σ − 1)²) / 4."""
        result = self._ops.sigmoid(_value(value))
        return _slope(value).times((1.0 - self._ops.square(result * 2.0 + -1.0)) * 0.25, result)

    def exp(self, value: Operand) -> Slope:
        """Exponential; its slope is itself."""
        result = self._ops.exp(_value(value))
        return _slope(value).times(result, result)

    def softplus(self, value: Operand) -> Slope:
        """log(1 + e^value); its slope is the logistic function."""
        return _slope(value).times(self._ops.sigmoid(_value(value)), self._ops.softplus(_value(value)))

    def silu(self, value: Operand) -> Slope:
        """value · σ(value); its slope is σ + value·σ·(1 − σ)."""
        x, gate = _value(value), self._ops.sigmoid(_value(value))
        return _slope(value).times(gate + x * (gate * (1.0 - gate)), self._ops.silu(x))

    def gelu(self, value: Operand) -> Slope:
        """value · Φ(value); its slope is Φ(value) + value·φ(value), with the normal distribution's density φ."""
        from scipy.special import ndtr

        x = _value(value)
        density = self._ops.exp(self._ops.square(x) * -0.5) * (1 / math.sqrt(2 * math.pi))
        return _slope(value).times(_rising(ndtr, x) + x * density, self._ops.gelu(x))

    def square(self, value: Operand) -> Slope:
        """value²; its slope is 2 · value."""
        return _slope(value).times(_value(value) * 2.0, self._ops.square(_value(value)))

    def reciprocal(self, value: Operand) -> Slope:
        """1 / value; its slope is −1 / value²."""
        result = self._ops.reciprocal(_value(value))
        return _slope(value).times(-self._ops.square(result), result)

    def rsqrt(self, value: Operand) -> Slope:
        """1 / √value; its slope is −(1 / √value)³ / 2."""
        result = self._ops.rsqrt(_value(value))
        return _slope(value).times(self._ops.square(result) * result * -0.5, result)

    def relu(self, value: Operand) -> Slope:
        """max(0, value); its slope is 1 above 0 and 0 below."""
        return _slope(value).times(_step(_value(value), 0.0), self._ops.relu(_value(value)))

    def absolute(self, value: Operand) -> Slope:
        """|value|; its slope is 1 above 0 and −1 below."""
        return _slope(value).times(_step(_value(value), 1.0) * 2.0 + -1.0, self._ops.absolute(_value(value)))

    def maximum(self, left: Operand, right: Operand) -> Slope:
        """The larger one, with its slope."""
        return self._chosen(self._ops.maximum, left, right, sign=1.0)

    def minimum(self, left: Operand, right: Operand) -> Slope:
        """The smaller one, with its slope."""
        return self._chosen(self._ops.minimum, left, right, sign=-1.0)

    def stored(self, value: Slope) -> Slope:
        """The value itself: storage is exact here."""
        return value

    def _chosen(self, choose: Callable[..., Any], left: Operand, right: Operand, sign: float) -> Slope:
        """One of two, by the sign of their difference; where both are equal, the mean of their slopes."""
        a, b = _slope(left), _slope(right)
        result, share = choose(a.value, b.value), _step((a.value - b.value) * sign, 0.5)
        known = next((part.slope for part in (a, b) if part.slope is not None), None)
        if known is None:
            return Slope.known(result)
        slopes = [np.zeros(known.shape) if part.slope is None else part.slope for part in (b, a)]
        return Slope(result, self._ops.lerp(_repeated(share, known), *slopes))


def _slope(value: Operand) -> Slope:
    """The slope itself; a known quantity with no slope."""
    return value if isinstance(value, Slope) else Slope.known(value)


def _value(value: Operand) -> Any:
    """The value of a slope; a known quantity itself."""
    return value.value if isinstance(value, Slope) else value


def _sum(left: Any, right: Any) -> Any:
    """The sum of two slopes, each of which may be missing."""
    if left is None or right is None:
        return right if left is None else left
    return left + right


def _repeated(values: Any, slope: Any) -> Any:
    """Values `[rows, B]` for each variable of a slope `[rows, m·B]`; a number, or a single column, as it is."""
    shape = np.shape(values) if not isinstance(values, Interval) else values.shape
    if not shape or shape[1] == 1 or shape[1] == slope.shape[1]:
        return values
    return values[:, np.tile(np.arange(shape[1]), slope.shape[1] // shape[1])]


def _rising(function: Callable[[Any], Any], value: Values) -> Any:
    """A function that rises, from 0 to 1."""
    if not isinstance(value, Interval):
        return function(value)
    return Interval.around(function(value.low), function(value.high), least=0.0, most=1.0)


def _step(value: Values, at_zero: float) -> Any:
    """1 above 0 and 0 below: over intervals that may contain 0, [0, 1]."""
    if not isinstance(value, Interval):
        return np.heaviside(value, at_zero)
    return Interval.between(np.heaviside(value.low, 0.0), np.heaviside(value.high, 1.0))


slopes = Slopes(intervals)
"""The interpreter over intervals."""

array_slopes = Slopes(numpy_arrays)
"""The interpreter over numpy arrays."""

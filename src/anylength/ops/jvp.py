"""Interpreter of `Ops` over dual numbers: forward-mode differentiation of a whole batch in numpy, without compilation.

A `Dual` holds a quantity and its partial derivatives with respect to m variables. It does not bound rounding errors; `slopes` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

from anylength.ops import numpy_arrays

Operand = Union["Dual", NDArray[Any], float]


@dataclass(frozen=True, eq=False)
class Dual:
    """A quantity and its partial derivatives with respect to m variables.

    Attributes:
        value: `[rows, B]`.
        slope: `[m, rows, B]`.
    """

    value: NDArray[Any]
    slope: NDArray[Any]

    __array_ufunc__ = None  # type: ignore[assignment]  # numpy arrays on the left leave + and * to this class

    def __add__(self, other: Operand) -> "Dual":
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.slope + other.slope)
        return Dual(self.value + other, self.slope)

    __radd__ = __add__

    def __neg__(self) -> "Dual":
        return Dual(-self.value, -self.slope)

    def __sub__(self, other: Operand) -> "Dual":
        return self + (-other)

    def __rsub__(self, other: Operand) -> "Dual":
        return (-self) + other

    def __mul__(self, other: Operand) -> "Dual":
        if isinstance(other, Dual):
            return Dual(self.value * other.value, self.slope * other.value + other.slope * self.value)
        return Dual(self.value * other, self.slope * other)

    __rmul__ = __mul__

    def __getitem__(self, key: Any) -> "Dual":
        return Dual(self.value[key], self.slope[:, key])


def variables(value: NDArray[Any]) -> Dual:
    """The rows of `[D, B]` as D variables: the slope is the identity matrix."""
    rows = len(value)
    return Dual(value, np.broadcast_to(np.eye(rows)[:, :, None], (rows, rows, value.shape[1])))


def constant(value: NDArray[Any]) -> Dual:
    """A quantity that depends on no variable. Its slope has m = 1 and is 0; it broadcasts to any m."""
    return Dual(value, np.zeros((1, *value.shape)))


def matmul(weight: NDArray[Any], value: Dual | NDArray[Any]) -> Dual:
    """weight `[M, N]` times a quantity of N rows, or times an array that depends on nothing."""
    factor = value if isinstance(value, Dual) else constant(value)
    return Dual(weight @ factor.value, weight @ factor.slope)


def tanh(value: Dual) -> Dual:
    """Hyperbolic tangent; its slope is 1 − tanh²."""
    result = numpy_arrays.tanh(value.value)
    return Dual(result, value.slope * (1.0 - result * result))


def sigmoid(value: Dual) -> Dual:
    """Logistic function σ; its slope is σ·(1 − σ)."""
    result = numpy_arrays.sigmoid(value.value)
    return Dual(result, value.slope * (result * (1.0 - result)))


def relu(value: Dual) -> Dual:
    """max(0, value); its slope is 1 above 0 and 0 elsewhere."""
    return Dual(numpy_arrays.relu(value.value), value.slope * (value.value > 0))


def lerp(weight: Dual, zero: Dual, one: Dual) -> Dual:
    """(1 − z)·zero + z·one."""
    return zero + weight * (one - zero)


def stored(value: Dual) -> Dual:
    """The value itself: storage is exact here."""
    return value


def concatenate(values: Sequence[Dual]) -> Dual:
    """Quantities stacked along the rows. Those that depend on no variable get slopes of 0."""
    variable_count = max(value.slope.shape[0] for value in values)
    slopes = [np.broadcast_to(value.slope, (variable_count, *value.slope.shape[1:])) for value in values]
    return Dual(np.concatenate([value.value for value in values]), np.concatenate(slopes, axis=1))

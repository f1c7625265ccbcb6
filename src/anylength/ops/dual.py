"""Dual numbers: a quantity with its partial derivatives, a whole batch in numpy. `jvp` is the interpreter over them."""

from dataclasses import dataclass
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

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

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        return self.value.shape

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


def known(value: NDArray[Any]) -> Dual:
    """A quantity that depends on no variable. Its slope has m = 1 and is 0; it broadcasts to any m."""
    return Dual(value, np.zeros((1, *value.shape)))

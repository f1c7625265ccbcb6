"""The values: intervals with intervals of their partial derivatives, and +, − and ×."""

from dataclasses import dataclass
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

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

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value: rows and 1."""
        return self.value.shape

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


def independent(value: NDArray[Any]) -> Slope:
    """A known quantity `[rows, 1]` that depends on no variable. Its slope has m = 1 and is 0; it broadcasts to any m."""
    return Slope(Interval.exact(value), Interval.exact(np.zeros(np.shape(value))))

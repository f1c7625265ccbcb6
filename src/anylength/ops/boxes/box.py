"""A box: a centre and a radius ≥ 0. Sums, and products with known numbers, act on both. Not rounded outward."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self


@dataclass(frozen=True)
class AbstractBox:
    """All x with |x − centre| ≤ radius, elementwise: two arrays of one shape.

    Attributes:
        arrays: The interpreter of `Ops` over these arrays.
        zeros_like: Zeros of an array's shape.
    """

    centre: Any
    radius: Any

    arrays: ClassVar[Any]
    zeros_like: ClassVar[Callable[[Any], Any]]

    __array_ufunc__ = None  # numpy arrays on the left leave +, − and * to this class

    @classmethod
    def between(cls, low: Any, high: Any) -> Self:
        """The box with these ends."""
        return cls((high + low) / 2, (high - low) / 2)

    @classmethod
    def of(cls, value: Any) -> Self:
        """The value itself; an array as a box of radius 0."""
        return value if isinstance(value, cls) else cls(value, cls.zeros_like(value))

    @property
    def low(self) -> Any:
        """The lower ends."""
        return self.centre - self.radius

    @property
    def high(self) -> Any:
        """The upper ends."""
        return self.centre + self.radius

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of both arrays."""
        return self.centre.shape

    def __add__(self, other: Any) -> Self:
        if isinstance(other, AbstractBox):
            return type(self)(self.centre + other.centre, self.radius + other.radius)
        return type(self)(self.centre + other, self.radius)

    __radd__ = __add__

    def __neg__(self) -> Self:
        return type(self)(-self.centre, self.radius)

    def __sub__(self, other: Any) -> Self:
        return self + (-other)

    def __rsub__(self, other: Any) -> Self:
        return (-self) + other

    def __mul__(self, other: Any) -> Self:
        arrays = self.arrays
        if not isinstance(other, AbstractBox):
            return type(self)(self.centre * other, self.radius * arrays.absolute(other))
        at_low = (self.low * other.low, self.low * other.high)
        at_high = (self.high * other.low, self.high * other.high)
        low = arrays.minimum(arrays.minimum(*at_low), arrays.minimum(*at_high))
        high = arrays.maximum(arrays.maximum(*at_low), arrays.maximum(*at_high))
        return self.between(low, high)

    __rmul__ = __mul__

    def __getitem__(self, key: Any) -> Self:
        return self.mapped(lambda part: part[key])

    def mapped(self, function: Callable[[Any], Any]) -> Self:
        """The same function of centre and radius: one that moves entries, or a mean of some."""
        return type(self)(function(self.centre), function(self.radius))

    def widened(self, epsilon: Any) -> Self:
        """The box with every radius grown by epsilon."""
        return type(self)(self.centre, self.radius + epsilon)

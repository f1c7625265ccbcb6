"""A box: a centre and a radius ≥ 0. Sums, and products with known numbers, act on both. Not rounded outward.

Another kind of box for `BoxInterpreter` has the same attributes and methods: see `anylength.ops.intervals`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self


@dataclass(frozen=True)
class AbstractBox:
    """All x with |x − centre| ≤ radius, elementwise: two arrays of one shape.

    Attributes:
        arrays: The interpreter of `Ops` over these arrays.
    """

    centre: Any
    radius: Any

    arrays: ClassVar[Any]

    largest_exponent: ClassVar[float] = 80.0
    """Ends of exp count as e⁸⁰ ≈ 5.5·10³⁴ from here on. float32 still holds it, so that no low end is infinity minus infinity."""

    unbounded: ClassVar[float] = 1e9
    """Stands for an infinite end of 1/x and 1/√x. Products of four of them still fit in float32."""

    __array_ufunc__ = None  # numpy arrays on the left leave +, − and * to this class

    @classmethod
    def between(cls, low: Any, high: Any) -> Self:
        """The box with these ends."""
        return cls((high + low) / 2, (high - low) / 2)

    @classmethod
    def around(cls, low: Any, high: Any, **errors: Any) -> Self:
        """The box with these computed ends."""
        del errors  # this kind of box is not rounded outward
        return cls.between(low, high)

    @classmethod
    def stacked(cls, boxes: Sequence[Self]) -> Self:
        """Boxes stacked along the rows."""
        return cls(*(cls.arrays.concatenate(parts) for parts in zip(*((box.centre, box.radius) for box in boxes), strict=True)))

    @staticmethod
    def known(value: Any) -> Any:
        """Known numbers: a plain array."""
        return value

    @classmethod
    def of(cls, value: Any) -> Self:
        """The value itself; an array as a box of radius 0."""
        return value if isinstance(value, cls) else cls(value, cls.arrays.namespace.zeros_like(value))

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

    def times(self, weight: Any) -> Self:
        """A weight `[M, N]` times the box `[N, B]`."""
        return type(self)(self.arrays.matmul(weight, self.centre), self.arrays.matmul(abs(weight), self.radius))

    def summed(self) -> Self:
        """The sums along the second axis."""
        return self.mapped(lambda part: part.sum(1))

    def mean(self) -> Self:
        """The mean of the rows: one row."""
        return self.mapped(self.arrays.mean)

    def centered(self) -> Self:
        """Each row minus the mean of the rows: ((n − 1)·xᵢ − Σ_{j≠i} xⱼ) / n, with xᵢ counted once."""
        own = self.arrays.scale(self.radius, 1 - 2 / self.shape[0])
        return type(self)(self.arrays.center(self.centre), own + self.arrays.mean(self.radius))

    def share(self) -> Self:
        """The box as the weight of a `lerp`: that lies in [0, 1]."""
        return self

    def widened(self, epsilon: Any) -> Self:
        """The box with every radius grown by epsilon."""
        return type(self)(self.centre, self.radius + epsilon)

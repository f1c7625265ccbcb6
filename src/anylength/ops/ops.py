"""The operations that a step may use.

A cell writes its step once over these operations. Each other module of this package is an interpreter: it implements all of them
for one kind of value.
"""

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Ops(Protocol):
    """The operations that a step may use. An interpreter is a module (or an object) that implements all of them.

    A step may also use `+`, `-`, `*` (elementwise) and row slices, which the values implement. Values are columns `[rows, B]`.
    """

    def constant(self, value: Any, columns: int, /) -> Any:
        """Known numbers `[rows]` as a value of this many columns."""

    def tensor(self, value: Any, columns: int, /) -> Any:
        """A vector of weights `[rows]` as a value of this many columns. A number format may store it inexactly."""

    def take(self, value: Any, rows: Sequence[int], /) -> Any:
        """The rows with these numbers, in this order; a row may come more than once."""

    def concatenate(self, values: Sequence[Any], /) -> Any:
        """Values stacked along the rows."""

    def matmul(self, weight: Any, value: Any, /) -> Any:
        """Weight `[M, N]`, known exactly, times value `[N, B]`."""

    def scale(self, value: Any, factor: float, /) -> Any:
        """A known float32 number times the value."""

    def maximum(self, left: Any, right: Any, /) -> Any:
        """The larger one, elementwise."""

    def minimum(self, left: Any, right: Any, /) -> Any:
        """The smaller one, elementwise."""

    def mean(self, value: Any, /) -> Any:
        """The mean of the rows: one row."""

    def center(self, value: Any, /) -> Any:
        """Each row minus the mean of the rows."""

    def mean_square(self, value: Any, /) -> Any:
        """The mean of the squares of the rows: one row."""

    def normalize(self, value: Any, mean_square: Any, epsilon: float, /) -> Any:
        """value / √(mean_square + epsilon), where `mean_square` is that of this value: root mean square normalisation."""

    def softmax(self, value: Any, /) -> Any:
        """e^xᵢ / Σⱼ e^xⱼ over the rows."""

    def matvec(self, matrix: Any, vector: Any, /) -> Any:
        """A matrix, kept row by row in `[M·N, B]`, times a vector `[N, B]`."""

    def lerp(self, weight: Any, zero: Any, one: Any, /) -> Any:
        """(1 − weight)·zero + weight·one, elementwise, for weight in [0, 1]."""

    def tanh(self, value: Any, /) -> Any:
        """Hyperbolic tangent, elementwise."""

    def sigmoid(self, value: Any, /) -> Any:
        """Logistic function, elementwise."""

    def relu(self, value: Any, /) -> Any:
        """max(0, value), elementwise."""

    def exp(self, value: Any, /) -> Any:
        """Exponential, elementwise."""

    def softplus(self, value: Any, /) -> Any:
        """log(1 + e^value), elementwise."""

    def silu(self, value: Any, /) -> Any:
        """value · σ(value), elementwise, with the logistic function σ."""

    def gelu(self, value: Any, /) -> Any:
        """value · Φ(value), elementwise, with the normal distribution function Φ."""

    def absolute(self, value: Any, /) -> Any:
        """|value|, elementwise."""

    def square(self, value: Any, /) -> Any:
        """value², elementwise."""

    def reciprocal(self, value: Any, /) -> Any:
        """1 / value, elementwise, for values that are bounded away from 0."""

    def rsqrt(self, value: Any, /) -> Any:
        """1 / √value, elementwise, for values that are bounded away from 0."""

    def stored(self, value: Any, /) -> Any:
        """A part of the new state that the rest of the step reads: it may have been stored in the number format by then."""

"""The operations that a step may use.

A cell writes its step once over these operations. Each other module of this package is an interpreter: it implements all of them
for one kind of value.
"""

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Ops(Protocol):
    """The operations that a step may use. An interpreter is a module (or an object) that implements all of them.

    A step may also use `+`, `*` (elementwise) and row slices, which the values implement. Values are columns `[rows, B]`.
    """

    def matmul(self, weight: Any, value: Any, /) -> Any:
        """Weight `[M, N]`, known exactly, times value `[N, B]`."""

    def tanh(self, value: Any, /) -> Any:
        """Hyperbolic tangent, elementwise."""

    def sigmoid(self, value: Any, /) -> Any:
        """Logistic function, elementwise."""

    def lerp(self, weight: Any, zero: Any, one: Any, /) -> Any:
        """(1 − weight)·zero + weight·one, elementwise, for weight in [0, 1]."""

    def relu(self, value: Any, /) -> Any:
        """max(0, value), elementwise."""

    def stored(self, value: Any, /) -> Any:
        """A row of the new state that the rest of the step reads: it may have been stored in the number format by then."""

    def concatenate(self, values: Sequence[Any], /) -> Any:
        """Values stacked along the rows."""

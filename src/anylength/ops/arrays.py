"""The interpreter of `Ops` over arrays `[rows, B]` of any library that follows the array API: numpy, JAX, PyTorch.

Values keep their float type. Functions that overflow or divide by zero give infinity or NaN, silently.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_silent = np.errstate(over="ignore", divide="ignore", invalid="ignore")

OneFunction = Callable[[Any], Any]


@dataclass(frozen=True)
class Arrays:
    """The operations over the arrays of one library.

    Attributes:
        namespace: The functions of the array API.
        sigmoid, relu, gelu: The logistic function, max(0, x) and x · Φ(x), which the array API does not have.
        softmax: e^xᵢ / Σⱼ e^xⱼ over the rows, which does not overflow.
    """

    namespace: Any
    sigmoid: OneFunction
    relu: OneFunction
    gelu: OneFunction
    softmax: OneFunction

    def constant(self, value: Any, columns: int) -> Any:
        """Known numbers `[rows]` in each of the columns."""
        return self.tensor(self.namespace.asarray(value), columns)

    def tensor(self, value: Any, columns: int) -> Any:
        """A vector of weights `[rows]` in each of the columns."""
        return self.namespace.broadcast_to(value[:, None], (len(value), columns))

    def take(self, value: Any, rows: Sequence[int]) -> Any:
        """The rows with these numbers."""
        return value[np.asarray(rows, np.int64)]

    def concatenate(self, values: Sequence[Any]) -> Any:
        """Values stacked along the rows."""
        return self.namespace.concat(list(values))

    def matmul(self, weight: Any, value: Any) -> Any:
        """Weight `[M, N]` times value `[N, B]`."""
        return weight @ value

    def matvec(self, matrix: Any, vector: Any) -> Any:
        """A matrix, row by row `[M·N, B]`, times a vector `[N, B]`."""
        return (matrix.reshape(matrix.shape[0] // vector.shape[0], vector.shape[0], matrix.shape[1]) * vector).sum(1)

    def scale(self, value: Any, factor: float) -> Any:
        """A known number times the value."""
        return factor * value

    def maximum(self, left: Any, right: Any) -> Any:
        """The larger one, elementwise; the right one may be a number."""
        return self.namespace.maximum(left, self._like(left, right))

    def minimum(self, left: Any, right: Any) -> Any:
        """The smaller one, elementwise; the right one may be a number."""
        return self.namespace.minimum(left, self._like(left, right))

    def mean(self, value: Any) -> Any:
        """The mean of the rows: one row."""
        return self.namespace.mean(value, axis=0, keepdims=True)

    def center(self, value: Any) -> Any:
        """Each row minus the mean of the rows."""
        return value - self.mean(value)

    @_silent
    def mean_square(self, value: Any) -> Any:
        """The mean of the squares of the rows: one row."""
        return self.mean(value * value)

    @_silent
    def normalize(self, value: Any, mean_square: Any, epsilon: float) -> Any:
        """value / √(mean_square + epsilon), for the mean square of this value."""
        return value / self.namespace.sqrt(mean_square + epsilon)

    def lerp(self, weight: Any, zero: Any, one: Any) -> Any:
        """(1 − weight)·zero + weight·one, elementwise, for weight in [0, 1]."""
        return zero + weight * (one - zero)

    def tanh(self, value: Any) -> Any:
        """Hyperbolic tangent, elementwise."""
        return self.namespace.tanh(value)

    @_silent
    def exp(self, value: Any) -> Any:
        """Exponential, elementwise."""
        return self.namespace.exp(value)

    def softplus(self, value: Any) -> Any:
        """log(1 + e^value), elementwise."""
        return self.namespace.logaddexp(value, self._like(value, 0))

    def silu(self, value: Any) -> Any:
        """value · σ(value), elementwise."""
        return value * self.sigmoid(value)

    def absolute(self, value: Any) -> Any:
        """|value|, elementwise; also of a number."""
        return abs(value)

    @_silent
    def square(self, value: Any) -> Any:
        """value², elementwise."""
        return value * value

    @_silent
    def reciprocal(self, value: Any) -> Any:
        """1 / value, elementwise."""
        return 1 / value

    @_silent
    def rsqrt(self, value: Any) -> Any:
        """1 / √value, elementwise."""
        return 1 / self.namespace.sqrt(value)

    def stored(self, value: Any) -> Any:
        """The value itself: storage is exact here."""
        return value

    def _like(self, value: Any, other: Any) -> Any:
        """An array as it is; a number in every entry of the value's shape."""
        return self.namespace.full_like(value, other) if isinstance(other, int | float) else other


def numpy_relu(value: Any) -> Any:
    """max(0, value)."""
    return np.maximum(value, 0)


def numpy_gelu(value: Any) -> Any:
    """value · Φ(value): the form with the error function."""
    from scipy.special import ndtr

    return value * ndtr(value)


@_silent
def numpy_softmax(value: Any) -> Any:
    """From differences to the largest row, which cannot overflow."""
    powers = np.exp(value - value.max(axis=0, keepdims=True))
    return powers / powers.sum(axis=0, keepdims=True)


def _sigmoid(value: Any) -> Any:
    """(1 + tanh(x / 2)) / 2, which cannot overflow. Its error is a few units in the last place of 1, not of the result."""
    return 0.5 + 0.5 * np.tanh(0.5 * value)


numpy_arrays = Arrays(np, _sigmoid, numpy_relu, numpy_gelu, numpy_softmax)
"""The interpreter over numpy arrays: the one that searches, without compilation. In float32 it agrees with JAX up to rounding."""

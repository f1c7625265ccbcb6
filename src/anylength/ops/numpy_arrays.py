"""Interpreter of `Ops` over numpy arrays `[rows, B]`: the one that searches, without compilation.

Values keep their float type. Over float32 columns the results agree with `jax_arrays` up to rounding. Functions that overflow or
divide by zero give infinity or NaN, silently.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_silent = np.errstate(over="ignore", divide="ignore", invalid="ignore")


def constant(value: NDArray[np.floating], columns: int) -> NDArray[np.floating]:
    """Known numbers `[rows]` in each of the columns."""
    return np.broadcast_to(value[:, None], (len(value), columns))


def tensor(value: NDArray[np.floating], columns: int) -> NDArray[np.floating]:
    """A vector of weights `[rows]` in each of the columns."""
    return constant(value, columns)


def take(value: NDArray[np.floating], rows: Sequence[int]) -> NDArray[np.floating]:
    """The rows with these numbers."""
    return value[np.asarray(rows, np.int64)]


def scale(value: NDArray[np.floating], factor: float) -> NDArray[np.floating]:
    """A known number times the value."""
    return factor * value


def maximum(left: NDArray[np.floating], right: NDArray[np.floating]) -> NDArray[np.floating]:
    """The larger one, elementwise."""
    return np.maximum(left, right)


def minimum(left: NDArray[np.floating], right: NDArray[np.floating]) -> NDArray[np.floating]:
    """The smaller one, elementwise."""
    return np.minimum(left, right)


def mean(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """The mean of the rows: one row."""
    return value.mean(axis=0, keepdims=True)


def center(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """Each row minus the mean of the rows."""
    return value - mean(value)


@_silent
def mean_square(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """The mean of the squares of the rows: one row."""
    return mean(value * value)


@_silent
def normalize(value: NDArray[np.floating], mean_square: NDArray[np.floating], epsilon: float) -> NDArray[np.floating]:
    """value / √(mean_square + epsilon), for the mean square of this value."""
    return value / np.sqrt(mean_square + epsilon)


@_silent
def softmax(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """e^xᵢ / Σⱼ e^xⱼ over the rows, from differences to the largest row, which cannot overflow."""
    powers = np.exp(value - value.max(axis=0, keepdims=True))
    return powers / powers.sum(axis=0, keepdims=True)


@_silent
def matvec(matrix: NDArray[np.floating], vector: NDArray[np.floating]) -> NDArray[np.floating]:
    """A matrix, row by row `[M·N, B]`, times a vector `[N, B]`."""
    return (matrix.reshape(len(matrix) // len(vector), len(vector), matrix.shape[1]) * vector).sum(axis=1)


def matmul(weight: NDArray[np.floating], value: NDArray[np.floating]) -> NDArray[np.floating]:
    """Weight `[M, N]` times value `[N, B]`."""
    return weight @ value


def tanh(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """Hyperbolic tangent, elementwise."""
    return np.tanh(value)


def sigmoid(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """Logistic function, elementwise: (1 + tanh(x / 2)) / 2, which cannot overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * value)


def lerp(weight: NDArray[np.floating], zero: NDArray[np.floating], one: NDArray[np.floating]) -> NDArray[np.floating]:
    """(1 − weight)·zero + weight·one, elementwise, for weight in [0, 1]."""
    return zero + weight * (one - zero)


def relu(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """max(0, value), elementwise."""
    return np.maximum(value, 0)


@_silent
def exp(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """Exponential, elementwise."""
    return np.exp(value)


def softplus(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """log(1 + e^value), elementwise."""
    return np.logaddexp(value, 0)


def silu(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """value · σ(value), elementwise."""
    return value * sigmoid(value)


def gelu(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """value · Φ(value), elementwise: the form with the error function."""
    from scipy.special import ndtr

    return value * ndtr(value)


def absolute(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """|value|, elementwise."""
    return np.abs(value)


@_silent
def square(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """value², elementwise."""
    return value * value


@_silent
def reciprocal(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """1 / value, elementwise."""
    return 1 / value


@_silent
def rsqrt(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """1 / √value, elementwise."""
    return 1 / np.sqrt(value)


def stored(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """The value itself: storage is exact here."""
    return value


def concatenate(values: Sequence[NDArray[np.floating]]) -> NDArray[np.floating]:
    """Values stacked along the rows."""
    return np.concatenate(values)

"""Interpreter of `Ops` over JAX arrays `[rows, B]`: the one that trains and answers."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax


def constant(value: Any, columns: int) -> Array:
    """Known numbers `[rows]` in each of the columns."""
    return jnp.broadcast_to(jnp.asarray(value)[:, None], (len(value), columns))


def tensor(value: Any, columns: int) -> Array:
    """A vector of weights `[rows]` in each of the columns."""
    return constant(value, columns)


def take(value: Array, rows: Sequence[int]) -> Array:
    """The rows with these numbers."""
    return value[np.asarray(rows, np.int64)]


def scale(value: Array, factor: float) -> Array:
    """A known number times the value."""
    return factor * value


def maximum(left: Array, right: Any) -> Array:
    """The larger one, elementwise."""
    return jnp.maximum(left, right)


def minimum(left: Array, right: Any) -> Array:
    """The smaller one, elementwise."""
    return jnp.minimum(left, right)


def mean(value: Array) -> Array:
    """The mean of the rows: one row."""
    return value.mean(axis=0, keepdims=True)


def center(value: Array) -> Array:
    """Each row minus the mean of the rows."""
    return value - mean(value)


def mean_square(value: Array) -> Array:
    """The mean of the squares of the rows: one row."""
    return mean(jnp.square(value))


def normalize(value: Array, mean_square: Array, epsilon: float) -> Array:
    """value / √(mean_square + epsilon), for the mean square of this value."""
    return value / jnp.sqrt(mean_square + epsilon)


def softmax(value: Array) -> Array:
    """e^xᵢ / Σⱼ e^xⱼ over the rows, from differences to the largest row, which cannot overflow."""
    return jax.nn.softmax(value, axis=0)


def matvec(matrix: Array, vector: Array) -> Array:
    """A matrix, row by row `[M·N, B]`, times a vector `[N, B]`."""
    return (matrix.reshape(-1, vector.shape[0], matrix.shape[1]) * vector).sum(axis=1)


def matmul(weight: Array, value: Array) -> Array:
    """Weight `[M, N]` times value `[N, B]`."""
    return weight @ value


def tanh(value: Array) -> Array:
    """Hyperbolic tangent, elementwise."""
    return jnp.tanh(value)


def sigmoid(value: Array) -> Array:
    """Logistic function, elementwise."""
    return jax.nn.sigmoid(value)


def lerp(weight: Array, zero: Array, one: Array) -> Array:
    """(1 − weight)·zero + weight·one, elementwise, for weight in [0, 1]."""
    return zero + weight * (one - zero)


def relu(value: Array) -> Array:
    """max(0, value), elementwise."""
    return jax.nn.relu(value)


def exp(value: Array) -> Array:
    """Exponential, elementwise."""
    return jnp.exp(value)


def softplus(value: Array) -> Array:
    """log(1 + e^value), elementwise."""
    return jax.nn.softplus(value)


def silu(value: Array) -> Array:
    """value · σ(value), elementwise."""
    return jax.nn.silu(value)


def gelu(value: Array) -> Array:
    """value · Φ(value), elementwise: the form with the error function."""
    return jax.nn.gelu(value, approximate=False)


def absolute(value: Any) -> Array:
    """|value|, elementwise."""
    return jnp.abs(value)


def square(value: Array) -> Array:
    """value², elementwise."""
    return jnp.square(value)


def reciprocal(value: Array) -> Array:
    """1 / value, elementwise."""
    return 1 / value


def rsqrt(value: Array) -> Array:
    """1 / √value, elementwise."""
    return lax.rsqrt(value)


def stored(value: Array) -> Array:
    """The value itself: storage is exact here."""
    return value


def concatenate(values: Sequence[Array]) -> Array:
    """Values stacked along the rows."""
    return jnp.concatenate(values)

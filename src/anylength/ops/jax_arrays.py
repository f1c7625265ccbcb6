"""Interpreter of `Ops` over JAX arrays `[rows, B]`: the one that trains and answers."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
from jax import Array


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


def stored(value: Array) -> Array:
    """The value itself: storage is exact here."""
    return value


def concatenate(values: Sequence[Array]) -> Array:
    """Values stacked along the rows."""
    return jnp.concatenate(values)

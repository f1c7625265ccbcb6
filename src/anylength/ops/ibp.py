"""Interpreter of `Ops` over boxes of JAX arrays (interval bound propagation). Differentiable, but not rounded outward.

A box has a centre and a radius ≥ 0. Sums, and products with known weights, act on centre and radius; monotone functions act on the
ends. A plain array stands for a value that is known exactly: every operation takes one in place of a box, and returns a plain
array where all its arguments are plain.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from anylength.ops import jax_arrays
from anylength.pytrees import pytree


@pytree
@dataclass(frozen=True)
class Box:
    """All x with |x − centre| ≤ radius, elementwise: two arrays of one shape."""

    centre: Any
    radius: Any

    __array_ufunc__ = None  # numpy arrays on the left leave + and * to this class

    @staticmethod
    def between(low: Array, high: Array) -> "Box":
        """The box with these ends."""
        return Box((high + low) / 2, (high - low) / 2)

    @property
    def low(self) -> Array:
        """The lower ends."""
        return self.centre - self.radius

    @property
    def high(self) -> Array:
        """The upper ends."""
        return self.centre + self.radius

    def __add__(self, other: Any) -> "Box":
        if isinstance(other, Box):
            return Box(self.centre + other.centre, self.radius + other.radius)
        return Box(self.centre + other, self.radius)

    __radd__ = __add__

    def __mul__(self, other: Any) -> "Box":
        if not isinstance(other, Box):
            return Box(self.centre * other, self.radius * jnp.abs(other))
        at_low = (self.low * other.low, self.low * other.high)
        at_high = (self.high * other.low, self.high * other.high)
        low = jnp.minimum(jnp.minimum(*at_low), jnp.minimum(*at_high))
        high = jnp.maximum(jnp.maximum(*at_low), jnp.maximum(*at_high))
        return Box.between(low, high)

    __rmul__ = __mul__

    def __getitem__(self, key: Any) -> "Box":
        return Box(self.centre[key], self.radius[key])

    def flattened(self) -> "Box":
        """Boxes `[T, D, B]` of T steps as columns `[D, T·B]`."""
        rows = self.centre.shape[1]
        return jax.tree.map(lambda leaf: jnp.moveaxis(leaf, 1, 0).reshape(rows, -1), self)

    def widened(self, epsilon: Any) -> "Box":
        """The box with every radius grown by epsilon."""
        return Box(self.centre, self.radius + epsilon)


def matmul(weight: Array, value: Any) -> Any:
    """Weight `[M, N]` times a box or an array `[N, B]`."""
    if not isinstance(value, Box):
        return weight @ value
    return Box(weight @ value.centre, jnp.abs(weight) @ value.radius)


def tanh(value: Any) -> Any:
    """Hyperbolic tangent, applied to the ends."""
    return _increasing(jax_arrays.tanh, value)


def sigmoid(value: Any) -> Any:
    """Logistic function, applied to the ends."""
    return _increasing(jax_arrays.sigmoid, value)


def relu(value: Any) -> Any:
    """max(0, value), applied to the ends."""
    return _increasing(jax_arrays.relu, value)


def lerp(weight: Any, zero: Any, one: Any) -> Any:
    """(1 − z)·zero + z·one for z in [0, 1]. The range over independent arguments is exact: its extremes lie at the ends of z."""
    if not any(isinstance(value, Box) for value in (weight, zero, one)):
        return jax_arrays.lerp(weight, zero, one)
    weight, zero, one = _as_box(weight), _as_box(zero), _as_box(one)
    lows = [jax_arrays.lerp(z, zero.low, one.low) for z in (weight.low, weight.high)]
    highs = [jax_arrays.lerp(z, zero.high, one.high) for z in (weight.low, weight.high)]
    return Box.between(jnp.minimum(*lows), jnp.maximum(*highs))


def stored(value: Any) -> Any:
    """The value itself: storage is exact here."""
    return value


def concatenate(values: Sequence[Any]) -> Any:
    """Boxes and arrays stacked along the rows."""
    if not any(isinstance(value, Box) for value in values):
        return jax_arrays.concatenate(values)
    return jax.tree.map(lambda *leaves: jnp.concatenate(leaves), *map(_as_box, values))


def _increasing(function: Callable[[Array], Array], value: Any) -> Any:
    """The range of an increasing function."""
    if not isinstance(value, Box):
        return function(value)
    return Box.between(function(value.low), function(value.high))


def _as_box(value: Any) -> Box:
    """The value itself; an array as a box of radius 0."""
    return value if isinstance(value, Box) else Box(value, jnp.zeros_like(value))

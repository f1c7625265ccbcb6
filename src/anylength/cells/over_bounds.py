"""The vocabulary read over boxes of JAX arrays: the reading that trains with bounds. Differentiable, not rounded outward.

A box is a centre and a radius ≥ 0. Sums and products with known weights keep that form; monotone functions go through the ends.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Box:
    """All x with |x − centre| ≤ radius, elementwise; two arrays of one shape."""

    centre: Any
    radius: Any

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

    def __getitem__(self, key: Any) -> "Box":
        return Box(self.centre[key], self.radius[key])

    def flattened(self) -> "Box":
        """`[T, D, B]` as `[D, T·B]`: all boxes of a run as columns."""
        rows = self.centre.shape[1]
        return jax.tree.map(lambda leaf: jnp.moveaxis(leaf, 1, 0).reshape(rows, -1), self)

    def widened(self, epsilon: Any) -> "Box":
        """The box with every radius grown by epsilon."""
        return Box(self.centre, self.radius + epsilon)


def matmul(weight: Array, value: Any) -> Any:
    """weight `[M, N]` times a box `[N, B]`; a plain array stays plain."""
    if not isinstance(value, Box):
        return weight @ value
    return Box(weight @ value.centre, jnp.abs(weight) @ value.radius)


def tanh(value: Box) -> Box:
    """Hyperbolic tangent: exact on the ends."""
    return Box.between(jnp.tanh(value.low), jnp.tanh(value.high))


def sigmoid(value: Box) -> Box:
    """Logistic function: exact on the ends."""
    return Box.between(jax.nn.sigmoid(value.low), jax.nn.sigmoid(value.high))


def lerp(weight: Box, zero: Box, one: Box) -> Box:
    """(1 − z)·zero + z·one for z in [0, 1]: exact, from the ends of z."""
    lows = [a.low + z * (b.low - a.low) for z in (weight.low, weight.high) for a, b in [(zero, one)]]
    highs = [a.high + z * (b.high - a.high) for z in (weight.low, weight.high) for a, b in [(zero, one)]]
    return Box.between(jnp.minimum(*lows), jnp.maximum(*highs))

"""The vocabulary read over boxes of JAX arrays: the reading that trains with bounds. Differentiable, not rounded outward.

A box is a centre and a radius ≥ 0. Sums and products with known weights keep that form; monotone functions go through the ends.
A plain array is what is known exactly: every word takes one in place of a box, and answers with one where all it takes are plain.
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
    """All x with |x − centre| ≤ radius, elementwise; two arrays of one shape."""

    centre: Any
    radius: Any

    __array_ufunc__ = None  # numpy arrays on the left leave + and * to us

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
        corners = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        low, high = jnp.minimum(*corners[:2]), jnp.maximum(*corners[:2])
        return Box.between(jnp.minimum(low, jnp.minimum(*corners[2:])), jnp.maximum(high, jnp.maximum(*corners[2:])))

    __rmul__ = __mul__

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


def tanh(value: Any) -> Any:
    """Hyperbolic tangent: exact on the ends."""
    return _rising(jax_arrays.tanh, value)


def sigmoid(value: Any) -> Any:
    """Logistic function: exact on the ends."""
    return _rising(jax_arrays.sigmoid, value)


def relu(value: Any) -> Any:
    """max(0, value): exact on the ends."""
    return _rising(jax_arrays.relu, value)


def lerp(weight: Any, zero: Any, one: Any) -> Any:
    """(1 − z)·zero + z·one for z in [0, 1]: exact, from the ends of z."""
    if not any(isinstance(value, Box) for value in (weight, zero, one)):
        return jax_arrays.lerp(weight, zero, one)
    weight, zero, one = _box(weight), _box(zero), _box(one)
    lows = [jax_arrays.lerp(z, zero.low, one.low) for z in (weight.low, weight.high)]
    highs = [jax_arrays.lerp(z, zero.high, one.high) for z in (weight.low, weight.high)]
    return Box.between(jnp.minimum(*lows), jnp.maximum(*highs))


def concatenate(values: Sequence[Any]) -> Any:
    """Boxes stacked along the rows."""
    if not any(isinstance(value, Box) for value in values):
        return jax_arrays.concatenate(values)
    return jax.tree.map(lambda *leaves: jnp.concatenate(leaves), *map(_box, values))


def _rising(function: Callable[[Array], Array], value: Any) -> Any:
    """The range of a rising function."""
    return Box.between(function(value.low), function(value.high)) if isinstance(value, Box) else function(value)


def _box(value: Any) -> Box:
    """The value itself, or the box of one point."""
    return value if isinstance(value, Box) else Box(value, jnp.zeros_like(value))

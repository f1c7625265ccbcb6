"""Interpreter of `Ops` over boxes of JAX arrays (interval bound propagation). Differentiable, but not rounded outward.

`boxes` holds the rules. A plain array stands for a value that is known exactly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from anylength.ops import jax_arrays
from anylength.ops.boxes import AbstractBox, BoxInterpreter
from anylength.pytrees import pytree


@pytree
@dataclass(frozen=True)
class Box(AbstractBox):
    """All x with |x − centre| ≤ radius, elementwise: two JAX arrays of one shape."""

    arrays: ClassVar[Any] = jax_arrays
    zeros_like: ClassVar[Callable[[Any], Any]] = staticmethod(jnp.zeros_like)

    def flattened(self) -> "Box":
        """Boxes `[T, D, B]` of T steps as columns `[D, T·B]`."""
        rows = self.centre.shape[1]
        return jax.tree.map(lambda leaf: jnp.moveaxis(leaf, 1, 0).reshape(rows, -1), self)


_interpreter = BoxInterpreter(Box)

constant = _interpreter.constant
tensor = _interpreter.tensor
take = _interpreter.take
concatenate = _interpreter.concatenate
matmul = _interpreter.matmul
scale = _interpreter.scale
maximum = _interpreter.maximum
minimum = _interpreter.minimum
mean = _interpreter.mean
center = _interpreter.center
mean_square = _interpreter.mean_square
normalize = _interpreter.normalize
softmax = _interpreter.softmax
matvec = _interpreter.matvec
lerp = _interpreter.lerp
tanh = _interpreter.tanh
sigmoid = _interpreter.sigmoid
relu = _interpreter.relu
exp = _interpreter.exp
softplus = _interpreter.softplus
silu = _interpreter.silu
gelu = _interpreter.gelu
absolute = _interpreter.absolute
square = _interpreter.square
reciprocal = _interpreter.reciprocal
rsqrt = _interpreter.rsqrt
stored = _interpreter.stored

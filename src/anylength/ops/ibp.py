"""Interpreter of `Ops` over boxes of JAX arrays (interval bound propagation). Differentiable, but not rounded outward.

A plain array stands for a value that is known exactly.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from anylength.base import pytree
from anylength.ops.boxes import AbstractBox, BoxInterpreter
from anylength.ops.jax_arrays import jax_arrays


@pytree
@dataclass(frozen=True)
class Box(AbstractBox):
    """All x with |x − centre| ≤ radius, elementwise: two JAX arrays of one shape."""

    arrays: ClassVar[Any] = jax_arrays

    def flattened(self) -> "Box":
        """Boxes `[T, D, B]` of T steps as columns `[D, T·B]`."""
        rows = self.centre.shape[1]
        return jax.tree.map(lambda leaf: jnp.moveaxis(leaf, 1, 0).reshape(rows, -1), self)


ibp = BoxInterpreter(Box)
"""The interpreter."""

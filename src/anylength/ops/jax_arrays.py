"""Interpreter of `Ops` over JAX arrays `[rows, B]`: the one that trains and answers."""

from functools import partial

import jax
import jax.numpy as jnp

from anylength.ops.arrays import Arrays

jax_arrays = Arrays(jnp, jax.nn.sigmoid, jax.nn.relu, partial(jax.nn.gelu, approximate=False), partial(jax.nn.softmax, axis=0))
"""The interpreter."""

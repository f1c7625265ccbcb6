"""Levels of images, as the search for forks trains on them: nearer to the largest eigenvalue than those of other searches."""

from typing import Any

import jax
import jax.numpy as jnp

SQUARINGS = 5
"""The level is by the trace of M to the power of 2 to this many: for 16 equal eigenvalues it is 4 % too large."""

TINY = 1e-30
"""Added to traces that one divides by."""


@jax.custom_vjp
def smooth_log_level(room: jax.Array) -> jax.Array:
    """log tr(M³²) / 64 of symmetric matrices M `[K, D, D]`: half the logarithm of the largest eigenvalue, nearly."""
    return _smooth_log_level(room)[0]


def _smooth_log_level(room: jax.Array) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    """The same; and M and M³¹ up to a factor, for the gradient. Each square is divided by its trace, so nothing is too small."""
    trace = jnp.trace(room, axis1=1, axis2=2)
    power, below, logarithm = room / trace[:, None, None], None, jnp.log(trace)
    for _ in range(SQUARINGS):
        below = power if below is None else _by_trace(below @ power)[0]
        power, trace = _by_trace(power @ power)
        logarithm = 2 * logarithm + jnp.log(trace)
    assert below is not None
    return 0.5 * logarithm / 2**SQUARINGS, (room, below)


def _by_trace(matrix: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Matrices divided by their traces, and these."""
    trace = jnp.trace(matrix, axis1=1, axis2=2) + TINY
    return matrix / trace[:, None, None], trace


def _gradient(kept: tuple[jax.Array, jax.Array], factor: jax.Array) -> tuple[jax.Array]:
    """M³¹ / (2 tr M³²)."""
    room, below = kept
    size = 2 * (room * below).sum((1, 2)) + TINY
    return ((factor / size)[:, None, None] * below,)


smooth_log_level.defvjp(_smooth_log_level, _gradient)


def log_level(room: jax.Array) -> jax.Array:
    """Half the logarithm of the largest eigenvalue `[K]`."""
    return 0.5 * jnp.log(jnp.maximum(jnp.linalg.eigvalsh(room)[:, -1], TINY))


def loudness(above: Any, far_out: float) -> Any:
    """What is above 0 counts by its square, and from `far_out` on linearly; numpy or JAX arrays."""
    arrays = above.__array_namespace__()
    above = arrays.maximum(above, 0.0)
    return arrays.where(above < far_out, above**2, far_out * (2 * above - far_out))

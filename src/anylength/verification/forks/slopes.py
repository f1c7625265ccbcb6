"""How the matrices of pieces, and their margins, change with the ellipsoids of their sources and targets: compiled, in float32."""

from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.joint import Logits, room_of, weights_of
from anylength.verification.ellipsoids.training import Parameters
from anylength.verification.forks.images import Ellipsoids, Given, Setting, measured
from anylength.verification.forks.pieces import Pieces
from anylength.verification.forks.training import unpacked


class Spectra(NamedTuple):
    """What pieces are measured by; numpy or JAX arrays.

    Attributes:
        squares: `[K, D]` eigenvalues of their matrices, the largest last: the squares of levels.
        axes: `[K, D, D]` the eigenvectors, in columns.
        margin: `[K]`.
    """

    squares: Any
    axes: Any
    margin: Any


@partial(jax.jit, static_argnums=0)
def spectra(setting: Setting, given: Given, ellipsoids: Ellipsoids, logits: Logits, pieces: Pieces) -> Spectra:
    """The eigenvalues of the pieces' matrices, and their margins."""
    parts, margin = measured(setting, given, ellipsoids, pieces)
    squares, axes = jnp.linalg.eigh(room_of(parts, weights_of(*logits)))
    return Spectra(squares, axes, margin)


@partial(jax.jit, static_argnums=0)
def slopes_of_rooms(
    setting: Setting, given: Given, ellipsoids: Ellipsoids, logits: Logits, left: jax.Array, right: jax.Array, pieces: Pieces
) -> jax.Array:
    """The slopes `[K, 2, V]` of vᵀMw for the pieces' matrices M, and vectors v and w `[K, D]`: by the source, and by the target."""

    def entries(own: Ellipsoids, apart: Pieces) -> jax.Array:
        return jnp.einsum("ki,kij,kj->", left, room_of(measured(setting, given, own, apart)[0], weights_of(*logits)), right)

    return _slopes(entries, ellipsoids, pieces)


@partial(jax.jit, static_argnums=0)
def slopes_of_margins(setting: Setting, given: Given, ellipsoids: Ellipsoids, pieces: Pieces) -> jax.Array:
    """The slopes of the pieces' margins, in the same way."""
    return _slopes(lambda own, apart: measured(setting, given, own, apart)[1].sum(), ellipsoids, pieces)


def _slopes(sum_of, ellipsoids: Ellipsoids, pieces: Pieces) -> jax.Array:
    """The slopes of a sum over pieces. Each piece gets a source and a target of its own, so that its slopes are its own."""
    count, numbers = len(pieces.source), jnp.arange(len(pieces.source))
    both = jnp.concatenate([pieces.source, pieces.target])
    first, apart = Ellipsoids(*(part[both] for part in ellipsoids)), replace(pieces, source=numbers, target=count + numbers)
    parameters = jnp.zeros_like(first.center), jnp.zeros_like(first.shape)
    shift, factor = jax.grad(lambda own: sum_of(unpacked(own, first), apart))(parameters)
    found = jnp.concatenate([shift, factor[:, *np.tril_indices(shift.shape[1])]], axis=1)
    return found.reshape(2, count, -1).swapaxes(0, 1)


def parameters_of(numbers: NDArray[np.float32], size: int) -> Parameters:
    """The parameters of nodes whose numbers `[N, V]` are those of `slopes_of_rooms`: D of a shift, and a triangle's."""
    factor = np.zeros((len(numbers), size, size), np.float32)
    factor[:, *np.tril_indices(size)] = numbers[:, size:]
    return jnp.asarray(numbers[:, :size]), jnp.asarray(factor)

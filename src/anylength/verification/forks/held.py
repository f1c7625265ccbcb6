"""Sampled states that are to stay in their nodes while these move. Without them, ends of what a net comes to are soon given up.

A proof holds all states that a net comes to. A search sees them only where images are: once no piece leads to a region, nothing
pulls nodes there, though words do lead there (decision 0088).
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.problem import Array
from anylength.verification.forks.images import Ellipsoids
from anylength.verification.forks.nodes import Nodes

CHUNK = 8_192
"""States that are looked at together."""


class Held(NamedTuple):
    """States and the nodes that are to hold them; numpy or JAX arrays.

    Attributes:
        state: `[S, D]`.
        node: `[S]`.
    """

    state: Any
    node: Any


def assigned(nodes: Nodes, states: Array, kinds: NDArray[np.int64]) -> Held:
    """States with the nearest nodes of their kinds."""
    near = nodes.nearest(states, kinds, 1)[0][:, 0]
    return Held(np.asarray(states[near >= 0], np.float32), near[near >= 0])


@jax.jit
def places(held: Held, ellipsoids: Ellipsoids) -> jax.Array:
    """Where states lie in their nodes, as these measure it `[S, D]`: at most 1 long if they are held."""
    return jnp.einsum("sij,sj->si", ellipsoids.inverse[held.node], held.state - ellipsoids.center[held.node])


def farthest(held: Held, ellipsoids: Ellipsoids) -> Held:
    """A chunk of the states: those that are farthest out. They are repeated if there are fewer."""
    count = len(held.node)
    far = [
        np.linalg.norm(places(Held(*(part[rows] for part in held)), ellipsoids), axis=1)
        for rows in (np.arange(at, at + CHUNK) % count for at in range(0, count, CHUNK))
    ]
    rows = np.resize(np.argsort(-np.concatenate(far)[:count])[:CHUNK], CHUNK)
    return Held(*(part[rows] for part in held))

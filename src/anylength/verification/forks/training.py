"""Adam on all centers and shapes of a cover with forks, for the levels of its pieces, with joint weights beside it.

An update looks at a part of the pieces that ask for something: the worst, and some others by chance. What is far out asks no louder
than what is a little out: it will get a node of its own. The optimiser's state is kept from training to training.
"""

import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from anylength.verification.ellipsoids.inverses import inverses
from anylength.verification.ellipsoids.joint import Logits, room_of, weights_of
from anylength.verification.ellipsoids.problem import Array
from anylength.verification.ellipsoids.training import WANTED_MARGIN, Parameters
from anylength.verification.forks.cover import ForkedCover, enough
from anylength.verification.forks.found import WITHOUT
from anylength.verification.forks.held import Held, farthest, places
from anylength.verification.forks.images import Ellipsoids, Given, Setting, measured
from anylength.verification.forks.levels import loudness, smooth_log_level
from anylength.verification.forks.nodes import Nodes
from anylength.verification.forks.pieces import Pieces

GOAL = -0.015
"""The logarithm of the level from which on a piece asks for nothing more."""

FAR_OUT = 0.12
"""From so far above the goal on a piece asks no louder: the loss is no longer a square, but linear."""

WEIGHTS_RATE, KEPT = 0.03, 0.8
"""The rate of the joint weights, and how much of the last direction is kept."""

WORST, ADDED = 0.3, 0.01
"""The share of the worst pieces in an update; and what chance adds to what the others ask for."""

MARGIN_WEIGHT = 0.3
"""What a margin lacks counts so much beside what a level is above the goal."""

OLD = 0.3
"""The rate of nodes that were there before the last ones, as a share."""

LEAST_RATE = 0.1
"""The least rate of a training, as a share of its largest."""

ROWS = 24, 240, 600, 1_200, 2_400
"""Pieces of an update: the first number that suffices, or the last."""

CHOOSE, LOOK = 4, 20
"""After how many updates pieces are chosen anew, and after how many all are looked at again."""

WARM_UP = 30
"""The rate rises over the first updates of all."""

OPTIMISER = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(b2=0.99), optax.scale(-1.0))


@dataclass
class Optimised:
    """The optimiser's state, for padded arrays, and how many updates were made."""

    state: Any = None
    updates: int = 0
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def fitted(self, count: int, size: int) -> Any:
        """The state for so many nodes with so many numbers: what is new begins at 0."""
        fresh = OPTIMISER.init((jnp.zeros((count, size)), jnp.zeros((count, size, size))))
        if self.state is None:
            return fresh
        return jax.tree.map(lambda new, old: new.at[: len(old)].set(old) if jnp.ndim(new) > 1 else old, fresh, self.state)

    def keep(self, nodes: NDArray[np.int64]) -> None:
        """Leaves out the state for all other nodes."""
        self.state = jax.tree.map(lambda part: part[nodes] if jnp.ndim(part) > 1 else part, self.state)

    def next_rate(self, wanted: float) -> float:
        """The rate of the next update, which is counted."""
        self.updates += 1
        return wanted * min(1.0, self.updates / WARM_UP) ** 2


def unpacked(parameters: Parameters, first: Ellipsoids) -> Ellipsoids:
    """Those at first, moved in their own measures, and times a triangle whose diagonal is above 0."""
    (shift, factor), (center, shape, inverse) = parameters, first
    diagonal = jnp.exp(jnp.diagonal(factor, axis1=1, axis2=2))
    triangle = jnp.tril(factor, -1) + diagonal[:, :, None] * jnp.eye(center.shape[1])
    return Ellipsoids(center + jnp.einsum("nij,nj->ni", shape, shift), shape @ triangle, inverses(triangle) @ inverse)


def _loss(
    setting: Setting, given: Given, first: Ellipsoids, pieces: Pieces, held: Held, parameters: Parameters, logits: Logits
) -> jax.Array:
    ellipsoids = unpacked(parameters, first)
    parts, margin = measured(setting, given, ellipsoids, pieces)
    level = smooth_log_level(room_of(parts, weights_of(*logits)))
    far = 0.5 * jnp.log((places(held, ellipsoids) ** 2).sum(1) + 1e-9)
    total = loudness(level - GOAL, FAR_OUT).sum() + loudness(far - GOAL, FAR_OUT).sum()
    return total + (jax.nn.relu(WANTED_MARGIN - margin) ** 2).sum() + 1e-6 * level.sum()


@partial(jax.jit, static_argnums=0)
def updated(
    setting: Setting, given: Given, first: Ellipsoids, pieces: Pieces, held: Held, parameters: Parameters, state: Any,
    logits: Logits, directions: Logits, rates: jax.Array,
) -> tuple[Parameters, Any, Logits, Logits]:  # fmt: skip
    """One update, given the rate of each node `[N]`: parameters, state, logits, and the directions in which these went."""
    slope, own = jax.grad(partial(_loss, setting, given, first, pieces, held), argnums=(0, 1))(parameters, logits)
    change, state = OPTIMISER.update(slope, state)
    moved = jax.tree.map(lambda value, by: value + rates.reshape(-1, *[1] * (by.ndim - 1)) * by, parameters, change)

    def turned(before: jax.Array, by: jax.Array) -> jax.Array:
        return KEPT * before + (1 - KEPT) * by / (jnp.abs(by).max(1, keepdims=True) + 1e-12)

    directions = jax.tree.map(turned, directions, own)
    return moved, state, jax.tree.map(lambda value, by: value - WEIGHTS_RATE * by, logits, directions), directions


def lack_of(level: Array, margin: Array) -> Array:
    """How much pieces ask for. Those without a level ask for nothing: there is no gradient."""
    lack = np.maximum(level - GOAL, MARGIN_WEIGHT * np.maximum(WANTED_MARGIN - margin, 0.0))
    return np.where(np.maximum(level, -margin) < WITHOUT, lack, 0.0)


def chosen(lack: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    """Numbers of pieces that ask for something: some of the worst, others by chance; repeated if there are fewer."""
    count = enough(ROWS, int((lack > 0).sum()))
    worst = np.argsort(-lack)[: int(WORST * count)]
    others = np.setdiff1d(np.flatnonzero(lack > 0), worst)
    if len(others) > count - len(worst):
        share = lack[others] + ADDED
        others = rng.choice(others, count - len(worst), replace=False, p=share / share.sum())
    return np.resize(np.concatenate([worst, others]), count)


def train(cover: ForkedCover, optimised: Optimised, held: Held, updates: int, rate: float, until: float, old: int = 0) -> None:
    """Trains all nodes but the start on the pieces, until `until` (`time.monotonic`) at most, and so that they hold states.

    The rate falls like a cosine; that of the first `old` nodes is less.
    """
    assert cover.found is not None
    found, first = cover.found, jax.device_put(cover.ellipsoids)
    count, size = first.center.shape
    parameters, state = (jnp.zeros((count, size)), jnp.zeros((count, size, size))), optimised.fitted(count, size)
    numbers = np.arange(count)
    own = np.where(numbers < old, OLD, 1.0) * (numbers > 0)
    velocity, matters = tuple(map(np.zeros_like, found.logits)), cover.matters
    outermost = farthest(held, first)
    for begun in range(0, updates, CHOOSE):
        if time.monotonic() > until:
            break
        if begun and begun % LOOK == 0:
            now = unpacked(parameters, first)
            outermost = farthest(held, now)
            cover.look_again(found, now, np.flatnonzero(matters))
        rows = chosen(lack_of(found.level, found.margin) * matters, optimised.rng)
        pieces = jax.device_put(found.pieces.at(rows))
        logits, directions = (tuple(jnp.asarray(part[rows]) for part in each) for each in (found.logits, velocity))
        for turn in range(begun, min(begun + CHOOSE, updates)):
            falling = LEAST_RATE + (1 - LEAST_RATE) * 0.5 * (1 + np.cos(np.pi * turn / updates))
            rates = jnp.asarray(own * optimised.next_rate(rate * falling), jnp.float32)
            parameters, state, logits, directions = updated(
                cover.setting, cover.given, first, pieces, outermost, parameters, state, logits, directions, rates
            )
        for part, new in zip((*found.logits, *velocity), (*logits, *directions), strict=True):
            part[rows] = np.asarray(new)
    optimised.state, cover.nodes = state, moved_to(cover.nodes, unpacked(parameters, first))


def moved_to(nodes: Nodes, ellipsoids: Ellipsoids) -> Nodes:
    """The nodes, with all but the start where the ellipsoids are."""
    center, shape = (np.asarray(part, np.float64)[1 : len(nodes)] for part in ellipsoids[:2])
    return Nodes(np.concatenate([nodes.center[:1], center]), np.concatenate([nodes.shape[:1], shape]), nodes.kind)

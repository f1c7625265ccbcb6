"""Training of small nets on streams, many seeds at once: plainly, or together with a contraction.

The loss of the second kind adds `weight` times the sum, over the numbers of the state, of relu(log(changes(d) / d) - log target).
The norm d is learned with the net. A net whose every term is below log(1 / target) forgets.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float

from anylength.contraction.nets import Cell, Net, draw, run, start
from anylength.contraction.rates import Box, changes, kept_box
from anylength.contraction.tasks import streams

LENGTH, BATCH = 60, 16
"""Steps and streams of a batch."""

BATCHES = 60
"""Batches that are drawn; training goes through them again and again."""

UNSCORED = 5
"""The first answers of a stream, which are not scored."""

TEST_LENGTH, TEST_STREAMS = 300, 64
IMAGES = 4
"""Images of the box that the penalty follows; a contraction is sought with more."""

INPUTS = Box(jnp.array([-1.0]), jnp.array([1.0]))
"""The inputs of all tasks."""


class Recipe(NamedTuple):
    """How a net is trained.

    Attributes:
        updates: Updates of Adam, with a cosine decay of the rate to a twentieth.
        rate: Its first rate.
        weight: Of the penalty; 0 trains plainly.
        ramp: Part of the updates in which the weight rises from 0.
        target: Rate of contraction from which on the penalty is 0.
        scale: Of the first recurrent weights.
    """

    updates: int = 1200
    rate: float = 6e-3
    weight: float = 0.0
    ramp: float = 0.3
    target: float = 0.97
    scale: float = 1.0


PLAIN = Recipe()
TOGETHER = Recipe(weight=0.3, scale=0.3)
HARDEN = Recipe(updates=600, rate=4e-3, weight=0.3, target=0.985)


def fit(task: str, cell: Cell, units: int, seeds: list[int], recipe: Recipe, nets: Net | None = None) -> Net:
    """Nets, one for each seed, along the first axis of all weights.

    Args:
        task: A name of `TASKS`.
        cell: Kind of cell.
        units: Units.
        seeds: Seeds of weights and streams.
        recipe: How they are trained.
        nets: Nets to go on with; None: fresh ones.
    """
    if nets is None:
        nets = jax.vmap(lambda seed: draw(cell, units, jax.random.key(seed), scale=recipe.scale))(jnp.array(seeds))
    drawn = [streams(task, np.random.default_rng([seed, 1]), BATCHES * BATCH, LENGTH) for seed in seeds]
    batches = [jnp.array(np.stack(part)).reshape(len(seeds), BATCHES, BATCH, LENGTH) for part in zip(*drawn, strict=True)]
    return _trained(cell, recipe, nets, *batches)


@partial(jax.jit, static_argnums=(0, 1))
def _trained(cell: Cell, recipe: Recipe, nets: Net, inputs: Array, targets: Array) -> Net:
    return jax.vmap(partial(_one, cell, recipe))(nets, inputs, targets)


def _one(cell: Cell, recipe: Recipe, net: Net, inputs: Float[Array, "K B T"], targets: Float[Array, "K B T"]) -> Net:
    rate = optax.cosine_decay_schedule(recipe.rate, recipe.updates, 0.05)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(rate))

    def loss(found: tuple[Net, Array], update: Array) -> Array:
        net, log_norm = found
        own = loss_of(cell, net, inputs[update % BATCHES], targets[update % BATCHES])
        if recipe.weight == 0:
            return own
        weight = recipe.weight * jnp.minimum(1.0, update / (recipe.ramp * recipe.updates))
        return own + weight * penalty(cell, net, jnp.exp(log_norm), recipe.target)

    def one(carry: tuple, update: Array) -> tuple[tuple, None]:
        found, state = carry
        moved, state = optimiser.update(jax.grad(loss)(found, update), state)
        return (optax.apply_updates(found, moved), state), None

    found = (net, jnp.zeros_like(start(cell, net)))
    ((net, _), _), _ = jax.lax.scan(one, (found, optimiser.init(found)), jnp.arange(recipe.updates))
    return net


def loss_of(cell: Cell, net: Net, inputs: Float[Array, "B T"], targets: Float[Array, "B T"]) -> Float[Array, ""]:
    """The mean squared error of the answers."""
    answers = jax.vmap(lambda stream: run(cell, net, start(cell, net), stream[:, None])[1])(inputs)
    return jnp.mean((answers - targets)[:, UNSCORED:] ** 2)


def penalty(cell: Cell, net: Net, norm: Array, target: float) -> Float[Array, ""]:
    """How far a net is from contracting at the target's rate."""
    box = kept_box(cell, net, INPUTS, IMAGES)
    return jnp.sum(jax.nn.relu(jnp.log(changes(cell, net, INPUTS, box, norm) / norm) - jnp.log(target)))


def errors(task: str, cell: Cell, nets: Net, seed: int = 10_000) -> np.ndarray:
    """The mean squared error of each net on longer streams, relative to the variance of the targets."""
    inputs, targets = streams(task, np.random.default_rng(seed), TEST_STREAMS, TEST_LENGTH)
    found = jax.jit(jax.vmap(lambda net: loss_of(cell, net, jnp.array(inputs), jnp.array(targets))))(nets)
    return np.asarray(found) / targets.var()

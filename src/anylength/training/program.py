"""The compiled program: one epoch of updates and the evaluation after it, for one seed or for a block of seeds.

An epoch's updates may be run in pieces: the same updates, to the bit.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax
from jaxtyping import Array, Float, Integer

from anylength.machines import Machine
from anylength.nets import AbstractNet
from anylength.pytrees import pytree
from anylength.tasks import IGNORE_INDEX
from anylength.training.recipe import AbstractRecipe

VMAP_WIDTH = 8
"""Seeds that one call of the block program trains side by side."""

THREADS = "ANYLENGTH_THREADS"
"""The environment variable that says how many threads a process may keep busy: results do not depend on it."""


@pytree
@dataclass(frozen=True)
class TrainState:
    """All that changes during training.

    Attributes:
        net: The net.
        optimiser: The optimiser's state.
        memo: What the recipe's schedule remembers.
    """

    net: AbstractNet
    optimiser: Any
    schedule_state: Any


@pytree
@dataclass(frozen=True)
class Examples:
    """Inputs and right answers, `[N, T]` each."""

    symbols: Any
    targets: Any


@pytree
@dataclass(frozen=True)
class Measured:
    """What one epoch yields: the mean loss, and for training and validation `[2]` the numbers and digits answered right."""

    loss: Any
    train: Any
    validation: Any


def epoch(
    recipe: AbstractRecipe,
    machine: Machine | None,
    state: TrainState,
    order: Integer[Array, "K B"],
    train: Examples,
    validation: Examples,
) -> tuple[TrainState, Measured]:
    """One epoch: an update per row of `order`, then whole-number accuracies on both sets."""
    state, losses = updates(recipe, machine, state, order, train)
    return state, evaluated(recipe, machine, state.net, losses, train, validation)


def updates(
    recipe: AbstractRecipe, machine: Machine | None, state: TrainState, order: Integer[Array, "K B"], train: Examples
) -> tuple[TrainState, Float[Array, " K"]]:
    """An update per row of `order`, and the loss of each."""
    optimiser = recipe.optimiser()

    def update(state: TrainState, rows: Array) -> tuple[TrainState, Array]:
        symbols, targets = train.symbols[rows].T, train.targets[rows].T
        loss_of = jax.value_and_grad(recipe.loss, has_aux=True)
        (loss, schedule_state), gradient = loss_of(state.net, machine, symbols, targets, state.schedule_state)
        weights: Any = state.net
        change, optimiser_state = optimiser.update(gradient, state.optimiser, weights)
        net: Any = optax.apply_updates(weights, change)
        return TrainState(net, optimiser_state, schedule_state), loss

    return lax.scan(update, state, order)


def evaluated(
    recipe: AbstractRecipe,
    machine: Machine | None,
    net: AbstractNet,
    losses: Float[Array, " K"],
    train: Examples,
    validation: Examples,
) -> Measured:
    """What an epoch yields that ended in this net."""
    without_aux = recipe.without_aux(net, machine)
    return Measured(losses.mean(), right(without_aux, train), right(without_aux, validation))


def right(net: AbstractNet, examples: Examples) -> Integer[Array, " 2"]:
    """How many whole numbers and how many single digits are answered right, of those that count."""
    targets = examples.targets.T
    good, graded = net.outputs(examples.symbols.T) == targets, targets != IGNORE_INDEX
    return jnp.stack([(good | ~graded).all(axis=0).sum(), (good & graded).sum()])


single = jax.jit(epoch, static_argnums=(0, 1))
"""One seed."""

chunk = jax.jit(updates, static_argnums=(0, 1))
"""A part of an epoch's updates, one seed."""

evaluation = jax.jit(evaluated, static_argnums=(0, 1))
"""The end of an epoch that was run in pieces."""


@partial(jax.jit, static_argnums=(0, 1))
def _lanes(recipe: AbstractRecipe, machine: Machine | None, arguments: Any) -> tuple[TrainState, Measured]:
    """`VMAP_WIDTH` seeds side by side: every leaf of (state, order, train, validation) has a leading axis of that size."""
    return jax.vmap(partial(epoch, recipe, machine))(*arguments)


def block(
    recipe: AbstractRecipe,
    machine: Machine | None,
    state: TrainState,
    order: Integer[Any, "S K B"],
    train: Examples,
    validation: Examples,
) -> tuple[TrainState, Measured]:
    """A block of seeds, each with its own net, data and order. Every argument has a leading axis S.

    One compiled program trains `VMAP_WIDTH` seeds. It runs over the block, a thread a processor. The width is fixed, so a
    seed's bits depend neither on the number of seeds nor on the number of processors.
    """
    arguments = (state, order, train, validation)
    count = order.shape[0]
    parts = [jax.tree.map(lambda leaf, at=at: _lanes_of(leaf, at), arguments) for at in range(0, count, VMAP_WIDTH)]
    with ThreadPoolExecutor(processors()) as pool:
        results = list(pool.map(lambda part: jax.device_get(_lanes(recipe, machine, part)), parts))
    return jax.tree.map(lambda *leaves: np.concatenate(leaves)[:count], *results)


def processors() -> int:
    """How many threads this process may keep busy: `ANYLENGTH_THREADS` where it is set, else the processors that it may use."""
    given = os.environ.get(THREADS, "")
    if given.isdigit() and int(given):
        return int(given)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lanes_of(leaf: Any, at: int) -> np.ndarray:
    """`VMAP_WIDTH` rows of a leaf from row `at` on, the last row repeated where the block ends."""
    return np.take(np.asarray(leaf), np.arange(at, at + VMAP_WIDTH), axis=0, mode="clip")

"""The compiled program: one epoch of updates and the evaluation after it, for one seed or for a block of seeds."""

import os
from collections.abc import Callable
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

from anylength.base import pytree
from anylength.cells import ProgramCell
from anylength.nets import AbstractNet, Net
from anylength.rules import IGNORE_INDEX, Machine
from anylength.training.examples import Examples
from anylength.training.recipe import AbstractRecipe, TrainState

VMAP_WIDTH = 8
"""Seeds that one call of the block program trains side by side. See `docs/research-log/speed.md` for the timings."""

THREADS = "ANYLENGTH_THREADS"
"""The environment variable for the number of threads that a process may keep busy. Results do not depend on it."""


UNFUSED = {"xla_disable_hlo_passes": "fusion,cpu-instruction-fusion"}
"""XLA's options for steps from elsewhere. Where boxes are multiplied its fusion computes chains of products again and again: an
update of PyTorch's sLSTM takes 1.8 s with it and some milliseconds without. Other steps take up to 1.3 times as long without."""


@pytree
@dataclass(frozen=True)
class EpochMetrics:
    """The metrics of one epoch.

    Attributes:
        loss: Mean loss of its updates.
        train: `[2]` whole numbers and single digits answered right in the training set.
        validation: `[2]` the same in the validation set.
    """

    loss: Any
    train: Any
    validation: Any


def train_epoch(
    recipe: AbstractRecipe,
    machine: Machine | None,
    state: TrainState,
    order: Integer[Array, "K B"],
    train: Examples,
    validation: Examples,
) -> tuple[TrainState, EpochMetrics]:
    """One epoch: an update for each row of `order`, then the accuracies on both sets."""
    state, losses = update_all(recipe, machine, state, order, lambda rows: (train.symbols[rows].T, train.targets[rows].T))
    return state, evaluate(recipe, machine, state, losses, train, validation)


def update_all(
    recipe: AbstractRecipe, machine: Machine | None, state: TrainState, batches: Any, words_of: Callable[[Any], tuple[Any, Any]]
) -> tuple[TrainState, Float[Array, " K"]]:
    """An update for each of K `batches`, whose words and targets `[T, B]` each `words_of` gives; and the loss of each."""
    optimiser = recipe.optimiser()

    def update(state: TrainState, batch: Any) -> tuple[TrainState, Array]:
        weights: Any = state.net
        (loss, schedule_state), gradient = recipe.gradient(weights, machine, *words_of(batch), state.schedule_state)
        change, optimiser_state = optimiser.update(gradient, state.optimiser, weights)
        net: Any = optax.apply_updates(weights, change)
        return TrainState(net, optimiser_state, schedule_state), loss

    return lax.scan(update, state, batches)


def evaluate(
    recipe: AbstractRecipe,
    machine: Machine | None,
    state: TrainState,
    losses: Float[Array, " K"],
    train: Examples,
    validation: Examples,
) -> EpochMetrics:
    """The metrics of an epoch that ended in this state and had these losses."""
    net = recipe.result(state, machine)
    return EpochMetrics(losses.mean(), count_correct(net, train), count_correct(net, validation))


def count_correct(net: AbstractNet, examples: Examples) -> Integer[Array, " 2"]:
    """The whole numbers and the single digits answered right. Ignored targets do not count."""
    targets = examples.targets.T
    correct, counted = net.outputs(examples.symbols.T) == targets, targets != IGNORE_INDEX
    return jnp.stack([(correct | ~counted).all(axis=0).sum(), (correct & counted).sum()])


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of (recipe, machine, state, …), compiled as it suits the net of the state."""
    fused = jax.jit(function, static_argnums=(0, 1))
    unfused = jax.jit(function, static_argnums=(0, 1), compiler_options=UNFUSED)

    def run(recipe: AbstractRecipe, machine: Machine | None, state: TrainState, *others: Any) -> Any:
        own_program = isinstance(state.net, Net) and isinstance(state.net.cell, ProgramCell)
        return (unfused if own_program else fused)(recipe, machine, state, *others)

    return run


run_epoch = compiled(train_epoch)
"""Compiled `train_epoch`, for one seed."""


@partial(jax.jit, static_argnums=(0, 1))
def _run_vmapped(recipe: AbstractRecipe, machine: Machine | None, arguments: Any) -> tuple[TrainState, EpochMetrics]:
    """One epoch of `VMAP_WIDTH` seeds. Each leaf of (state, order, train, validation) has a leading axis of that size."""
    return jax.vmap(partial(train_epoch, recipe, machine))(*arguments)


def run_seeds(
    recipe: AbstractRecipe,
    machine: Machine | None,
    state: TrainState,
    order: Integer[Any, "S K B"],
    train: Examples,
    validation: Examples,
    *,
    alone: bool = False,
) -> tuple[TrainState, EpochMetrics]:
    """One epoch of some seeds, each with its own net, data and order. Every argument has a leading axis S.

    A seed `alone` runs the program for one seed. Of a block, one compiled program trains `VMAP_WIDTH` seeds; threads, one for each
    processor, run it over the block. The width is fixed, so a seed's bits depend neither on the number of seeds nor on the number
    of processors.
    """
    arguments = (state, order, train, validation)
    if alone:
        result = jax.device_get(run_epoch(recipe, machine, *jax.tree.map(lambda leaf: leaf[0], arguments)))
        return jax.tree.map(lambda leaf: np.asarray(leaf)[None], result)
    seeds = order.shape[0]
    groups = [jax.tree.map(partial(_group, first=first), arguments) for first in range(0, seeds, VMAP_WIDTH)]
    with ThreadPoolExecutor(processors()) as pool:
        results = list(pool.map(lambda group: jax.device_get(_run_vmapped(recipe, machine, group)), groups))
    return jax.tree.map(lambda *leaves: np.concatenate(leaves)[:seeds], *results)


def processors() -> int:
    """The number of threads that this process may keep busy: `ANYLENGTH_THREADS` if set, else the processors available to it."""
    threads = os.environ.get(THREADS, "")
    if threads.isdigit() and int(threads):
        return int(threads)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _group(leaf: Any, first: int) -> np.ndarray:
    """`VMAP_WIDTH` rows of a leaf, starting from row `first`. At the end of the block the last row is repeated."""
    return np.take(np.asarray(leaf), np.arange(first, first + VMAP_WIDTH), axis=0, mode="clip")

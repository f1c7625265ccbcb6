"""The compiled program: one epoch of updates and the evaluation after it, for one seed or for a block of seeds."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jax import lax
from jaxtyping import Array, Integer

from anylength.nets import Net, outputs_from
from anylength.training.recipe import AbstractRecipe


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class TrainState:
    """All that changes during training.

    Attributes:
        net: The net.
        optimiser: The optimiser's state.
        memo: What the recipe's schedule remembers.
    """

    net: Net
    optimiser: Any
    memo: Any


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Examples:
    """Inputs and right answers, `[N, T]` each."""

    symbols: Any
    targets: Any


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Measured:
    """What one epoch yields: the mean loss, and for training and validation `[2]` the numbers and digits answered right."""

    loss: Any
    train: Any
    validation: Any


def epoch(
    recipe: AbstractRecipe, state: TrainState, order: Integer[Array, "K B"], train: Examples, validation: Examples
) -> tuple[TrainState, Measured]:
    """One epoch: an update per row of `order`, then whole-number accuracies on both sets."""
    optimiser = recipe.optimiser()

    def update(state: TrainState, rows: Array) -> tuple[TrainState, Array]:
        symbols, targets = train.symbols[rows].T, train.targets[rows].T
        loss_of = jax.value_and_grad(recipe.loss, has_aux=True)
        (loss, memo), gradient = loss_of(state.net, symbols, targets, state.memo)
        weights: Any = state.net
        change, optimiser_state = optimiser.update(gradient, state.optimiser, weights)
        net: Any = optax.apply_updates(weights, change)
        return TrainState(net, optimiser_state, memo), loss

    state, losses = lax.scan(update, state, order)
    return state, Measured(losses.mean(), right(state.net, train), right(state.net, validation))


def right(net: Net, examples: Examples) -> Integer[Array, " 2"]:
    """How many whole numbers and how many single digits are answered right."""
    symbols = examples.symbols.T
    _, answers = outputs_from(net, net.start(symbols.shape[1]), symbols)
    good = answers == examples.targets.T
    return jnp.stack([good.all(axis=0).sum(), good.sum()])


single = jax.jit(epoch, static_argnums=0)
"""One seed."""


@partial(jax.jit, static_argnums=0)
def block(
    recipe: AbstractRecipe, state: TrainState, order: Integer[Array, "S K B"], train: Examples, validation: Examples
) -> tuple[TrainState, Measured]:
    """A block of seeds, each with its own net, data and order, in one program. Every argument has a leading axis S."""
    return jax.vmap(partial(epoch, recipe))(state, order, train, validation)

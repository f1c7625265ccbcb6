"""Trains a block of seeds and yields their nets after every few updates. Measures how many nines each net carries over."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

from anylength.nets import Net
from anylength.nets.scan import step
from anylength.rules import Task
from anylength.training.recipe import AbstractRecipe, stacked
from anylength.training.start import Purpose, draw_examples, generator, initial_state

BLOCK = 100
"""Nines that one compiled call runs. After each call, the loop ends if every net has given a wrong answer."""


@dataclass(frozen=True)
class Run:
    """The training of a block of seeds, with the updates of the recipe in its own order.

    Attributes:
        task: The task.
        recipe: The recipe.
        data: Name of the data set.
        cell: Name of the cell.
        hidden: H.
        epochs: Number of epochs.
    """

    task: Task
    recipe: AbstractRecipe
    data: str
    cell: str
    hidden: int
    epochs: int


def snapshots(run: Run, seeds: Sequence[int], every: int = 1) -> Iterator[tuple[int, Any]]:
    """Pairs of the number of updates so far and the nets, stacked along a leading axis. There is one after `every` updates."""
    recipe = dataclasses.replace(run.recipe, epochs=run.epochs)  # type: ignore[type-var]
    machine = run.task.transducer
    train = stacked([draw_examples(run.task, run.data, seed)[0] for seed in seeds])
    state: Any = stacked([initial_state(run.task, recipe, cell=run.cell, hidden=run.hidden, seed=seed) for seed in seeds])
    done = 0
    for epoch in range(1, run.epochs + 1):
        count = train.symbols.shape[1]
        order = np.stack([recipe.order(generator(seed, Purpose.ORDER, epoch), count) for seed in seeds])
        for at in range(0, order.shape[1] - every + 1, every):
            state = _updates(recipe, machine, state, order[:, at : at + every], train)
            done += every
            yield done, recipe.result(state, machine)


@partial(jax.jit, static_argnums=(0, 1))
def _updates(recipe: AbstractRecipe, machine: Any, state: Any, order: Any, train: Any) -> Any:
    """A few updates of every seed: those of `training.program.update_all`."""

    def update_one(state: Any, order: Any, train: Any) -> Any:
        def update(state: Any, rows: Any) -> tuple[Any, None]:
            loss_of = jax.value_and_grad(recipe.loss, has_aux=True)
            (_, schedule_state), gradient = loss_of(
                state.net, machine, train.symbols[rows].T, train.targets[rows].T, state.schedule_state
            )
            change, optimiser = recipe.optimiser().update(gradient, state.optimiser, state.net)
            return type(state)(optax.apply_updates(state.net, change), optimiser, schedule_state), None

        return lax.scan(update, state, order)[0]

    return jax.vmap(update_one)(state, order, train)


def at_seed(nets: Any, index: int) -> Net:
    """One net of a stack, as numpy arrays."""
    return jax.tree.map(lambda leaf: np.array(leaf[index]), nets)


def breaks(nets: Any, limit: int | np.ndarray) -> np.ndarray:
    """The break of each net of a stack: the nines it carries over, as in `lengths.horizon`. At most its limit."""
    limits = np.broadcast_to(limit, nets.weight.shape[:1])
    states, broken_after = jnp.zeros((len(limits), at_seed(nets, 0).cell.state_size, 1), jnp.float32), limits.copy()
    for done in range(0, int(limits.max()), BLOCK):
        states, right = _nines(nets, states)
        wrong = ~np.asarray(right)
        first = np.where(wrong.any(axis=0), wrong.argmax(axis=0) + done, np.iinfo(np.int64).max)
        broken_after = np.minimum(broken_after, first)
        if (broken_after < done + BLOCK).all():
            break
    return broken_after


@jax.jit
def _nines(nets: Any, states: Any) -> tuple[Any, Any]:
    """The states after `BLOCK` more nines, and whether each nine is answered 0 and a 0 after it 1 `[BLOCK, S]`."""

    def run_one(net: Net, state: Any) -> tuple[Any, Any]:
        nine, zero = jnp.asarray([net.base - 1]), jnp.asarray([0])

        def advance(state: Any, _: None) -> tuple[Any, Any]:
            state = step(net, state, nine)
            after = net.readout(step(net, state, zero))
            return state, (jnp.argmax(net.readout(state)[:, 0]) == 0) & (jnp.argmax(after[:, 0]) == 1)

        return lax.scan(advance, state, None, length=BLOCK)

    states, right = jax.vmap(run_one)(nets, states)
    return states, right.T

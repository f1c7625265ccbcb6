"""The start of a training: the arguments are checked, then a seed determines the data, the initial net and the order of examples.

Every random draw uses a numpy generator keyed by (seed, purpose, epoch). So a run continues from a checkpoint as if it had not
stopped, and a seed draws the same data, net and order alone or in a block.
"""

from enum import IntEnum
from typing import Any

import jax
import numpy as np

from anylength.base import InputError, brief, check_seed, is_whole
from anylength.cells import ONE_LAYER, Layering
from anylength.nets import architecture_named
from anylength.programs.json_form import MAX_AXIS
from anylength.rules import Task
from anylength.training.examples import Examples
from anylength.training.recipe import AbstractRecipe, TrainState
from anylength.training.seen import SeenTask, inferred_task
from anylength.training.units import units_for

MAX_HIDDEN, MAX_EPOCHS = MAX_AXIS, 1_000_000
"""Largest values that are accepted. They only stop typing errors before they use up memory or time."""


class Purpose(IntEnum):
    """The purpose of a random generator, a part of its key."""

    DATA = 0
    START = 1
    ORDER = 2
    INFERENCE = 3


def generator(seed: int, purpose: Purpose, epoch: int = 0) -> np.random.Generator:
    """The generator for one purpose of one seed (for the order: of one epoch)."""
    return np.random.default_rng([seed, int(purpose), epoch])


def check_arguments(task: Task, *, hidden: int | None, data: str, seed: int, epochs: int) -> None:
    """Checks the arguments of a training.

    Raises:
        InputError: A size, seed or epoch limit out of range, or an unknown data set.
    """
    if hidden is not None and not is_whole(hidden, 1, MAX_HIDDEN):
        raise InputError(f"1 to {MAX_HIDDEN} hidden units", brief(hidden), "pass for example --hidden 16")
    if not is_whole(epochs, 1, MAX_EPOCHS):
        raise InputError(f"1 to {MAX_EPOCHS:,} epochs", brief(epochs), "pass for example --epochs 20")
    check_seed(seed)
    task.data_named(data)


def check_recipe(recipe: AbstractRecipe, cell: str) -> None:
    """Checks that a recipe can train nets of this kind.

    Raises:
        InputError: The cell does not exist, or the recipe trains recurrent cells only.
    """
    if architecture_named(cell).cell is None and not recipe.any_net:
        raise InputError(f"a recipe for a net whose context grows ({cell})", recipe.name, "pass --recipe plain")


def draw_examples(task: Task, data: str, seed: int) -> tuple[Examples, Examples]:
    """Training and validation examples of one seed."""
    dataset = task.data_named(data)(generator(seed, Purpose.DATA), task.base)
    sides = (dataset.train, dataset.train_ends), (dataset.validation, dataset.validation_ends)
    train, validation = (Examples(words, task.targets(words.T, ends).T) for words, ends in sides)
    return train, validation


def seen_task(task: Task, recipe: AbstractRecipe, examples: Examples, seed: int) -> SeenTask:
    """The task as training sees it with these examples.

    Raises:
        InputError: The recipe infers a machine, and cannot do so from these examples.
    """
    if recipe.unseen is None:
        return SeenTask(task)
    return inferred_task(task, examples, generator(seed, Purpose.INFERENCE), recipe.unseen)


def units_of(recipe: AbstractRecipe, task: Task) -> int:
    """The recipe's hidden units. The task is as training sees it: a recipe that infers the machine takes units for that one."""
    return recipe.hidden if recipe.unseen is None or task.memory is not None else units_for(task)


def units(task: Task, recipe: AbstractRecipe, *, data: str, seed: int) -> int:
    """The recipe's hidden units; of one that infers, those for the machine of the seed's examples.

    Raises:
        InputError: As `seen_task`.
    """
    if recipe.unseen is None or task.memory is not None:
        return recipe.hidden
    check_seed(seed)
    return units_of(recipe, seen_task(task, recipe, draw_examples(task, data, seed)[0], seed).task)


def initial_state(
    task: Task, recipe: AbstractRecipe, *, cell: str, layers: Layering = ONE_LAYER, hidden: int | None, seed: int
) -> TrainState:
    """The state before the first epoch, as numpy arrays. The task is as training sees it. Hidden units: None for the recipe's."""
    hidden = units_of(recipe, task) if hidden is None else hidden
    architecture, rng = architecture_named(cell, layers), generator(seed, Purpose.START)
    if architecture.cell is not None:
        return state_of(recipe.initial(rng, task, architecture.cell, hidden), recipe, task)
    check_recipe(recipe, cell)
    assert architecture.initial is not None
    return state_of(architecture.build(architecture.initial(rng, task, hidden), task), recipe, task)


def state_of(net: Any, recipe: AbstractRecipe, task: Task) -> TrainState:
    """The state before the first epoch of what is trained, as numpy arrays."""
    weights: Any = net
    return TrainState(net, _numpy(recipe.optimiser().init(weights)), _numpy(recipe.schedule_state(net, task)))


def _numpy(tree: Any) -> Any:
    return jax.tree.map(np.asarray, tree)

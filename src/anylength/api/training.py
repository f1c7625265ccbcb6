"""`fit` and `fit_block` with tasks and recipes by name."""

from collections.abc import Iterable, Sequence

from anylength import training
from anylength.api.progress import Progress, shown
from anylength.api.subjects import as_recipe
from anylength.api.tasks import task as as_task
from anylength.base import InputError, brief
from anylength.cells import DEFAULT_BETWEEN, Layering
from anylength.rules import Task
from anylength.training import AbstractRecipe, TrainResult
from anylength.web.words import epoch_line


def fit(
    task: Task | str,
    *,
    recipe: AbstractRecipe | str | None = None,
    cell: str | None = None,
    layers: int = 1,
    between: str = DEFAULT_BETWEEN,
    hidden: int | None = None,
    data: str | None = None,
    seed: int = 0,
    epochs: int | None = None,
    progress: Progress = None,
) -> TrainResult:
    """Trains one net in memory.

    Args:
        task: The task or its name.
        recipe: The recipe or its name; None: the one that works best for the task and cell.
        cell: Name of the cell; None: the one that learns most of the task.
        layers: The number of layers, 1 to 4, of a cell whose state has a fixed size.
        between: What lies between two layers: plain, residual, norm or residual-norm.
        hidden: Hidden units; None: the recipe's.
        data: Name of a data set of the task; None: the task's first.
        seed: Draws the data, the initial weights and the order.
        epochs: Epoch limit; None: the recipe's.
        progress: A line for each epoch: True, False, or None for where standard error is a terminal; or a function of the epoch.

    Raises:
        InputError: A name does not exist, or a size or seed is out of range.
        FloatingPointError: The loss is no longer finite.
    """
    task, layering = as_task(task), Layering(layers, between)
    cell = cell or training.default_cell(task)
    recipe = as_recipe(recipe or training.default_recipe(task, cell), task, cell, layering)
    data = data or next(iter(task.data))
    show = shown(progress, epoch_line)
    return training.fit(
        task, cell=cell, layers=layering, hidden=hidden, recipe=recipe, data=data, seed=seed, epochs=epochs, progress=show
    )


def fit_block(
    task: Task | str,
    seeds: Sequence[int],
    *,
    recipe: AbstractRecipe | str | None = None,
    cell: str | None = None,
    layers: int = 1,
    between: str = DEFAULT_BETWEEN,
    hidden: int | None = None,
    data: str | None = None,
    epochs: int | None = None,
) -> list[TrainResult]:
    """Trains one net for each seed, all in one compiled program.

    Args:
        task: The task or its name.
        seeds: The seeds.
        recipe: The recipe or its name; None: the one that works best for the task and cell.
        cell: Name of the cell; None: the one that learns most of the task.
        layers: The number of layers, 1 to 4, of a cell whose state has a fixed size.
        between: What lies between two layers: plain, residual, norm or residual-norm.
        hidden: Hidden units; None: the recipe's.
        data: Name of a data set of the task; None: the task's first.
        epochs: Epoch limit; None: the recipe's.

    Raises:
        InputError: A name does not exist, or a size or seed is out of range.
        FloatingPointError: The loss of a net is no longer finite.
    """
    if isinstance(seeds, str) or not isinstance(seeds, Iterable):
        raise InputError("a list of seeds", brief(seeds), "pass for example [0, 1]")
    task, layering = as_task(task), Layering(layers, between)
    cell = cell or training.default_cell(task)
    recipe = as_recipe(recipe or training.default_recipe(task, cell), task, cell, layering)
    return training.fit_block(
        task, seeds, cell=cell, layers=layering, hidden=hidden, recipe=recipe, data=data or next(iter(task.data)), epochs=epochs
    )


def recipe(name: str, task: Task | str | None = None, cell: str | None = None) -> AbstractRecipe:
    """The recipe with this name. With a task, it gets the settings that suit the task and cell (None: the task's default cell).

    Raises:
        InputError: The recipe or the task does not exist.
    """
    known = None if task is None else as_task(task)
    return as_recipe(name, known, cell or ("rnn" if known is None else training.default_cell(known)))

"""Fitting a block of seeds: one net per seed, all trained by one compiled program."""

import time
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from anylength.records import Epoch
from anylength.tasks import Task
from anylength.training.fitting import TrainResult, epoch_record
from anylength.training.program import run_block
from anylength.training.recipe import AbstractRecipe, stacked
from anylength.training.start import Purpose, check_arguments, draw_examples, generator, initial_state


def fit_block(
    task: Task,
    seeds: Sequence[int],
    *,
    cell: str = "rnn",
    hidden: int | None = None,
    recipe: AbstractRecipe,
    data: str = "post",
    epochs: int | None = None,
    stop: bool = True,
    diverging: bool = False,
) -> list[TrainResult]:
    """Trains one net per seed, all by one compiled program.

    The results are those of `fit` up to the rounding of float32: the order of additions depends on the batch layout.

    Args:
        task: The task to train.
        seeds: The seeds.
        cell: Name of the cell.
        hidden: Number of hidden units; None: the recipe's.
        recipe: The recipe.
        data: Name of the task's data set.
        epochs: Epoch limit; None: the recipe's.
        stop: Whether each net stops when the recipe's stopping rule holds, as in `fit`. Otherwise all train to the epoch limit.
        diverging: Whether a seed may diverge: its result says so, and the others go on. Otherwise a diverging seed raises.

    Raises:
        InputError: A size, seed, data set or cell that does not exist.
        FloatingPointError: A loss is not finite, and `diverging` is false.
    """
    hidden, epochs = recipe.hidden if hidden is None else hidden, recipe.epochs if epochs is None else epochs
    recipe = recipe.with_epochs(epochs)
    if not seeds:
        return []
    for seed in seeds:
        check_arguments(task, hidden=hidden, data=data, seed=seed, epochs=epochs)
    train, validation = (stacked(list(side)) for side in zip(*(draw_examples(task, data, seed) for seed in seeds), strict=True))
    state = stacked([initial_state(task, recipe, cell=cell, hidden=hidden, seed=seed) for seed in seeds])
    histories: list[list[Epoch]] = [[] for _ in seeds]
    results: dict[int, TrainResult] = {}
    active = list(range(len(seeds)))  # the indices of the seeds that still train: rows of `state`, `train` and `validation`
    for number in range(1, epochs + 1):
        started = time.perf_counter()
        count = train.symbols.shape[1]
        order = np.stack([recipe.order(generator(seeds[index], Purpose.ORDER, number), count) for index in active])
        state, metrics = run_block(recipe, task.transducer, state, order, train, validation)
        seconds = (time.perf_counter() - started) / len(active)
        for row, index in enumerate(active):
            row_metrics, *sets = _rows((metrics, train, validation), row)
            diverged = diverging and not np.isfinite(row_metrics.loss)
            if not diverged:
                histories[index].append(epoch_record(number, row_metrics, tuple(sets), seconds))
            if diverged or number == epochs or (stop and recipe.finished(histories[index][-1])):
                results[index] = TrainResult(_final_net(recipe, task, _rows(state.net, row)), histories[index], diverged)
        rows = [row for row, index in enumerate(active) if index not in results]
        if not rows:
            break
        if len(rows) < len(active):
            active = [active[row] for row in rows]
            state, train, validation = _rows((state, train, validation), np.array(rows))
    return [results[index] for index in range(len(seeds))]


def _final_net(recipe: AbstractRecipe, task: Task, net: Any) -> Any:
    """A copy of the net without its auxiliary parts, as numpy arrays."""
    return jax.tree.map(np.array, recipe.without_aux(net, task.transducer))


def _rows(tree: Any, rows: int | np.ndarray) -> Any:
    """One row or some rows of every leaf."""
    return jax.tree.map(lambda leaf: leaf[rows], tree)

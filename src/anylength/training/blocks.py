"""Fitting a block of seeds: one net per seed, all trained by one compiled program."""

import time
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from anylength.records import Epoch
from anylength.tasks import Task
from anylength.training.fitting import Purpose, TrainResult, check, epoch_record, examples, initial_state, generator
from anylength.training.program import block
from anylength.training.recipe import AbstractRecipe, stacked


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

    With `stop` each net is kept as it was when its recipe was satisfied (as `fit` does), and is trained no more; without, all run
    to the limit. The results are those of `fit` up to the rounding of float32 (the order of additions depends on the batch layout).

    Raises:
        InputError: A size, seed, data set or cell that does not exist.
        FloatingPointError: A loss is not finite; not raised with `diverging`, which lets the other seeds go on.
    """
    size, limit = recipe.hidden if hidden is None else hidden, recipe.epochs if epochs is None else epochs
    recipe = recipe.with_epochs(limit)
    if not seeds:
        return []
    for seed in seeds:
        check(task, hidden=size, data=data, seed=seed, epochs=limit)
    train, validation = (stacked(list(side)) for side in zip(*(examples(task, data, seed) for seed in seeds), strict=True))
    state = stacked([initial_state(task, recipe, cell=cell, hidden=size, seed=seed) for seed in seeds])
    histories: list[list[Epoch]] = [[] for _ in seeds]
    kept: dict[int, TrainResult] = {}
    going = list(range(len(seeds)))  # the places of the seeds that still train: rows of `state`, `train`, `validation`
    for number in range(1, limit + 1):
        started = time.perf_counter()
        count = train.symbols.shape[1]
        order = np.stack([recipe.order(generator(seeds[place], Purpose.ORDER, number), count) for place in going])
        state, measured = block(recipe, task.transducer, state, order, train, validation)
        seconds = (time.perf_counter() - started) / len(going)
        for row, place in enumerate(going):
            one = _row((measured, train, validation), row)
            diverged = diverging and not np.isfinite(one[0].loss)
            if not diverged:
                histories[place].append(epoch_record(number, one[0], one[1:], seconds))
            if diverged or number == limit or (stop and recipe.finished(histories[place][-1])):
                kept[place] = TrainResult(_kept(recipe, task, _row(state.net, row)), histories[place], diverged)
        rows = [row for row, place in enumerate(going) if place not in kept]
        if not rows:
            break
        if len(rows) < len(going):
            going = [going[row] for row in rows]
            state, train, validation = _row((state, train, validation), np.array(rows))
    return [kept[place] for place in range(len(seeds))]


def _kept(recipe: AbstractRecipe, task: Task, net: Any) -> Any:
    """What is kept of one net, as numpy arrays of its own."""
    return jax.tree.map(np.array, recipe.without_aux(net, task.transducer))


def _row(tree: Any, row: int | np.ndarray) -> Any:
    """One row, or some, of every leaf."""
    return jax.tree.map(lambda leaf: leaf[row], tree)

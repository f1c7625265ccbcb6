"""Fitting a block of seeds: one net per seed, all trained by one compiled program."""

import time
from collections.abc import Sequence

import jax
import numpy as np

from anylength.nets import AbstractNet
from anylength.records import Epoch
from anylength.tasks import Task
from anylength.training.fitting import Purpose, Trained, check, epoch_record, examples, first_state, generator
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
) -> list[Trained]:
    """Trains one net per seed, all by one compiled program.

    With `stop` each net is kept as it was when its recipe was satisfied (as `fit` does); without, all run to the limit. The
    results are those of `fit` up to the rounding of float32 (the order of additions depends on the batch layout).
    """
    size, limit = recipe.hidden if hidden is None else hidden, recipe.epochs if epochs is None else epochs
    recipe = recipe.lasting(limit)
    if not seeds:
        return []
    for seed in seeds:
        check(task, hidden=size, data=data, seed=seed, epochs=limit)
    train, validation = (stacked(list(side)) for side in zip(*(examples(task, data, seed) for seed in seeds), strict=True))
    state = stacked([first_state(task, recipe, cell=cell, hidden=size, seed=seed) for seed in seeds])
    histories: list[list[Epoch]] = [[] for _ in seeds]
    kept: list[AbstractNet | None] = [None] * len(seeds)
    for number in range(1, limit + 1):
        started = time.perf_counter()
        count = train.symbols.shape[1]
        order = np.stack([recipe.order(generator(seed, Purpose.ORDER, number), count) for seed in seeds])
        state, measured = block(recipe, task.transducer, state, order, train, validation)
        seconds = (time.perf_counter() - started) / len(seeds)
        for s in range(len(seeds)):
            if kept[s] is None:
                one = jax.tree.map(lambda leaf, s=s: leaf[s], (measured, train, validation))
                histories[s].append(epoch_record(number, one[0], one[1:], seconds))
                if number == limit or (stop and recipe.finished(histories[s][-1])):
                    kept[s] = jax.tree.map(lambda leaf, s=s: np.array(leaf[s]), recipe.bare(state.net, task.transducer))
        if all(net is not None for net in kept):
            break
    return [Trained(net, history) for net, history in zip(kept, histories, strict=True) if net is not None]

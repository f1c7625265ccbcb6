"""Our side of the comparisons. Each job prints one JSON line."""

import json
import sys
import time

import jax
import numpy as np

from anylength import lengths
from anylength.nets import answers
from anylength.tasks import task_named
from anylength.training import AbstractRecipe, Session, recipe_named
from anylength.training.program import run_block, run_epoch
from anylength.training.recipe import stacked
from anylength.training.start import Purpose, draw_examples, generator, initial_state

HIDDEN, BLOCK = 16, 64
TASK, RECIPE = task_named("count"), recipe_named("blog")


def _median_ms(call, count: int) -> float:
    seconds = []
    for number in range(count + 2):
        started = time.perf_counter()
        jax.block_until_ready(call(number))
        seconds.append(time.perf_counter() - started)
    return 1000 * sorted(seconds[2:])[count // 2]


def passes(cell: str = "rnn", recipe: AbstractRecipe = RECIPE) -> dict[str, float]:
    """One pass over the 9,000 examples and the evaluation on all 10,000 after it, one seed."""
    train, validation = draw_examples(TASK, "post", 0)
    state = initial_state(TASK, recipe, cell=cell, hidden=HIDDEN, seed=0)

    def call(number: int):
        return run_epoch(recipe, TASK.machine, state, recipe.order(generator(0, Purpose.ORDER, number), 9000), train, validation)

    return {"pass_ms": _median_ms(call, 15)}


def blocks() -> dict[str, float]:
    """The same for a block of 64 seeds in one program, a seed."""
    seeds = range(BLOCK)
    train, validation = (stacked(list(side)) for side in zip(*(draw_examples(TASK, "post", seed) for seed in seeds), strict=True))
    state = stacked([initial_state(TASK, RECIPE, cell="rnn", hidden=HIDDEN, seed=seed) for seed in seeds])
    order = np.stack([RECIPE.order(generator(seed, Purpose.ORDER, 1), 9000) for seed in seeds])
    return {"pass_ms": _median_ms(lambda _: run_block(RECIPE, TASK.machine, state, order, train, validation), 3) / BLOCK}


def long() -> dict[str, float]:
    """One number of a million digits answered, after a warm-up on another one; and the peak memory of the process."""
    net = Session(TASK, cell="rnn", hidden=HIDDEN, recipe=RECIPE, data="post", seed=0, epochs=1).net
    symbols = np.random.default_rng(0).integers(0, 10, (1_000_000, 1), np.uint8)
    answers(net, symbols[:10_000])
    started = time.perf_counter()
    answers(net, symbols)
    return {"seconds": time.perf_counter() - started}


def stress() -> dict[str, float]:
    """A stress test up to 2,000 nines, after start-up (warm compilation cache, first call)."""
    net = Session(TASK, cell="rnn", hidden=HIDDEN, recipe=RECIPE, data="post", seed=0, epochs=1).net
    started = time.perf_counter()
    lengths.stress(net, TASK, limit=2000)
    return {"seconds": time.perf_counter() - started}


if __name__ == "__main__":
    print(json.dumps({"pass": passes, "block": blocks, "long": long, "stress": stress}[sys.argv[1]]()))

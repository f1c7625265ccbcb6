"""The jobs of anylength in the speed comparison. Each prints one JSON line.

    python -m benchmarks.ours pass | block | long | stress

`python -m benchmarks` runs them, each in a process of its own.
"""

import json
import sys
import time
from collections.abc import Callable

import jax
import numpy as np

from anylength import lengths
from anylength.nets import answers
from anylength.rules import task_named
from anylength.training import AbstractRecipe, Session, recipe_named
from anylength.training.program import run_epoch, run_seeds
from anylength.training.recipe import stacked
from anylength.training.start import Purpose, draw_examples, generator, initial_state

HIDDEN = 16
"""Units of the net, as in PyTorch's and TensorFlow's jobs."""

BLOCK = 64
"""Seeds that are trained together."""

TRAINING_EXAMPLES = 9_000
"""Numbers in the post's training set."""

PASSES, BLOCK_PASSES, WARM_UP = 15, 3, 2
"""Timed passes of one seed and of a block, and passes before them that are not timed (the first one compiles)."""

LONG_DIGITS, WARM_UP_DIGITS = 1_000_000, 10_000
STRESS_LIMIT = 2_000
"""Nines in the longest number of the stress test."""

TASK, RECIPE = task_named("count"), recipe_named("blog")


def _median_ms(call: Callable[[int], object], count: int) -> float:
    """Median milliseconds of `count` calls after the warm-up."""
    seconds = []
    for number in range(count + WARM_UP):
        started = time.perf_counter()
        jax.block_until_ready(call(number))
        seconds.append(time.perf_counter() - started)
    return 1000 * sorted(seconds[WARM_UP:])[count // 2]


def passes(cell: str = "rnn", recipe: AbstractRecipe = RECIPE) -> dict[str, float]:
    """One seed: a pass over the 9,000 training examples, and the evaluation on all 10,000 examples after it."""
    train, validation = draw_examples(TASK, "post", 0)
    state = initial_state(TASK, recipe, cell=cell, hidden=HIDDEN, seed=0)

    def call(number: int) -> object:
        order = recipe.order(generator(0, Purpose.ORDER, number), TRAINING_EXAMPLES)
        return run_epoch(recipe, TASK.machine, state, order, train, validation)

    return {"pass_ms": _median_ms(call, PASSES)}


def blocks() -> dict[str, float]:
    """A block of 64 seeds in one program: the time of a pass divided by 64."""
    seeds = range(BLOCK)
    train, validation = (stacked(list(side)) for side in zip(*(draw_examples(TASK, "post", seed) for seed in seeds), strict=True))
    state = stacked([initial_state(TASK, RECIPE, cell="rnn", hidden=HIDDEN, seed=seed) for seed in seeds])
    order = np.stack([RECIPE.order(generator(seed, Purpose.ORDER, 1), TRAINING_EXAMPLES) for seed in seeds])

    def call(number: int) -> object:
        del number
        return run_seeds(RECIPE, TASK.machine, state, order, train, validation)

    return {"pass_ms": _median_ms(call, BLOCK_PASSES) / BLOCK}


def long() -> dict[str, float]:
    """The answer to one number of a million digits, after a warm-up on a shorter one."""
    net = Session(TASK, 0, hidden=HIDDEN, recipe=RECIPE, epochs=1).result.net
    symbols = np.random.default_rng(0).integers(0, 10, (LONG_DIGITS, 1), np.uint8)
    answers(net, symbols[:WARM_UP_DIGITS])
    started = time.perf_counter()
    answers(net, symbols)
    return {"seconds": time.perf_counter() - started}


def stress() -> dict[str, float]:
    """A stress test up to 2,000 nines: the first call in a process, with a warm compilation cache."""
    net = Session(TASK, 0, hidden=HIDDEN, recipe=RECIPE, epochs=1).result.net
    started = time.perf_counter()
    lengths.stress(net, TASK, limit=STRESS_LIMIT)
    return {"seconds": time.perf_counter() - started}


JOBS = {"pass": passes, "block": blocks, "long": long, "stress": stress}

if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]]()))

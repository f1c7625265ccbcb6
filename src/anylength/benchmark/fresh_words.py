"""Training on fresh words, as `chomsky-v1` is published: every update draws a length and new words, and no data set is kept."""

import msgspec
import numpy as np

from anylength.base import Symbols
from anylength.benchmark.conventions import TRAIN_TO
from anylength.benchmark.options import BenchmarkOptions
from anylength.records import RunConfig
from anylength.rules import Task
from anylength.runs import layering_of, recipe_of
from anylength.sweeps.job import BlockJob
from anylength.training import TrainResult
from anylength.training.streaming import DrawWords, Stream, fit_stream

FRESH = f"fresh-{TRAIN_TO}"
"""What stands in the place of a data set's name."""


def on_fresh_words(config: RunConfig, options: BenchmarkOptions) -> RunConfig:
    """A configuration with fresh words in place of its data set, and the budget that the user asks for."""
    assert options.updates is not None
    budget = {"updates": options.updates, "batch": options.batch}
    return msgspec.structs.replace(config, data=FRESH, epochs=1, settings=config.settings | budget)


def fit(job: BlockJob, task: Task) -> list[TrainResult]:
    """A trained net for each seed of a block. Its one epoch is the whole training."""
    config, seeds = job.config, range(job.first_seed, job.first_seed + job.rows)
    stream = Stream(
        draws(task), TRAIN_TO, updates=int(config.settings["updates"]), batch=int(config.settings["batch"])
    )  # fmt: skip
    return fit_stream(
        task, seeds, stream, cell=config.cell, layers=layering_of(config), hidden=config.hidden, recipe=recipe_of(config)
    )


def draws(task: Task) -> DrawWords:
    """Draws words as the task's source does. The answer alone is graded."""

    def draw(rng: np.random.Generator, length: int, count: int) -> tuple[Symbols, Symbols]:
        symbols = task.sample(rng, length, count)
        ends = None if task.transducer is None else np.full(count, len(symbols))
        return symbols, task.targets(symbols, ends)

    return draw

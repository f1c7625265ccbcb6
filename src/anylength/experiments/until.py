"""Trains seed after seed until one net is proved, then that seed into a run folder."""

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass

from anylength.errors import InputError
from anylength.experiments.options import TrainOptions
from anylength.nets import architecture_named
from anylength.records.verdicts import PROVED
from anylength.tasks import Task
from anylength.training import fit, recipe_named
from anylength.verification.verdicts import verify

DEFAULT_BUDGET = 300.0
"""Seconds after which no further seed is begun."""

VERDICT_SECONDS = 20.0
"""Seconds for the verdict on each net. Nets that are proved at all are mostly proved within one."""


@dataclass(frozen=True)
class Search:
    """What a search found.

    Attributes:
        options: The options with the seed to train: the first that is proved, else the first of all.
        tried: How many seeds were trained.
        proved: Whether the net of that seed is proved.
    """

    options: TrainOptions
    tried: int
    proved: bool


def search_for_proof(
    options: TrainOptions, *, budget: float = DEFAULT_BUDGET, tried: Callable[[int, str], None] = lambda *_: None
) -> Search:
    """Trains the seeds from `options.seed` on, in memory, until the net of one is PROVED or the budget is spent.

    Training is repeatable, so the seed that is found gives the same net in a run folder.

    Args:
        options: What to train.
        budget: Seconds after which no further seed is begun.
        tried: Called with each seed and its verdict.

    Raises:
        InputError: No net of this kind can be proved on this task, or the options are wrong.
    """
    started, config, task = time.monotonic(), options.config(), options.load_task()
    _require_provable(config.cell, task)
    if options.candidates > 1:
        raise InputError("candidates or until, not both", f"{options.candidates} candidates", "leave --candidates out")
    recipe = recipe_named(config.recipe, task, config.cell, options.layering)
    count = 0
    while not count or time.monotonic() - started <= budget:
        seed, count = options.seed + count, count + 1
        net = fit(
            task, cell=config.cell, layers=options.layering, hidden=config.hidden, recipe=recipe, data=config.data, seed=seed,
            epochs=config.epochs,
        ).net  # fmt: skip
        verdict = verify(net, task, budget=VERDICT_SECONDS).verdict
        tried(seed, verdict.verdict)
        if verdict.verdict == PROVED:
            return Search(dataclasses.replace(options, seed=seed), count, proved=True)
    return Search(options, count, proved=False)


def _require_provable(cell: str, task: Task) -> None:
    """Raises InputError where no net of this kind can be proved."""
    kind = architecture_named(cell).cell
    if kind is None or not kind.has_fixed_size_state:
        raise InputError("a cell with a state of fixed size for --until proved", cell, "take --cell rnn, gru or lstm")
    if task.transducer is None:
        raise InputError("a task with a finite machine for --until proved", task.name, "no net can be proved for it")

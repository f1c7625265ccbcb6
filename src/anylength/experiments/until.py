"""Trains net after net until one is proved, then that one into a run folder. At last a net is constructed, which cannot fail."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from anylength.base import InputError
from anylength.cells import STACK_CELLS
from anylength.constructions import holds_construction
from anylength.experiments.options import TrainOptions
from anylength.nets import architecture_named
from anylength.records.verdicts import PROVED
from anylength.rules import Task
from anylength.runs import recipe_of
from anylength.training import Constructed, default_recipe, fit
from anylength.training.start import MAX_HIDDEN
from anylength.verification.verdicts import verify

VERDICT_SECONDS = 20.0
"""Seconds for the verdict on each net. Nets that are proved at all are mostly proved within one."""

GROWTH = 2
"""Factor of units and epochs of the last kind."""


@dataclass(frozen=True)
class Search:
    """What a search found.

    Attributes:
        options: The options of the net that is proved, else those that were given.
        tried: How many nets were made.
        proved: Whether the net of these options is proved.
    """

    options: TrainOptions
    tried: int
    proved: bool


def search_for_proof(
    options: TrainOptions, *, budget: float = 300.0, tried: Callable[[TrainOptions, str], None] = lambda *_: None
) -> Search:
    """Trains in memory until a net is PROVED or the budget is spent, then constructs one.

    The nets are, one after the other: those of the options with this seed and the next; those of the best recipe, if another is
    named; larger ones of that recipe, trained for longer; and at the end, for one layer of an `rnn`, a GRU or an LSTM, a net that
    is constructed from the machine. Training is repeatable: the options that are found give the same net in a run folder.

    Args:
        options: What to train.
        budget: Seconds after which no further net is trained.
        tried: Called with the options of each net and its verdict.

    Raises:
        InputError: No net of this kind can be proved on this task, or the options are wrong.
    """
    started, task = time.monotonic(), options.load_task()
    _require_provable(options.config().cell, task)
    if options.candidates > 1:
        raise InputError("candidates or until, not both", f"{options.candidates} candidates", "leave --candidates out")
    count = 0
    for each in _attempts(options, task):
        constructed = each.recipe == Constructed.name
        if count and not constructed and time.monotonic() - started > budget:
            continue
        count += 1
        verdict = _verdict(each, task)
        tried(each, verdict)
        if verdict == PROVED:
            return Search(each, count, proved=True)
    return Search(options, count, proved=False)


def _attempts(options: TrainOptions, task: Task) -> Iterator[TrainOptions]:
    """The options to try, in order."""
    best = default_recipe(task, options.defaults_for(task)[0])
    first = dataclasses.replace(options, recipe=options.recipe or best)
    learned = dataclasses.replace(first, recipe=best, hidden=None, epochs=None)
    kinds = [first, *([learned] if first.recipe != best else []), *_grown(learned)]
    for kind in kinds:
        for number in range(2):
            yield dataclasses.replace(kind, seed=options.seed + number)
    if holds_construction(architecture_named(options.defaults_for(task)[0], options.layering).cell):
        yield dataclasses.replace(options, recipe=Constructed.name, hidden=None, epochs=None)


def _grown(options: TrainOptions) -> list[TrainOptions]:
    """The options with more units and more epochs, unless these are too many."""
    config = options.config()
    if GROWTH * config.hidden > MAX_HIDDEN:
        return []
    return [dataclasses.replace(options, hidden=GROWTH * config.hidden, epochs=GROWTH * config.epochs)]


def _verdict(options: TrainOptions, task: Task) -> str:
    """The verdict on the net of these options."""
    config = options.config()
    net = fit(
        task, cell=config.cell, layers=options.layering, hidden=config.hidden, recipe=recipe_of(config), data=config.data,
        seed=config.seed, epochs=config.epochs,
    ).net  # fmt: skip
    return verify(net, task, budget=VERDICT_SECONDS).verdict.verdict


def _require_provable(cell: str, task: Task) -> None:
    """Raises InputError where no net of this kind can be proved."""
    has_stacks = cell in STACK_CELLS
    if not has_stacks and not architecture_named(cell).has_fixed_size_state:
        raise InputError("a cell of fixed size or with stacks for --until proved", cell, "take --cell rnn, gru, lstm or stack-rnn")
    if task.transducer is None and not (has_stacks and task.memory is not None):
        remedy = "no net can be proved for it" if task.memory is None else "take --cell stack-rnn"
        raise InputError("a task with a machine for --until proved", task.name, remedy)

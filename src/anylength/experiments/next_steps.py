"""What to try where a net has not learned its task, or was not proved."""

import shlex

from anylength.nets import PROGRAM, architecture_named
from anylength.records import RunConfig, Training, Verdict
from anylength.records.verdicts import PROVED_UP_TO, REFUTED, UNKNOWN
from anylength.runs import Run, layering_of, layout, recipe_of, retrain_command, task_of
from anylength.training import CERTIFIED_NAME, CONSTRUCTED_NAME, HARDEN_NAME, HARDENED, cell_limit, known_limit


def not_learned(config: RunConfig, result: Training) -> str | None:
    """A sentence for people where a net has not learned the numbers that it was trained on; None where it has."""
    if result.train_accuracy >= 0.99:
        return None
    right = f"{result.train_accuracy:.1%}" if result.train_accuracy else "none"
    return f"not learned: {right} of the training numbers are answered right as a whole; {_next_training(config)}"


def _next_training(config: RunConfig) -> str:
    """What to train in place of this."""
    task = task_of(config)
    limit = known_limit(task) or cell_limit(task, config.cell)
    if limit is not None:
        return limit
    recipe = recipe_of(config)
    if config.epochs < recipe.epochs:
        return f"try --epochs {recipe.epochs}"
    if task.transducer is None:
        return f"try --epochs {2 * config.epochs}"
    if not _can_be_proved(config):
        return "try --cell rnn"
    return "try --until proved" if config.recipe == CERTIFIED_NAME else f"try --recipe {CERTIFIED_NAME}"


def next_step(run: Run, verdict: Verdict) -> str | None:
    """What to do about a net that is not proved on every word, as a command where there is one; None for other verdicts."""
    if verdict.verdict in (UNKNOWN, PROVED_UP_TO) and run.has(layout.SEARCH) and cell_limit(run.task, run.config.cell) is None:
        return f"anylength prove {shlex.quote(str(run.path))} --budget 600"  # ten times the default
    return _other_net(run, verdict)


def _other_net(run: Run, verdict: Verdict) -> str | None:
    """What makes a net that may be proved in place of this one."""
    config, task = run.config, run.task
    if verdict.verdict not in (REFUTED, UNKNOWN, PROVED_UP_TO) or task.transducer is None:
        return None
    limit = cell_limit(task, config.cell)
    if limit is not None:
        return limit
    if not _can_be_proved(config) or config.recipe == CONSTRUCTED_NAME:
        return None
    if config.recipe == HARDEN_NAME:
        return f"anylength harden {shlex.quote(str(run.path))} --recipe unrolled"
    if config.recipe != CERTIFIED_NAME and not config.recipe.startswith(HARDENED):
        return f"anylength harden {shlex.quote(str(run.path))}"
    return None if config.cell == PROGRAM else retrain_command(config, run.path, "--until", "proved")


def _can_be_proved(config: RunConfig) -> bool:
    """Whether nets of this kind can be proved at all."""
    return config.cell == PROGRAM or architecture_named(config.cell, layering_of(config)).has_fixed_size_state

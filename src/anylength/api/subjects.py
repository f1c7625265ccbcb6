"""Converts the arguments of the public functions: runs, paths, nets and `torch.nn.Module`s; tasks and recipes by name."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from anylength.api.tasks import task as as_task
from anylength.base import InputError
from anylength.cells import ONE_LAYER, Layering
from anylength.nets import AbstractNet
from anylength.rules import Task
from anylength.runs import Run
from anylength.training import AbstractRecipe, recipe_named

if TYPE_CHECKING:
    from anylength.interchange import ComparedNet, Predictor
    from anylength.interchange.pytorch.alphabet import Inputs

Subject: TypeAlias = Any
"""A `Run`, the path of a run folder, a net, a `torch.nn.Module`, or a step with its start state."""


def as_recipe(recipe: AbstractRecipe | str, task: Task | None, cell: str, layers: Layering = ONE_LAYER) -> AbstractRecipe:
    """The recipe: a recipe is returned, a name is looked up and gets the settings that suit the task and cell.

    Raises:
        InputError: The recipe does not exist, or the value is neither a name nor a recipe.
    """
    if isinstance(recipe, AbstractRecipe):
        return recipe
    if not isinstance(recipe, str):
        remedy = 'pass for example "certified"; anylength recipes lists the names'
        raise InputError("the name of a recipe or a recipe", repr(recipe), remedy)
    return recipe_named(recipe, task, cell, layers)


def as_run(subject: Subject) -> Run | None:
    """The finished run, for a run or a path; None for a net.

    Raises:
        InputError: The run is missing, damaged or unfinished.
    """
    return Run.open(subject) if isinstance(subject, str | Path | Run) else None


def as_net(
    subject: Subject,
    task: Task | str | None,
    answers: "Predictor | None" = None,
    *,
    initial_state: Any = None,
    inputs: "Inputs | None" = None,
) -> tuple[AbstractNet, Task]:
    """The net and the task of a subject: see `as_subject`.

    Raises:
        InputError: As `as_subject`; or rounding decides too many answers of a module or step.
    """
    read = as_subject(subject, task, answers, initial_state=initial_state, inputs=inputs)
    return read.net if read.original is None else read.original.net(), read.task


@dataclass(frozen=True)
class ReadSubject:
    """What was read of a subject.

    Attributes:
        net: The net.
        task: Its task.
        original: For a module or step: the net beside its original; else None.
    """

    net: AbstractNet
    task: Task
    original: "ComparedNet | None" = None


def as_subject(
    subject: Subject,
    task: Task | str | None,
    answers: "Predictor | None" = None,
    *,
    initial_state: Any = None,
    inputs: "Inputs | None" = None,
) -> ReadSubject:
    """The net and the task of a subject, and its original.

    Args:
        subject: A run, a path, a net, a module or a step.
        task: The task of a net, module or step; None for a run, which has its own.
        answers: For a module with an unusual `forward`: see `from_torch`.
        initial_state: For a step `(state, x) → (state, logits)`: the state before the first step.
        inputs: For a step or module of PyTorch: what it takes, "one-hot" or "tokens"; None: found by trying.

    Raises:
        InputError: The task has another name than the run's; a net comes without a task, or with one of another alphabet; or a
            module or step cannot be read, or answers differently from what was read.
    """
    has_own_state = isinstance(subject, str | Path | Run | AbstractNet)
    if has_own_state and not (initial_state is None and inputs is None):
        raise InputError("a step for initial_state= and inputs=", type(subject).__name__, "leave them out: a run has its own")
    run = as_run(subject)
    if run is not None:
        _check_own_task(run, task)
        return ReadSubject(run.net, run.task)
    if task is None:
        raise InputError("a task for this net", "none", 'pass it as the second argument, for example "count"')
    task = as_task(task)
    if isinstance(subject, AbstractNet):
        read = ReadSubject(subject, task)
    elif initial_state is None:
        from anylength.interchange import compared_torch

        compared = compared_torch(subject, task, answers=answers, inputs=inputs)
        read = ReadSubject(compared.imported.net, task, compared)
    else:
        from anylength.interchange.foreign_step import compared_step

        compared = compared_step(subject, task, initial_state=initial_state, inputs=inputs)
        read = ReadSubject(compared.imported.net, task, compared)
    _check_alphabet(read.net, task)
    return read


def _check_own_task(run: Run, task: Task | str | None) -> None:
    name = task.name if isinstance(task, Task) else task
    if name is not None and name != run.config.task:
        raise InputError(f"the run's own task, {run.config.task}", repr(name), "leave the task out: a run has its own")


def _check_alphabet(net: AbstractNet, task: Task) -> None:
    expected, got = (task.letters, task.tapes, task.classes), (net.base, net.tapes, net.classes)
    if expected != got:
        sizes = "{} letters, {} tape(s) and {} outputs"
        expected_text = f"a net with {sizes.format(*expected)} for the task {task.name}"
        raise InputError(expected_text, sizes.format(*got), "pass the net's own task")

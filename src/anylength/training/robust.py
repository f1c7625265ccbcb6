"""The recipe `robust`: infers a machine from the examples, then learns boxes for its states. It never sees the task's machine."""

import dataclasses
from typing import ClassVar, get_args

import numpy as np

from anylength.errors import InputError
from anylength.records.runs import LearnsFrom
from anylength.tasks import Task
from anylength.training.examples import Examples
from anylength.training.learned_invariant import LearnedInvariant
from anylength.training.recipe import AbstractRecipe
from anylength.training.seen import REFUSE, SeenTask, Unseen, inferred_task
from anylength.training.units import units_for


@dataclasses.dataclass(frozen=True)
class Robust(LearnedInvariant):
    """A learned invariant for a machine that is inferred from the training examples.

    Attributes:
        unseen: What to do about pairs of a state and a symbol that no example shows.
    """

    infers: ClassVar[bool] = True

    unseen: Unseen = REFUSE

    @property
    def learns_from(self) -> LearnsFrom:
        """The data alone: the machine comes from there, too. Answers to questions are recorded apart (`records.runs.Inferred`)."""
        return "data"

    def units(self, task: Task) -> int:
        """Units for the machine of the examples."""
        return units_for(task)

    def check_size(self, task: Task, hidden: int) -> None:
        """Nothing: a configuration has the task's own machine, which this recipe must not see."""

    def seen(self, task: Task, examples: Examples, rng: np.random.Generator) -> SeenTask:
        """The task with the machine of its examples."""
        return inferred_task(task, examples, rng, self.unseen)


def with_unseen(recipe: AbstractRecipe, unseen: str) -> AbstractRecipe:
    """The recipe with another way to treat what no example shows.

    Raises:
        InputError: There is no such way, or the recipe infers nothing.
    """
    if unseen not in get_args(Unseen):
        raise InputError(" or ".join(get_args(Unseen)), repr(unseen), "pass --ask, --fill or neither")
    if isinstance(recipe, Robust):
        return dataclasses.replace(recipe, unseen=unseen)  # type: ignore[arg-type]
    if unseen != REFUSE:
        remedy = "pass --recipe robust, or leave it out"
        raise InputError(f"a recipe that infers a machine from examples, for --{unseen}", recipe.name, remedy)
    return recipe

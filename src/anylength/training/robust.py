"""The recipe `robust`: infers a machine from the examples, then learns boxes for its states. It never sees the task's machine."""

import dataclasses
from typing import ClassVar

import numpy as np

from anylength.records.runs import LearnsFrom
from anylength.tasks import Task
from anylength.training.examples import Examples
from anylength.training.learned_invariant import LearnedInvariant
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


ROBUST = Robust(
    name="robust",
    summary="sees inputs and outputs alone: infers a machine from the examples, then learns as certified does",
)

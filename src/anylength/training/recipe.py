"""The interface of a recipe: everything about a training run that is not the net."""

import abc
import dataclasses
from typing import Any, ClassVar, TypeAlias

import jax
import numpy as np
import optax
from jaxtyping import Array, Float, Integer

from anylength.cells import CellKind
from anylength.machines import Machine
from anylength.pytrees import pytree
from anylength.records import Epoch
from anylength.records.runs import LearnsFrom
from anylength.tasks import Task
from anylength.training.examples import Examples
from anylength.training.seen import SeenTask


@pytree
@dataclasses.dataclass(frozen=True)
class TrainState:
    """Everything that changes during training.

    Attributes:
        net: What is trained: the net, with the parts that only training needs.
        optimiser: The optimiser's state.
        schedule_state: The state of the recipe's schedule.
    """

    net: Any
    optimiser: Any
    schedule_state: Any


Loss: TypeAlias = tuple[Float[Array, ""], Any]
"""The loss of one batch, and the schedule state for the next one."""

RUN_FIELDS = ("name", "summary", "hidden", "epochs")
"""Fields that `settings` leaves out: the run's configuration has its own keys for them, and `summary` is only a description."""


class AbstractRecipe(abc.ABC):
    """Data order, loss, optimiser, schedule and stopping rule. Immutable and hashable: it is static in the compiled program."""

    name: str
    summary: str
    hidden: int
    epochs: int

    any_task: ClassVar[bool] = False
    """Whether it also trains tasks beyond finite state. They have no machine, and some of their targets are ignored."""

    any_net: bool = False
    """Whether it also trains nets whose context grows. These nets draw their own initial weights."""

    until_perfect: bool = False
    """Whether training stops once both accuracies are 100 %; else it runs to the end of the schedule."""

    batch: int = 32
    """Words in an update."""

    updates: int = 1
    """Updates in an epoch."""

    infers: ClassVar[bool] = False
    """Whether it infers the machine from the training examples, and chooses its units after that."""

    @property
    def learns_from(self) -> LearnsFrom:
        """What a net learns from: the words of the data alone, the task's machine alone, or both."""
        return "data"

    def seen(self, task: Task, examples: Examples, rng: np.random.Generator) -> SeenTask:
        """The task as training sees it: its own, or with a machine that is inferred from the training examples.

        Raises:
            InputError: The machine cannot be inferred from them.
        """
        del examples, rng
        return SeenTask(task)

    def units(self, task: Task) -> int:
        """Hidden units where nobody asks for another number. The task is as training sees it."""
        del task
        return self.hidden

    def check_size(self, task: Task, hidden: int) -> None:
        """Checks that a training of this size fits the memory.

        Raises:
            InputError: It does not.
        """
        del task, hidden

    @abc.abstractmethod
    def initial(self, rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> Any:
        """What is trained, before training, as numpy arrays: the recurrent net, with parts that only training needs."""

    def started_from(self, net: Any, task: Task) -> Any:
        """What is trained where a given net is the start."""
        del task
        return net

    def compiled_for(self, machine: Machine | None) -> Machine | None:
        """The machine that the compiled program is made for; None where it needs none, or finds it in the schedule's state.

        A program that is made for no machine is compiled once for all tasks of the same shapes.
        """
        return machine

    @abc.abstractmethod
    def optimiser(self) -> optax.GradientTransformation:
        """The optimiser."""

    def order(self, rng: np.random.Generator, examples: int) -> np.ndarray:
        """The examples of each batch of one epoch: `[K, B]` indices below `examples`. By default drawn with replacement."""
        return rng.integers(0, examples, (self.updates, self.batch), np.int32)

    @abc.abstractmethod
    def loss(
        self, net: Any, machine: Machine | None, symbols: Integer[Array, "T B"], targets: Integer[Array, "T B"], schedule_state: Any
    ) -> Loss:
        """The loss of one batch, and the schedule state for the next one. Only a recipe that knows the machine reads `machine`."""

    def gradient(
        self, net: Any, machine: Machine | None, symbols: Integer[Array, "T B"], targets: Integer[Array, "T B"], schedule_state: Any
    ) -> tuple[Loss, Any]:
        """The loss of one batch, and the gradient that the optimiser gets."""
        return jax.value_and_grad(self.loss, has_aux=True)(net, machine, symbols, targets, schedule_state)

    def finished(self, epoch: Epoch) -> bool:
        """Whether training may stop after this epoch."""
        return self.until_perfect and epoch.perfect

    def result(self, state: TrainState, machine: Machine | None) -> Any:
        """The net of a training in this state, without the parts that only training needs. This net is evaluated and saved."""
        del machine
        return state.net

    def with_epochs(self, epochs: int) -> "AbstractRecipe":
        """The same recipe with another number of epochs. A schedule is stretched to it."""
        return dataclasses.replace(self, epochs=epochs)  # type: ignore[type-var]

    def schedule_state(self, net: Any, task: Task) -> Any:
        """The initial state of the recipe's schedule, for what is trained: a pytree of arrays, empty for most recipes."""
        del net, task
        return ()

    def settings(self) -> dict[str, float | int | str | bool]:
        """The recipe's numbers for `config.json`: every field except `RUN_FIELDS`."""
        names = [field.name for field in dataclasses.fields(self) if field.name not in RUN_FIELDS]  # type: ignore[arg-type]
        return {name: getattr(self, name) for name in names}


def stacked(trees: list[Any]) -> Any:
    """Equal pytrees stacked along a new leading axis S."""
    return jax.tree.map(lambda *leaves: np.stack(leaves), *trees)

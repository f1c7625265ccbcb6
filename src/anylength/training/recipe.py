"""The interface of a recipe: everything about a training run that is not the net."""

import abc
import dataclasses
from typing import Any, ClassVar, TypeAlias

import jax
import numpy as np
import optax
from jaxtyping import Array, Float, Integer

from anylength.base import pytree
from anylength.cells import CellKind
from anylength.records.runs import LearnsFrom, StartsFrom
from anylength.rules import Machine, Task
from anylength.training.seen import Unseen


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

RUN_FIELDS = ("name", "summary", "hidden", "epochs", "grid")
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

    unseen: Unseen | None = None
    """What a recipe that infers the machine from the training examples does about what no example shows; None: it infers none."""

    reads_machine: ClassVar[bool] = False
    """Whether its loss reads the machine. A program is then compiled for each machine, else once for tasks of the same shapes."""

    @property
    def learns_from(self) -> LearnsFrom:
        """What a net learns from: the words of the data alone, the task's machine alone, or both."""
        return "data"

    @property
    def starts_from(self) -> StartsFrom:
        """The first weights."""
        return "random weights"

    @abc.abstractmethod
    def initial(self, rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> Any:
        """What is trained, before training, as numpy arrays: the recurrent net, with parts that only training needs."""

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

    def result(self, state: TrainState, machine: Machine | None) -> Any:
        """The net of a training in this state, without the parts that only training needs. This net is evaluated and saved."""
        del machine
        return state.net

    def schedule_state(self, net: Any, task: Task) -> Any:
        """The initial state of the recipe's schedule, for what is trained: a pytree of arrays, empty for most recipes."""
        del net, task
        return ()

    def settings(self) -> dict[str, float | int | str | bool]:
        """The recipe's numbers for `config.json`: every field that is set, except `RUN_FIELDS`."""
        names = [field.name for field in dataclasses.fields(self) if field.name not in RUN_FIELDS]  # type: ignore[arg-type]
        return {name: value for name in names if (value := getattr(self, name)) is not None}


def stacked(trees: list[Any]) -> Any:
    """Equal pytrees stacked along a new leading axis S."""
    return jax.tree.map(lambda *leaves: np.stack(leaves), *trees)

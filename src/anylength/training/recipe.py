"""What a recipe is: everything about a training run that is not the net."""

import abc
import dataclasses
from typing import Any, ClassVar, TypeAlias

import jax
import numpy as np
import optax
from jaxtyping import Array, Float, Integer

from anylength.cells import AbstractCell
from anylength.machines import Machine
from anylength.nets import Net
from anylength.records import Epoch
from anylength.tasks import Task

Loss: TypeAlias = tuple[Float[Array, ""], Any]
"""The loss of one batch, and the memo for the next one."""


SETTING_KEYS = {"ramp": "climb", "box_warmup": "opening"}
"""Field name → its key in `config.json`, where the two differ. The keys are those of earlier versions, so that old runs resume."""


class AbstractRecipe(abc.ABC):
    """Data order, loss, optimiser, schedule and stopping rule. Immutable and hashable: it is static in the compiled program."""

    name: str
    summary: str
    hidden: int
    epochs: int

    any_task: ClassVar[bool] = False
    """Whether it also trains tasks beyond finite state: they have no machine, and not all of their outputs count."""

    any_net: ClassVar[bool] = False
    """Whether it also trains nets whose context grows (from weights that these draw themselves)."""

    @abc.abstractmethod
    def initial(self, rng: np.random.Generator, task: Task, cell: type[AbstractCell], hidden: int) -> Net:
        """The recurrent net before training, as numpy arrays."""

    @abc.abstractmethod
    def optimiser(self) -> optax.GradientTransformation:
        """The optimiser."""

    @abc.abstractmethod
    def order(self, rng: np.random.Generator, examples: int) -> np.ndarray:
        """Which examples make up each batch of one epoch: `[K, B]` indices below `examples`."""

    @abc.abstractmethod
    def loss(
        self, net: Any, machine: Machine | None, symbols: Integer[Array, "T B"], targets: Integer[Array, "T B"], schedule_state: Any
    ) -> Loss:
        """The loss of one batch, and the memo for the next one. Only a recipe that says so looks at the machine."""

    @abc.abstractmethod
    def finished(self, epoch: Epoch) -> bool:
        """Whether training may stop after this epoch."""

    def without_aux(self, net: Any, machine: Machine | None) -> Any:
        """The net without what only training needs: what is evaluated, kept and given away."""
        del machine
        return net

    def with_epochs(self, epochs: int) -> "AbstractRecipe":
        """The same recipe with another number of epochs, its schedule stretched where it has one."""
        del epochs
        return self

    def schedule_state(self) -> Any:
        """What the recipe's schedule remembers from update to update (a pytree of arrays); most remember nothing."""
        return ()

    def settings(self) -> dict[str, float | int | str | bool]:
        """The recipe's own numbers, for the run's configuration: every field but those that the configuration has by name."""
        skipped = ("name", "summary", "hidden", "epochs")
        fields = dataclasses.fields(self)  # type: ignore[arg-type]
        return {
            SETTING_KEYS.get(field.name, field.name): getattr(self, field.name) for field in fields if field.name not in skipped
        }


def stacked(trees: list[Any]) -> Any:
    """Equal pytrees stacked along a new leading axis S."""
    return jax.tree.map(lambda *leaves: np.stack(leaves), *trees)

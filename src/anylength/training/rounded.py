"""Quantisation-aware training: a recipe whose loss and whose final net use weights rounded to a grid.

The optimiser updates float weights. The gradient passes the rounding unchanged: the straight-through estimator (Bengio, Léonard &
Courville 2013, arXiv 1308.3432).
"""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax
from jaxtyping import Array, Float, Integer

from anylength._types import Tensor
from anylength.cells import CellKind
from anylength.machines import Machine
from anylength.nets import AbstractGrid, Net
from anylength.records import Epoch
from anylength.records.runs import LearnsFrom
from anylength.tasks import Task
from anylength.training.examples import Examples
from anylength.training.recipe import AbstractRecipe, Loss, TrainState
from anylength.training.seen import SeenTask


@dataclasses.dataclass(frozen=True)
class Rounded(AbstractRecipe):
    """Another recipe with its weights on a grid.

    Attributes:
        inner: The other recipe, with its data order, loss, optimiser and schedule.
        grid: The values that a weight may have.
    """

    name: str
    summary: str
    hidden: int
    epochs: int
    inner: AbstractRecipe
    grid: AbstractGrid

    @property
    def learns_from(self) -> LearnsFrom:
        """What the inner recipe's nets learn from."""
        return self.inner.learns_from

    def seen(self, task: Task, examples: Examples, rng: np.random.Generator) -> SeenTask:
        """What the inner recipe sees."""
        return self.inner.seen(task, examples, rng)

    def with_epochs(self, epochs: int) -> "Rounded":
        """This recipe with the inner recipe's schedule stretched."""
        return dataclasses.replace(self, epochs=epochs, inner=self.inner.with_epochs(epochs))

    def initial(self, rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> Net:
        """The inner recipe's initial net, not rounded."""
        return self.inner.initial(rng, task, cell, hidden)

    def started_from(self, net: Any, task: Task) -> Any:
        """What the inner recipe trains where this net is the start."""
        return self.inner.started_from(net, task)

    def compiled_for(self, machine: Machine | None) -> Machine | None:
        """The inner recipe's."""
        return self.inner.compiled_for(machine)

    def optimiser(self) -> optax.GradientTransformation:
        """The inner recipe's optimiser."""
        return self.inner.optimiser()

    def order(self, rng: np.random.Generator, examples: int) -> np.ndarray:
        """The inner recipe's order."""
        return self.inner.order(rng, examples)

    def loss(
        self, net: Any, machine: Machine | None, symbols: Integer[Array, "T B"], targets: Integer[Array, "T B"], schedule_state: Any
    ) -> Loss:
        """The inner recipe's loss of the rounded net."""
        return self.inner.loss(jax.tree.map(self._straight_through, net), machine, symbols, targets, schedule_state)

    def result(self, state: TrainState, machine: Machine | None) -> Any:
        """The rounded net, without the parts that only training needs."""
        return self.grid.nearest_net(self.inner.result(state, machine))

    def finished(self, epoch: Epoch) -> bool:
        """The inner recipe's stopping rule."""
        return self.inner.finished(epoch)

    def schedule_state(self, net: Any, task: Task) -> Any:
        """The inner recipe's schedule state."""
        return self.inner.schedule_state(net, task)

    def settings(self) -> dict[str, float | int | str | bool]:
        """The inner recipe's settings, and the grid's name as `to`."""
        return self.inner.settings() | {"to": self.grid.name}

    def _straight_through(self, value: Tensor) -> Float[Array, "..."]:
        """The rounded tensor, with the gradient of the unrounded one."""
        return lax.stop_gradient(self.grid.nearest(jnp.asarray(value))) + (value - lax.stop_gradient(value))


def on_grid(recipe: AbstractRecipe, grid: AbstractGrid) -> Rounded:
    """`recipe` with its weights rounded to `grid`."""
    summary = f"{recipe.name} with weights in {grid.name}"
    return Rounded(recipe.name, summary, recipe.hidden, recipe.epochs, recipe, grid)

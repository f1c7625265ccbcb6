"""The `memory` recipe: for cells with an external memory, on tasks whose answer comes long after the question."""

import dataclasses
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Integer

from anylength.cells import CellKind, NamedCell, StackRnn, TapeRnn
from anylength.machines import Machine
from anylength.nets import Net, logits
from anylength.records import Epoch
from anylength.tasks import Task
from anylength.training.drawing import drawn_cell
from anylength.training.optimisation import masked_cross_entropy, orthogonal, scheduled_adam
from anylength.training.recipe import AbstractRecipe, Loss

RECURRENT_SCALE = 0.7
"""Scale of the orthogonal recurrent matrices at the start. Below 1, so that the state of an untrained net decays."""


@dataclasses.dataclass(frozen=True)
class Memory(AbstractRecipe):
    """Mean cross-entropy over the steps with a target, Adam, and annealing from soft to hard memory actions.

    Training uses soft actions (sigmoids of the action logits); a trained net answers with hard ones (0 or 1). So the action logits
    are multiplied by a factor that rises from 1 to `sharpness` during the run. A cell without a memory trains without this step.

    The numbers come from trials of 4 to 8 seeds each (`docs/research-log/recipes.md`). An earlier start of the annealing (30 % of
    the run) left 2 of 8 nets that never used their stacks.

    Attributes:
        batch: Words in an update.
        updates: Updates in an epoch.
        learning_rate: Adam's peak learning rate.
        clip: Largest norm of the gradient.
        warm_up: Fraction of the run in which the learning rate rises.
        anneal_start: Fraction of the run after which the factor rises.
        anneal_end: Fraction of the run after which the factor stays at `sharpness`.
        sharpness: Final factor of the action logits.
    """

    name: str = "memory"
    summary: str = (
        "for cells with an external memory: cross-entropy where a target is given, Adam, memory actions annealed from soft to hard"
    )
    hidden: int = 32
    epochs: int = 7
    batch: int = 32
    updates: int = 500
    learning_rate: float = 0.01
    clip: float = 1.0
    warm_up: float = 0.02
    anneal_start: float = 0.5
    anneal_end: float = 0.9
    sharpness: float = 20.0

    any_task: ClassVar[bool] = True

    def with_epochs(self, epochs: int) -> "Memory":
        """The same recipe with its schedules stretched to another number of epochs."""
        return dataclasses.replace(self, epochs=epochs)

    def initial(self, rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> Net:
        """Normal matrices with variance 1/fan-in, `RECURRENT_SCALE` times orthogonal matrices for each gate's W_hh, zero biases."""
        drawn = drawn_cell(cell, task.encoding_size, hidden, lambda part: _layer(rng, part.kind, part.encoded, hidden))
        weight = (rng.normal(size=(task.classes, hidden)) * hidden**-0.5).astype(np.float32)
        return Net(drawn, weight, np.zeros(task.classes, np.float32), base=task.letters, tapes=task.tapes)

    def optimiser(self) -> optax.GradientTransformation:
        """Adam with gradient clipping, a linear warm-up and a cosine decay."""
        return scheduled_adam(self.learning_rate, self.epochs * self.updates, warm_up=self.warm_up, clip=self.clip)

    def order(self, rng: np.random.Generator, examples: int) -> np.ndarray:
        """Batches drawn with replacement."""
        return rng.integers(0, examples, (self.updates, self.batch), np.int32)

    def loss(
        self, net: Net, machine: Machine | None, symbols: Integer[Array, "T B"], targets: Integer[Array, "T B"], schedule_state: Any
    ) -> Loss:
        """Cross-entropy over the steps with a target, with annealed actions. The schedule state counts updates."""
        progress = schedule_state / (self.epochs * self.updates)
        annealed = jnp.clip((progress - self.anneal_start) / (self.anneal_end - self.anneal_start), 0.0, 1.0)
        factor = self.sharpness**annealed
        return masked_cross_entropy(logits(_sharpened(net, factor), symbols), targets), schedule_state + np.uint32(1)

    def finished(self, epoch: Epoch) -> bool:
        """Never: training runs to the end of the schedule."""
        return False

    def schedule_state(self, net: Any, task: Task) -> Any:
        """The number of updates so far."""
        del net, task
        return np.zeros((), np.uint32)


def _layer(rng: np.random.Generator, kind: type[NamedCell], encoded: int, hidden: int) -> dict[str, np.ndarray]:
    """The tensors of one layer that reads E = `encoded` rows."""
    named = {}
    for name, shape in kind.shapes(encoded, hidden).items():
        if name == "weight_hh":
            named[name] = np.concatenate([RECURRENT_SCALE * orthogonal(rng, hidden) for _ in range(shape[0] // hidden)])
        else:
            fan_in = 1 if name == "weight_ih" else shape[-1]  # an input is one-hot
            named[name] = rng.normal(size=shape) * fan_in**-0.5 if len(shape) == 2 else np.zeros(shape)
    return named


def _sharpened(net: Net, factor: Float[Array, ""]) -> Net:
    """The net with the logits of its memory actions multiplied by `factor`."""
    return dataclasses.replace(net, cell=net.cell.with_action_factor(factor)) if isinstance(net.cell, StackRnn | TapeRnn) else net

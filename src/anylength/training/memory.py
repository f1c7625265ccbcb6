"""The `memory` recipe: for cells with a memory, on tasks whose answer comes long after the question. Only graded outputs count."""

import dataclasses
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Integer

from anylength.cells import AbstractCell, StackRnn, TapeRnn
from anylength.machines import Machine
from anylength.nets import Net, logits
from anylength.records import Epoch
from anylength.tasks import Task
from anylength.training.optimisation import orthogonal, scheduled_adam
from anylength.training.optimisation import masked_cross_entropy
from anylength.training.recipe import AbstractRecipe, Loss


@dataclasses.dataclass(frozen=True)
class Memory(AbstractRecipe):
    """Mean cross-entropy over the graded steps, Adam, and actions that grow hard.

    From some part of the run on the drives of a memory's actions are multiplied by a factor that grows: the net answers with hard
    actions, so it must be able to do with them. A cell without a memory is trained in the same way, except that it has no actions.

    Attributes:
        batch: Words in an update.
        updates: Updates in an epoch.
        rate: Adam's largest rate.
        clip: Largest norm of the gradient.
        warm_up: Part of the run in which the rate rises.
        soft: Part of the run in which actions are as soft as they like.
        hard: Part of the run after which the factor stays.
        sharpness: The factor then.
    """

    name: str = "memory"
    summary: str = "for cells with a memory: cross-entropy on graded steps, Adam, actions that grow hard"
    hidden: int = 32
    epochs: int = 7
    batch: int = 32
    updates: int = 500
    rate: float = 0.01
    clip: float = 1.0
    warm_up: float = 0.02
    soft: float = 0.5
    hard: float = 0.9
    sharpness: float = 20.0

    any_task: ClassVar[bool] = True

    def with_epochs(self, epochs: int) -> "Memory":
        """The same schedules stretched over another number of epochs."""
        return dataclasses.replace(self, epochs=epochs)

    def initial(self, rng: np.random.Generator, task: Task, cell: type[AbstractCell], hidden: int) -> Net:
        """Normal matrices that keep the size of what they are given (the gates' W_hh: 0.7 times orthogonal ones), zero biases."""
        named = {}
        for name, shape in cell.shapes(task.encoding_size, hidden).items():
            if name == "weight_hh":
                named[name] = np.concatenate([0.7 * orthogonal(rng, hidden) for _ in range(shape[0] // hidden)])
            else:
                size = 1 if name == "weight_ih" else shape[-1]
                named[name] = rng.normal(size=shape) * size**-0.5 if len(shape) == 2 else np.zeros(shape)
        drawn = cell(**{name: np.asarray(value, np.float32) for name, value in named.items()})
        weight = (rng.normal(size=(task.classes, hidden)) * hidden**-0.5).astype(np.float32)
        return Net(drawn, weight, np.zeros(task.classes, np.float32), base=task.letters, tapes=task.tapes)

    def optimiser(self) -> optax.GradientTransformation:
        """Adam (Kingma & Ba 2015) with a clipped gradient, a linear warm-up and a cosine end."""
        return scheduled_adam(self.rate, self.epochs * self.updates, warm_up=self.warm_up, clip=self.clip)

    def order(self, rng: np.random.Generator, examples: int) -> np.ndarray:
        """Batches drawn with replacement."""
        return rng.integers(0, examples, (self.updates, self.batch), np.int32)

    def loss(
        self, net: Net, machine: Machine | None, symbols: Integer[Array, "T B"], targets: Integer[Array, "T B"], schedule_state: Any
    ) -> Loss:
        """Cross-entropy on the graded steps; the memo counts updates."""
        part = schedule_state / (self.epochs * self.updates)
        factor = self.sharpness ** jnp.clip((part - self.soft) / (self.hard - self.soft), 0.0, 1.0)
        return masked_cross_entropy(logits(_sharp(net, factor), symbols), targets), schedule_state + np.uint32(1)

    def finished(self, epoch: Epoch) -> bool:
        """Never before the schedule's end."""
        return False

    def schedule_state(self) -> Any:
        """The number of updates so far."""
        return np.zeros((), np.uint32)


def _sharp(net: Net, factor: Float[Array, ""]) -> Net:
    return dataclasses.replace(net, cell=net.cell.with_action_factor(factor)) if isinstance(net.cell, StackRnn | TapeRnn) else net

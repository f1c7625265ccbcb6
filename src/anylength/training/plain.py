"""The `plain` recipe: what one would do today, for any net. Adam with warm-up and cosine decay on mean cross-entropy."""

import dataclasses
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Integer

from anylength.cells import AbstractCell, glorot
from anylength.machines import Machine
from anylength.nets import AbstractNet, Net
from anylength.records import Epoch
from anylength.tasks import IGNORE_INDEX, Task
from anylength.training.optimisation import scheduled_adam
from anylength.training.optimisation import masked_cross_entropy
from anylength.training.recipe import AbstractRecipe, Loss


@dataclasses.dataclass(frozen=True)
class Plain(AbstractRecipe):
    """Mean cross-entropy over the graded steps, Adam, until both accuracies are 100 % or the epoch limit.

    A causal net sees the words of the data set whole: they hold numbers of all lengths, with zeros after them. A net that looks
    ahead would so only ever see one length of word; for it each word is cut, at random anywhere after its last digit that is not 0.

    Attributes:
        batch: Words in an update.
        updates: Updates in an epoch: with 9,000 words one pass.
        rate: Adam's largest rate, after the warm-up.
        warm_up: Part of the run in which the rate rises.
        clip: Largest norm of the gradient.
    """

    name: str = "plain"
    summary: str = "for any net: cross-entropy, Adam with warm-up and cosine decay, until 100 % on training and validation"
    hidden: int = 32
    epochs: int = 30
    batch: int = 100
    updates: int = 90
    rate: float = 0.003
    warm_up: float = 0.05
    clip: float = 1.0

    any_task: ClassVar[bool] = True
    any_net: ClassVar[bool] = True

    def with_epochs(self, epochs: int) -> "Plain":
        """The same schedule stretched over another number of epochs."""
        return dataclasses.replace(self, epochs=epochs)

    def initial(self, rng: np.random.Generator, task: Task, cell: type[AbstractCell], hidden: int) -> Net:
        """Every matrix Glorot-uniform, gate by gate where it has gates; every bias zero."""
        named = {}
        for name, shape in cell.shapes(task.encoding_size, hidden).items():
            rows = hidden if shape[0] % hidden == 0 else shape[0]  # of one gate, or of a memory's actions
            gates = range(shape[0] // rows)
            named[name] = np.concatenate([glorot(rng, rows, shape[1]) for _ in gates]) if len(shape) == 2 else np.zeros(shape)
        cell_drawn = cell(**{name: np.asarray(value, np.float32) for name, value in named.items()})
        bias = np.zeros(task.classes, np.float32)
        return Net(cell_drawn, glorot(rng, task.classes, hidden), bias, base=task.letters, tapes=task.tapes)

    def optimiser(self) -> optax.GradientTransformation:
        """Adam (Kingma & Ba 2015) with a clipped gradient, a linear warm-up and a cosine end."""
        return scheduled_adam(self.rate, self.epochs * self.updates, warm_up=self.warm_up, clip=self.clip)

    def order(self, rng: np.random.Generator, examples: int) -> np.ndarray:
        """Shuffled passes one after another, cut into batches."""
        wanted = self.updates * self.batch
        passes = [rng.permutation(examples) for _ in range(-(-wanted // examples))]
        return np.concatenate(passes)[:wanted].reshape(self.updates, self.batch).astype(np.int32)

    def loss(
        self,
        net: AbstractNet,
        machine: Machine | None,
        symbols: Integer[Array, "T B"],
        targets: Integer[Array, "T B"],
        schedule_state: Any,
    ) -> Loss:
        """Mean softmax cross-entropy; the memo counts updates, and what is drawn is keyed by it."""
        key, lengths = jax.random.fold_in(jax.random.key(0), schedule_state), None
        if not net.causal:
            lengths = random_lengths(jax.random.fold_in(key, 1), symbols)
            targets = jnp.where(jnp.arange(len(symbols))[:, None] < lengths, targets, IGNORE_INDEX)
        return masked_cross_entropy(net.logits(symbols, lengths, key), targets), schedule_state + np.uint32(1)

    def finished(self, epoch: Epoch) -> bool:
        """At 100 % on training and validation."""
        return epoch.perfect

    def schedule_state(self) -> Any:
        """The number of updates so far."""
        return np.zeros((), np.uint32)


def random_lengths(key: Any, symbols: Integer[Array, "T B"]) -> Integer[Array, " B"]:
    """A random length for each word, from its last symbol that is not 0 to all of it."""
    steps = len(symbols)
    used = jnp.where(symbols != 0, jnp.arange(1, steps + 1)[:, None], 1).max(axis=0)
    return jax.random.randint(key, used.shape, used, steps + 1)

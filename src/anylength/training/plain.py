"""The `plain` recipe, today's standard practice, for any net: mean cross-entropy, Adam, warm-up and cosine decay."""

import dataclasses
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Integer

from anylength.cells import CellKind, NamedCell, glorot
from anylength.machines import Machine
from anylength.nets import AbstractNet, Net
from anylength.records import Epoch
from anylength.tasks import IGNORE_INDEX, Task
from anylength.training.drawing import drawn_cell
from anylength.training.optimisation import masked_cross_entropy, scheduled_adam
from anylength.training.recipe import AbstractRecipe, Loss


@dataclasses.dataclass(frozen=True)
class Plain(AbstractRecipe):
    """Mean cross-entropy over the steps with a target, Adam, until both accuracies are 100 % or the epoch limit is reached.

    A causal net sees the words of the data set whole: numbers of all lengths, padded with zeros to one length. A net that looks
    ahead would see only that one length. For it each word is cut at a random step after its last digit other than 0.

    Attributes:
        batch: Words in an update.
        updates: Updates in an epoch. With 9,000 words an epoch is one pass.
        learning_rate: Adam's peak learning rate.
        warm_up: Fraction of the run in which the learning rate rises.
        clip: Largest norm of the gradient.
    """

    name: str = "plain"
    summary: str = "for any net: cross-entropy, Adam with warm-up and cosine decay, until 100 % on training and validation"
    hidden: int = 32
    epochs: int = 30
    batch: int = 100
    updates: int = 90
    learning_rate: float = 0.003
    warm_up: float = 0.05
    clip: float = 1.0

    any_task: ClassVar[bool] = True
    any_net: ClassVar[bool] = True

    def compiled_for(self, machine: Machine | None) -> Machine | None:
        """No machine: the loss does not look at it."""
        del machine
        return None

    def with_epochs(self, epochs: int) -> "Plain":
        """The same recipe with its schedule stretched to another number of epochs."""
        return dataclasses.replace(self, epochs=epochs)

    def initial(self, rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> Net:
        """Glorot-uniform matrices, drawn gate by gate, and zero biases."""
        drawn = drawn_cell(cell, task.encoding_size, hidden, lambda part: _layer(rng, part.kind, part.encoded, hidden))
        bias = np.zeros(task.classes, np.float32)
        return Net(drawn, glorot(rng, task.classes, hidden), bias, base=task.letters, tapes=task.tapes)

    def optimiser(self) -> optax.GradientTransformation:
        """Adam with gradient clipping, a linear warm-up and a cosine decay."""
        return scheduled_adam(self.learning_rate, self.epochs * self.updates, warm_up=self.warm_up, clip=self.clip)

    def order(self, rng: np.random.Generator, examples: int) -> np.ndarray:
        """Shuffled passes over the examples, one after another, split into batches."""
        drawn = self.updates * self.batch
        passes = [rng.permutation(examples) for _ in range(-(-drawn // examples))]
        return np.concatenate(passes)[:drawn].reshape(self.updates, self.batch).astype(np.int32)

    def loss(
        self,
        net: AbstractNet,
        machine: Machine | None,
        symbols: Integer[Array, "T B"],
        targets: Integer[Array, "T B"],
        schedule_state: Any,
    ) -> Loss:
        """Mean softmax cross-entropy. The schedule state counts updates; it is the key of all random draws."""
        key, lengths = jax.random.fold_in(jax.random.key(0), schedule_state), None
        if not net.causal:
            lengths = random_lengths(jax.random.fold_in(key, 1), symbols)
            targets = jnp.where(jnp.arange(len(symbols))[:, None] < lengths, targets, IGNORE_INDEX)
        return masked_cross_entropy(net.logits(symbols, lengths, key), targets), schedule_state + np.uint32(1)

    def finished(self, epoch: Epoch) -> bool:
        """At 100 % on training and validation."""
        return epoch.perfect

    def schedule_state(self, net: Any, task: Task) -> Any:
        """The number of updates so far."""
        del net, task
        return np.zeros((), np.uint32)


def _layer(rng: np.random.Generator, kind: type[NamedCell], encoded: int, hidden: int) -> dict[str, np.ndarray]:
    """The tensors of one layer that reads E = `encoded` rows."""
    named = {}
    for name, shape in kind.shapes(encoded, hidden).items():
        rows = hidden if shape[0] % hidden == 0 else shape[0]  # rows of one gate, or of the actions of an external memory
        gates = range(shape[0] // rows)
        named[name] = np.concatenate([glorot(rng, rows, shape[1]) for _ in gates]) if len(shape) == 2 else np.zeros(shape)
    return named


def random_lengths(key: Any, symbols: Integer[Array, "T B"]) -> Integer[Array, " B"]:
    """A random length for each word, between the position of its last symbol other than 0 and its full length."""
    steps = len(symbols)
    used = jnp.where(symbols != 0, jnp.arange(1, steps + 1)[:, None], 1).max(axis=0)
    return jax.random.randint(key, used.shape, used, steps + 1)

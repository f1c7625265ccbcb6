"""Recipes that learn from words alone: `plain`, today's standard practice for any net, and `memory`, for cells with a memory."""

import dataclasses
from typing import Any, ClassVar, Literal

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Integer

from anylength.cells import CellKind, NamedCell, StackCell, TapeRnn, glorot
from anylength.nets import AbstractNet, Net
from anylength.rules import IGNORE_INDEX, Machine, Task
from anylength.training.drawing import drawn_cell
from anylength.training.optimisation import masked_cross_entropy, orthogonal, scheduled_adam
from anylength.training.recipe import AbstractRecipe, Loss

RECURRENT_SCALE = 0.7
"""Scale of the orthogonal recurrent matrices of a "decaying" start. Below 1, so that the state of an untrained net decays."""


@dataclasses.dataclass(frozen=True)
class Words(AbstractRecipe):
    """Mean cross-entropy over the steps with a target, by Adam.

    A causal net sees the words of the data set whole: numbers of all lengths, padded with zeros to one length. A net that looks
    ahead would see only that one length. For it each word is cut at a random step after its last digit other than 0.

    Training of a memory uses soft actions (sigmoids of the action logits); a trained net answers with hard ones (0 or 1). So the
    action logits are multiplied by a factor that rises from 1 to `sharpness` during the run.

    Attributes:
        batch: Words in an update.
        updates: Updates in an epoch.
        learning_rate: Adam's peak learning rate.
        warm_up: Fraction of the run in which the learning rate rises.
        clip: Largest norm of the gradient.
        start: The first weights. "glorot": Glorot-uniform matrices, drawn gate by gate. "decaying": normal matrices with variance
            1/fan-in, and `RECURRENT_SCALE` times orthogonal matrices for each gate's W_hh. Biases are zero.
        passes: Whether batches are shuffled passes over the words; else words are drawn with replacement.
        anneal_start: Fraction of the run after which the factor of the action logits rises.
        anneal_end: Fraction of the run after which the factor stays at `sharpness`.
        sharpness: Final factor of the action logits; 1: no annealing.
        any_net: Whether nets whose context grows are trained, too.
        until_perfect: Whether training stops once both accuracies are 100 %; else it runs to the end of the schedule.
    """

    name: str
    summary: str
    hidden: int = 32
    epochs: int = 30
    batch: int = 100
    updates: int = 90
    learning_rate: float = 0.003
    warm_up: float = 0.05
    clip: float = 1.0
    start: Literal["glorot", "decaying"] = "glorot"
    passes: bool = True
    anneal_start: float = 0.0
    anneal_end: float = 1.0
    sharpness: float = 1.0
    any_net: bool = True
    until_perfect: bool = True

    any_task: ClassVar[bool] = True

    def initial(self, rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> Net:
        """The start that `start` names."""
        layer = _glorot_layer if self.start == "glorot" else _decaying_layer
        drawn = drawn_cell(cell, task.encoding_size, hidden, lambda part: layer(rng, part.kind, part.encoded, hidden))
        if self.start == "glorot":
            weight = glorot(rng, task.classes, hidden)
        else:
            weight = (rng.normal(size=(task.classes, hidden)) * hidden**-0.5).astype(np.float32)
        return Net(drawn, weight, np.zeros(task.classes, np.float32), base=task.letters, tapes=task.tapes)

    def optimiser(self) -> optax.GradientTransformation:
        """Adam with gradient clipping, a linear warm-up and a cosine decay."""
        return scheduled_adam(self.learning_rate, self.epochs * self.updates, warm_up=self.warm_up, clip=self.clip)

    def order(self, rng: np.random.Generator, examples: int) -> np.ndarray:
        """Shuffled passes over the examples, one after another, split into batches; or batches drawn with replacement."""
        if not self.passes:
            return super().order(rng, examples)
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
        annealed = self._annealed(net, schedule_state)
        return masked_cross_entropy(annealed.logits(symbols, lengths, key), targets), schedule_state + np.uint32(1)

    def _annealed(self, net: AbstractNet, updates: Any) -> AbstractNet:
        """The net with the logits of its memory actions multiplied by the factor of this update."""
        if self.sharpness == 1.0 or not (isinstance(net, Net) and isinstance(net.cell, StackCell | TapeRnn)):
            return net
        progress = updates / (self.epochs * self.updates)
        annealed: Float[Array, ""] = jnp.clip((progress - self.anneal_start) / (self.anneal_end - self.anneal_start), 0.0, 1.0)
        return dataclasses.replace(net, cell=net.cell.with_action_factor(self.sharpness**annealed))

    def schedule_state(self, net: Any, task: Task) -> Any:
        """The number of updates so far."""
        del net, task
        return np.zeros((), np.uint32)


PLAIN = Words("plain", "for any net: cross-entropy, Adam with warm-up and cosine decay, until 100 % on training and validation")

MEMORY = Words(
    "memory",
    "for cells with an external memory: cross-entropy where a target is given, Adam, memory actions annealed from soft to hard",
    epochs=7, batch=32, updates=500, learning_rate=0.01, warm_up=0.02, start="decaying", passes=False, anneal_start=0.5,
    anneal_end=0.9, sharpness=20.0, any_net=False, until_perfect=False,
)  # fmt: skip
"""From trials of 4 to 8 seeds each (`docs/research-log/recipes.md`). An earlier start of the annealing (30 % of the run) left 2 of
8 nets that never used their stacks."""


def _glorot_layer(rng: np.random.Generator, kind: type[NamedCell], encoded: int, hidden: int) -> dict[str, np.ndarray]:
    """The tensors of one layer that reads E = `encoded` rows."""
    named = {}
    for name, shape in kind.shapes(encoded, hidden).items():
        rows = hidden if shape[0] % hidden == 0 else shape[0]  # rows of one gate, or of the actions of an external memory
        gates = range(shape[0] // rows)
        named[name] = np.concatenate([glorot(rng, rows, shape[1]) for _ in gates]) if len(shape) == 2 else np.zeros(shape)
    return named


def _decaying_layer(rng: np.random.Generator, kind: type[NamedCell], encoded: int, hidden: int) -> dict[str, np.ndarray]:
    """The tensors of one layer that reads E = `encoded` rows."""
    named = {}
    for name, shape in kind.shapes(encoded, hidden).items():
        if name == "weight_hh":
            named[name] = np.concatenate([RECURRENT_SCALE * orthogonal(rng, hidden) for _ in range(shape[0] // hidden)])
        else:
            fan_in = 1 if name == "weight_ih" else shape[-1]  # an input is one-hot
            named[name] = rng.normal(size=shape) * fan_in**-0.5 if len(shape) == 2 else np.zeros(shape)
    return named


def random_lengths(key: Any, symbols: Integer[Array, "T B"]) -> Integer[Array, " B"]:
    """A random length for each word, between the position of its last symbol other than 0 and its full length."""
    steps = len(symbols)
    used = jnp.where(symbols != 0, jnp.arange(1, steps + 1)[:, None], 1).max(axis=0)
    return jax.random.randint(key, used.shape, used, steps + 1)

"""The `blog` recipe: the post's training, with TensorFlow 1's defaults where the post is silent."""

import dataclasses
from typing import Any

import numpy as np
import optax
from jaxtyping import Array, Integer

from anylength.cells import CellKind, NamedCell, glorot
from anylength.nets import Net, logits
from anylength.rules import Machine, Task
from anylength.training.drawing import drawn_cell
from anylength.training.optimisation import cross_entropy
from anylength.training.recipe import AbstractRecipe, Loss


@dataclasses.dataclass(frozen=True)
class Blog(AbstractRecipe):
    """Mean cross-entropy over all steps, Adagrad with rate 1, until both accuracies are 100 % or the epoch limit is reached.

    - The post states: Adagrad with rate 1, softmax cross-entropy, read-out weights uniform in [0, 1).
    - TensorFlow 1's defaults: initial accumulator 0.1, one Glorot-uniform kernel over [input, state], bias 1 for a GRU's gates and
      an LSTM's forget gate, 0 elsewhere. Cells that TensorFlow 1 lacked get bias 1 for the corresponding gates.
    - Our choice, because the post states neither: 12 hidden units and batches of 100. With 12 units nearly all seeds reach 100 %;
      with more units fewer do (`docs/research-log/recipes.md`).

    Attributes:
        batch: Words in an update.
        learning_rate: Adagrad's learning rate.
        accumulator: Adagrad's initial accumulator value.
    """

    name: str = "blog"
    summary: str = "the post's training: cross-entropy, Adagrad with rate 1, until 100 % on training and validation"
    hidden: int = 12
    epochs: int = 20
    batch: int = 100
    learning_rate: float = 1.0
    accumulator: float = 0.1

    until_perfect = True

    def initial(self, rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> Net:
        """One Glorot-uniform kernel over [input, state] (two if their rows differ), open gates, read-out uniform in [0, 1)."""
        drawn = drawn_cell(cell, task.encoding_size, hidden, lambda part: _layer(rng, part.kind, part.encoded, hidden))
        weight = rng.random((task.classes, hidden), np.float32)
        return Net(drawn, weight, np.zeros(task.classes, np.float32), base=task.letters, tapes=task.tapes)

    def optimiser(self) -> optax.GradientTransformation:
        """Adagrad (Duchi et al. 2011) without an epsilon, as in TensorFlow 1."""
        return optax.adagrad(self.learning_rate, initial_accumulator_value=self.accumulator, eps=0.0)

    def order(self, rng: np.random.Generator, examples: int) -> np.ndarray:
        """Each example once, shuffled. The first examples of the order fill up an incomplete last batch."""
        batch = min(self.batch, examples)
        order = rng.permutation(examples)
        short = -len(order) % batch
        return np.concatenate([order, order[:short]]).reshape(-1, batch).astype(np.int32)

    def loss(
        self, net: Net, machine: Machine | None, symbols: Integer[Array, "T B"], targets: Integer[Array, "T B"], schedule_state: Any
    ) -> Loss:
        """Mean softmax cross-entropy."""
        return cross_entropy(logits(net, symbols), targets), schedule_state


def _layer(rng: np.random.Generator, kind: type[NamedCell], encoded: int, hidden: int) -> dict[str, np.ndarray]:
    """The tensors of one layer that reads E = `encoded` rows."""
    shapes = kind.shapes(encoded, hidden)
    drawn = _kernels(rng, shapes["weight_ih"][0], shapes["weight_hh"][0], encoded, hidden)
    for name, shape in shapes.items():
        if len(shape) == 2 and name not in drawn and kind.has_fixed_size_state:  # a memory's matrices start as zeros
            drawn[name] = glorot(rng, *shape)
    named = {name: drawn.get(name, np.zeros(shape, np.float32)) for name, shape in shapes.items()}
    retention, reset = kind.retention(hidden), kind.reset_rows(hidden)
    if retention is not None:
        named["bias"][retention.rows] = retention.sign
    if reset is not None:
        named["bias"][reset] = 1.0
    return named


def _kernels(rng: np.random.Generator, inputs: int, recurrent: int, encoded: int, hidden: int) -> dict[str, np.ndarray]:
    """The input matrix `[inputs, E]` and the recurrent matrix `[recurrent, H]`."""
    if inputs != recurrent:
        return {"weight_ih": glorot(rng, inputs, encoded), "weight_hh": glorot(rng, recurrent, hidden)}
    kernel = glorot(rng, inputs, encoded + hidden)
    return {"weight_ih": kernel[:, :encoded], "weight_hh": kernel[:, encoded:]}


BLOG = Blog()

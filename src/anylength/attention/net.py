"""What a net whose context grows is: it looks back on the whole word at every step, so it has no state of fixed size.

From the outside it is like a recurrent net: symbols `[T, B]` in, logits `[T, C, B]` out, one answer a step.
"""

import abc
from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Integer

from anylength._types import Tensor
from anylength.cells import glorot

MAX_STEPS = 1024
"""The most steps (digits and tail) of one question: time and memory grow with their square."""

EVALUATION_COLUMNS = 125
"""Words that are evaluated at a time in training: what is in use must fit a processor's cache."""


@dataclass(frozen=True)
class AbstractContextNet(abc.ABC):
    """A net with a growing context. Immutable; a JAX pytree whose leaves are the weights.

    Subclasses are final registered dataclasses without fields of their own.

    Attributes:
        weights: The tensors by the names that they have in a file.
        base: What one tape may carry at a step.
        tapes: Numbers read side by side; E = base · tapes.
    """

    weights: dict[str, Tensor]
    base: int = field(metadata={"static": True})
    tapes: int = field(metadata={"static": True})

    name: ClassVar[str]
    summary: ClassVar[str]
    causal: ClassVar[bool]
    """Whether an answer depends on nothing that comes after its step, the word's length included."""

    @staticmethod
    @abc.abstractmethod
    def shapes(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each tensor, by name, for E = `encoded`, C = `classes` and H = `hidden`.

        Raises:
            InputError: This kind of net has no such size.
        """

    @abc.abstractmethod
    def logits(
        self, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"] | None = None, key: Any = None
    ) -> Float[Array, "T C B"]:
        """The logits at every step.

        Args:
            symbols: The words.
            lengths: Steps of each word, its tail included; what comes later is padding and changes nothing. None: all T.
            key: What is drawn in training is drawn from this; None: nothing is.
        """

    @classmethod
    def initial(cls, rng: np.random.Generator, encoded: int, classes: int, hidden: int) -> dict[str, np.ndarray]:
        """Weights before training: Glorot-uniform matrices, zero biases, norms that scale by one."""
        named = {}
        for name, shape in cls.shapes(encoded, classes, hidden).items():
            if len(shape) == 2:
                named[name] = glorot(rng, *shape)
            else:
                named[name] = np.full(shape, float("norm" in name and name.endswith("weight")), np.float32)
        return named

    @property
    def hidden(self) -> int:
        """H, the rows of a state."""
        return self.weights["embedding.weight"].shape[-2]

    @property
    def classes(self) -> int:
        """C, the number of output classes."""
        return self.weights["readout.weight"].shape[-2]

    @property
    def parameters(self) -> int:
        """How many numbers the net consists of."""
        return sum(int(np.prod(leaf.shape)) for leaf in self.weights.values())

    def encode(self, symbols: Integer[Array, "*T B"]) -> Float[Array, "*T E B"]:
        """One one-hot vector per tape, concatenated, as columns."""
        digits = [symbols // self.base**tape % self.base for tape in range(self.tapes)]
        return jnp.concatenate([jax.nn.one_hot(digit, self.base, axis=-2) for digit in digits], axis=-2)

    def outputs(self, symbols: Integer[Array, "T B"]) -> Integer[Array, "T B"]:
        """The answer (output class) at every step of words that are T steps long."""
        steps, columns = symbols.shape
        parts = jnp.pad(symbols, ((0, 0), (0, -columns % EVALUATION_COLUMNS))).reshape(steps, -1, EVALUATION_COLUMNS)
        found = lax.map(lambda part: jnp.argmax(self.logits(part), axis=1).astype(jnp.uint8), jnp.moveaxis(parts, 1, 0))
        return jnp.moveaxis(found, 0, 1).reshape(steps, -1)[:, :columns]

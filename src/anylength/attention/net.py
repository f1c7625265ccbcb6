"""The interface of a net with a growing context: each step looks back on the whole word, so there is no fixed-size state.

Callers use it like a recurrent net: symbols `[T, B]` in, logits `[T, C, B]` out, one answer per step.
"""

import abc
from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Integer

from anylength.base import OUTPUT, Tensor
from anylength.cells import glorot

MAX_STEPS = 1536
"""Most steps of a word, its tail included: 500 symbols and an answer twice as long. Time and memory grow with their square."""

EVALUATION_COLUMNS = 125
"""Words that are evaluated together in training. The scores must fit the processor's cache: a transformer took 33 s for 9,000 words
at once, and 0.3 s in blocks of this width (docs/research-log/speed.md)."""


@dataclass(frozen=True)
class AbstractContextNet(abc.ABC):
    """A net with a growing context. Immutable; a JAX pytree whose leaves are the weights.

    Subclasses are final registered dataclasses without fields of their own.

    Attributes:
        weights: The tensors by their names in a weights file.
        base: Number of values of a digit on one tape.
        tapes: Number of digits read at each step; E = base · tapes.
    """

    weights: dict[str, Tensor]
    base: int = field(metadata={"static": True})
    tapes: int = field(metadata={"static": True})

    name: ClassVar[str]
    summary: ClassVar[str]
    causal: ClassVar[bool]
    """Whether no output depends on later symbols or on the word's length."""

    @staticmethod
    @abc.abstractmethod
    def shapes(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shape of each tensor, by name, for E = `encoded`, C = `classes` and H = `hidden`.

        Raises:
            InputError: The architecture does not support this H.
        """

    @abc.abstractmethod
    def logits(
        self, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"] | None = None, key: Any = None
    ) -> Float[Array, "T C B"]:
        """The logits at every step.

        Args:
            symbols: The words.
            lengths: Number of steps of each word, its tail included; later symbols are ignored padding. None means T for all.
            key: A JAX random key for nets that draw random numbers in training; None means no randomness.
        """

    @classmethod
    def initial(cls, rng: np.random.Generator, encoded: int, classes: int, hidden: int) -> dict[str, np.ndarray]:
        """The tensors before training: Glorot-uniform matrices, zero biases, norm weights of 1."""
        named = {}
        for name, shape in cls.shapes(encoded, classes, hidden).items():
            if len(shape) == 2:
                named[name] = glorot(rng, *shape)
            else:
                is_norm_weight = "norm" in name and name.endswith("weight")
                named[name] = np.full(shape, float(is_norm_weight), np.float32)
        return named

    @property
    def hidden(self) -> int:
        """H, the number of hidden units."""
        return self.weights["embedding.weight"].shape[-2]

    @property
    def classes(self) -> int:
        """C, the number of output classes."""
        return self.weights["readout.weight"].shape[-2]

    @property
    def parameters(self) -> int:
        """The number of parameters."""
        return sum(int(np.prod(leaf.shape)) for leaf in self.weights.values())

    def encode(self, symbols: Integer[Array, "*T B"]) -> Float[Array, "*T E B"]:
        """The encoded symbols: one one-hot vector per tape, concatenated, as columns."""
        digits = [symbols // self.base**tape % self.base for tape in range(self.tapes)]
        return jnp.concatenate([jax.nn.one_hot(digit, self.base, axis=-2) for digit in digits], axis=-2)

    def outputs(self, symbols: Integer[Array, "T B"]) -> Integer[Array, "T B"]:
        """The output class at every step of words of T steps."""
        steps, columns = symbols.shape
        padded = jnp.pad(symbols, ((0, 0), (0, -columns % EVALUATION_COLUMNS)))
        blocks = jnp.moveaxis(padded.reshape(steps, -1, EVALUATION_COLUMNS), 1, 0)
        outputs = lax.map(lambda block: jnp.argmax(self.logits(block), axis=1).astype(OUTPUT), blocks)
        return jnp.moveaxis(outputs, 0, 1).reshape(steps, -1)[:, :columns]

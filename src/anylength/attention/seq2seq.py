"""Encoder, attention, decoder: an RNN reads the whole word, another one writes one output digit a step and looks back at the first.

    h_j = tanh(W_e x_j + U_e h_{j−1} + b_e)          the encoder, over all steps j of the word
    c_t = Σ_j α_{tj} h_j                             the context, by an alignment α that `content` and `location` make differently
    s_t = tanh(W_d c_t + U_d s_{t−1} + b_d)          the decoder, from s_0 = 0
    logits_t = W_o s_t + b_o

The form is that of Bahdanau et al. (2015, "Neural machine translation by jointly learning to align and translate") with an encoder
that reads in one direction, plain tanh units (the post's) and no feedback of the digit written before: the task is a function of
the word, so it is not needed, and a wrong digit cannot spoil the ones after it.
"""

import abc
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Integer

from anylength.attention.net import AbstractContextNet
from anylength.cells import Rnn
from anylength.ops import jax_arrays
from anylength.pytrees import pytree

WINDOWS = 2
"""Gaussian windows of the net `location`."""


class AbstractSeq2Seq(AbstractContextNet):
    """The encoder and the decoder; a subclass says where the decoder looks."""

    causal: ClassVar[bool] = False

    @staticmethod
    def _shared(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        return {
            "embedding.weight": (hidden, encoded),
            "encoder.weight_hh": (hidden, hidden),
            "encoder.bias": (hidden,),
            "decoder.weight_ih": (hidden, hidden),
            "decoder.weight_hh": (hidden, hidden),
            "decoder.bias": (hidden,),
            "readout.weight": (classes, hidden),
            "readout.bias": (classes,),
        }

    @abc.abstractmethod
    def first(self, columns: int) -> Any:
        """The alignment's memory before the first step."""

    @abc.abstractmethod
    def keys(self, states: Float[Array, "T H B"]) -> Any:
        """What of the encoder's states the alignment needs at every step."""

    @abc.abstractmethod
    def align(
        self, keys: Any, inside: Bool[Array, "T B"], state: Float[Array, "H B"], memory: Any
    ) -> tuple[Float[Array, "T B"], Any]:
        """The alignment for the decoder state s_{t−1}, and its memory for the next step."""

    def encoded(self, symbols: Integer[Array, "T B"]) -> Float[Array, "T H B"]:
        """The encoder's states."""
        w = self.weights
        cell = Rnn(w["embedding.weight"], w["encoder.weight_hh"], w["encoder.bias"])

        def advance(state: Array, symbol: Array) -> tuple[Array, Array]:
            state = cell.step(jax_arrays, symbol, state)
            return state, state

        return lax.scan(advance, jnp.zeros((self.hidden, symbols.shape[1])), self.encode(symbols))[1]

    def aligned(
        self, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"] | None = None
    ) -> tuple[Float[Array, "T C B"], Float[Array, "T T B"]]:
        """The logits, and the alignments: row t holds the weights of all encoder states at step t."""
        steps, columns = symbols.shape
        states, w = self.encoded(symbols), self.weights
        rows = jnp.moveaxis(states, 2, 0)  # [B, T, H]: the weighted sum is then one product per word, many times as fast
        keys, cell = self.keys(states), Rnn(w["decoder.weight_ih"], w["decoder.weight_hh"], w["decoder.bias"])
        inside = jnp.arange(steps)[:, None] < (jnp.full(columns, steps) if lengths is None else lengths)

        def advance(carry: tuple[Array, Any], _: None) -> tuple[tuple[Array, Any], tuple[Array, Array]]:
            state, memory = carry
            weights, memory = self.align(keys, inside, state, memory)
            context = jnp.einsum("tb,bth->hb", weights, rows)
            state = cell.step(jax_arrays, context, state)
            return (state, memory), (w["readout.weight"] @ state + w["readout.bias"][:, None], weights)

        start = (jnp.zeros((self.hidden, columns)), self.first(columns))
        return lax.scan(advance, start, None, length=steps)[1]

    def logits(
        self, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"] | None = None, key: Any = None
    ) -> Float[Array, "T C B"]:
        """The logits at every step; nothing is drawn."""
        del key
        return self.aligned(symbols, lengths)[0]


@pytree
@dataclass(frozen=True)
class ContentAttention(AbstractSeq2Seq):
    """Attention by content: α_t = softmax_j vᵀ tanh(W_a s_{t−1} + U_a h_j + b_a), the additive form of Bahdanau et al. (2015)."""

    name: ClassVar[str] = "content"
    summary: ClassVar[str] = "RNN encoder and decoder with attention by content: additive (Bahdanau et al. 2015)"

    @staticmethod
    def shapes(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The encoder, the decoder and the four tensors of the score."""
        return AbstractSeq2Seq._shared(encoded, classes, hidden) | {
            "attention.query": (hidden, hidden),
            "attention.key": (hidden, hidden),
            "attention.bias": (hidden,),
            "attention.score": (1, hidden),
        }

    def first(self, columns: int) -> Any:
        """Nothing is remembered: the decoder's state must know by itself where it is."""
        return ()

    def keys(self, states: Float[Array, "T H B"]) -> Any:
        """U_a h_j + b_a."""
        return jnp.einsum("gh,thb->tgb", self.weights["attention.key"], states) + self.weights["attention.bias"][:, None]

    def align(
        self, keys: Any, inside: Bool[Array, "T B"], state: Float[Array, "H B"], memory: Any
    ) -> tuple[Float[Array, "T B"], Any]:
        """The softmax over the word's own steps."""
        energy = jnp.tanh(self.weights["attention.query"] @ state + keys)
        scores = (energy * self.weights["attention.score"][0][:, None]).sum(axis=1)
        return jax.nn.softmax(jnp.where(inside, scores, -jnp.inf), axis=0), memory


@pytree
@dataclass(frozen=True)
class LocationAttention(AbstractSeq2Seq):
    """Attention by location alone: Gaussian windows that move forward over the word.

    The form is that of Graves (2013, "Generating sequences with recurrent neural networks", section 5.1); Chorowski et al. (2015)
    name it as the location-based one. With (â, b̂, κ̂) = W s_{t−1} + b for each window, κ_t = κ_{t−1} + exp κ̂ from κ_0 = 0, and
    α_{tj} = Σ exp â · exp(−exp b̂ · (κ_t − j)²) at the positions j = 1, 2, …. It is defined at every length; no encoder state has a
    say in it. (The other location-based form, softmax(W s_t) of Luong et al. 2015, has one row of W per position.)
    """

    name: ClassVar[str] = "location"
    summary: ClassVar[str] = "RNN encoder and decoder with attention by location: Gaussian windows that move on (Graves 2013)"

    @staticmethod
    def shapes(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The encoder, the decoder and the windows' three numbers each."""
        return AbstractSeq2Seq._shared(encoded, classes, hidden) | {
            "attention.window": (3 * WINDOWS, hidden),
            "attention.bias": (3 * WINDOWS,),
        }

    def first(self, columns: int) -> Any:
        """The windows' places, all 0: one before the first step."""
        return jnp.zeros((WINDOWS, columns))

    def keys(self, states: Float[Array, "T H B"]) -> Any:
        """Nothing."""
        return ()

    def align(
        self, keys: Any, inside: Bool[Array, "T B"], state: Float[Array, "H B"], memory: Any
    ) -> tuple[Float[Array, "T B"], Any]:
        """The windows after one more move."""
        numbers = self.weights["attention.window"] @ state + self.weights["attention.bias"][:, None]
        height, sharpness, move = jnp.exp(numbers).reshape(3, WINDOWS, -1)
        place = memory + move
        distance = place - jnp.arange(1, len(inside) + 1, dtype=np.float32)[:, None, None]
        return jnp.where(inside, (height * jnp.exp(-sharpness * distance**2)).sum(axis=1), 0.0), place

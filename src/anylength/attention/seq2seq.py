"""Encoder, attention and decoder: one RNN reads the whole word; a second one attends to it and writes an output digit per step.

    h_j = tanh(W_e x_j + U_e h_{j−1} + b_e)          the encoder, over all steps j of the word
    c_t = Σ_j α_{tj} h_j                             the context; `content` and `location` compute the alignment α differently
    s_t = tanh(W_d c_t + U_d s_{t−1} + b_d)          the decoder, from s_0 = 0
    logits_t = W_o s_t + b_o

This is the architecture of Bahdanau et al. (2015, "Neural machine translation by jointly learning to align and translate"), with an
encoder that reads in one direction and with the post's plain tanh units. The decoder does not read its previous digit: the answer
is a function of the word, so it needs no feedback, and a wrong digit cannot spoil the next ones.
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
from anylength.base import pytree
from anylength.cells import Rnn
from anylength.ops.jax_arrays import jax_arrays

WINDOWS = 2
"""Number of Gaussian windows of the net `location`. One can follow the digit; the second is spare."""


class AbstractSeq2Seq(AbstractContextNet):
    """The encoder and the decoder. A subclass defines the alignment."""

    causal: ClassVar[bool] = False

    @staticmethod
    def _shared(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the encoder's, the decoder's and the read-out's tensors."""
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
    def initial_memory(self, columns: int) -> Any:
        """The alignment's memory before the first step. Its structure is up to the subclass."""

    @abc.abstractmethod
    def keys(self, states: Float[Array, "T H B"]) -> Any:
        """A transform of the encoder's states that the alignment uses at every step. It is computed once per word."""

    @abc.abstractmethod
    def align(
        self, keys: Any, mask: Bool[Array, "T B"], state: Float[Array, "H B"], memory: Any
    ) -> tuple[Float[Array, "T B"], Any]:
        """The alignment α_t for the decoder state s_{t−1}, and the memory for the next step. `mask` is False on padding."""

    def encoder_states(self, symbols: Integer[Array, "T B"]) -> Float[Array, "T H B"]:
        """The encoder's states h_1, …, h_T."""
        w = self.weights
        cell = Rnn(w["embedding.weight"], w["encoder.weight_hh"], w["encoder.bias"])

        def advance(state: Array, symbol: Array) -> tuple[Array, Array]:
            state = cell.step(jax_arrays, symbol, state)
            return state, state

        return lax.scan(advance, jnp.zeros((self.hidden, symbols.shape[1])), self.encode(symbols))[1]

    def logits_and_alignments(
        self, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"] | None = None
    ) -> tuple[Float[Array, "T C B"], Float[Array, "T T B"]]:
        """The logits and the alignments. Row t of an alignment holds the weights of all encoder states at step t."""
        steps, columns = symbols.shape
        states = self.encoder_states(symbols)
        # As [B, T, H] the weighted sum is one product per word, 70 times as fast as over [T, H, B] (docs/research-log/speed.md).
        states_by_word = jnp.moveaxis(states, 2, 0)
        keys = self.keys(states)
        w = self.weights
        cell = Rnn(w["decoder.weight_ih"], w["decoder.weight_hh"], w["decoder.bias"])
        mask = jnp.arange(steps)[:, None] < (jnp.full(columns, steps) if lengths is None else lengths)

        def advance(carry: tuple[Array, Any], _: None) -> tuple[tuple[Array, Any], tuple[Array, Array]]:
            state, memory = carry
            weights, memory = self.align(keys, mask, state, memory)
            context = jnp.einsum("tb,bth->hb", weights, states_by_word)
            state = cell.step(jax_arrays, context, state)
            return (state, memory), (w["readout.weight"] @ state + w["readout.bias"][:, None], weights)

        start = (jnp.zeros((self.hidden, columns)), self.initial_memory(columns))
        return lax.scan(advance, start, None, length=steps)[1]

    def logits(
        self, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"] | None = None, key: Any = None
    ) -> Float[Array, "T C B"]:
        """The logits at every step. Training draws no random numbers, so `key` is ignored."""
        del key
        return self.logits_and_alignments(symbols, lengths)[0]


@pytree
@dataclass(frozen=True)
class ContentAttention(AbstractSeq2Seq):
    """Content-based attention: α_t = softmax_j vᵀ tanh(W_a s_{t−1} + U_a h_j + b_a), the score of Bahdanau et al. (2015)."""

    name: ClassVar[str] = "content"
    summary: ClassVar[str] = "RNN encoder and decoder with attention by content: additive (Bahdanau et al. 2015)"

    @staticmethod
    def shapes(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shared tensors and the four tensors of the score."""
        return AbstractSeq2Seq._shared(encoded, classes, hidden) | {
            "attention.query": (hidden, hidden),
            "attention.key": (hidden, hidden),
            "attention.bias": (hidden,),
            "attention.score": (1, hidden),
        }

    def initial_memory(self, columns: int) -> Any:
        """Empty: only the decoder's state can hold the position in the word."""
        return ()

    def keys(self, states: Float[Array, "T H B"]) -> Any:
        """U_a h_j + b_a."""
        return jnp.einsum("gh,thb->tgb", self.weights["attention.key"], states) + self.weights["attention.bias"][:, None]

    def align(
        self, keys: Any, mask: Bool[Array, "T B"], state: Float[Array, "H B"], memory: Any
    ) -> tuple[Float[Array, "T B"], Any]:
        """The softmax of the scores over the steps of the word; padding gets weight 0."""
        energy = jnp.tanh(self.weights["attention.query"] @ state + keys)
        scores = (energy * self.weights["attention.score"][0][:, None]).sum(axis=1)
        return jax.nn.softmax(jnp.where(mask, scores, -jnp.inf), axis=0), memory


@pytree
@dataclass(frozen=True)
class LocationAttention(AbstractSeq2Seq):
    """Location-based attention: Gaussian windows that move forward over the word.

    These are the windows of Graves (2013, "Generating sequences with recurrent neural networks", section 5.1), which Chorowski et
    al. (2015) call location-based. For each window, (â, b̂, κ̂) = W s_{t−1} + b and κ_t = κ_{t−1} + exp κ̂ with κ_0 = 0. The
    alignment is α_{tj} = Σ exp â · exp(−exp b̂ · (κ_t − j)²) over the windows, at the positions j = 1, 2, …. It is defined at every
    length and does not depend on the encoder's states. (The other location-based form, softmax(W s_t) of Luong et al. 2015, has one
    row of W per position.)
    """

    name: ClassVar[str] = "location"
    summary: ClassVar[str] = "RNN encoder and decoder with attention by location: Gaussian windows that move on (Graves 2013)"

    @staticmethod
    def shapes(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shared tensors, and the map to the three parameters of each window."""
        return AbstractSeq2Seq._shared(encoded, classes, hidden) | {
            "attention.window": (3 * WINDOWS, hidden),
            "attention.bias": (3 * WINDOWS,),
        }

    def initial_memory(self, columns: int) -> Any:
        """The windows' positions κ_0 = 0, one before the first symbol."""
        return jnp.zeros((WINDOWS, columns))

    def keys(self, states: Float[Array, "T H B"]) -> Any:
        """Empty: the alignment does not depend on the encoder's states."""
        return ()

    def align(
        self, keys: Any, mask: Bool[Array, "T B"], state: Float[Array, "H B"], memory: Any
    ) -> tuple[Float[Array, "T B"], Any]:
        """The weights of the moved windows, and their positions κ_t."""
        parameters = self.weights["attention.window"] @ state + self.weights["attention.bias"][:, None]
        height, sharpness, move = jnp.exp(parameters).reshape(3, WINDOWS, -1)
        position = memory + move
        distance = position - jnp.arange(1, len(mask) + 1, dtype=np.float32)[:, None, None]
        weights = (height * jnp.exp(-sharpness * distance**2)).sum(axis=1)
        return jnp.where(mask, weights, 0.0), position

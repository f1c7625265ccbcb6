"""A small causal transformer (Vaswani et al. 2017) with the norms in front (pre-norm), as a decoder-only language model has it.

A start token stands before the word: without it a net without position codes could not tell 5 from the second 5 of 55. Each layer
is that of `torch.nn.TransformerEncoderLayer(norm_first=True)` without dropout, its tensors named alike. Four position codes:

- `none`: no code; the causal mask alone tells places apart (Haviv et al. 2022).
- `learned`: one vector per place is added. The table has `LEARNED_POSITIONS` rows. Rows that no training word reaches keep their first random
  values; a place beyond the table has the last row.
- `rotary`: queries and keys are turned by angles that grow with the place (Su et al. 2021), so scores depend on distances.
- `randomised`: rotary too, but in training the places of a word are a sorted random draw from `POSITION_RANGE` (Ruoss et al. 2023), so that
  large places are met in training. Answers are given with places spread evenly over `POSITION_RANGE`: the means of such draws.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Integer

from anylength.attention.net import AbstractContextNet
from anylength.errors import InputError
from anylength.pytrees import pytree

LAYERS, HEADS, FEEDFORWARD_FACTOR = 2, 4, 4
"""Layers, heads in each, and the factor from H to the width between the two maps of a layer."""

LEARNED_POSITIONS = 64
"""Rows of the table of learned position codes."""

POSITION_RANGE = 2048
"""Randomised places lie below this."""

NORM_EPSILON = 1e-5


class AbstractTransformer(AbstractContextNet):
    """The layers; a subclass says how places are coded. The stream is kept as columns, `[H, N, B]` with N = T + 1."""

    causal: ClassVar[bool] = True
    rotary: ClassVar[bool] = False

    @staticmethod
    def shapes(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The embedding, the layers, the last norm, the read-out.

        Raises:
            InputError: The heads do not share H evenly in pairs.
        """
        if hidden % (2 * HEADS) or hidden < 1:
            raise InputError(
                f"hidden units in multiples of {2 * HEADS} for a transformer", str(hidden), "pass for example --hidden 32"
            )
        named: dict[str, tuple[int, ...]] = {"embedding.weight": (hidden, encoded), "embedding.start": (hidden, 1)}
        for at in range(LAYERS):
            named |= {f"layers.{at}.{name}": shape for name, shape in layer_shapes(hidden).items()}
        return named | {
            "norm.weight": (hidden,), "norm.bias": (hidden,), "readout.weight": (classes, hidden), "readout.bias": (classes,)
        }  # fmt: skip

    def places(self, tokens: int, lengths: Integer[Array, " B"], key: Any) -> Integer[Array, "N B"]:
        """The place of every token of every word: 0 for the start token, then 1, 2, …."""
        del key
        return jnp.broadcast_to(jnp.arange(tokens)[:, None], (tokens, len(lengths)))

    def added(self, places: Integer[Array, "N B"]) -> Float[Array, "H N B"] | float:
        """What is added to the embedding."""
        del places
        return 0.0

    def logits(
        self, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"] | None = None, key: Any = None
    ) -> Float[Array, "T C B"]:
        """The logits at every step; `randomised` draws its places from the key."""
        (steps, columns), w = symbols.shape, self.weights
        places = self.places(steps + 1, jnp.full(columns, steps) if lengths is None else lengths, key)
        stream = jnp.einsum("he,teb->htb", w["embedding.weight"], self.encode(symbols))
        stream = jnp.concatenate([jnp.broadcast_to(w["embedding.start"][:, :, None], (self.hidden, 1, columns)), stream], axis=1)
        stream = stream + self.added(places)
        turn = _angles(places, self.hidden // HEADS) if self.rotary else None
        for at in range(LAYERS):
            front = f"layers.{at}."
            stream = layer({n.removeprefix(front): value for n, value in w.items() if n.startswith(front)}, stream, turn)
        last = normed(stream[:, 1:], w["norm.weight"], w["norm.bias"])
        return jnp.moveaxis(mapped(w["readout.weight"], w["readout.bias"], last), 0, 1)


def layer_shapes(hidden: int) -> dict[str, tuple[int, ...]]:
    """The tensors of one layer."""
    return {
        "self_attn.in_proj_weight": (3 * hidden, hidden), "self_attn.in_proj_bias": (3 * hidden,),
        "self_attn.out_proj.weight": (hidden, hidden), "self_attn.out_proj.bias": (hidden,),
        "linear1.weight": (FEEDFORWARD_FACTOR * hidden, hidden), "linear1.bias": (FEEDFORWARD_FACTOR * hidden,),
        "linear2.weight": (hidden, FEEDFORWARD_FACTOR * hidden), "linear2.bias": (hidden,),
        "norm1.weight": (hidden,), "norm1.bias": (hidden,), "norm2.weight": (hidden,), "norm2.bias": (hidden,),
    }  # fmt: skip


def layer(w: dict[str, Any], stream: Float[Array, "H N B"], turn: Any = None) -> Float[Array, "H N B"]:
    """One layer: x + attention(norm x), then x + W_2 relu(W_1 norm x); `turn` holds the cosines and sines of rotary codes."""
    seen = normed(stream, w["norm1.weight"], w["norm1.bias"])
    parts = mapped(w["self_attn.in_proj_weight"], w["self_attn.in_proj_bias"], seen)
    query, key, value = parts.reshape(3, HEADS, -1, *stream.shape[1:])
    if turn is not None:
        query, key = _turned(query, turn), _turned(key, turn)
    looked = _attended(query, key, value).reshape(stream.shape)
    stream = stream + mapped(w["self_attn.out_proj.weight"], w["self_attn.out_proj.bias"], looked)
    seen = normed(stream, w["norm2.weight"], w["norm2.bias"])
    wide = jax.nn.relu(mapped(w["linear1.weight"], w["linear1.bias"], seen))
    return stream + mapped(w["linear2.weight"], w["linear2.bias"], wide)


def mapped(weight: Float[Array, "G H"], bias: Float[Array, " G"], stream: Float[Array, "H N B"]) -> Float[Array, "G N B"]:
    """The same affine map of every column."""
    return (weight @ stream.reshape(len(stream), -1) + bias[:, None]).reshape(-1, *stream.shape[1:])


def normed(stream: Float[Array, "H N B"], weight: Float[Array, " H"], bias: Float[Array, " H"]) -> Float[Array, "H N B"]:
    """Layer norm (Ba et al. 2016) of every column."""
    centred = stream - stream.mean(axis=0)
    scaled = centred * jax.lax.rsqrt((centred**2).mean(axis=0) + NORM_EPSILON)
    return scaled * weight[:, None, None] + bias[:, None, None]


def _attended(query: Array, key: Array, value: Array) -> Array:
    """Scaled dot products over what came before, itself included: all `[heads, d, N, B]`."""
    tokens = query.shape[2]
    scores = jnp.einsum("gdnb,gdmb->gbnm", query, key) * query.shape[1] ** -0.5
    scores = jnp.where(jnp.tril(jnp.ones((tokens, tokens), bool)), scores, -jnp.inf)
    return jnp.einsum("gbnm,gdmb->gdnb", jax.nn.softmax(scores, axis=-1), value)


def _angles(places: Integer[Array, "N B"], width: int) -> tuple[Array, Array]:
    """Cosines and sines `[width/2, N, B]` of place · 10000^(−2i/width).

    By table: what a compiled cosine makes of large angles differs by processor.
    """
    rates = 10_000.0 ** (-np.arange(0, width, 2) / width)
    angles = rates[:, None] * np.arange(POSITION_RANGE)
    places = jnp.minimum(places, POSITION_RANGE - 1)
    return jnp.asarray(np.cos(angles), np.float32)[:, places], jnp.asarray(np.sin(angles), np.float32)[:, places]


def _turned(vectors: Array, turn: tuple[Array, Array]) -> Array:
    """Coordinate i and coordinate i + d/2 of each head `[heads, d, N, B]` turned by angle i."""
    (one, other), (cos, sin) = jnp.split(vectors, 2, axis=1), turn
    return jnp.concatenate([one * cos - other * sin, other * cos + one * sin], axis=1)


@pytree
@dataclass(frozen=True)
class TransformerNone(AbstractTransformer):
    """No position code."""

    name: ClassVar[str] = "transformer-none"
    summary: ClassVar[str] = "causal transformer without position codes"


@pytree
@dataclass(frozen=True)
class TransformerLearned(AbstractTransformer):
    """One learned vector per place, `LEARNED_POSITIONS` of them; later places have the last one's."""

    name: ClassVar[str] = "transformer-learned"
    summary: ClassVar[str] = f"causal transformer with {LEARNED_POSITIONS} learned position codes"

    @staticmethod
    def shapes(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The table beside the others."""
        return AbstractTransformer.shapes(encoded, classes, hidden) | {"embedding.places": (hidden, LEARNED_POSITIONS)}

    def added(self, places: Integer[Array, "N B"]) -> Float[Array, "H N B"] | float:
        """The row of each place."""
        return self.weights["embedding.places"][:, jnp.minimum(places, LEARNED_POSITIONS - 1)]


@pytree
@dataclass(frozen=True)
class TransformerRotary(AbstractTransformer):
    """Rotary codes of the places 0, 1, 2, …."""

    name: ClassVar[str] = "transformer-rotary"
    summary: ClassVar[str] = "causal transformer with rotary position codes (Su et al. 2021)"
    rotary: ClassVar[bool] = True


@pytree
@dataclass(frozen=True)
class TransformerRandomised(AbstractTransformer):
    """Rotary codes of places that are drawn at random in training and spread evenly otherwise, so they depend on the length."""

    name: ClassVar[str] = "transformer-randomised"
    summary: ClassVar[str] = f"causal transformer with rotary codes of randomised places below {POSITION_RANGE} (Ruoss et al. 2023)"
    rotary: ClassVar[bool] = True
    causal: ClassVar[bool] = False

    def places(self, tokens: int, lengths: Integer[Array, " B"], key: Any) -> Integer[Array, "N B"]:
        """A sorted draw of distinct places per word; without a key the i-th of n is at POSITION_RANGE · (i + 1) / (n + 1)."""
        rank = jnp.arange(tokens)[:, None]
        if key is None:
            return (rank + 1) * POSITION_RANGE // (lengths + 2)
        drawn = jax.random.randint(key, (tokens, len(lengths)), 0, POSITION_RANGE - tokens + 1)
        return jnp.sort(drawn, axis=0) + rank

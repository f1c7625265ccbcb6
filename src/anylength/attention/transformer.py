"""Small causal transformers (Vaswani et al. 2017) with pre-norm layers, as in a decoder-only language model.

A start token stands before the word. Without it, a net without position codes could not distinguish 5 from the second 5 of 55. Each
layer equals `torch.nn.TransformerEncoderLayer(norm_first=True)` without dropout, and its tensors have the same names. The nets
differ in their position codes:

- `none`: no code. Only the causal mask distinguishes positions (Haviv et al. 2022).
- `learned`: one learned vector per position is added to the embedding. The table has `LEARNED_POSITIONS` rows. Rows that no
  training word reaches keep their random initial values. Positions beyond the table get the last row.
- `rotary`: queries and keys are rotated by angles proportional to the position (Su et al. 2021), so scores depend on distances.
- `randomised`: rotary, but in training the positions of a word are a sorted random draw from `POSITION_RANGE` (Ruoss et al. 2023),
  so training meets large positions. Otherwise positions are spread evenly over `POSITION_RANGE`; these are the means of such draws.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Integer

from anylength.attention.net import AbstractContextNet
from anylength.base import InputError, pytree

LAYERS = 2
"""Layers: the smallest depth at which one layer can use the result of another."""

HEADS = 4
"""Attention heads in each layer. H must be a multiple of twice this, for rotary codes rotate pairs of coordinates."""

FEEDFORWARD_FACTOR = 4
"""Width of the feed-forward layer, as a multiple of H (Vaswani et al. 2017)."""

LEARNED_POSITIONS = 64
"""Rows of the table of learned position codes. The longest training word needs 12 (docs/design/nets-without-proofs.md)."""

POSITION_RANGE = 2048
"""Randomised positions lie below this. It is larger than `MAX_STEPS`, so the positions of every allowed word are distinct."""

NORM_EPSILON = 1e-5
"""Added to the variance in layer norm: PyTorch's default."""


class AbstractTransformer(AbstractContextNet):
    """The layers. A subclass defines the position codes. The stream is `[H, N, B]`, where N = T + 1 counts the start token."""

    causal: ClassVar[bool] = True
    rotary: ClassVar[bool] = False

    @staticmethod
    def shapes(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The embedding, the layers, the last norm and the read-out.

        Raises:
            InputError: H is not a positive multiple of 2 · `HEADS`.
        """
        if hidden % (2 * HEADS) or hidden < 1:
            raise InputError(
                f"hidden units in multiples of {2 * HEADS} for a transformer", str(hidden), "pass for example --hidden 32"
            )
        named: dict[str, tuple[int, ...]] = {"embedding.weight": (hidden, encoded), "embedding.start": (hidden, 1)}
        for index in range(LAYERS):
            named |= {f"layers.{index}.{name}": shape for name, shape in layer_shapes(hidden).items()}
        return named | {
            "norm.weight": (hidden,), "norm.bias": (hidden,), "readout.weight": (classes, hidden), "readout.bias": (classes,)
        }  # fmt: skip

    def positions(self, tokens: int, lengths: Integer[Array, " B"], key: Any) -> Integer[Array, "N B"]:
        """The position of every token of every word: 0 for the start token, then 1, 2, …."""
        del key
        return jnp.broadcast_to(jnp.arange(tokens)[:, None], (tokens, len(lengths)))

    def position_embedding(self, positions: Integer[Array, "N B"]) -> Float[Array, "H N B"] | float:
        """The term that is added to the embedding."""
        del positions
        return 0.0

    def logits(
        self, symbols: Integer[Array, "T B"], lengths: Integer[Array, " B"] | None = None, key: Any = None
    ) -> Float[Array, "T C B"]:
        """The logits at every step. `randomised` draws its positions with the key."""
        steps, columns = symbols.shape
        w = self.weights
        positions = self.positions(steps + 1, jnp.full(columns, steps) if lengths is None else lengths, key)
        word = jnp.einsum("he,teb->htb", w["embedding.weight"], self.encode(symbols))
        start = jnp.broadcast_to(w["embedding.start"][:, :, None], (self.hidden, 1, columns))
        stream = jnp.concatenate([start, word], axis=1) + self.position_embedding(positions)
        rotation = _rotation(positions, self.hidden // HEADS) if self.rotary else None
        for index in range(LAYERS):
            prefix = f"layers.{index}."
            tensors = {name.removeprefix(prefix): value for name, value in w.items() if name.startswith(prefix)}
            stream = layer(tensors, stream, rotation)
        last = layer_norm(stream[:, 1:], w["norm.weight"], w["norm.bias"])
        return jnp.moveaxis(affine(w["readout.weight"], w["readout.bias"], last), 0, 1)


def layer_shapes(hidden: int) -> dict[str, tuple[int, ...]]:
    """The shapes of the tensors of one layer."""
    wide = FEEDFORWARD_FACTOR * hidden
    return {
        "self_attn.in_proj_weight": (3 * hidden, hidden), "self_attn.in_proj_bias": (3 * hidden,),
        "self_attn.out_proj.weight": (hidden, hidden), "self_attn.out_proj.bias": (hidden,),
        "linear1.weight": (wide, hidden), "linear1.bias": (wide,),
        "linear2.weight": (hidden, wide), "linear2.bias": (hidden,),
        "norm1.weight": (hidden,), "norm1.bias": (hidden,), "norm2.weight": (hidden,), "norm2.bias": (hidden,),
    }  # fmt: skip


def layer(w: dict[str, Any], stream: Float[Array, "H N B"], rotation: Any = None) -> Float[Array, "H N B"]:
    """One layer: x + attention(norm x), then x + W_2 relu(W_1 norm x). `rotation` holds the cosines and sines of rotary codes."""
    normed = layer_norm(stream, w["norm1.weight"], w["norm1.bias"])
    projected = affine(w["self_attn.in_proj_weight"], w["self_attn.in_proj_bias"], normed)
    query, key, value = projected.reshape(3, HEADS, -1, *stream.shape[1:])
    if rotation is not None:
        query, key = _rotated(query, rotation), _rotated(key, rotation)
    attended = _attention(query, key, value).reshape(stream.shape)
    stream = stream + affine(w["self_attn.out_proj.weight"], w["self_attn.out_proj.bias"], attended)
    normed = layer_norm(stream, w["norm2.weight"], w["norm2.bias"])
    wide = jax.nn.relu(affine(w["linear1.weight"], w["linear1.bias"], normed))
    return stream + affine(w["linear2.weight"], w["linear2.bias"], wide)


def affine(weight: Float[Array, "G H"], bias: Float[Array, " G"], stream: Float[Array, "H N B"]) -> Float[Array, "G N B"]:
    """The same affine map of every column."""
    return (weight @ stream.reshape(len(stream), -1) + bias[:, None]).reshape(-1, *stream.shape[1:])


def layer_norm(stream: Float[Array, "H N B"], weight: Float[Array, " H"], bias: Float[Array, " H"]) -> Float[Array, "H N B"]:
    """Layer norm (Ba et al. 2016) of every column."""
    centred = stream - stream.mean(axis=0)
    scaled = centred * jax.lax.rsqrt((centred**2).mean(axis=0) + NORM_EPSILON)
    return scaled * weight[:, None, None] + bias[:, None, None]


def _attention(query: Array, key: Array, value: Array) -> Array:
    """Causal scaled dot-product attention. All arrays are `[heads, d, N, B]`."""
    tokens = query.shape[2]
    scores = jnp.einsum("gdnb,gdmb->gbnm", query, key) * query.shape[1] ** -0.5
    scores = jnp.where(jnp.tril(jnp.ones((tokens, tokens), bool)), scores, -jnp.inf)
    return jnp.einsum("gbnm,gdmb->gdnb", jax.nn.softmax(scores, axis=-1), value)


def _rotation(positions: Integer[Array, "N B"], width: int) -> tuple[Array, Array]:
    """Cosines and sines `[width/2, N, B]` of position · 10000^(−2i/width).

    They come from a table made by numpy, since compiled cosines of large angles differ between processors.
    """
    rates = 10_000.0 ** (-np.arange(0, width, 2) / width)  # the base of Su et al. 2021, after Vaswani et al. 2017
    angles = rates[:, None] * np.arange(POSITION_RANGE)
    positions = jnp.minimum(positions, POSITION_RANGE - 1)
    return jnp.asarray(np.cos(angles), np.float32)[:, positions], jnp.asarray(np.sin(angles), np.float32)[:, positions]


def _rotated(vectors: Array, rotation: tuple[Array, Array]) -> Array:
    """Coordinates i and i + d/2 of each head `[heads, d, N, B]`, rotated by angle i."""
    first, second = jnp.split(vectors, 2, axis=1)
    cos, sin = rotation
    return jnp.concatenate([first * cos - second * sin, second * cos + first * sin], axis=1)


@pytree
@dataclass(frozen=True)
class TransformerNone(AbstractTransformer):
    """No position code."""

    name: ClassVar[str] = "transformer-none"
    summary: ClassVar[str] = "causal transformer without position codes"


@pytree
@dataclass(frozen=True)
class TransformerLearned(AbstractTransformer):
    """One learned vector per position, for `LEARNED_POSITIONS` positions. Later positions share the last vector."""

    name: ClassVar[str] = "transformer-learned"
    summary: ClassVar[str] = f"causal transformer with {LEARNED_POSITIONS} learned position codes"

    @staticmethod
    def shapes(encoded: int, classes: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The tensors of every transformer, and the table of position codes."""
        return AbstractTransformer.shapes(encoded, classes, hidden) | {"embedding.places": (hidden, LEARNED_POSITIONS)}

    def position_embedding(self, positions: Integer[Array, "N B"]) -> Float[Array, "H N B"] | float:
        """The table's column of each position."""
        return self.weights["embedding.places"][:, jnp.minimum(positions, LEARNED_POSITIONS - 1)]


@pytree
@dataclass(frozen=True)
class TransformerRotary(AbstractTransformer):
    """Rotary codes of the positions 0, 1, 2, …."""

    name: ClassVar[str] = "transformer-rotary"
    summary: ClassVar[str] = "causal transformer with rotary position codes (Su et al. 2021)"
    rotary: ClassVar[bool] = True


@pytree
@dataclass(frozen=True)
class TransformerRandomised(AbstractTransformer):
    """Rotary codes of positions that training draws at random. Otherwise they are spread evenly over the word."""

    name: ClassVar[str] = "transformer-randomised"
    summary: ClassVar[str] = f"causal transformer with rotary codes of random positions below {POSITION_RANGE} (Ruoss et al. 2023)"
    rotary: ClassVar[bool] = True
    causal: ClassVar[bool] = False

    def positions(self, tokens: int, lengths: Integer[Array, " B"], key: Any) -> Integer[Array, "N B"]:
        """A sorted draw of distinct positions per word. Without a key they are even.

        Token i of n tokens then has the position POSITION_RANGE · (i + 1) / (n + 1), rounded down.
        """
        rank = jnp.arange(tokens)[:, None]
        if key is None:
            return (rank + 1) * POSITION_RANGE // (lengths + 2)
        drawn = jax.random.randint(key, (tokens, len(lengths)), 0, POSITION_RANGE - tokens + 1)
        return jnp.sort(drawn, axis=0) + rank

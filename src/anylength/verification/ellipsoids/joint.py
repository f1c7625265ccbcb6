"""Joint weights: one room for all parts of an image, where separate weights give each part a room of its own.

|u| ≤ 1 bounds u and its products together: where one number is large, its products with the others are small. The rule is in
`docs/certificate.md`, *Ellipsoids*. Any weights that meet its conditions are sound, so they are looked for in float32, by descent.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from anylength.ops.forms import Form
from anylength.verification.ellipsoids.problem import Array
from anylength.verification.ellipsoids.training import log_level

JOINT_BLOCKS = 8
"""Products with so many numbers of u are kept, at most. With all of them levels are 0.7 % lower."""

NEARLY = 1.12
"""The search gives joint weights to steps below this level: they make levels 2 to 8 % lower."""

UPDATES, RATE = 150, 0.06
"""Steps of the descent, and its rate."""

BATCH = 128
"""Steps of a graph at a time."""

FIRST = (0.2, 0.5, 0.15, 0.15)
"""The first weights of the misfit, the linear part, products and errors."""

FIRST_TURN, OTHER_TURNS = 1.0, -2.0
"""A shift is ½σ of its turn. The first number of u has the largest square."""

HALF = 1 << 9
"""A shift is a whole number of 2⁻¹⁰, up to a half."""

SHARE_OF_WHOLE, MOST_TIMES = 20_000, 1 << 7
"""The weights of the whole add up to so much, and that of a square is at most so many times that of products."""


Logits = tuple[Any, Any]
"""What joint weights are made of: `[K, 4]` of the whole, and the turns `[K, J]` of squares."""


class ImageParts(NamedTuple):
    """The parts of images in their targets' own measures; numpy or JAX arrays.

    Attributes:
        misfit: `[K, D]` of the centers, with squares in full.
        linear: `[K, D, N]`.
        products: `[K, D, J, N]` factors of uₖuⱼ for j ≥ k; 0 for the others.
        errors: `[K, D, D]` the gram of the errors.
    """

    misfit: Any
    linear: Any
    products: Any
    errors: Any


class Weights(NamedTuple):
    """Weights of steps; numpy or JAX arrays.

    Attributes:
        whole: `[K, 4]` of the misfit, the linear part, products and errors.
        squares: `[K, J]` of the squares of the first numbers of u.
        shifts: `[K, J]` of these squares: squares · (1 − 2 shifts) is at most the weight of products.
    """

    whole: Any
    squares: Any
    shifts: Any


def parts_of_images(image: Form, center: Any, inverse: Any, spread: Any) -> ImageParts:
    """The parts of images, given the targets' centers `[K, D]`, inverse shapes `[K, D, D]` and spreads `[K, D]`."""
    arrays = inverse.__array_namespace__()
    curved = arrays.moveaxis(image.curved, 1, 0)
    blocks = curved.shape[2]
    own = curved[..., :blocks]
    folded = arrays.triu(own) + arrays.triu(own.swapaxes(2, 3), 1)
    return ImageParts(
        arrays.einsum("kij,kj->ki", inverse, image.center.T - center - 0.5 * arrays.einsum("kdjj->kd", own)),
        inverse @ arrays.moveaxis(image.linear, 1, 0),
        arrays.einsum("kij,kjbn->kibn", inverse, arrays.concatenate([folded, curved[..., blocks:]], axis=3)),
        error_grams(image, inverse, spread),
    )


def error_grams(image: Form, inverse: Any, spread: Any) -> Any:
    """The grams `[K, D, D]` of an ellipsoid around each image's errors, which share out its room by the spread."""
    error, einsum = image.error.T, inverse.__array_namespace__().einsum
    return einsum("kij,kj,klj->kil", inverse, error / spread, inverse) * (error * spread).sum(1)[:, None, None]


def room_of(parts: ImageParts, weights: Weights) -> Any:
    """The matrices `[K, D, D]` whose largest eigenvalues are the squares of levels."""
    arrays = weights.whole.__array_namespace__()
    (steps, size, blocks, numbers), squares = parts.products.shape, weights.squares
    others = arrays.concatenate([squares, arrays.repeat(weights.whole[:, 2:3], numbers - blocks, axis=1)], axis=1)
    pairs = (squares[:, :, None] + others[:, None, :]) / (1 + np.eye(blocks, numbers))
    misfit = parts.misfit + arrays.einsum("kdjj,kj->kd", parts.products[..., :blocks], weights.shifts)
    products = (parts.products / arrays.sqrt(pairs)[:, None]).reshape(steps, size, blocks * numbers)
    misfit_weight, linear_weight, _, error_weight = arrays.moveaxis(weights.whole, 1, 0)[:, :, None, None]
    total = misfit[:, :, None] * misfit[:, None, :] / misfit_weight + parts.errors / error_weight
    total += parts.linear @ parts.linear.swapaxes(1, 2) / linear_weight + products @ products.swapaxes(1, 2)
    return total * (weights.whole.sum(1) + (squares * weights.shifts**2).sum(1))[:, None, None]


def joint_rows(parts: ImageParts) -> NDArray[np.int64]:
    """Rows of whole numbers `[K, 2 J + 4]` for which levels are low: the weights of the whole, those of squares, and the shifts."""
    found = [_found(ImageParts(*(part[at : at + BATCH] for part in parts))) for at in range(0, len(parts.misfit), BATCH)]
    return np.concatenate(found)


def levels_with(parts: ImageParts, rows: NDArray[np.int64]) -> Array:
    """The levels `[K]` with these rows."""
    blocks = (rows.shape[1] - 4) // 2
    whole, squares, shifts = np.split(rows.astype(np.float64), [4, 4 + blocks], axis=1)
    return np.sqrt(np.maximum(np.linalg.eigvalsh(room_of(parts, Weights(whole, squares, shifts / (2 * HALF))))[:, -1], 0.0))


def _found(parts: ImageParts) -> NDArray[np.int64]:
    """The rows of a batch, which is filled up: the descent is compiled once."""
    count = len(parts.misfit)
    filled = (np.concatenate([part, np.repeat(part[-1:], BATCH - count, axis=0)]) for part in parts)
    return as_rows(Weights(*map(np.asarray, _descended(ImageParts(*(jnp.asarray(part, jnp.float32) for part in filled))))))[:count]


def as_rows(weights: Weights) -> NDArray[np.int64]:
    """Whole numbers `[K, 2 J + 4]`: squares as large as their shifts allow."""
    whole = np.ceil(np.nan_to_num(weights.whole, nan=1.0) * SHARE_OF_WHOLE).astype(np.int64)
    shifts = np.clip(2 * HALF * np.nan_to_num(weights.shifts), 0, HALF - HALF // MOST_TIMES).astype(np.int64)
    return np.concatenate([whole, HALF * whole[:, 2:3] // (HALF - shifts), shifts], axis=1)


def weights_of(logits: jax.Array, turns: jax.Array) -> Weights:
    """The weights for any numbers `[K, 4]`, and turns `[K, J]`."""
    whole = jax.nn.softmax(logits, axis=1)
    return Weights(whole, whole[:, 2:3] * (1 + jnp.exp(turns)), 0.5 * jax.nn.sigmoid(turns))


def first_logits(count: int, blocks: int) -> Logits:
    """Where a descent begins."""
    turns = np.full((count, blocks), OTHER_TURNS, np.float32)
    turns[:, 0] = FIRST_TURN
    return np.tile(np.log(np.array(FIRST, np.float32)), (count, 1)), turns


def lowered(parts: ImageParts, logits: Logits, updates: int, level: Callable[[jax.Array], jax.Array]) -> Logits:
    """The logits after some steps of Adam, which lowers levels: `level` gives the logarithms of those of matrices."""
    optimiser = optax.adam(RATE)

    def update(state: tuple, _: None) -> tuple[tuple, None]:
        own, kept = state
        gradient = jax.grad(lambda own: level(room_of(parts, weights_of(*own))).sum())(own)
        change, kept = optimiser.update(gradient, kept)
        return (optax.apply_updates(own, change), kept), None

    (found, _), _ = jax.lax.scan(update, (logits, optimiser.init(logits)), None, updates)
    return found


@jax.jit
def _descended(parts: ImageParts) -> Weights:
    """The weights that Adam finds."""
    steps, _, blocks, _ = parts.products.shape
    return weights_of(*lowered(parts, first_logits(steps, blocks), UPDATES, log_level))

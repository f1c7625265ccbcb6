"""Images of pieces, and how well their targets hold them: compiled for a program, in float32."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from anylength.ops.forms import Form
from anylength.programs import Program
from anylength.verification.certify.ellipsoid_images import answer_forms, cut_forms, image_forms, state_forms
from anylength.verification.ellipsoids.joint import ImageParts, Logits, lowered, parts_of_images, room_of, weights_of
from anylength.verification.ellipsoids.problem import Problem
from anylength.verification.ellipsoids.training import OPS, margins
from anylength.verification.forks.levels import log_level, smooth_log_level
from anylength.verification.forks.pieces import DEPTH, WIDTHS, Pieces

MOST_BLOCKS = 16
"""Products with so many numbers of u are kept, at most. With 16 in place of 8 a third is open of what else is (decision 0087)."""

BENT = 0.5
"""How much of the products counts beside the linear part where the longest direction of an image is looked for."""

POWERS = 30
"""Steps of the power method."""

CLIMBS = 20
"""Steps toward the farthest point of an image."""

NO_MISFIT = 1e-6
"""The weight of a misfit that is 0."""


class Ellipsoids(NamedTuple):
    """Ellipsoids, in numpy or JAX arrays.

    Attributes:
        center: `[N, D]`.
        shape: `[N, D, D]`.
        inverse: `[N, D, D]` of the shapes.
    """

    center: Any
    shape: Any
    inverse: Any


@dataclass(frozen=True)
class Setting:
    """What compiled functions need to know: the program, and how many products are kept."""

    program: Program
    blocks: int


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Given:
    """The net's arrays.

    Attributes:
        tensors: The weights by name.
        symbols: `[A, E]` encoded.
        difference: `[C, C, F]` weights of each output less those of each class.
        bias: `[C, C]` the same of the biases; of the output itself a large number.
        epsilon: The noise.
    """

    tensors: Mapping[str, Any]
    symbols: Any
    difference: Any
    bias: Any
    epsilon: Any


def blocks_of(program: Program) -> int:
    """With how many numbers of u products are kept."""
    return min(MOST_BLOCKS, program.state)


def setting_of(problem: Problem) -> Setting:
    """The setting of a problem."""
    return Setting(problem.program, blocks_of(problem.program))


def given_of(problem: Problem) -> Given:
    """The arrays of a problem."""
    single = partial(np.asarray, dtype=np.float32)
    weight, bias = (problem.tensors[name] for name in (problem.program.weight, problem.program.bias))
    return jax.device_put(Given(
        tensors={name: single(value) for name, value in problem.tensors.items()}, symbols=single(problem.symbols.T),
        difference=single(weight[:, None] - weight), bias=single(bias[:, None] - bias + 1e3 * np.eye(len(bias))),
        epsilon=single(problem.epsilon),
    ))  # fmt: skip


def sources_of(ellipsoids: Ellipsoids, pieces: Pieces) -> tuple[jax.Array, jax.Array]:
    """Center and shape of each piece: the source's, reflected so that the direction comes first, and then cut; again and again."""
    center, shape = ellipsoids.center[pieces.source], ellipsoids.shape[pieces.source]
    for depth in range(DEPTH):
        axis = pieces.direction[:, depth] - jnp.eye(center.shape[1])[0]
        factor = 2 / jnp.maximum((axis * axis).sum(1), 1e-9)
        turned = shape - (shape @ axis[:, :, None]) * (factor[:, None] * axis)[:, None, :]
        shift, along, across = jnp.asarray(WIDTHS)[pieces.slice[:, depth]].T
        widths = jnp.concatenate([along[:, None], jnp.repeat(across[:, None], center.shape[1] - 1, axis=1)], axis=1)
        center, shape = center + shift[:, None] * turned[:, :, 0], turned * widths[:, None, :]
    return center, shape


def images(setting: Setting, given: Given, ellipsoids: Ellipsoids, pieces: Pieces) -> tuple[Form, Form]:
    """The states after each piece, with noise, and what the read-out reads of them."""
    program, numbers = setting.program, jnp.arange(len(pieces.source))
    symbol = given.symbols[pieces.symbol].T
    cut = cut_forms(program, OPS, given.tensors, state_forms(*sources_of(ellipsoids, pieces), setting.blocks))
    image = image_forms(program, OPS, given.tensors, cut, numbers, symbol).widened(given.epsilon)
    return image, answer_forms(program, OPS, given.tensors, image, symbol)


def measured(setting: Setting, given: Given, ellipsoids: Ellipsoids, pieces: Pieces) -> tuple[ImageParts, jax.Array]:
    """The parts of the images in the measures of their targets, and the margins of the machine's output `[K]`."""
    image, features = images(setting, given, ellipsoids, pieces)
    inverse = ellipsoids.inverse[pieces.target]
    spread = jnp.sqrt((inverse * inverse).sum(1) + 1e-12)
    parts = parts_of_images(image, ellipsoids.center[pieces.target], inverse, spread)
    return parts, margins(features, given.difference[pieces.answer], given.bias[pieces.answer])


@partial(jax.jit, static_argnums=(0, 1))
def descended(setting: Setting, updates: int, given: Given, ellipsoids: Ellipsoids, logits: Logits, pieces: Pieces):
    """Joint weights after some steps of Adam: their logits, the logarithms of levels `[K]`, margins, and directions `[K, D]`."""
    parts, margin = measured(setting, given, ellipsoids, pieces)
    logits = lowered(parts, logits, updates, smooth_log_level)
    return logits, log_level(room_of(parts, weights_of(*logits))), margin, longest(parts)


@partial(jax.jit, static_argnums=0)
def hulls(setting: Setting, given: Given, ellipsoids: Ellipsoids, logits: Logits, pieces: Pieces) -> tuple[jax.Array, jax.Array]:
    """What holds images, in the targets' measures: centers `[K, D]`, and matrices M `[K, D, D]` of ellipsoids xᵀM⁻¹x ≤ 1."""
    parts, _ = measured(setting, given, ellipsoids, pieces)
    weights = weights_of(*logits)
    moved = jnp.einsum("kdjj,kj->kd", parts.products[..., : setting.blocks], weights.shifts)
    without = weights._replace(whole=weights.whole.at[:, 0].set(NO_MISFIT))
    return parts.misfit + moved, room_of(parts._replace(misfit=-moved), without)


def longest(parts: ImageParts) -> jax.Array:
    """The direction `[K, D]` of u in which images are long and bend, in the targets' measures."""
    linear, products = parts.linear, parts.products
    blocks, size = products.shape[2:]
    own = jnp.einsum("kdbn,kdcn->kbc", products, products)
    gram = jnp.einsum("kdn,kdm->knm", linear, linear) + BENT * jnp.einsum("kdbn,kdbm->knm", products, products)
    gram += BENT * jnp.pad(own, ((0, 0), (0, size - blocks), (0, size - blocks)))

    def step(vector: jax.Array, _: None) -> tuple[jax.Array, None]:
        vector = jnp.einsum("knm,km->kn", gram, vector)
        return vector / jnp.maximum(jnp.linalg.norm(vector, axis=1, keepdims=True), 1e-20), None

    return jax.lax.scan(step, jnp.full(linear.shape[::2], size**-0.5), None, POWERS)[0]


@partial(jax.jit, static_argnums=0)
def outward(setting: Setting, given: Given, ellipsoids: Ellipsoids, pieces: Pieces) -> jax.Array:
    """The direction `[K, D]` of the u, of length 1, whose image is farthest from the target's center, in the target's measure."""
    parts, _ = measured(setting, given, ellipsoids, pieces)
    blocks = setting.blocks
    center = parts.misfit + 0.5 * jnp.einsum("kdjj->kd", parts.products[..., :blocks])

    def size(u: jax.Array) -> jax.Array:
        products = jnp.einsum("kdbn,kb,kn->kd", parts.products, u[:, :blocks], u)
        return jnp.square(center + jnp.einsum("kdn,kn->kd", parts.linear, u) + products).sum()

    def unit(u: jax.Array) -> jax.Array:
        return u / jnp.maximum(jnp.linalg.norm(u, axis=1, keepdims=True), 1e-20)

    first = unit(jnp.einsum("kdn,kd->kn", parts.linear, center))
    return jax.lax.scan(lambda u, _: (unit(jax.grad(size)(u)), None), first, None, CLIMBS)[0]


@partial(jax.jit, static_argnums=0)
def directions_of_margins(setting: Setting, given: Given, ellipsoids: Ellipsoids, pieces: Pieces) -> tuple[jax.Array, jax.Array]:
    """The directions `[K, D]` of u in which the least margin falls, and in which it bends most."""
    _, features = images(setting, given, ellipsoids, pieces)
    difference, numbers = given.difference[pieces.answer], jnp.arange(len(pieces.source))
    center = jnp.einsum("kcf,fk->kc", difference, features.center) + given.bias[pieces.answer]
    linear = jnp.einsum("kcf,fkn->kcn", difference, features.linear)
    least = (center - jnp.linalg.norm(linear, axis=2)).argmin(1)
    linear, curved = linear[numbers, least], jnp.einsum("kf,fkbn->kbn", difference[numbers, least], features.curved)
    blocks, size = curved.shape[1:]
    own = jnp.einsum("kbn,kcn->kbc", curved, curved)
    gram = jnp.einsum("kbn,kbm->knm", curved, curved) + jnp.pad(own, ((0, 0), (0, size - blocks), (0, size - blocks)))
    return linear / jnp.maximum(jnp.linalg.norm(linear, axis=1, keepdims=True), 1e-20), jnp.linalg.eigh(gram)[1][:, :, -1]


@partial(jax.jit, static_argnums=0)
def middles(setting: Setting, given: Given, ellipsoids: Ellipsoids, pieces: Pieces) -> jax.Array:
    """The middle of each image `[K, D]`."""
    return images(setting, given, ellipsoids, pieces)[0].center.T

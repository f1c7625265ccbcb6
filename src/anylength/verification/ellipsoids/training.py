"""Ellipsoids trained on the certificate itself: Adam on all centers and shapes, for the levels of all edges, with the noise inside.

An update looks at the worst edges only: most have room, and ask for nothing. Which are the worst is found anew every few updates.

Compiled once for a program and sizes: contexts and edges are padded, so that a search that splits contexts seldom compiles again.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from anylength.ops.forms import Form, FormInterpreter
from anylength.ops.ibp import Box
from anylength.programs import Program
from anylength.verification.certify.ellipsoid_images import answer_forms, cut_forms, image_forms, state_forms
from anylength.verification.ellipsoids.inverses import inverses
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.slices import WHOLE, Slice, cut_in

OPS = FormInterpreter(Box)
"""Forms of JAX arrays."""

GOAL = -0.03
"""The logarithm of the level from which on an edge asks for nothing more."""

GOOD = 0.985
"""The level of all edges at which training ends."""

WANTED_MARGIN = 0.05
"""Margins below this weigh like levels above the goal."""

RATE, LEAST_RATE = 0.03, 0.03
"""Adam's largest rate, and its least as a fraction of that."""

SHARPNESS = 30.0
"""Of the soft maximum that the first updates lower."""

FIRST_SHARES = (0.15, 0.6, 0.05, 0.15)
"""Shares of the misfit, the linear part, each quadratic part and the errors before they are adapted."""

LEAST_TRACE = 1e-20
"""Added to a trace, so that its logarithm is finite."""

LEAST_SIZE, GROWTH = 16, 1.25
"""The least size of an array, and the factor to the next one."""

AHEAD, QUICKLY_TRAINED = 2, 1 << 20
"""How much room there is after arrays have grown, unless the matrices of all edges have more numbers than these."""

FIRST_RESHARINGS, RESHARE, LOOK = 6, 4, 10
"""How often shares are adapted at first; after how many updates again, and after how many updates the worst edges are found."""

WORST_SHARE = 3
"""An update looks at one edge of so many."""

Parameters = tuple[jax.Array, jax.Array]
"""Shifts `[N, D]` and factors `[N, D, D]` of the given centers and shapes, in the ellipsoids' own measures."""


@dataclass(frozen=True)
class Setting:
    """What the compiled functions need to know: the program, the number of blocks, and the slices of each trained ellipsoid."""

    program: Program
    blocks: int
    slices: tuple[Slice, ...] = WHOLE


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Arrays:
    """All arrays of a training: the weights, the first ellipsoids, those that are not trained, and the edges.

    Attributes:
        tensors: The weights by name.
        center, shape, inverse: `[N, D]`, `[N, D, D]` and the inverses of the shapes, of the trained contexts.
        fixed_center, fixed_shape: The same of the others, which follow in the numbering.
        source: `[K]` numbers of ellipsoids: the first slices of all trained contexts, the next slices, and the fixed contexts.
        target: `[K]` numbers of trained contexts.
        symbol: `[E, K]` encoded.
        difference: `[K, C, F]` weights of the machine's output less those of each class.
        bias_difference: `[K, C]` the same of the biases; of the output itself a large number.
        epsilon: The noise.
    """

    tensors: Mapping[str, Any]
    center: Any
    shape: Any
    inverse: Any
    fixed_center: Any
    fixed_shape: Any
    source: Any
    target: Any
    symbol: Any
    difference: Any
    bias_difference: Any
    epsilon: Any

    @jax.jit
    def at(self, rows: NDArray[np.int64]) -> "Arrays":
        """The same with these edges alone."""
        return replace(
            self, source=self.source[rows], target=self.target[rows], symbol=self.symbol[:, rows],
            difference=self.difference[rows], bias_difference=self.bias_difference[rows],
        )  # fmt: skip


def unpacked(parameters: Parameters, arrays: Arrays) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Centers, shapes and their inverses of the trained contexts. The diagonal of a factor is kept as its logarithm."""
    shift, factor = parameters
    eye = jnp.eye(factor.shape[-1], dtype=factor.dtype)
    diagonal = jnp.exp(jnp.clip(jnp.diagonal(factor, axis1=1, axis2=2), -6.0, 6.0))
    factor = factor * (1 - eye) + diagonal[:, :, None] * eye
    center = arrays.center + (arrays.shape @ shift[:, :, None])[:, :, 0]
    return center, arrays.shape @ factor, inverses(factor) @ arrays.inverse


def log_levels(setting: Setting, parameters: Parameters, log_shares: jax.Array, arrays: Arrays) -> tuple[jax.Array, jax.Array]:
    """The logarithms of the edges' levels `[K]`, by a power of the trace in place of the largest eigenvalue; and the margins."""
    center, shape, inverse = unpacked(parameters, arrays)
    cut_center, cut_shape = cut_in(setting.slices, center, shape)
    all_centers, all_shapes = jnp.concatenate([cut_center, arrays.fixed_center]), jnp.concatenate([cut_shape, arrays.fixed_shape])
    cut = cut_forms(setting.program, OPS, arrays.tensors, state_forms(all_centers, all_shapes, setting.blocks))
    image = image_forms(setting.program, OPS, arrays.tensors, cut, arrays.source, arrays.symbol).widened(arrays.epsilon)
    room = _used(image, center[arrays.target], inverse[arrays.target], jax.nn.softmax(log_shares, axis=1))
    features = answer_forms(setting.program, OPS, arrays.tensors, image, arrays.symbol)
    return log_level(room), margins(features, arrays.difference, arrays.bias_difference)


@jax.custom_vjp
def log_level(room: jax.Array) -> jax.Array:
    """log tr(M⁸) / 16 of symmetric matrices M `[K, D, D]`: half the logarithm of the largest eigenvalue, nearly."""
    return _log_level(room)[0]


def _log_level(room: jax.Array) -> tuple[jax.Array, tuple[jax.Array, ...]]:
    """The same, and what its gradient needs: M / tr M, its square and fourth power, and tr M."""
    trace = jnp.trace(room, axis1=1, axis2=2)
    scaled = room / trace[:, None, None]
    square = scaled @ scaled
    fourth = square @ square
    level = 0.5 * (jnp.log(trace) + jnp.log((fourth * fourth).sum((1, 2)) + LEAST_TRACE) / 8)
    return level, (scaled, square, fourth, trace)


def _log_level_gradient(kept: tuple[jax.Array, ...], factor: jax.Array) -> tuple[jax.Array]:
    """M⁷ / (2 tr M⁸)."""
    scaled, square, fourth, trace = kept
    size = 2 * trace * ((fourth * fourth).sum((1, 2)) + LEAST_TRACE)
    return ((factor / size)[:, None, None] * (fourth @ square @ scaled),)


log_level.defvjp(_log_level, _log_level_gradient)


def _used(image: Form, center: jax.Array, inverse: jax.Array, shares: jax.Array) -> jax.Array:
    """The sum of the parts' grams over their shares, in the targets' measures `[K, D, D]`. They are added up before."""
    beside, around = (image.center.T - center)[:, :, None], [jnp.moveaxis(part, 1, 0) for part in _linear_parts(image)]
    columns = jnp.concatenate([part * shares[:, k, None, None] ** -0.5 for k, part in enumerate([beside, *around])], axis=2)
    error, spread = image.error.T, jnp.sqrt((inverse * inverse).sum(1) + 1e-12)
    own = error / spread * (error * spread).sum(1, keepdims=True) / shares[:, -1:]
    total = columns @ jnp.swapaxes(columns, 1, 2) + own[:, None, :] * jnp.eye(own.shape[1])
    return inverse @ total @ jnp.swapaxes(inverse, 1, 2)


def _linear_parts(image: Form) -> list[jax.Array]:
    """The linear part and the quadratic parts, each `[D, K, N]`."""
    return [image.linear, *(0.5 * image.curved[:, :, k] for k in range(image.curved.shape[2]))]


def margins(features: Form, difference: jax.Array, bias: jax.Array) -> jax.Array:
    """The least margin of the machine's output `[K]`, from weights `[K, C, F]` and biases `[K, C]` less those of each class."""
    center = jnp.einsum("kcf,fk->kc", difference, features.center) + bias
    linear = jnp.einsum("kcf,fkn->kcn", difference, features.linear)
    curved = jnp.einsum("kcf,fkbn->kcbn", difference, features.curved)
    error = jnp.einsum("kcf,fk->kc", jnp.abs(difference), features.error)
    radius = jnp.sqrt((linear * linear).sum(-1) + 1e-12) + 0.5 * jnp.sqrt((curved * curved).sum(-1) + 1e-12).sum(-1) + error
    return (center - radius).min(1)


def _loss(setting: Setting, parameters: Parameters, log_shares: jax.Array, soft: jax.Array, wanted: jax.Array, arrays: Arrays):
    """Squares of what levels and margins lack; at first a soft maximum of the levels."""
    level, margin = log_levels(setting, parameters, log_shares, arrays)
    hinges = jnp.sum(jax.nn.relu(level - GOAL) ** 2) + jnp.sum(jax.nn.relu(wanted - margin) ** 2)
    return jnp.where(soft, jax.nn.logsumexp(SHARPNESS * level) / SHARPNESS, hinges) + 1e-7 * level.sum()


OPTIMISER = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(b2=0.99), optax.scale(-1.0))


@partial(jax.jit, static_argnums=0)
def evaluated(setting: Setting, parameters: Parameters, log_shares: jax.Array, arrays: Arrays) -> tuple[jax.Array, jax.Array]:
    """The logarithms of the levels and the margins of all edges."""
    return log_levels(setting, parameters, log_shares, arrays)


@partial(jax.jit, static_argnums=0)
def updated(
    setting: Setting, parameters: Parameters, state: Any, log_shares: jax.Array, soft: Any, wanted: Any, rate: Any, arrays: Arrays
):
    """One update: the parameters and the optimiser's state."""
    gradient = jax.grad(partial(_loss, setting))(parameters, log_shares, soft, wanted, arrays)
    update, state = OPTIMISER.update(gradient, state)
    return jax.tree.map(lambda value, change: value + rate * change, parameters, update), state


@partial(jax.jit, static_argnums=0)
def reshared(setting: Setting, log_shares: jax.Array, parameters: Parameters, arrays: Arrays) -> jax.Array:
    """The shares moved half-way to where the levels are lowest, by their gradient."""
    log_shares = jax.nn.log_softmax(log_shares, axis=1)
    slope = jax.grad(lambda shares: log_levels(setting, parameters, shares, arrays)[0].sum())(log_shares)
    wanted = 0.5 * (log_shares + jnp.log(2 * jnp.maximum(0.5 * jnp.exp(log_shares) - slope, 1e-9)))
    return jax.nn.log_softmax(jnp.maximum(0.5 * log_shares + 0.5 * wanted, -9.0), axis=1)


@dataclass
class Sizes:
    """Sizes to which arrays are padded, from a series of few: they never shrink in a search."""

    trained: int = 0
    fixed: int = 0
    edges: int = 0

    def grow_to(self, trained: int, fixed: int, edges: int, state: int) -> None:
        """Grows to so many, given the numbers in a state.

        After the first time it grows to more than that where a training takes less time than to compile it: it grows again later.
        """
        ahead = AHEAD if self.edges and edges * state**2 <= QUICKLY_TRAINED else 1
        for name, wanted in (("trained", trained), ("fixed", fixed), ("edges", edges)):
            if wanted > getattr(self, name):
                setattr(self, name, round_size(wanted * ahead))


def round_size(wanted: int) -> int:
    """The least size of the series `LEAST_SIZE` · `GROWTH`ᵏ that suffices."""
    power = math.ceil(math.log(max(wanted, LEAST_SIZE) / LEAST_SIZE, GROWTH))
    return next(size for k in range(power, power + 2) if (size := int(LEAST_SIZE * GROWTH**k)) >= wanted)


def padded(values: NDArray, size: int) -> NDArray:
    """The values with the last one repeated."""
    return np.concatenate([values, np.repeat(values[-1:], size - len(values), axis=0)])


def pieces_of(edges: NDArray[np.int64], trained: int, slices: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The edges for the first slice, those from trained contexts once more for each other slice, and the numbers of the slices."""
    cut = edges[edges[:, 0] < trained]
    numbers = np.repeat(np.arange(1, slices), len(cut))
    return np.concatenate([edges, *[cut] * (slices - 1)]), np.concatenate([np.zeros(len(edges), np.int64), numbers])


def arrays_of(
    problem: Problem, trained: tuple[Array, Array], fixed: tuple[Array, Array], edges: NDArray[np.int64], sizes: Sizes,
    slices: int = 1,
) -> Arrays:  # fmt: skip
    """The arrays of a training, padded. Edges `[K, 4]` lead to trained contexts. One from a trained one is there for each slice."""
    count, (pieces, number) = len(trained[0]), pieces_of(edges, len(trained[0]), slices)
    sizes.grow_to(count, len(fixed[0]), len(pieces), trained[0].shape[1])
    edges, number = padded(pieces, sizes.edges), padded(number, sizes.edges)
    source = edges[:, 0] + np.where(edges[:, 0] >= count, slices * sizes.trained - count, sizes.trained * number)
    weight, bias = (problem.tensors[name] for name in (problem.program.weight, problem.program.bias))
    bias_difference = bias[edges[:, 3], None] - bias + 1e3 * np.eye(len(bias))[edges[:, 3]]
    single = partial(np.asarray, dtype=np.float32)
    return jax.device_put(Arrays(
        tensors={name: single(value) for name, value in problem.tensors.items()},
        center=single(padded(trained[0], sizes.trained)), shape=single(padded(trained[1], sizes.trained)),
        inverse=single(padded(np.linalg.pinv(trained[1]), sizes.trained)),
        fixed_center=single(padded(fixed[0], sizes.fixed)), fixed_shape=single(padded(fixed[1], sizes.fixed)),
        source=source, target=edges[:, 2], symbol=single(problem.symbols[:, edges[:, 1]]),
        difference=single(weight[edges[:, 3], None] - weight), bias_difference=single(bias_difference),
        epsilon=single(problem.epsilon),
    ))  # fmt: skip


@dataclass(frozen=True)
class Schedule:
    """How long a training takes: its updates, those of them with the soft maximum, and its largest rate."""

    updates: int
    soft: int
    rate: float

    def rate_at(self, turn: int) -> float:
        """The rate falls like a cosine."""
        return self.rate * (LEAST_RATE + (1 - LEAST_RATE) * 0.5 * (1 + np.cos(np.pi * turn / self.updates)))


FIRST, LATER, FINE = Schedule(250, 40, RATE), Schedule(200, 0, 0.7 * RATE), Schedule(300, 0, 0.25 * RATE)
"""The training of the first round, that of later ones, and that of contexts that were trained before."""


def trained(
    problem: Problem, given: tuple[Array, Array], fixed: tuple[Array, Array], edges: NDArray[np.int64], sizes: Sizes,
    schedule: Schedule, until: float, slices: tuple[Slice, ...] = WHOLE,
) -> tuple[Array, Array]:  # fmt: skip
    """The best centers and shapes that a training from the given ones finds, whose images are those of slices.

    The best ones have the least sum of squares of logarithms of levels above 1. It ends early where all edges close well, a
    level is not finite, or it is later than `until` (`time.monotonic`).
    """
    arrays = arrays_of(problem, given, fixed, edges, sizes, len(slices))
    setting, count = Setting(problem.program, problem.blocks, slices), len(pieces_of(edges, len(given[0]), len(slices))[0])
    shift, factor = (np.zeros(part.shape, np.float32) for part in (arrays.center, arrays.shape))
    parameters = jnp.asarray(shift), jnp.asarray(factor)  # made by numpy: there is no program to compile
    state, best, wanted = OPTIMISER.init(parameters), (parameters, np.inf), np.float32(max(2 * problem.eta, WANTED_MARGIN))
    log_shares = _first_shares(setting, parameters, arrays, until)
    if time.monotonic() > until:
        return given
    for first in range(0, schedule.updates + 1, LOOK):
        level, margin = map(np.asarray, evaluated(setting, parameters, log_shares, arrays))
        lack, worst = float(np.square(np.maximum(level[:count], 0.0)).sum()), float(np.exp(level.max()))
        best = min(best, (parameters, lack), key=lambda found: found[1])
        if not np.isfinite(worst) or worst < GOOD or time.monotonic() > until:
            break
        rows = np.argsort(-(level + 1e3 * (margin < wanted)))[: _few(arrays)]
        few, shares = arrays.at(rows), _taken(log_shares, rows)
        for turn in range(first, min(first + LOOK, schedule.updates)):
            rate = np.float32(schedule.rate_at(turn))
            parameters, state = updated(setting, parameters, state, shares, turn < schedule.soft, wanted, rate, few)
            if turn % RESHARE == RESHARE - 1:
                shares = reshared(setting, shares, parameters, few)
            jax.block_until_ready(parameters)
            if time.monotonic() > until:
                break
        log_shares = _put(log_shares, rows, shares)
    center, shape = (np.asarray(part, np.float64)[: len(given[0])] for part in _unpacked(best[0], arrays)[:2])
    return center, shape


_unpacked = jax.jit(unpacked)


@jax.jit
def _taken(log_shares: jax.Array, rows: NDArray[np.int64]) -> jax.Array:
    """The shares of some edges."""
    return log_shares[rows]


@jax.jit
def _put(log_shares: jax.Array, rows: NDArray[np.int64], own: jax.Array) -> jax.Array:
    """All shares, with those of some edges."""
    return log_shares.at[rows].set(own)


def _few(arrays: Arrays) -> int:
    """How many edges an update looks at."""
    return -(-len(arrays.source) // WORST_SHARE)


def _first_shares(setting: Setting, parameters: Parameters, arrays: Arrays, until: float) -> jax.Array:
    """The logarithms of the shares of all edges, adapted to the first ellipsoids as far as there is time."""
    shares = np.array([*FIRST_SHARES[:2], *[FIRST_SHARES[2]] * setting.blocks, FIRST_SHARES[3]], np.float32)
    found, few = jnp.asarray(np.log(np.tile(shares, (len(arrays.source), 1)))), _few(arrays)
    for first in range(0, len(arrays.source), few):
        rows = np.arange(first, first + few) % len(arrays.source)
        part, own = arrays.at(rows), _taken(found, rows)
        for _ in range(FIRST_RESHARINGS):
            own = jax.block_until_ready(reshared(setting, own, parameters, part))
            if time.monotonic() > until:
                return found
        found = _put(found, rows, own)
    return found

"""How well the ellipsoids of some contexts close, in float64: the level of each edge, the best shares found for it, and its margin.

An edge closes if its level is below 1: the image of its ellipsoid, with noise, then lies in that of the context that follows. An
edge that does not is looked at again with its ellipsoid in slices.
"""

import math
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from anylength.ops.forms import Form, in_numpy
from anylength.verification.certify.ellipsoid_images import CHUNK, answer_forms, cut_forms, image_forms, state_forms
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.slices import WHOLE, Slice, cut_in

CLOSED = 0.9995
"""The level below which an edge closes, with room for rounding."""

ENOUGH = 0.9
"""Better shares are not looked for below this level."""

LEAST_SHARE, TINY = 1e-5, 1e-30
"""The least share of a part, and what stands for 0 in roots."""


@dataclass(frozen=True)
class Ellipsoids:
    """Centers `[N, D]` and shapes `[N, D, D]` of contexts, and how each shares out the room for errors `[N, D]`."""

    center: Array
    shape: Array
    spread: Array


@dataclass(frozen=True)
class Levels:
    """What holds for each edge.

    Attributes:
        level: `[K]` below 1 where the edge closes.
        shares: `[K, B + 3]` shares of the misfit of centers, the linear part, the quadratic parts and the errors, for the whole.
        margin: `[K]` by how much the machine's output differences.
        parts: `[K, 4]` sizes of misfit, linear, quadratic parts and errors in the room of the target, for the whole.
        sliced_shares: `[K, R, B + 3]` shares of each slice.
        is_sliced: `[K]` whether level and margin are those of the slices, the worst of each.
    """

    level: Array
    shares: Array
    margin: Array
    parts: Array
    sliced_shares: Array
    is_sliced: NDArray[np.bool_]

    def right(self, eta: float) -> NDArray[np.bool_]:
        """Where the machine's output has twice the margin eta: room for rounding."""
        return self.margin > 2 * eta

    def closes(self, eta: float) -> NDArray[np.bool_]:
        """Where the next ellipsoid holds the image, and the output is right."""
        return (self.level < CLOSED) & self.right(eta)


def spread_of(shape: Array) -> Array:
    """How large a unit error of each coordinate is in the ellipsoid's own measure `[N, D]`; 1 where it has no extent."""
    return np.sqrt((np.linalg.pinv(shape) ** 2).sum(1)) + (np.abs(shape).max((1, 2), initial=0) == 0)[:, None]


def levels_of(
    problem: Problem, regions: Ellipsoids, edges: NDArray[np.int64], first: Array | None = None, rounds: int = 30,
    slices: tuple[Slice, ...] = WHOLE, until: float = math.inf,
) -> Levels:  # fmt: skip
    """The levels of edges `[K, 4]`: source, symbol, target, the machine's output.

    Shares are looked for from `first [K, B + 3]` where these are numbers, else from what sizes say. The ellipsoid of an open edge
    is cut in the slices. Edges whose turn comes later than `until` (`time.monotonic`) are open.
    """
    first = np.full((len(edges), problem.blocks + 3), np.nan) if first is None else first
    level, shares, margin, parts = _levels(problem, regions, (regions.center, regions.shape), edges, first, rounds, until)
    found = Levels(
        level, shares, margin, parts, np.ones((len(edges), len(slices), shares.shape[1])), np.zeros(len(edges), bool)
    )  # fmt: skip
    if len(slices) > 1 and time.monotonic() < until:
        _improve_by_slices(problem, regions, edges, slices, rounds, found)
    return found


def _improve_by_slices(
    problem: Problem, regions: Ellipsoids, edges: NDArray[np.int64], slices: tuple[Slice, ...], rounds: int, found: Levels
) -> None:
    """Cuts the ellipsoids of open edges, where slices make the level lower."""
    is_open = np.flatnonzero(~found.closes(problem.eta))
    if not is_open.size:
        return
    of_slices = _levels_of_slices(problem, regions, edges[is_open], slices, rounds)
    level, margin = of_slices.level.max(1), of_slices.margin.min(1)
    is_better = level < found.level[is_open]
    better = is_open[is_better]
    found.sliced_shares[better], found.is_sliced[better] = of_slices.shares[is_better], True
    found.level[better], found.margin[better] = level[is_better], margin[is_better]


class _OfSlices(NamedTuple):
    """What holds for each slice of edges: as in `Levels`, with two axes `[K, R]` first."""

    level: Array
    shares: Array
    margin: Array


def _levels_of_slices(
    problem: Problem, regions: Ellipsoids, edges: NDArray[np.int64], slices: tuple[Slice, ...], rounds: int
) -> _OfSlices:
    """The levels of all slices."""
    numbers, source = np.unique(edges[:, 0], return_inverse=True)
    cut = cut_in(slices, regions.center[numbers], regions.shape[numbers])
    pieces = np.concatenate([edges] * len(slices))
    pieces[:, 0] = (source + len(numbers) * np.arange(len(slices))[:, None]).ravel()
    unknown = np.full((len(pieces), problem.blocks + 3), np.nan)
    level, shares, margin, _ = _levels(problem, regions, cut, pieces, unknown, rounds, math.inf)

    def by_edge(part: NDArray[Any]) -> NDArray[Any]:
        return part.reshape(len(slices), len(edges), *part.shape[1:]).swapaxes(0, 1)

    return _OfSlices(by_edge(level), by_edge(shares), by_edge(margin))


def _levels(
    problem: Problem, regions: Ellipsoids, sources: tuple[Array, Array], edges: NDArray[np.int64], first: Array, rounds: int,
    until: float,
) -> tuple[Array, Array, Array, Array]:  # fmt: skip
    """Levels, shares, margins and sizes of parts of edges from centers and shapes of sources, into the regions."""
    with np.errstate(all="ignore"):
        cut = cut_forms(problem.program, in_numpy, problem.tensors, state_forms(*sources, problem.blocks))
        inverse = np.linalg.pinv(regions.shape).astype(np.float64)
        parts = [slice(at, at + CHUNK) for at in range(0, len(edges), CHUNK)]
        chunks = [
            _levels_of_chunk(problem, regions, inverse, cut, edges[part], first[part], rounds, until)
            if time.monotonic() < until
            else _open(first[part])
            for part in parts
        ]
    level, shares, margin, sizes = (np.concatenate(part) for part in zip(*chunks, strict=True))
    return level, shares, margin, sizes


def _open(first: Array) -> tuple[Array, Array, Array, Array]:
    """What is said of edges that nobody looked at."""
    count, shares = first.shape
    return np.full(count, np.inf), np.full((count, shares), 1 / shares), np.full(count, -np.inf), np.zeros((count, 4))


def _levels_of_chunk(
    problem: Problem, regions: Ellipsoids, inverse: Array, cut: dict, edges: NDArray[np.int64], first: Array, rounds: int,
    until: float,
) -> tuple[Array, Array, Array, Array]:  # fmt: skip
    source, symbol, target, _ = edges.T
    image = image_forms(problem.program, in_numpy, problem.tensors, cut, source, problem.symbols[:, symbol]).widened(
        problem.epsilon
    )
    grams = grams_of(image, regions.center[target], inverse[target], regions.spread[target])
    sizes = sizes_of(grams)
    level, shares = best_shares(grams, np.where(np.isnan(first), sizes / sizes.sum(1, keepdims=True), first), rounds, until)
    parts = np.stack([sizes[:, 0], sizes[:, 1], sizes[:, 2:-1].sum(1), sizes[:, -1]], 1)
    return level, shares, margins_of(problem, image, edges), parts


def parts_of(image: Form, center: Any, inverse: Any) -> list[Any]:
    """The misfit of centers, the linear part and the quadratic parts, in the targets' own measures, each `[K, D, …]`."""
    arrays = inverse.__array_namespace__()
    linear, curved = (arrays.moveaxis(part, 1, 0) for part in (image.linear, image.curved))
    blocks = [0.5 * inverse @ curved[:, :, k] for k in range(curved.shape[2])]
    return [inverse @ (image.center.T - center)[:, :, None], inverse @ linear, *blocks]


def grams_of(image: Form, center: Array, inverse: Array, spread: Array) -> Array:
    """X Xᵀ for each part X of the images, and last that of the errors `[K, B + 3, D, D]`."""
    parts = (part @ part.transpose(0, 2, 1) for part in parts_of(image, center, inverse))
    return np.stack([*parts, error_grams(image, inverse, spread)], 1)


def error_grams(image: Form, inverse: Any, spread: Any) -> Any:
    """The grams `[K, D, D]` of an ellipsoid around each image's errors, which share out its room by the spread."""
    error, einsum = image.error.T, inverse.__array_namespace__().einsum
    return einsum("kij,kj,klj->kil", inverse, error / spread, inverse) * (error * spread).sum(1)[:, None, None]


def sizes_of(grams: Array) -> Array:
    """How far each part reaches, in the targets' own measures `[K, B + 3]`."""
    return np.sqrt(np.maximum(np.linalg.eigvalsh(grams)[:, :, -1], TINY))


def best_shares(grams: Array, shares: Array, rounds: int, until: float = math.inf) -> tuple[Array, Array]:
    """Shares p for which the largest eigenvalue of the sum of gram / p is small, and its root: a damped fixed point.

    At the best shares each p is as the root of what its gram has in the direction of the largest eigenvalue. The best
    ones so far are taken at `until` (`time.monotonic`).
    """
    level, best, left = np.full(len(grams), np.inf), shares.copy(), np.arange(len(grams))
    for turn in range(rounds):
        values, vectors = np.linalg.eigh((grams / shares[:, :, None, None]).sum(1))
        found = np.sqrt(values[:, -1])
        better = found < level[left]
        level[left[better]], best[left[better]] = found[better], shares[better]
        weights = np.exp((20 + 60 * turn / rounds) * (values / values[:, -1:] - 1))
        top = (vectors * (weights / weights.sum(1, keepdims=True))[:, None, :]) @ vectors.transpose(0, 2, 1)
        wanted = np.sqrt(np.maximum((grams * top[:, None]).sum((2, 3)), TINY))
        step = 0.4 * (1 - turn / rounds) + 0.02
        shares = np.maximum(shares ** (1 - step) * (wanted / wanted.sum(1, keepdims=True)) ** step, LEAST_SHARE)
        shares /= shares.sum(1, keepdims=True)
        goes_on = level[left] > ENOUGH
        left, grams, shares = left[goes_on], grams[goes_on], shares[goes_on]
        if not left.size or time.monotonic() > until:
            break
    return level, best


def margins_of(problem: Problem, image: Form, edges: NDArray[np.int64]) -> Array:
    """The least margin of the machine's output over any other logit."""
    features = answer_forms(problem.program, in_numpy, problem.tensors, image, problem.symbols[:, edges[:, 1]])
    weight, bias = (problem.tensors[name] for name in (problem.program.weight, problem.program.bias))
    margin = np.full(len(edges), np.inf)
    for answer in np.unique(edges[:, 3]):
        own, others = np.flatnonzero(edges[:, 3] == answer), np.delete(np.arange(len(weight)), answer)
        differences = in_numpy.matmul(weight[answer] - weight[others], features[:, own]) + (bias[answer] - bias[others])[:, None]
        margin[own] = (differences.center - differences.radius).min(0)
    return margin

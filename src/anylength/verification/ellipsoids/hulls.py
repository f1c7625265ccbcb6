"""An ellipsoid that holds several."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from anylength.verification.ellipsoids.problem import Array
from anylength.verification.ellipsoids.regions import Region

CENTER_ROUNDS, SHAPE_ROUNDS = 40, 12
"""Updates of the weights of centers, and of those of shapes."""

LEAST = 1e-4
"""What is added to the squares of axes of the centers' ellipsoid, as a share of their mean: few centers lie in a plane."""

TINY = 1e-18
"""The same, where centers coincide."""

SLACK = 1.003
"""By how much the ellipsoid is larger than it has to be."""


class Hull(NamedTuple):
    """An ellipsoid that holds several: a sum of one that holds their centers, and of one about 0 that holds their shapes.

    Attributes:
        region: The ellipsoid.
        share: The share of the centers in the sum.
    """

    region: Region
    share: float


def hull(regions: Sequence[Region]) -> Hull:
    """An ellipsoid that holds these."""
    if len(regions) == 1:
        return Hull(regions[0], 0.0)
    centers, shapes = (np.array([region[part] for region in regions]) for part in (0, 1))
    center, around = _around_points(centers)
    inside = _around_shapes(shapes @ shapes.swapaxes(1, 2))
    sizes = np.sqrt([np.trace(around), np.trace(inside)])
    share = float(sizes[0] / sizes.sum())
    shape = np.asarray(np.linalg.cholesky(around / share + inside / (1 - share)), np.float64)
    return Hull((center, SLACK * shape), share)


def _around_points(points: Array) -> tuple[Array, Array]:
    """The center and the gram of an ellipsoid around points `[n, D]`, nearly the least: weights grow with distance (Khachiyan)."""
    size = points.shape[1]
    room = LEAST * ((points - points.mean(0)) ** 2).mean() + TINY
    weights, lifted = np.full(len(points), 1 / len(points)), np.concatenate([points, np.ones((len(points), 1))], axis=1)
    for _ in range(CENTER_ROUNDS):
        moment = (lifted * weights[:, None]).T @ lifted + room * np.eye(size + 1)
        weights *= np.einsum("ni,ni->n", lifted @ np.linalg.inv(moment), lifted)
        weights /= weights.sum()
    center = weights @ points
    beside = points - center
    gram = size * (beside * weights[:, None]).T @ beside + room * np.eye(size)
    return center, gram * np.einsum("ni,ni->n", beside @ np.linalg.inv(gram), beside).max()


def _around_shapes(grams: Array) -> Array:
    """The gram of an ellipsoid about 0 that holds those of these grams `[n, D, D]`."""
    weights = np.full(len(grams), 1 / len(grams))
    for _ in range(SHAPE_ROUNDS):
        weights *= _largest(np.einsum("n,nij->ij", weights, grams), grams)
        weights /= weights.sum()
    total = np.einsum("n,nij->ij", weights, grams)
    return total * float(_largest(total, grams).max())


def _largest(total: Array, grams: Array) -> Array:
    """The largest squares of lengths in the measure of an ellipsoid with this gram `[n]`."""
    inverse = np.asarray(np.linalg.inv(np.linalg.cholesky(total)), np.float64)
    return np.asarray(np.linalg.eigvalsh(inverse @ grams @ inverse.T)[:, -1], np.float64)

"""Ellipsoids lose the side where their answers are wrong, a little at a time, and grow toward states that none holds."""

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.problem import Array
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.images import directions_of_margins, sources_of
from anylength.verification.forks.nodes import Nodes

SHARE, TURNS = 0.004, 30
"""An ellipsoid loses so much of its half axis at a time, so often at most."""

GROW_BELOW, ROOM = 1.2, 1.002
"""An ellipsoid grows toward states that are not farther out, and a little more than needed."""


def stretch(cover: ForkedCover, states: Array, kinds: NDArray[np.int64]) -> None:
    """Nodes grow toward states `[n, D]` of some kinds that lie a little out of the nearest one, until they hold them."""
    _, far = cover.nodes.nearest(states, kinds, 1)
    out = (far[:, 0] > 1) & (far[:, 0] < GROW_BELOW)
    changed = np.zeros(len(cover.nodes), bool)
    states, kinds = states[out], kinds[out]
    for _ in range(TURNS):
        near, far = cover.nodes.nearest(states, kinds, 1)
        farthest = np.lexsort((-far[:, 0], near[:, 0]))
        rows = farthest[np.unique(near[farthest, 0], return_index=True)[1]]
        rows = rows[far[rows, 0] > 1]
        if not rows.size:
            break
        nodes = near[rows, 0]
        beside = states[rows] - cover.nodes.center[nodes]
        toward: Array = np.linalg.solve(cover.nodes.shape[nodes], beside[:, :, None])[:, :, 0].astype(np.float64)
        cover.nodes = with_sides(cover.nodes, nodes, toward, (far[rows, 0] * ROOM - 1) / 2)
        changed[nodes] = True
    _look_again(cover, np.flatnonzero(changed))


def trim(cover: ForkedCover) -> None:
    """Trims the ellipsoids of open pieces that lack a margin, as often as they do."""
    for _ in range(TURNS):
        found, rows = cover.found, cover.open_pieces
        assert found is not None
        rows = rows[(found.margin[rows] < 2 * cover.problem.eta) & (found.pieces.source[rows] > 0)]
        if not rows.size:
            return
        order = rows[np.argsort(found.margin[rows], kind="stable")]
        nodes, first = np.unique(found.pieces.source[order], return_index=True)
        pieces, ellipsoids = found.pieces.at(order[first]), cover.ellipsoids
        given = jax.device_put(ellipsoids)
        falls, _ = cover.in_batches(
            lambda own, _, given=given: directions_of_margins(cover.setting, cover.given, given, own), pieces, ()
        )
        shape = np.asarray(sources_of(ellipsoids, pieces)[1], np.float64)
        by_state = np.linalg.solve(shape.swapaxes(1, 2), np.asarray(falls, np.float64)[:, :, None])
        away = -(cover.nodes.shape[nodes].swapaxes(1, 2) @ by_state)[:, :, 0]
        cover.nodes = with_sides(cover.nodes, nodes, away, np.full(len(nodes), -SHARE))
        _look_again(cover, nodes)


def with_sides(nodes: Nodes, changed: NDArray[np.int64], directions: Array, shares: Array) -> Nodes:
    """Ellipsoids c + L u reach farther in directions of u `[T, D]`, by twice a share `[T]` of the half axis, or less far.

    They end on the other side where they did, and other axes stay.
    """
    center, shape = nodes.center.copy(), nodes.shape.copy()
    toward = directions / np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-20)
    moved = (shape[changed] @ toward[:, :, None])[:, :, 0] * shares[:, None]
    center[changed] += moved
    shape[changed] += moved[:, :, None] * toward[:, None, :]
    return Nodes(center, shape, nodes.kind)


def _look_again(cover: ForkedCover, nodes: NDArray[np.int64]) -> None:
    """Measures the pieces from and to some nodes."""
    found = cover.found
    assert found is not None
    near = np.isin(found.pieces.source, nodes) | np.isin(found.pieces.target, nodes)
    cover.look_again(found, cover.ellipsoids, np.flatnonzero(near))

"""More nodes for a cover: where sampled states, or images of pieces, lie in none."""

import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.regions import Region, ordered
from anylength.verification.forks.nodes import Nodes

TOGETHER, TRIED = 1.0, 8
"""A node is around states that are so near to one of them, as measured by the nearest node; the best of so many tries."""

OWN, OTHERS, ROOM = 2.0, 0.2, 1.05
"""Axes of a node around states: in units of their deviation, and of the nearest node; and how much larger it is than needed."""

SAME_WAY = 0.5
"""What lies so much in the direction of a new node, from the same node, gets none of its own."""


def nodes_for_states(
    problem: Problem, nodes: Nodes, states: Array, kinds: NDArray[np.int64], near: NDArray[np.int64], most: int
) -> Nodes:
    """Nodes around states `[n, D]` that no node holds, given the nearest ones: those around the most states, and so many."""
    rng, found = np.random.default_rng(0), list[tuple[NDArray[np.int64], Array]]()
    for kind in np.unique(kinds).tolist():
        left = np.flatnonzero(kinds == kind)
        while left.size:
            tried = rng.choice(left, TRIED)
            together = [_together(states[left], states[own], nodes.shape[near[own]]) for own in tried]
            best = max(range(TRIED), key=lambda k, together=together: together[k].sum())
            found.append((left[together[best]], nodes.shape[near[tried[best]]]))
            left = left[~together[best]]
    found = sorted(found, key=lambda each: -len(each[0]))[:most]
    if not found:
        return nodes.at(np.zeros(0, np.int64))
    center, shape = map(np.array, zip(*(_around(states[rows], shape) for rows, shape in found), strict=True))
    return Nodes(center, ordered(problem, center, shape), kinds[[int(rows[0]) for rows, _ in found]])


def _together(states: Array, one: Array, shape: Array) -> NDArray[np.bool_]:
    """Which states are near to one of them."""
    return np.linalg.norm(np.linalg.solve(shape, (states - one).T), axis=0) <= TOGETHER


def _around(states: Array, other: Array) -> Region:
    """An ellipsoid that holds some states, and that has some extent in all directions, like another one."""
    center = (states.max(0) + states.min(0)) / 2
    beside = states - center
    shape = np.linalg.cholesky(OWN**2 * beside.T @ beside / len(states) + OTHERS**2 * other @ other.T)
    far = np.linalg.norm(np.linalg.solve(shape, beside.T), axis=0).max()
    return center, shape * max(1.0, ROOM * far)


def far_images(nodes: Nodes, targets: NDArray[np.int64], middles: Array, levels: Array, most: int) -> NDArray[np.int64]:
    """The numbers of open pieces whose images are to get nodes of their own, the worst first; one of those alike."""
    found, left = list[int](), np.ones(len(targets), bool)
    while left.any() and len(found) < most:
        worst = int(np.flatnonzero(left)[levels[left].argmax()])
        same = np.flatnonzero(left & (targets == targets[worst]))
        toward = np.linalg.solve(nodes.shape[targets[worst]], (middles[same] - nodes.center[targets[worst]]).T)
        toward /= np.maximum(np.linalg.norm(toward, axis=0), 1e-12)
        left[same[toward.T @ toward[:, same == worst][:, 0] > SAME_WAY]] = False
        left[worst] = False
        found.append(worst)
    return np.array(found, np.int64)

"""More nodes for a cover: where sampled states, or images of pieces, lie in none."""

import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.problem import Array
from anylength.verification.forks.nodes import Nodes

HELD = 0.95
"""A node holds a sampled state that is at most so far from its center."""

SMALLER = 0.5
"""The size of a node around a sampled state beside the nearest one."""

FAR, LONELY = 2.0, 0.15
"""A sampled state that is farther from the nearest node gets one that is smaller, by this factor: few other states are there."""

SAME_WAY = 0.5
"""What lies so much in the direction of a new node, from the same node, gets none of its own."""


def nodes_for_states(nodes: Nodes, states: Array, kinds: NDArray[np.int64], most: int) -> Nodes:
    """Nodes that hold those of the states that none holds, the farthest first, until these are held or there are so many.

    Each is around a state, and smaller than the node that is nearest: much smaller where that is far, as few states are there.
    """
    found = Nodes(nodes.center[:0], nodes.shape[:0], nodes.kind[:0])
    near, far = (part[:, 0].copy() for part in nodes.nearest(states, kinds, 1))
    distance = far.copy()
    for _ in range(most):
        number = int(far.argmax())
        if far[number] <= HELD:
            break
        shape = (SMALLER if distance[number] < FAR else LONELY) * nodes.shape[near[number]]
        new = Nodes(states[[number]], shape[None], kinds[[number]])
        rows = np.flatnonzero((kinds == kinds[number]) & (far > HELD))
        far[rows] = np.minimum(far[rows], new.distances(states[rows], np.array([0]))[:, 0])
        found = found.and_more(new)
    return found


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

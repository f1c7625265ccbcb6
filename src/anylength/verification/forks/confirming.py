"""A closed cover in whole numbers: what float32 left a little open closes, as targets grow by what is lacking."""

import numpy as np

from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.exported import Checked, checked, rounded_nodes

TURNS, BARELY, ROOM = 8, 1.05, 1.002
"""Targets grow so often, where a level in float64 is no larger than this; and how much larger they are than needed."""


def confirmed(cover: ForkedCover) -> Checked:
    """What holds in whole numbers and float64. The cover's nodes are rounded to them, and some grow.

    The levels of thin ellipsoids are wrong by up to 2 % in float32.
    """
    found, eta = cover.found, cover.problem.eta
    assert found is not None
    cover.nodes = rounded_nodes(cover.nodes)
    own = checked(cover.problem, cover.setting.blocks, cover.nodes, found)
    for _ in range(TURNS):
        rows = np.flatnonzero(~own.closes(eta) & (own.level < BARELY) & (found.pieces.target > 0))
        factor = np.ones(len(cover.nodes))
        np.maximum.at(factor, found.pieces.target[rows], np.maximum(own.level[rows], 1.0) * ROOM)
        nodes = np.flatnonzero(factor > 1)
        if not nodes.size:
            break
        cover.enlarge(nodes, factor[nodes])
        cover.nodes = rounded_nodes(cover.nodes)
        near = np.flatnonzero(np.isin(found.pieces.source, nodes) | np.isin(found.pieces.target, nodes))
        cover.look_again(found, cover.ellipsoids, near)
        own.put(near, checked(cover.problem, cover.setting.blocks, cover.nodes, found.at(near)))
    return own

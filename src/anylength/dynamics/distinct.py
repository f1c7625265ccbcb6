"""States that are the same up to the error of Newton's method, and the distinct ones among many."""

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import States

SAME = 1e-7
"""States are the same if no coordinate differs by more, relative to max(1, |h|). Newton's method leaves errors of about 1e-11."""


def distinct(points: States, tolerance: float = SAME) -> tuple[States, NDArray[np.int_]]:
    """The first column of each group of equal columns, in their order, and the size of each group.

    Args:
        points: `[D, N]`.
        tolerance: Largest difference of a coordinate of equal columns, relative to max(1, |h|).
    """
    firsts, counts, remaining = [], [], np.arange(points.shape[1])
    while remaining.size:
        first = points[:, remaining[:1]]
        equal = np.abs(points[:, remaining] - first).max(axis=0) <= tolerance * max(1.0, float(np.abs(first).max()))
        firsts.append(remaining[0])
        counts.append(int(equal.sum()))
        remaining = remaining[~equal]
    return points[:, np.array(firsts, int)], np.array(counts, int)


def same(state: States, other: States) -> bool:
    """Whether two states `[D, 1]` are the same."""
    return bool(np.abs(state - other).max() <= SAME * max(1.0, float(np.abs(other).max())))

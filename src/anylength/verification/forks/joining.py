"""Fewer pieces of a cover that closes: slices are joined, or what they were cut out of is cut in fewer, the last cuts first.

A cover grows while its nodes move, and what had to be cut once need not be cut in the end. Each piece less is less to check.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.found import Found, all_of
from anylength.verification.forks.pieces import ALL_CUTS, DEPTH, MANY

TRIED = sorted(ALL_CUTS, key=len)
"""What is tried in place of slices: a cut in fewer, the fewest first."""


def join(cover: ForkedCover) -> None:
    """Puts fewer slices along the same direction in place of slices that are cut no further, where all of these close."""
    for depth in reversed(range(DEPTH)):
        assert cover.found is not None
        rows, group = siblings(cover.found, depth)
        if rows.size:
            _join_at(cover, depth, rows, group)


def siblings(found: Found, depth: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The slices of what was cut so often before, with a number for each group of slices of the same. None is cut again."""
    rows = np.flatnonzero(found.pieces.depth == depth + 1)
    slices = found.pieces.slice[rows]
    _, group, count = np.unique(
        np.column_stack([found.step[rows], slices[:, :depth]]), axis=0, return_inverse=True, return_counts=True
    )
    group = group.reshape(-1)
    is_complete = count[group] == MANY[slices[:, depth]]
    return rows[is_complete], np.unique(group[is_complete], return_inverse=True)[1].reshape(-1)


def _join_at(cover: ForkedCover, depth: int, rows: NDArray[np.int64], group: NDArray[np.int64]) -> None:
    """Tries all cuts for groups of slices, and puts what closes in their place."""
    found = cover.found
    assert found is not None
    first, many = found.at(rows[np.unique(group, return_index=True)[1]]), np.bincount(group)
    wholes, direction = replace(first, pieces=first.pieces.without_cut(depth)), first.pieces.direction[:, depth]
    is_joined, fresh = np.zeros(len(many), bool), list[Found]()
    for cut in TRIED:
        left = np.flatnonzero(~is_joined & (many > len(cut)))
        if left.size:
            own = wholes.at(left)
            tried = cover.retargeted(own.pieces.cut(direction[left], cut), np.repeat(own.step, len(cut)))
            closes = ~tried.is_open(cover.problem.eta).reshape(-1, len(cut)).any(1)
            fresh.append(tried.at(np.repeat(closes, len(cut))))
            is_joined[left[closes]] = True
    kept = found.at(np.setdiff1d(np.arange(len(found.step)), rows[is_joined[group]]))
    cover.found = all_of([kept, *fresh])
    whole = cover.found.pieces.depth == 0
    cover.steps[cover.found.step[whole], 2] = cover.found.pieces.target[whole]

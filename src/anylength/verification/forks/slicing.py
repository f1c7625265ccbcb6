"""Pieces of a cover are cut again, in slices or in slices of slices, along the directions and in the numbers that bring most."""

from collections.abc import Callable, Sequence

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.problem import Array
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.found import CLOSED, Found, all_of
from anylength.verification.forks.images import directions_of_margins, outward
from anylength.verification.forks.pieces import CUTS, DEPTH, Pieces

CUT_BELOW = 0.2
"""Pieces whose levels have larger logarithms are cut no further: their images lie in no ellipsoid."""

NEAR = 1.0
"""So far out, as a logarithm, may be what is followed: cut so that few slices stay open."""

FINER = 1e-3
"""Of cuts that leave as many pieces open, the one in more slices is taken: each slice more counts so much."""

CUTTINGS, FEW, FEWER = 4, 2, 1
"""How often open pieces are cut one after the other, and how many of their slices may stay open: the first time, and later."""

Measure = Callable[[Found, int], Array]
"""What is wrong with the slices of each piece `[P]`, given those of all, and how many each has."""


def lack(eta: float) -> Measure:
    """The sum of squares of what slices lack."""
    return lambda slices, many: (slices.lack(eta) ** 2).reshape(-1, many).sum(1)


def still_open(eta: float) -> Measure:
    """How many slices are open."""
    return lambda slices, many: slices.is_open(eta).reshape(-1, many).sum(1) - FINER * many


def cut_again(cover: ForkedCover, rows: NDArray[np.int64], directions: Sequence[Array], measure: Measure, least: Array) -> int:
    """Puts slices in place of pieces where they measure less than `least` `[P]`. How many pieces are cut.

    Of all directions, each `[P, D]`, and of all cuts that is taken which measures least; the first one that leaves nothing open.
    """
    assert cover.found is not None
    own, best, least = cover.found.at(rows), dict[int, Found](), least.astype(np.float64)
    for direction in directions:
        for cut in CUTS[1:]:
            left = np.flatnonzero(least > 0)
            if left.size:
                slices = cover.retargeted(own.pieces.at(left).cut(direction[left], cut), np.repeat(own.step[left], len(cut)))
                found = measure(slices, len(cut))
                for place in np.flatnonzero(found < least[left]).tolist():
                    best[int(left[place])] = slices.at(np.arange(place * len(cut), (place + 1) * len(cut)))
                least[left] = np.minimum(least[left], found)
    kept = np.setdiff1d(np.arange(len(cover.found.step)), rows[list(best)])
    cover.found = all_of([cover.found.at(kept), *best.values()])
    return len(best)


def deepen(cover: ForkedCover, below: float = CUT_BELOW) -> None:
    """Cuts pieces that do not close, but those whose levels' logarithms are above a number. One stays if its slices lack more.

    One that lacks a margin only is not cut: some of its states may be wrong.
    """
    rows = _that_can_be_cut(cover, cover.open_pieces, below)
    if rows.size:
        longest = cover.lowered(rows)
        assert cover.found is not None
        eta = cover.problem.eta
        cut_again(cover, rows, [longest], lack(eta), cover.found.at(rows).lack(eta) ** 2)


def leave_few_open(cover: ForkedCover, rows: NDArray[np.int64], most: int) -> int:
    """Cuts open pieces where at most so many slices of each are open then. How many are cut.

    They are cut along the direction in which images are longest, or in which they are farthest out. What is small beside its target
    may be long along the target's edge: then only slices along the other direction lie in part inside.
    """
    assert cover.found is not None
    rows = _that_can_be_cut(cover, rows, NEAR)
    if not rows.size:
        return 0
    directions = cover.lowered(rows), _outward(cover, cover.found.at(rows).pieces)
    eta = cover.problem.eta
    first = np.where(cover.found.at(rows).is_open(eta), float(most), 0.0)
    return cut_again(cover, rows, directions, still_open(eta), first)


def cut_what_is_open(cover: ForkedCover, first: int = 0) -> None:
    """Gives open pieces of the steps from one on other targets, and cuts them where few slices stay open, in turn."""
    for turn in range(CUTTINGS):
        rows = cover.open_from(first)
        cover.retarget(rows)
        if not leave_few_open(cover, rows, FEW if turn == 0 else FEWER):
            return


def cut_for_margins(cover: ForkedCover, first: int = 0) -> None:
    """Cuts pieces of the steps from one on that lack a margin along the directions on which it depends, as long as that helps."""
    eta, is_cut = cover.problem.eta, 1
    while is_cut:
        found, rows = cover.found, cover.open_from(first)
        assert found is not None
        rows = rows[(found.margin[rows] < 2 * eta) & (found.pieces.depth[rows] < DEPTH)]
        if not rows.size:
            return
        own, ellipsoids = found.at(rows), jax.device_put(cover.ellipsoids)
        directions = cover.in_batches(
            lambda pieces, _, given=ellipsoids: directions_of_margins(cover.setting, cover.given, given, pieces), own.pieces, ()
        )
        is_cut = cut_again(cover, rows, directions, lack(eta), own.lack(eta) ** 2)


def _outward(cover: ForkedCover, pieces: Pieces) -> Array:
    """The directions `[P, D]` in which the images of pieces are farthest out."""
    ellipsoids = jax.device_put(cover.ellipsoids)
    return cover.in_batches(lambda own, _: outward(cover.setting, cover.given, ellipsoids, own), pieces, ())


def _that_can_be_cut(cover: ForkedCover, rows: NDArray[np.int64], below: float) -> NDArray[np.int64]:
    """Those of some pieces that do not close and can be cut."""
    found = cover.found
    assert found is not None
    level = found.level[rows]
    return rows[(level > CLOSED) & (level < below) & (found.pieces.depth[rows] < DEPTH)]

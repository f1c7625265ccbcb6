"""Pieces of steps: a step from a whole ellipsoid, or from a slice of it, or a slice of a slice, to a node of its own."""

from dataclasses import astuple, dataclass, fields
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.problem import Array
from anylength.verification.ellipsoids.slices import WHOLE, Slice, slices_alike, slices_of

CUTS: tuple[tuple[Slice, ...], ...] = (WHOLE, slices_of(4, 0.55), slices_of(8, 0.35), slices_of(16, 0.3))
"""What is tried, one after the other: a whole ellipsoid, and cuts."""

COARSE = slices_alike(2, 0.7), slices_alike(3, 0.55), slices_alike(6, 0.35), slices_alike(9, 0.25)
"""Cuts that may take the place of others, in more slices, once a cover is closed."""

ALL_CUTS = (*CUTS, *COARSE)
"""All of them; a kept search knows their slices by number."""

DEPTH = 4
"""So often slices are cut, at most."""

WIDTHS = np.array([astuple(part)[1:] for cut in ALL_CUTS for part in cut], np.float32)
"""`[R, 3]` shift, length and width of the ellipsoids around all slices, one cut after the other."""

MANY = np.array([len(cut) for cut in ALL_CUTS for _ in cut])
"""`[R]` how many slices there are beside each, itself too."""

AXIS_UNIT = 2.0**-16
"""A source is reflected so that the direction comes first. What it is reflected along is an integer in this unit."""

LEAST_TURN = 2.0**-6
"""A direction that is nearer to the first one is the first one: what is so short has no exact direction in this unit."""

FIRST = {len(cut): sum(map(len, ALL_CUTS[:number])) for number, cut in enumerate(ALL_CUTS)}
"""The row of each cut's first slice."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Pieces:
    """Pieces, in numpy or JAX arrays.

    Attributes:
        source: `[K]` nodes.
        symbol: `[K]`.
        target: `[K]` nodes.
        answer: `[K]` what the machine says.
        direction: `[K, DEPTH, D]` along what the source is cut, and then its slice, and so on; in its measure, of length 1, about.
        slice: `[K, DEPTH]` rows of `WIDTHS`; 0, which is the whole, from where on it is not cut.
    """

    source: Any
    symbol: Any
    target: Any
    answer: Any
    direction: Any
    slice: Any

    def at(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> "Pieces":
        """Some of them."""
        return Pieces(*(getattr(self, part.name)[rows] for part in fields(self)))

    def with_targets(self, target: NDArray[np.int64]) -> "Pieces":
        """The same with other targets."""
        return Pieces(*(target if part.name == "target" else getattr(self, part.name) for part in fields(self)))

    @property
    def depth(self) -> NDArray[np.int64]:
        """How often each was cut `[K]`."""
        return (self.slice > 0).sum(1)

    def cut(self, directions: Array, slices: tuple[Slice, ...]) -> "Pieces":
        """The slices of each along a direction `[K, D]`, one piece after the other. Each was cut less often than `DEPTH`."""
        if slices is WHOLE:
            return self
        count, many = len(self.source), len(slices)
        each, numbers = np.repeat(np.arange(count), many), np.arange(count)
        direction, cut = self.direction.copy(), self.slice[each]
        direction[numbers, self.depth] = in_units(directions)
        cut[np.arange(len(each)), self.depth[each]] = np.tile(FIRST[many] + np.arange(many), count)
        others = self.at(each)
        return Pieces(others.source, others.symbol, others.target, others.answer, direction[each], cut)

    def without_cut(self, depth: int) -> "Pieces":
        """What each was cut out of when it was cut for the last time, which was after `depth` cuts."""
        direction, slices = self.direction.copy(), self.slice.copy()
        direction[:, depth], slices[:, depth] = np.eye(1, direction.shape[2]), 0
        return Pieces(self.source, self.symbol, self.target, self.answer, direction, slices)


def axes_of(directions: Array) -> NDArray[np.int64]:
    """What an ellipsoid is reflected along so that a direction `[…, D]` comes first, in whole numbers; 0 where it comes first."""
    axes = directions - np.eye(1, directions.shape[-1])[0]
    return np.where(np.linalg.norm(axes, axis=-1, keepdims=True) < LEAST_TURN, 0, np.rint(axes / AXIS_UNIT)).astype(np.int64)


def in_units(directions: NDArray[np.floating]) -> Array:
    """Directions `[…, D]` for which reflections in float32 are those in whole numbers: a slice of a slice depends on both."""
    return axes_of(directions.astype(np.float64)) * AXIS_UNIT + np.eye(1, directions.shape[-1])[0]


def joined(parts: list[Pieces]) -> Pieces:
    """All pieces, one list after the other."""
    return Pieces(*(np.concatenate([getattr(each, part.name) for each in parts]) for part in fields(Pieces)))


def whole_pieces(steps: NDArray[np.int64], size: int) -> Pieces:
    """Each step `[K, 4]` from its whole source, of so many numbers: source, symbol, target and answer."""
    direction = np.tile(np.eye(1, size, dtype=np.float32), (len(steps), DEPTH, 1))
    source, symbol, target, answer = steps.T
    return Pieces(source, symbol, target, answer, direction, np.zeros((len(steps), DEPTH), np.int64))


def leave_none_out(step: NDArray[np.int64], slices: NDArray[np.int64]) -> bool:
    """Whether the pieces of each step, given how they are cut `[K, DEPTH]`, are all slices of its cuts, each once."""
    rows, unique = np.unique(np.column_stack([step, slices]), axis=0), len(step)
    for depth in reversed(range(1, DEPTH + 1)):
        if len(rows) < unique:
            return False  # some were there twice
        is_cut = rows[:, depth] > 0
        wholes, first, count = np.unique(rows[is_cut, :depth], axis=0, return_index=True, return_counts=True)
        least, most = rows[is_cut][first, depth], rows[is_cut][first + count - 1, depth]
        if any(
            FIRST.get(many) != low or high - low + 1 != many for low, high, many in zip(least, most, count.tolist(), strict=True)
        ):
            return False
        unique = (~is_cut).sum() + len(wholes)
        zeros = np.zeros((len(wholes), DEPTH + 1 - depth), np.int64)
        rows = np.unique(np.concatenate([rows[~is_cut], np.column_stack([wholes, zeros])]), axis=0)
    return len(rows) == unique and not rows[:, 1:].any()

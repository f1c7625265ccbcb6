"""Pieces of steps: a step from a whole ellipsoid, or from a slice of it, along any direction, to a node of its own."""

from dataclasses import astuple, dataclass, fields
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.problem import Array
from anylength.verification.ellipsoids.slices import WHOLE, Slice, slices_of

CUTS: tuple[tuple[Slice, ...], ...] = (WHOLE, slices_of(4, 0.55), slices_of(8, 0.35), slices_of(16, 0.3))
"""What is tried, one after the other: a whole ellipsoid, and cuts."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Pieces:
    """Pieces, in numpy or JAX arrays.

    Attributes:
        source: `[K]` nodes.
        symbol: `[K]`.
        target: `[K]` nodes.
        answer: `[K]` what the machine says.
        direction: `[K, D]` the slices are along this, in the measure of the source; of length 1.
        shift: `[K]` of the slice's ellipsoid, along the direction.
        along: `[K]` its length as a share.
        across: `[K]` its width.
    """

    source: Any
    symbol: Any
    target: Any
    answer: Any
    direction: Any
    shift: Any
    along: Any
    across: Any

    def at(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> "Pieces":
        """Some of them."""
        return Pieces(*(getattr(self, part.name)[rows] for part in fields(self)))

    def with_targets(self, target: NDArray[np.int64]) -> "Pieces":
        """The same with other targets."""
        return Pieces(*(target if part.name == "target" else getattr(self, part.name) for part in fields(self)))


def joined(parts: list[Pieces]) -> Pieces:
    """All pieces, one list after the other."""
    return Pieces(*(np.concatenate([getattr(each, part.name) for each in parts]) for part in fields(Pieces)))


def pieces_of(steps: NDArray[np.int64], directions: Array, slices: tuple[Slice, ...] = WHOLE) -> Pieces:
    """The slices of each step `[K, 4]`, one step after the other: source, symbol, target and answer."""
    each = np.repeat(np.arange(len(steps)), len(slices))
    widths = np.tile(np.array([astuple(part)[1:] for part in slices], np.float32), (len(steps), 1))
    source, symbol, target, answer = steps[each].T
    return Pieces(source, symbol, target, answer, directions[each].astype(np.float32), *(widths[:, k] for k in range(3)))

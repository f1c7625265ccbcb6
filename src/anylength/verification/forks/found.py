"""Pieces with joint weights, and how far they are from what is wanted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.joint import Logits
from anylength.verification.ellipsoids.problem import Array
from anylength.verification.forks.pieces import Pieces, joined

CLOSED = -0.001
"""The logarithm of the level below which a piece closes."""

WITHOUT = 99.0
"""The logarithm of the level of a piece whose level is not a number; its margin is as bad."""


@dataclass
class Found:
    """Pieces with joint weights.

    Attributes:
        step: `[K]` the step of each piece.
        pieces: `[K]`.
        logits: `[K, …]` of joint weights.
        level: `[K]` logarithms of levels.
        margin: `[K]`.
    """

    step: NDArray[np.int64]
    pieces: Pieces
    logits: Logits
    level: Array
    margin: Array

    def at(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> "Found":
        """Some of them."""
        logits = self.logits[0][rows], self.logits[1][rows]
        return Found(self.step[rows], self.pieces.at(rows), logits, self.level[rows], self.margin[rows])

    def put(self, rows: NDArray[np.int64], others: "Found") -> None:
        """Puts others, of the same slices, in place of some of them."""
        self.pieces.target[rows], self.level[rows], self.margin[rows] = others.pieces.target, others.level, others.margin
        for own, new in zip(self.logits, others.logits, strict=True):
            own[rows] = new

    def lack(self, eta: float) -> Array:
        """What pieces lack `[K]`."""
        return np.maximum(np.maximum(self.level - CLOSED, 2 * eta - self.margin), 0.0)

    def is_open(self, eta: float, above: float = CLOSED) -> NDArray[np.bool_]:
        """Which pieces do not close, or have a level whose logarithm is above another number."""
        return (self.level > above) | (self.margin < 2 * eta)

    def lack_of_steps(self, steps: int, eta: float) -> Array:
        """The sum of squares of what the pieces of each step lack; ∞ for a step without pieces."""
        return np.where(np.bincount(self.step, minlength=steps) > 0, np.bincount(self.step, self.lack(eta) ** 2, steps), np.inf)


def numbers_of(level: Any, margin: Any) -> tuple[Array, Array]:
    """Levels and margins in float64, with bad ones in place of what is not a number."""
    return np.nan_to_num(np.asarray(level, np.float64), nan=WITHOUT), np.nan_to_num(np.asarray(margin, np.float64), nan=-WITHOUT)


def all_of(parts: list[Found]) -> Found:
    """The pieces of all parts."""
    logits = np.concatenate([part.logits[0] for part in parts]), np.concatenate([part.logits[1] for part in parts])
    step, level, margin = (np.concatenate([getattr(part, name) for part in parts]) for name in ("step", "level", "margin"))
    return Found(step, joined([part.pieces for part in parts]), logits, level, margin)

"""The recurrent weights of units, for the logical AND of a unit and the states before.

Of the N units of a factor one is at +1 after each step, and the others are at -1. A unit that reads n of them must see +1 if one of
these is at +1, and -1 otherwise. It sees the sum of w_j h_j, with w_j = 1 - g for a unit that it reads and -g for another, plus k
from the unit that is always at +1, plus a. Before the first step all units are at 0 and it sees a, which is +1 if it should fire
from the start state and -1 if not. Then k = n - 1 - a - g (N - 2) fits.

Any g will do. With g = 0 (or g = 1, which reads the other units) the rows are sparse. With k = 0 all N units share what else stands
in k, and noise matters less: noise of at most e in each unit moves the sum by at most e times the sum of all magnitudes.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

SPARSE_NOISE = 1.1
"""Rows of large factors are sparse where noise matters at most this much more than it does in the worst row anyway."""

LARGE = 64
"""Units of a factor from which sparse rows are worth a little noise."""


@dataclass(frozen=True)
class Reading:
    """What units read of one factor.

    Attributes:
        reads: `[U, N]` whether a unit reads each unit of the factor.
        at_start: `[U]` whether it should fire from the start state.
        always: `[U]` whether it should fire from every state.
    """

    reads: NDArray[np.bool_]
    at_start: NDArray[np.bool_]
    always: NDArray[np.bool_]

    @cached_property
    def count(self) -> NDArray[np.float64]:
        """`[U]` n, the number of units that are read."""
        return self.reads.sum(axis=1).astype(np.float64)

    @property
    def offset(self) -> NDArray[np.float64]:
        """`[U]` a, what a unit sees before the first step: +1 or -1."""
        return np.where(self.at_start | self.always, 1.0, -1.0)

    @property
    def shared(self) -> NDArray[np.float64]:
        """`[U]` the g from 0 to 1 that comes nearest to k = 0."""
        return np.clip((self.count - 1 - self.offset) / max(self.reads.shape[1] - 2, 1), 0.0, 1.0)

    def constant(self, g: NDArray[np.float64]) -> NDArray[np.float64]:
        """`[U]` k, the weight of the unit that is always at +1."""
        k = self.count - 1 - self.offset - g * (self.reads.shape[1] - 2)
        return np.where(self.always, 0.0, k)

    def noise(self, g: NDArray[np.float64]) -> NDArray[np.float64]:
        """`[U]` the sum of the magnitudes of a row's weights."""
        n = self.count
        others = self.reads.shape[1] - n
        return np.where(self.always, 0.0, n * (1 - g) + others * g + np.abs(self.constant(g)))

    @cached_property
    def least_noise(self) -> float:
        """The noise of the worst row, each row taken at its best."""
        zero = np.zeros(len(self.reads))
        return float(np.min([self.noise(zero), self.noise(zero + 1), self.noise(self.shared)], axis=0).max(initial=0.0))

    def weights(self, worst: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """`[U, N]` w and `[U]` k: sparse rows where these are little worse than the worst row of the net."""
        zero = np.zeros(len(self.reads))
        most = SPARSE_NOISE * worst if self.reads.shape[1] >= LARGE else 0.0
        g = self.shared
        for sparse in (zero + 1, zero):
            g = np.where(self.noise(sparse) <= np.maximum(self.noise(g), most), sparse, g)
        w = self.reads.astype(np.float32) - g.astype(np.float32)[:, None]
        return np.where(self.always[:, None], np.float32(0), w), self.constant(g).astype(np.float32)

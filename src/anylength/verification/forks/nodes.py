"""The ellipsoids of a cover with forks, each for states after words of one kind."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.problem import Array

CHUNK = 1 << 22
"""Numbers of distances at a time."""


@dataclass(frozen=True)
class Nodes:
    """Ellipsoids c + L u, |u| ≤ 1. The first one is the start: a point.

    Attributes:
        center: `[N, D]` c.
        shape: `[N, D, D]` L.
        kind: `[N]`.
    """

    center: Array
    shape: Array
    kind: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)

    def at(self, rows: NDArray[np.int64]) -> "Nodes":
        """Some of them."""
        return Nodes(self.center[rows], self.shape[rows], self.kind[rows])

    def and_more(self, others: "Nodes") -> "Nodes":
        """These, and then the others."""
        return Nodes(
            np.concatenate([self.center, others.center]), np.concatenate([self.shape, others.shape]),
            np.concatenate([self.kind, others.kind]),
        )  # fmt: skip

    @cached_property
    def by_kind(self) -> dict[int, NDArray[np.int64]]:
        """The nodes of each kind but the start."""
        own = np.arange(1, len(self))
        return {kind: own[self.kind[1:] == kind] for kind in np.unique(self.kind[1:]).tolist()}

    @cached_property
    def _inverse(self) -> Array:
        has_extent = np.abs(self.shape).max((1, 2)) > 0
        inverse = np.zeros_like(self.shape)
        inverse[has_extent] = np.linalg.inv(self.shape[has_extent])
        return inverse

    def distances(self, states: Array, nodes: NDArray[np.int64]) -> Array:
        """How far states `[n, D]` are from the centers of some nodes, in the nodes' own measures `[n, nodes]`: 1 at their edge."""
        inverse, found = self._inverse[nodes], np.empty((len(states), len(nodes)))
        moved = np.einsum("tij,tj->ti", inverse, self.center[nodes])
        rows = max(1, CHUNK // (len(nodes) * states.shape[1]))
        for at in range(0, len(states), rows):
            part = slice(at, at + rows)
            found[part] = np.linalg.norm(np.einsum("tij,pj->pti", inverse, states[part]) - moved, axis=2)
        return found

    def nearest(self, states: Array, kinds: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], Array]:
        """The nearest nodes of each state's kind `[n, count]`, and their distances; −1 and ∞ where there are fewer."""
        found, far = np.full((len(states), count), -1), np.full((len(states), count), np.inf)
        for kind in np.unique(kinds).tolist():
            own, rows = self.by_kind.get(kind, np.zeros(0, np.int64)), np.flatnonzero(kinds == kind)
            if own.size:
                distances = self.distances(states[rows], own)
                order = np.argsort(distances, axis=1)[:, :count]
                found[rows, : order.shape[1]] = own[order]
                far[rows, : order.shape[1]] = np.take_along_axis(distances, order, 1)
        return found, far

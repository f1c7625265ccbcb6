"""States of a net beside those of its machine, each with the word that leads there; and the set of grid cells that were visited."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from anylength.verification.refutation.words import Nodes

SEED = 5
"""Of all that is random in an attack: it is the same in every run."""


@dataclass(frozen=True)
class Frontier:
    """States that words lead to.

    Attributes:
        states: `[D, B]` the net's.
        machine_states: `[B]`.
        nodes: `[B]` the words, as nodes of a tree.
    """

    states: NDArray[np.floating]
    machine_states: NDArray[np.int64]
    nodes: Nodes

    def __len__(self) -> int:
        return len(self.machine_states)

    def take(self, columns: NDArray[np.integer] | NDArray[np.bool_] | slice) -> "Frontier":
        """Some of the columns."""
        return Frontier(self.states[:, columns], self.machine_states[columns], self.nodes[columns])

    def empty(self) -> "Frontier":
        """None of the columns."""
        return self.take(slice(0, 0))


def concatenated(frontiers: Sequence[Frontier]) -> Frontier:
    """All columns of one frontier or more."""
    return Frontier(
        np.concatenate([frontier.states for frontier in frontiers], axis=1),
        np.concatenate([frontier.machine_states for frontier in frontiers]),
        np.concatenate([frontier.nodes for frontier in frontiers]),
    )


@cache
def _factors(size: int) -> NDArray[np.int64]:
    """Odd numbers of 62 bits, always the same."""
    return np.random.default_rng(SEED).integers(1, 2**62, size, dtype=np.int64) | 1


def grid_keys(states: NDArray[np.floating], machine_states: NDArray[np.int64], width: float) -> NDArray[np.int64]:
    """A 64-bit key `[B]` of (machine state, grid cell of this width) for each column of the states `[D, B]`.

    Keys are hashes. Two cells with the same key are taken for one; then the search misses a state, and nothing worse.
    """
    factors = _factors(len(states) + 1)
    with np.errstate(all="ignore"):
        grid = np.floor(states * np.float32(1 / width)).astype(np.int64)
        return (grid * factors[:-1, None]).sum(axis=0) + machine_states * factors[-1]


class VisitedSet:
    """A growing set of keys."""

    def __init__(self) -> None:
        self._keys = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    def add_new(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Adds the keys; the columns, in order, whose keys are new, the first column of each key."""
        unique, first = np.unique(keys, return_index=True)
        if len(self._keys):
            place = np.minimum(np.searchsorted(self._keys, unique), len(self._keys) - 1)
            new = self._keys[place] != unique
            unique, first = unique[new], first[new]
        self._keys = np.sort(np.concatenate([self._keys, unique]), kind="stable")
        return np.sort(first)

    def add_new_cells(self, frontier: Frontier, width: float) -> Frontier:
        """Adds the grid cells of a frontier; its columns whose cells are new, one of each cell."""
        return frontier.take(self.add_new(grid_keys(frontier.states, frontier.machine_states, width)))

"""A linear model of pieces, and where the sum of what they are above their goals is least.

Each piece is a small symmetric matrix, linear in the numbers of two nodes. What counts is by how much each of its eigenvalues is
above 0, squared, and less for what is far out. This sum has a gradient where two eigenvalues are equal; the largest alone has none.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator, cg

from anylength.verification.ellipsoids.problem import Array
from anylength.verification.forks.levels import loudness

FAR_OUT = 0.04
"""From so far above 0 on an eigenvalue counts no louder: no longer by a square, but linearly."""

TURNS, INNER, CLOSE = 10, 40, 1e-2
"""Newton steps; those of conjugate gradients in each, and how much is left of what they solve."""

SHORTEST, ENOUGH = 1e-3, 2e-3
"""A step is halved until it is so short; and turns end where one lowers the sum by less than this share."""

ALIKE = 1e-7
"""Eigenvalues that differ by less are equal."""


class Rows(NamedTuple):
    """Pieces whose matrices are of one size; those of a piece are the entries of its lower triangle, row by row.

    Attributes:
        size: m of m × m matrices.
        source: `[R]` the first node of each entry.
        target: `[R]` the second one.
        slopes: `[R, 2, V]` by the numbers of both.
        values: `[R]` where all these are 0.
    """

    size: int
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    slopes: NDArray[np.float32]
    values: Array


class Bent(NamedTuple):
    """A sum, and what it is like nearby.

    Attributes:
        value: Half of it.
        slope: `[R]` its slope by the entries.
        axes: Per list of rows, the eigenvectors `[K, m, m]`.
        bends: Per list of rows, divided differences `[K, m, m]` of slopes by eigenvalues.
    """

    value: float
    slope: Array
    axes: list[Array]
    bends: list[Array]


@dataclass(frozen=True)
class LinearModel:
    """Lists of pieces.

    Attributes:
        nodes: How many nodes there are.
        lists: The rows.
        far_out: From so far above the goal on a piece asks no louder.
    """

    nodes: int
    lists: list[Rows]
    far_out: float = FAR_OUT

    @cached_property
    def values(self) -> Array:
        """All entries `[R]` where no node is moved."""
        return np.concatenate([rows.values for rows in self.lists])

    @cached_property
    def slopes(self) -> csr_matrix:
        """All slopes `[R, N · V]`."""
        numbers = self.lists[0].slopes.shape[2]
        slopes = np.concatenate([rows.slopes for rows in self.lists])
        nodes = np.concatenate([np.stack([rows.source, rows.target], 1) for rows in self.lists])
        columns = nodes[:, :, None] * numbers + np.arange(numbers)
        starts = np.arange(0, slopes.size + 1, 2 * numbers)
        return csr_matrix((slopes.ravel(), columns.ravel(), starts), shape=(len(nodes), self.nodes * numbers))

    @cached_property
    def transposed(self) -> csr_matrix:
        """The same, to multiply from the other side."""
        return self.slopes.T.tocsr()

    def change(self, numbers: Array) -> Array:
        """By how much entries change with numbers. In float32, like the slopes: the library would copy these for other numbers."""
        return (self.slopes @ numbers.astype(np.float32)).astype(np.float64)

    def by_numbers(self, slope: Array) -> Array:
        """What a slope by entries is by numbers."""
        return (self.transposed @ slope.astype(np.float32)).astype(np.float64)

    def matrices(self, entries: Array) -> list[Array]:
        """The matrices `[K, m, m]` of each list."""
        found, at = list[Array](), 0
        for rows in self.lists:
            i, j = np.tril_indices(rows.size)
            part = entries[at : (at := at + len(rows.values))].reshape(-1, len(i))
            matrix = np.empty((len(part), rows.size, rows.size), part.dtype)
            matrix[:, i, j] = matrix[:, j, i] = part
            found.append(matrix)
        return found

    def bent(self, entries: Array) -> Bent:
        """The sum for some entries."""
        value, slopes, axes, bends = 0.0, list[Array](), list[Array](), list[Array]()
        for matrix in self.matrices(entries):
            own, vectors = np.linalg.eigh(matrix)
            slope = np.clip(own, 0.0, self.far_out)
            value += 0.5 * float(loudness(own, self.far_out).sum())
            axes.append(vectors)
            bends.append(_divided(own, slope, self.far_out))
            slopes.append((vectors * slope[:, None, :]) @ vectors.swapaxes(1, 2))
        return Bent(value, self.by_entries(slopes), axes, bends)

    def by_entries(self, matrices: list[Array]) -> Array:
        """What slopes by matrices are by entries: those beside the diagonal stand for two."""
        parts = []
        for rows, matrix in zip(self.lists, matrices, strict=True):
            i, j = np.tril_indices(rows.size)
            parts.append((matrix[:, i, j] * np.where(i == j, 1.0, 2.0)).ravel())
        return np.concatenate(parts)

    def bend(self, bent: Bent, entries: Array) -> Array:
        """How the slope by the entries changes along some entries."""
        found = list[Array]()
        for matrix, axes, bends in zip(self.matrices(entries), bent.axes, bent.bends, strict=True):
            turned = axes.swapaxes(1, 2) @ matrix @ axes
            found.append(axes @ (bends * turned) @ axes.swapaxes(1, 2))
        return self.by_entries(found)

    def largest(self, entries: Array) -> list[Array]:
        """The largest eigenvalue of each piece of each list."""
        return [np.asarray(np.linalg.eigvalsh(matrix)[:, -1], np.float64) for matrix in self.matrices(entries)]

    def least(self, damping: Array) -> tuple[Array, Array, float]:
        """Where half of the sum, and of the squares of each node's numbers times its damping `[N]`, is least.

        The numbers `[N, V]`, the entries, and half the sum without the damping.
        """
        weight = np.repeat(damping, self.lists[0].slopes.shape[2])
        numbers, entries = np.zeros(len(weight)), self.values
        bent = self.bent(entries)
        for _ in range(TURNS):
            total = bent.value + 0.5 * float(weight @ numbers**2)
            slope = self.by_numbers(bent.slope) + weight * numbers
            step = self._newton(bent, weight, slope)
            change, short = self.change(step), 1.0
            while short > SHORTEST:
                tried = self.bent(entries + short * change)
                lowered = total - tried.value - 0.5 * float(weight @ (numbers + short * step) ** 2)
                if lowered > 0:
                    break
                short *= 0.5
            else:
                break
            numbers, entries, bent = numbers + short * step, entries + short * change, tried
            if lowered < ENOUGH * total:
                break
        return numbers.reshape(self.nodes, -1), entries, bent.value

    def _newton(self, bent: Bent, weight: Array, slope: Array) -> Array:
        """A Newton step, by conjugate gradients."""

        def times(vector: Array) -> Array:
            return self.by_numbers(self.bend(bent, self.change(vector))) + weight * vector

        operator = LinearOperator((len(slope), len(slope)), matvec=times, dtype=np.float64)  # pyright: ignore[reportCallIssue]
        return cg(operator, -slope, rtol=CLOSE, maxiter=INNER)[0]


def _divided(own: Array, slope: Array, far_out: float) -> Array:
    """Divided differences `[K, m, m]` of slopes by eigenvalues; of one eigenvalue what makes the model lie above the sum."""
    apart, rise = own[:, :, None] - own[:, None, :], slope[:, :, None] - slope[:, None, :]
    single = np.where(own > 0, far_out / np.maximum(own, far_out), 0.0)
    alike = np.abs(apart) < ALIKE
    return np.where(alike, 0.5 * (single[:, :, None] + single[:, None, :]), rise / np.where(alike, 1.0, apart))

"""Reduces the map of D variables to few: near a slow point the net moves along its slow directions, and the fast ones follow.

The modes of the Jacobian at a slow point g whose eigenvalues are large span the slow directions Q `[D, d]`. L `[d, D]` (with L·Q =
1) gives the slow coordinates s = L·(h − g), which do not mix with the others to first order. The state that belongs to s is the one
whose fast coordinates are at rest: (1 − Q·L)·(F(h) − h) = 0. This is the slow manifold of singular perturbation theory (Fenichel
1979) to leading order. The reduced map is s → L·(F(h(s)) − g).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.norms import TINY
from anylength.dynamics.slow_point import SlowPoint


@dataclass(frozen=True)
class Reduction:
    """The slow coordinates around a slow point.

    Attributes:
        held_map: The map.
        point: g.
        eigenvalues: `[D]` complex, those of the Jacobian at g, the largest modulus first.
        basis: Q `[D, d]`, orthonormal columns.
        dual: L `[d, D]`.
    """

    held_map: HeldMap
    point: SlowPoint
    eigenvalues: NDArray[np.complex128]
    basis: NDArray[np.float64]
    dual: NDArray[np.float64]

    @property
    def dimensions(self) -> int:
        """The number of slow directions, d."""
        return self.basis.shape[1]

    def coordinates(self, states: States) -> NDArray[np.float64]:
        """The slow coordinates s `[d, B]` of states `[D, B]`."""
        return self.dual @ (states - self.point.state)

    def decayed(self, state: States, fast_part: States) -> States:
        """A fast part `[D, 1]` after one step, to first order, for a state `[D, 1]` on the slow manifold."""
        image = self.held_map.jacobians(state)[0] @ fast_part
        return image - self.basis @ (self.dual @ image)

    @np.errstate(over="ignore", invalid="ignore")
    def lift(self, guess: States, coordinates: NDArray[np.float64]) -> States | None:
        """The state `[D, 1]` with these slow coordinates `[d, 1]` whose fast part is at rest.

        Newton's method starts at the guess `[D, 1]`. None if it does not converge.
        """
        fast = np.eye(self.held_map.size) - self.basis @ self.dual
        state, length = guess, np.inf
        # Newton's method, with steps of at most 0.5 (Euclidean): a tanh unit's whole range is 2
        for _ in range(12):
            error = fast @ (self.held_map.step(state) - state) - self.basis @ (coordinates - self.coordinates(state))
            slope = fast @ (self.held_map.jacobians(state)[0] - np.eye(self.held_map.size)) + self.basis @ self.dual
            try:
                change = np.linalg.solve(slope, -error)
            except np.linalg.LinAlgError:
                return None
            length = float(np.linalg.norm(change))
            if not np.isfinite(length):
                return None
            state = state + change * min(1.0, 0.5 / max(length, TINY))
            if length < 1e-9:
                return state
        return state if length < 1e-3 else None


def reduced(held_map: HeldMap, point: SlowPoint) -> Reduction:
    """The reduction to the slow modes at a point."""
    values, vectors = np.linalg.eig(held_map.jacobians(point.state)[0])
    order = np.argsort(-np.abs(values), kind="stable")
    values, vectors = values[order], vectors[:, order]
    count = _slow_modes(values)
    left = np.linalg.pinv(vectors)[:count]
    parts = [part for mode in vectors[:, :count].T for part in (mode.real, mode.imag)]
    basis = np.linalg.svd(np.stack(parts, axis=1), full_matrices=False)[0][:, :count]
    dual = basis.T @ (vectors[:, :count] @ left).real
    return Reduction(held_map, point, values, basis, dual)


def _slow_modes(values: NDArray[np.complex128]) -> int:
    """The number of slow modes among the sorted eigenvalues. The largest is always slow; a complex pair stays together."""
    count = 0
    while count < len(values):
        # a complex pair is two directions
        width = 2 if abs(values[count].imag) > 1e-12 else 1
        # 0.7 and 0.9 in place of 0.8 were no better, nor were at most two directions (docs/research-log/dynamics.md)
        if count and (abs(values[count]) < 0.8 or count + width > 3):
            break
        count += width
    return count

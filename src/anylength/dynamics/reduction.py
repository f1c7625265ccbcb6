"""Few variables in place of D: near a slow point the net moves along its slow directions, and the fast ones follow.

Around a slow point g the modes of the Jacobian whose eigenvalues are large span the slow directions Q `[D, d]`; L `[d, D]` (L·Q =
1) reads off the coordinates s = L·(h − g) that do not mix with the others to first order. The state that belongs to s is the one
at which the fast coordinates rest: (1 − Q·L)·(F(h) − h) = 0. This is the slow manifold of singular perturbation theory (Fenichel
1979) to leading order; the reduced map is s → L·(F(h(s)) − g).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, States

SLOW = 0.8
"""Modes with eigenvalues of at least this size are kept, the largest one in any case."""

MOST = 3
"""No more slow directions than these."""

RESTING = 1e-8
"""A slow point whose speed is less is a fixed point."""

_STEPS, _FARTHEST = 60, 0.3
_LIFTS, _STRIDE = 12, 0.5


@dataclass(frozen=True)
class SlowPoint:
    """A state at which the net moves least among its neighbours: a fixed point, or a ghost of one.

    Attributes:
        state: `[D, 1]`.
        speed: |F(h) − h|, 0 (to rounding) at a fixed point.
    """

    state: States
    speed: float

    @property
    def is_fixed(self) -> bool:
        """Whether it is a fixed point."""
        return self.speed < RESTING


def nearest_slow_point(held: HeldMap, state: States) -> SlowPoint:
    """The slow point to which Levenberg and Marquardt's method (1944, 1963) on |F(h) − h|² goes from a state `[D, 1]`."""
    damping, moved = 1e-2, held.step(state) - state
    for _ in range(_STEPS):
        slope = held.jacobians(state)[0] - np.eye(held.size)
        change = -np.linalg.solve(slope.T @ slope + damping * np.eye(held.size), slope.T @ moved)
        change *= min(1.0, _FARTHEST / max(float(np.linalg.norm(change)), 1e-300))
        after = held.step(state + change) - state - change
        before, now = float((moved**2).sum()), float((after**2).sum())
        if now < before:
            state, moved, damping = state + change, after, max(damping / 5, 1e-9)
            if before - now < 1e-14 * before or now < 1e-26:
                break
        else:
            damping *= 4
            if damping > 1e6:
                break
    return SlowPoint(state, float(np.linalg.norm(moved)))


@dataclass(frozen=True)
class Reduction:
    """The slow coordinates around a slow point.

    Attributes:
        held: The map.
        point: g.
        eigenvalues: `[D]` complex, those of the Jacobian at g, the largest first.
        basis: Q `[D, d]`, orthonormal columns.
        dual: L `[d, D]`.
    """

    held: HeldMap
    point: SlowPoint
    eigenvalues: NDArray[np.complex128]
    basis: NDArray[np.float64]
    dual: NDArray[np.float64]

    @property
    def dimensions(self) -> int:
        """d."""
        return self.basis.shape[1]

    def coordinates(self, states: States) -> NDArray[np.float64]:
        """s `[d, B]` of states."""
        return self.dual @ (states - self.point.state)

    def decayed(self, state: States, away: States) -> States:
        """What one step leaves of a fast part `[D, 1]` at a state on the slow manifold, to first order."""
        moved = self.held.jacobians(state)[0] @ away
        return moved - self.basis @ (self.dual @ moved)

    def lift(self, guess: States, wanted: NDArray[np.float64]) -> States | None:
        """The state `[D, 1]` with the coordinates `[d, 1]` whose fast part rests, by Newton's method; None where it finds none."""
        fast = np.eye(self.held.size) - self.basis @ self.dual
        state, size = guess, np.inf
        for _ in range(_LIFTS):
            error = fast @ (self.held.step(state) - state) - self.basis @ (wanted - self.coordinates(state))
            slope = fast @ (self.held.jacobians(state)[0] - np.eye(self.held.size)) + self.basis @ self.dual
            try:
                change = np.linalg.solve(slope, -error)
            except np.linalg.LinAlgError:
                return None
            size = float(np.linalg.norm(change))
            if not np.isfinite(size):
                return None
            state = state + change * min(1.0, _STRIDE / max(size, 1e-300))
            if size < 1e-9:
                return state
        return state if size < 1e-3 else None


def reduced(held: HeldMap, point: SlowPoint) -> Reduction:
    """The reduction to the slow modes at a point."""
    values, vectors = np.linalg.eig(held.jacobians(point.state)[0])
    order = np.argsort(-np.abs(values), kind="stable")
    values, vectors = values[order], vectors[:, order]
    kept = _slow_modes(values)
    left = np.linalg.pinv(vectors)[:kept]
    parts = [part for mode in vectors[:, :kept].T for part in (mode.real, mode.imag)]
    basis = np.linalg.svd(np.stack(parts, axis=1), full_matrices=False)[0][:, :kept]
    dual = basis.T @ (vectors[:, :kept] @ left).real
    return Reduction(held, point, values, basis, dual)


def _slow_modes(values: NDArray[np.complex128]) -> int:
    """How many of the sorted eigenvalues are kept; a complex pair is kept or left whole."""
    kept = 0
    while kept < len(values):
        wide = 2 if abs(values[kept].imag) > 1e-12 else 1
        if kept and (abs(values[kept]) < SLOW or kept + wide > MOST):
            break
        kept += wide
    return kept

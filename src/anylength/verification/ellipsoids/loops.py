"""Where a repeated symbol converges: a cycle of states, and ellipsoids about them that shrink round the cycle."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from anylength.verification.ellipsoids.levels import Ellipsoids, levels_of, spread_of
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.regions import LONGEST_CYCLE, jacobian, orbit, ordered

CONVERGED = 1e-7
"""An orbit has converged where it comes back to a state within so much."""

ROUNDS, STEADY = 4_000, 1e-9
"""Turns round the cycle until the norms no longer change, and the relative change that is none."""

SCALES = np.geomspace(2.0, 1e-3, 24)
"""Sizes that are tried, the largest first: a large one catches more."""

CLOSES = 0.99
"""The level below which an ellipsoid of a cycle holds its image."""


@dataclass(frozen=True)
class Loop:
    """Ellipsoids about the states of a cycle: the image of each lies in the next one's, and that of the last in the first one's.

    Attributes:
        centers: `[P, D]`.
        shapes: `[P, D, D]`.
    """

    centers: Array
    shapes: Array


def cycle_at_end(states: Array) -> Array | None:
    """The cycle `[P, D]` that an orbit `[T, D]` ends in; None if it has not converged."""
    for length in range(1, min(LONGEST_CYCLE + 1, len(states))):
        if np.abs(states[-1] - states[-1 - length]).max() <= CONVERGED:
            return states[-length:]
    return None


def contracting_shapes(problem: Problem, cycle: Array, symbol: int) -> Array | None:
    """Shapes `[P, D, D]` about a cycle, each of which shrinks towards the next one; None where the cycle does not attract.

    They are balls of the norms x'P x with P = I + J' P' J / r², J being the derivative of a step, P' the next state's P, and r
    half-way between the cycle's rate and 1.
    """
    derivatives = [jacobian(problem, state, symbol) for state in cycle]
    round_trip = np.linalg.multi_dot([*reversed(derivatives), np.eye(cycle.shape[1])])
    rate = np.abs(np.linalg.eigvals(round_trip)).max() ** (1 / len(cycle))
    if not rate < 1:
        return None
    norms = _norms(derivatives, (1 + rate) / 2)
    return np.array([np.linalg.inv(np.linalg.cholesky(norm).T) for norm in norms], np.float64)


def _norms(derivatives: Sequence[Array], rate: float) -> list[Array]:
    norms = [np.eye(len(derivatives[0]))] * len(derivatives)
    for _ in range(ROUNDS):
        before = norms[0]
        for number in reversed(range(len(norms))):
            moved = derivatives[number] / rate
            norms[number] = np.eye(len(moved)) + moved.T @ norms[(number + 1) % len(norms)] @ moved
        if np.abs(norms[0] - before).max() <= STEADY * np.abs(norms[0]).max():
            break
    return norms


def loops_of(problem: Problem, near: Array, symbol: int, output: int) -> Iterator[Loop]:
    """Ellipsoids of a loop that a state near it leads to under one repeated symbol, the largest first."""
    cycle = cycle_at_end(orbit(problem, near, symbol))
    shapes = None if cycle is None else contracting_shapes(problem, cycle, symbol)
    if cycle is None or shapes is None:
        return
    count = len(cycle)
    steps = np.array([[k, symbol, (k + 1) % count, output] for k in range(count)])
    for scale in SCALES:
        scaled = ordered(problem, cycle, scale * shapes)
        found = levels_of(problem, Ellipsoids(cycle, scaled, spread_of(scaled)), steps)
        if (found.level < CLOSES).all() and (found.margin > 2 * problem.eta).all():
            yield Loop(cycle, scaled)


def loop_of(problem: Problem, near: Array, symbol: int, output: int) -> Loop | None:
    """The largest ellipsoids of such a loop; None without any."""
    return next(loops_of(problem, near, symbol, output), None)

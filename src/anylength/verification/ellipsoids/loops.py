"""Where a repeated symbol converges: a cycle of states, and ellipsoids about them that shrink round the cycle."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

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

FEW_SIZES = 6
"""Shapes that close in fewer sizes than this have too little room for noise. Of 12 units they close in ten or more."""

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
    half-way between the cycle's rate and 1. They are the longer in a direction, the faster that shrinks.
    """
    turn = _turn_of(problem, cycle, symbol)
    if turn is None:
        return None
    norms = _norms(turn.derivatives, turn.rate)
    return np.array([np.linalg.inv(np.linalg.cholesky(norm).T) for norm in norms], np.float64)


def shapes_of_images(problem: Problem, cycle: Array, symbol: int) -> Array | None:
    """Shapes `[P, D, D]` that shrink as `contracting_shapes` do, and are the longer in a direction, the slower that shrinks.

    They are those of L L' = Q with Q' = I + J Q J' / r²: a ball and all its images, each a little larger than it is. So they hold
    a ball of noise at each step, and have room for much more of it.
    """
    turn = _turn_of(problem, cycle, symbol)
    if turn is None:
        return None
    backwards = _norms([derivative.T for derivative in reversed(turn.derivatives)], turn.rate)
    grams = np.array([backwards[0], *reversed(backwards[1:])])
    return np.linalg.cholesky(grams / np.linalg.eigvalsh(grams).max())


class _Turn(NamedTuple):
    """The derivatives of the steps round a cycle, and a rate between the cycle's own and 1."""

    derivatives: list[Array]
    rate: float


def _turn_of(problem: Problem, cycle: Array, symbol: int) -> _Turn | None:
    """One turn round a cycle; None where the cycle does not attract."""
    derivatives = [jacobian(problem, state, symbol) for state in cycle]
    round_trip = np.linalg.multi_dot([*reversed(derivatives), np.eye(cycle.shape[1])])
    rate = np.abs(np.linalg.eigvals(round_trip)).max() ** (1 / len(cycle))
    return _Turn(derivatives, (1 + rate) / 2) if rate < 1 else None


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


def loops_of(problem: Problem, near: Array, symbol: int, output: int) -> list[Loop]:
    """Ellipsoids of a loop that a state near it leads to under one repeated symbol, the largest first.

    `contracting_shapes` have little room for noise. Where few sizes close, as in wide nets, `shapes_of_images` may do better.
    """
    cycle = cycle_at_end(orbit(problem, near, symbol))
    if cycle is None:
        return []
    loops = _closing(problem, cycle, contracting_shapes(problem, cycle, symbol), symbol, output)
    if len(loops) < FEW_SIZES:
        others = _closing(problem, cycle, shapes_of_images(problem, cycle, symbol), symbol, output)
        return max(loops, others, key=len)
    return loops


def _closing(problem: Problem, cycle: Array, shapes: Array | None, symbol: int, output: int) -> list[Loop]:
    """A cycle with shapes of those sizes for which each image lies in the next ellipsoid and the output is right."""
    if shapes is None:
        return []
    count, found = len(cycle), []
    steps = np.array([[k, symbol, (k + 1) % count, output] for k in range(count)])
    for scale in SCALES:
        scaled = ordered(problem, cycle, scale * shapes)
        levels = levels_of(problem, Ellipsoids(cycle, scaled, spread_of(scaled)), steps)
        if (levels.level < CLOSES).all() and (levels.margin > 2 * problem.eta).all():
            found.append(Loop(cycle, scaled))
    return found


def loop_of(problem: Problem, near: Array, symbol: int, output: int) -> Loop | None:
    """The largest ellipsoids of such a loop; None without any."""
    return next(iter(loops_of(problem, near, symbol, output)), None)

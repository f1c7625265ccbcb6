"""Where a repeated symbol converges: a cycle of states, and ellipsoids about them that shrink round the cycle."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anylength.rules import END, Machine, PartialMachine
from anylength.verification.ellipsoids.levels import CLOSED, Ellipsoids, levels_of, spread_of
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.regions import LONGEST_CYCLE, STEPS_TO_CONVERGE, jacobian, orbit, ordered
from anylength.verification.ellipsoids.training import LATER, Sizes, trained

CONVERGED = 1e-7
"""An orbit has converged where it comes back to a state within so much."""

STEADY = 1e-9
"""The relative change of norms that is none."""

SCALES = np.geomspace(2.0, 1e-3, 24)
"""Sizes that are tried, the largest first: a large one catches more."""

FEW_SIZES = 6
"""Shapes that close in fewer sizes than this have too little room for noise. Of 12 units they close in ten or more."""

CLOSES = 0.99
"""The level below which an ellipsoid of a cycle holds its image. Those that were trained to may be closer to 1."""

NEARLY = 1.1
"""Sizes whose level is below this are trained, where hardly any closes."""


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
    for _ in range(STEPS_TO_CONVERGE):
        before = norms[0]
        for number in reversed(range(len(norms))):
            moved = derivatives[number] / rate
            norms[number] = np.eye(len(moved)) + moved.T @ norms[(number + 1) % len(norms)] @ moved
        if np.abs(norms[0] - before).max() <= STEADY * np.abs(norms[0]).max():
            break
    return norms


def turn_of(machine: Machine | PartialMachine, state: int, symbol: int) -> list[int]:
    """The machine's states as a symbol is repeated, from this one on until it comes back; none if it does not, or not soon."""
    states = [state]
    for _ in range(LONGEST_CYCLE):
        after = machine.delta[states[-1]][symbol]
        if after == state:
            return states
        if after == END:
            break
        states.append(after)
    return []


def loops_of(problem: Problem, near: Array, symbol: int, outputs: Sequence[int]) -> list[Loop]:
    """Ellipsoids of a loop that a state near it leads to under one repeated symbol, the largest first.

    Outputs are those of the machine, turn by turn, the first one at the state that is near. So the first ellipsoid of a loop, and
    each one as many further as there are outputs, is where the machine is at that state.

    `contracting_shapes` have little room for noise. Where few sizes close, as in wide nets, `shapes_of_images` may do better. Where
    these are few, too, as in loops that converge slowly, the sizes that nearly close are trained on their own steps.
    """
    cycle = _in_step(orbit(problem, near, symbol), len(outputs))
    if cycle is None:
        return []
    tried = [
        _sized(problem, cycle, shapes(problem, cycle, symbol), symbol, outputs) for shapes in (contracting_shapes, shapes_of_images)
    ]
    loops = max(([loop for loop, level in each if level < CLOSES] for each in tried), key=len)
    if len(loops) < FEW_SIZES:
        nearly = [loop for each in tried for loop, level in each if CLOSES <= level < NEARLY]
        loops += [loop for loop in (_trained(problem, each, symbol, outputs) for each in nearly) if loop is not None]
    return sorted(loops, key=lambda loop: -np.linalg.slogdet(loop.shapes)[1].sum())


def _in_step(states: Array, turn: int) -> Array | None:
    """The cycle that an orbit ends in, which takes the machine back, too, after so many steps; it begins where the orbit does."""
    cycle = cycle_at_end(states)
    length = 0 if cycle is None else math.lcm(len(cycle), turn)
    if not 0 < length <= min(LONGEST_CYCLE, len(states)):
        return None
    return np.roll(states[-length:], len(states) % turn, axis=0)


def _steps(count: int, symbol: int, outputs: Sequence[int]) -> NDArray[np.int64]:
    """The steps round a cycle of so many states."""
    return np.array([[k, symbol, (k + 1) % count, outputs[k % len(outputs)]] for k in range(count)], np.int64)


def _sized(problem: Problem, cycle: Array, shapes: Array | None, symbol: int, outputs: Sequence[int]) -> list[tuple[Loop, float]]:
    """A cycle with shapes of all sizes for which the output is right, and the level of the worst step."""
    found = list[tuple[Loop, float]]()
    for scale in SCALES if shapes is not None else ():
        loop = Loop(cycle, ordered(problem, cycle, scale * shapes))
        level = _level(problem, loop, symbol, outputs)
        if level is not None:
            found.append((loop, level))
    return found


def _level(problem: Problem, loop: Loop, symbol: int, outputs: Sequence[int]) -> float | None:
    """The level of a loop's worst step; None where an output is wrong."""
    ellipsoids = Ellipsoids(loop.centers, loop.shapes, spread_of(loop.shapes))
    levels = levels_of(problem, ellipsoids, _steps(len(loop.centers), symbol, outputs))
    return float(levels.level.max()) if (levels.margin > 2 * problem.eta).all() else None


def _trained(problem: Problem, loop: Loop, symbol: int, outputs: Sequence[int]) -> Loop | None:
    """The loop with ellipsoids that were trained to hold their images; None if they do not."""
    start = problem.start[None], np.zeros_like(loop.shapes[:1])
    steps = _steps(len(loop.centers), symbol, outputs)
    centers, shapes = trained(problem, (loop.centers, loop.shapes), start, steps, Sizes(), LATER, math.inf)
    found = Loop(centers, ordered(problem, centers, shapes))
    level = _level(problem, found, symbol, outputs)
    return found if level is not None and level < CLOSED else None


def loop_of(problem: Problem, near: Array, symbol: int, outputs: Sequence[int]) -> Loop | None:
    """The largest ellipsoids of such a loop; None without any."""
    return next(iter(loops_of(problem, near, symbol, outputs)), None)

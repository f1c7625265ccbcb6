"""Simpler predictions of the break, with which the prediction of `anylength.dynamics` is compared."""

import numpy as np

from anylength.dynamics import BreakPrediction, HeldInput, nearest_slow_point

LONGEST = 20_000
"""Held steps that are followed at most: a later break counts as "never"."""

ATTRACTOR_STEPS = 2_000
"""Held steps after which the state is taken to be at the attractor."""

REMAINDER = 0.1
"""Share of a distance at which it counts as gone. A convention of this baseline."""

DIFFERENCE = 1e-3
"""Step of numeric derivatives."""

BLOCK = 500
"""Steps of the affine map between two checks of the answers."""

FARTHEST = 10
"""Coordinates of the affine map are kept within this bound. A tanh unit stays within 1."""


def naive(held_input: HeldInput, prediction: BreakPrediction) -> dict[str, float | None]:
    """Every simple prediction for one held input: held steps, None for never. For "radius" it is the eigenvalue itself."""
    radius = _radius(held_input)
    return {
        "simple": _by_speed(prediction),
        "passage": _passage(prediction),
        "decay": held_input.warm_up_steps + np.log(REMAINDER) / np.log(radius) if radius < 1 else None,
        "radius": radius,
        "linear": _linear(held_input, prediction),
    }


def _by_speed(prediction: BreakPrediction) -> float | None:
    """π/√speed: the time to pass a ghost of curvature 1. None at a fixed point."""
    return None if prediction.reduction.point.is_fixed else float(np.pi / np.sqrt(prediction.reduction.point.speed))


def _passage(prediction: BreakPrediction) -> float | None:
    """π/√(ε·a), with ε and a the speed and half the second derivative of s → L·(F(g + Q·s) − g) − s along the slowest direction."""
    reduction = prediction.reduction
    if reduction.point.is_fixed:
        return None
    line = reduction.basis[:, :1] * np.array([[-DIFFERENCE, 0.0, DIFFERENCE]])
    moved = (reduction.dual[:1] @ (reduction.held_map.step(reduction.point.state + line) - reduction.point.state - line))[0]
    bend = (moved[0] - 2 * moved[1] + moved[2]) / DIFFERENCE**2 / 2
    product = abs(moved[1] * bend)
    return float(np.pi / np.sqrt(product)) if product > 0 else None


def _radius(held_input: HeldInput) -> float:
    """The spectral radius at the attractor of the held symbol."""
    point = nearest_slow_point(held_input.held_map, held_input.held_map.steps(held_input.start_state, ATTRACTOR_STEPS))
    return float(np.abs(np.linalg.eigvals(held_input.held_map.jacobians(point.state)[0])).max())


def _linear(held_input: HeldInput, prediction: BreakPrediction) -> float | None:
    """Held steps until the read-out turns wrong along the affine map at the slow point, with all its modes, from the same start."""
    centre, slope = prediction.reduction.point.state, held_input.held_map.jacobians(prediction.reduction.point.state)[0]
    drift, offset = held_input.held_map.step(centre) - centre, held_input.start_state - centre
    bound = np.maximum(1, np.abs(centre))
    for done in range(0, LONGEST, BLOCK):
        offsets = np.empty((len(centre), BLOCK))
        for column in range(BLOCK):
            offsets[:, column] = offset[:, 0]
            offset = np.clip(drift + slope @ offset, -FARTHEST, FARTHEST)
        wrong = np.flatnonzero(held_input.least_margins(np.clip(centre + offsets, -bound, bound)) < 0)
        if wrong.size:
            return float(held_input.warm_up_steps + held_input.held_map.repeat * (done + int(wrong[0])) - 1)
    return None

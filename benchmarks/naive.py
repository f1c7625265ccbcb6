"""What simpler ideas give for the break: the figures that the prediction of `anylength.dynamics` is held against."""

import numpy as np

from anylength.dynamics import BreakPrediction, HeldInput, nearest_slow_point

LONGEST = 20_000
"""Held steps that stand for never."""

SETTLE, LEFT, APART = 2_000, 0.1, 1e-3
"""Steps to the attractor of the held symbol, the part of a distance that counts as gone, and the step of numeric derivatives."""


def naive(held_input: HeldInput, found: BreakPrediction) -> dict[str, float | None]:
    """Every naive prediction of one hold: held steps, None for never (of the radius: the eigenvalue itself)."""
    radius = _radius(held_input)
    return {
        "simple": _by_speed(found),
        "passage": _passage(found),
        "decay": held_input.warm_up_steps + np.log(LEFT) / np.log(radius) if radius < 1 else None,
        "radius": radius,
        "linear": _linear(held_input, found),
    }


def _by_speed(found: BreakPrediction) -> float | None:
    """π/√speed: the passage past a ghost of curvature 1; never where the slow point rests."""
    return None if found.reduction.point.is_fixed else float(np.pi / np.sqrt(found.reduction.point.speed))


def _passage(found: BreakPrediction) -> float | None:
    """π/√(ε·a), with ε and a the speed and half the second derivative of s → L·(F(g + Q·s) − g) − s along the slowest direction."""
    reduction = found.reduction
    if reduction.point.is_fixed:
        return None
    line = reduction.basis[:, :1] * np.array([[-APART, 0.0, APART]])
    moved = (reduction.dual[:1] @ (reduction.held.step(reduction.point.state + line) - reduction.point.state - line))[0]
    bend = (moved[0] - 2 * moved[1] + moved[2]) / APART**2 / 2
    product = abs(moved[1] * bend)
    return float(np.pi / np.sqrt(product)) if product > 0 else None


def _radius(held_input: HeldInput) -> float:
    """The spectral radius at the attractor in which the held symbol ends."""
    point = nearest_slow_point(held_input.held, held_input.held.steps(held_input.begins, SETTLE))
    return float(np.abs(np.linalg.eigvals(held_input.held.jacobians(point.state)[0])).max())


def _linear(held_input: HeldInput, found: BreakPrediction) -> float | None:
    """The affine map at the slow point, with all its modes, followed from the same start until the read-out turns wrong."""
    centre, slope = found.reduction.point.state, held_input.held.jacobians(found.reduction.point.state)[0]
    drift, away = held_input.held.step(centre) - centre, held_input.begins - centre
    bound = np.maximum(1, np.abs(centre))
    for done in range(0, LONGEST, 500):
        places = np.empty((len(centre), 500))
        for at in range(500):
            places[:, at] = away[:, 0]
            away = np.clip(drift + slope @ away, -10, 10)
        wrong = np.flatnonzero(held_input.least_margins(np.clip(centre + places, -bound, bound)) < 0)
        if wrong.size:
            return float(held_input.warm_up_steps + held_input.held.repeat * (done + int(wrong[0])) - 1)
    return None

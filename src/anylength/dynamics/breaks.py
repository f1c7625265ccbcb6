"""The break predicted: for how many held steps a net keeps what it must remember, from its slow point and not by running the test.

Only the first `WARM_UP_STEPS` held steps are run: they give the starting amplitude. From there on a map of one variable (a curve through
the slow point), or of two or three, is followed until the read-out along it turns wrong. What the start has beside it fades by the
linear map at each place, and shifts the slow coordinates to second order while it lasts. Where a walk leaves its domain, the map
at the last state on it is taken as affine: what leaves a slow region breaks soon.
"""

from dataclasses import dataclass

import numpy as np

from anylength.dynamics.held_inputs import HeldInput
from anylength.dynamics.maps import States
from anylength.dynamics.reduction import Reduction, nearest_slow_point, reduced
from anylength.dynamics.slow_manifold import SlowManifold, trace_slow_manifold

LIMIT = 20_000
"""Held steps after which nothing is expected to change."""

SURFACE, AFFINE = 5_000, 200
"""Steps at most on a surface, and of an affine map."""

STILL = 1e-12

SETTLED, SETTLING = 1e-7, 60
"""Fast parts below this size have died out; so many steps are given to them."""


@dataclass(frozen=True)
class BreakPrediction:
    """A prediction.

    Attributes:
        steps: The held steps answered rightly; None where it never breaks.
        method: What was followed: "curve", "surface", "affine", or "start" where an answer is wrong at the first steps already.
        reduction: The slow point and the slow directions.
        amplitude: |s| at the beginning, along the slow directions.
    """

    steps: int | None
    method: str
    reduction: Reduction
    amplitude: float

    @property
    def mechanism(self) -> str:
        """What the slow point does to a state near it: "ghost" (it only slows down), "saddle" (repels) or "sink" (attracts)."""
        if not self.reduction.point.is_fixed:
            return "ghost"
        return "saddle" if abs(self.reduction.eigenvalues[0]) > 1 else "sink"


@dataclass(frozen=True)
class _Followed:
    """The end of a walk: the last held step that is answered rightly, None where all are; `lost` where the walk could not go on."""

    steps: int | None
    state: States
    lost: bool = False


def predict_break(held_input: HeldInput, *, patience: int = SURFACE) -> BreakPrediction:
    """The break of a hold; a surface is followed for so many steps at most, and what is right all along is taken to stay so."""
    point = nearest_slow_point(held_input.held, held_input.begins)
    reduction = reduced(held_input.held, point)
    amplitude = float(np.linalg.norm(reduction.coordinates(held_input.begins)))
    early_break = held_input.early_break()
    if early_break is not None:
        return BreakPrediction(early_break, "start", reduction, amplitude)
    found = _along_curve(held_input, reduction) if reduction.dimensions == 1 else None
    if found is not None:
        return BreakPrediction(found.steps, "curve", reduction, amplitude)
    found = _on_surface(held_input, reduction, patience)
    if not found.lost:
        return BreakPrediction(found.steps, "surface", reduction, amplitude)
    return BreakPrediction(_affine(held_input, found).steps, "affine", reduction, amplitude)


def _along_curve(held_input: HeldInput, reduction: Reduction) -> _Followed | None:
    """Follows the map of one variable; None where it leaves the curve."""
    place = float(reduction.coordinates(held_input.begins)[0, 0])
    curve = trace_slow_manifold(reduction, place)
    if curve is None or not curve.contains(place):
        return None
    arrived = _settled(held_input, reduction, curve, place)
    if not isinstance(arrived, tuple):
        return arrived
    place, steps = arrived
    margins = held_input.least_margins(curve.states)
    while steps < LIMIT:
        if np.interp(place, curve.at, margins) < 0:
            return _Followed(steps - 1, held_input.begins)
        after = curve.follow(place)
        if after is None:
            return None
        if abs(after - place) < STILL:
            break
        place, steps = after, steps + held_input.held.repeat
    return _Followed(None, held_input.begins)


def _settled(
    held_input: HeldInput, reduction: Reduction, curve: SlowManifold, place: float
) -> tuple[float, int] | _Followed | None:
    """Where on the curve the net is once its fast part has died out, and after how many held steps."""
    away, steps = held_input.begins - curve.state(place), held_input.warm_up_steps
    while np.linalg.norm(away) > SETTLED and steps < held_input.warm_up_steps + SETTLING * held_input.held.repeat:
        state = curve.state(place)
        if held_input.least_margins(state + away)[0] < 0:
            return _Followed(steps - 1, state)
        place = float(reduction.coordinates(held_input.held.step(state + away))[0, 0])
        away, steps = reduction.decayed(state, away), steps + held_input.held.repeat
        if not curve.contains(place):
            return None
    return place, steps


def _on_surface(held_input: HeldInput, reduction: Reduction, patience: int) -> _Followed:
    """Follows the map of d variables, its state found anew at each step."""
    place = reduction.coordinates(held_input.begins)
    state, steps = reduction.lift(held_input.begins, place), held_input.warm_up_steps
    if state is None:
        return _Followed(steps, held_input.begins, lost=True)
    away = held_input.begins - state
    for _ in range(patience):
        if held_input.least_margins(state + away)[0] < 0:
            return _Followed(steps - 1, state)
        image = held_input.held.step(state + away)
        away = reduction.decayed(state, away) if np.linalg.norm(away) > SETTLED else np.zeros_like(away)
        after = reduction.coordinates(image)
        if np.abs(after - place).max() < STILL:
            break
        lifted = reduction.lift(image, after)
        if lifted is None:
            return _Followed(steps, state, lost=True)
        place, state, steps = after, lifted, steps + held_input.held.repeat
    return _Followed(None, state)


def _affine(held_input: HeldInput, lost: _Followed) -> _Followed:
    """Follows the affine map at the state where the walk was lost; where that does not break, the break is there."""
    centre, steps = lost.state, lost.steps or held_input.warm_up_steps
    drift, slope = held_input.held.step(centre) - centre, held_input.held.jacobians(centre)[0]
    away, bound = np.zeros_like(centre), np.maximum(1, np.abs(centre))
    for _ in range(AFFINE):
        if held_input.least_margins(np.clip(centre + away, -bound, bound))[0] < 0:
            return _Followed(steps - 1, centre)
        away, steps = drift + slope @ away, steps + held_input.held.repeat
    return _Followed(lost.steps, centre)

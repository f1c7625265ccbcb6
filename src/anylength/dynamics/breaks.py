"""Predicts the break: how many held steps a net answers right, from the slow point and without running the test.

Only the first few held steps are run (`WARM_UP_STEPS`); they give the starting amplitude. From there a map of one variable (a
curve through the slow point), or of two or three variables, is followed until the read-out along it turns wrong. The start also
has a fast part beside the slow manifold. It decays by the linear map at each state and shifts the slow coordinates to second
order while it lasts. If the state leaves the domain of the reduced map, the affine map at the last state is followed instead: a
state that leaves a slow region breaks soon.
"""

from dataclasses import dataclass

import numpy as np

from anylength.dynamics.held_inputs import HeldInput
from anylength.dynamics.maps import States
from anylength.dynamics.reduction import Reduction, reduced
from anylength.dynamics.slow_manifold import SlowManifold, trace_slow_manifold
from anylength.dynamics.slow_point import nearest_slow_point

MANIFOLD_STEPS = 20_000
"""Held steps that are followed on a curve. Later breaks are predicted as "never"."""

SURFACE_STEPS = 5_000
"""Steps that are followed on a surface. Each costs a Newton solve; 500 cut off too many breaks (docs/decisions/0015)."""

AFFINE_STEPS = 200
"""Steps of the affine map. It is followed only where a break is near."""

AT_REST = 1e-12
"""If a step moves the slow coordinates by less, the net rests there for ever."""

DECAYED = 1e-7
"""Fast parts with a smaller norm are taken to be 0."""

DECAY_STEPS = 60
"""Steps that the fast part is given to decay. The slowest fast mode, of 0.8, shrinks to 1.5e-6 of its size meanwhile."""


@dataclass(frozen=True)
class BreakPrediction:
    """A predicted break.

    Attributes:
        steps: Number of held steps before the first wrong answer, None for never.
        method: What was followed: "curve", "surface" or "affine"; "start" if an answer in the warm-up steps is already wrong.
        reduction: The slow point and the slow directions.
        amplitude: |s| at the start, along the slow directions.
    """

    steps: int | None
    method: str
    reduction: Reduction
    amplitude: float

    @property
    def mechanism(self) -> str:
        """What the slow point does to states near it: "ghost" (slows them down), "saddle" (repels) or "sink" (attracts)."""
        if not self.reduction.point.is_fixed:
            return "ghost"
        return "saddle" if abs(self.reduction.eigenvalues[0]) > 1 else "sink"


@dataclass(frozen=True)
class _End:
    """The end of following a reduced map.

    Attributes:
        steps: The last held step that is answered right, None if all are.
        state: The last state `[D, 1]`.
        lost: Whether the state left the domain of the map.
    """

    steps: int | None
    state: States
    lost: bool = False


def predict_break(held_input: HeldInput, *, surface_steps: int = SURFACE_STEPS) -> BreakPrediction:
    """The predicted break of a held input.

    Args:
        held_input: The held input.
        surface_steps: Steps that are followed on a surface. If all their answers are right, the prediction is "never".
    """
    point = nearest_slow_point(held_input.held_map, held_input.start_state)
    reduction = reduced(held_input.held_map, point)
    amplitude = float(np.linalg.norm(reduction.coordinates(held_input.start_state)))
    early = held_input.early_break()
    if early is not None:
        return BreakPrediction(early, "start", reduction, amplitude)
    end = _along_manifold(held_input, reduction) if reduction.dimensions == 1 else None
    if end is not None:
        return BreakPrediction(end.steps, "curve", reduction, amplitude)
    end = _on_surface(held_input, reduction, surface_steps)
    if not end.lost:
        return BreakPrediction(end.steps, "surface", reduction, amplitude)
    return BreakPrediction(_affine(held_input, end).steps, "affine", reduction, amplitude)


def _along_manifold(held_input: HeldInput, reduction: Reduction) -> _End | None:
    """Follows the map of one variable. None if it leaves the curve."""
    coordinate = float(reduction.coordinates(held_input.start_state)[0, 0])
    manifold = trace_slow_manifold(reduction, coordinate)
    if manifold is None or not manifold.contains(coordinate):
        return None
    decayed = _after_decay(held_input, reduction, manifold, coordinate)
    if not isinstance(decayed, tuple):
        return decayed
    coordinate, steps = decayed
    margins = held_input.least_margins(manifold.states)
    while steps < MANIFOLD_STEPS:
        if np.interp(coordinate, manifold.nodes, margins) < 0:
            return _End(steps - 1, held_input.start_state)
        after = manifold.follow(coordinate)
        if after is None:
            return None
        if abs(after - coordinate) < AT_REST:
            break
        coordinate, steps = after, steps + held_input.held_map.repeat
    return _End(None, held_input.start_state)


def _after_decay(
    held_input: HeldInput, reduction: Reduction, manifold: SlowManifold, coordinate: float
) -> tuple[float, int] | _End | None:
    """Follows the state until its fast part has decayed.

    Returns:
        The slow coordinate and the number of held steps then; the end if an answer turned wrong; None if the state left the curve.
    """
    fast_part, steps = held_input.start_state - manifold.state(coordinate), held_input.warm_up_steps
    last_step = held_input.warm_up_steps + DECAY_STEPS * held_input.held_map.repeat
    while np.linalg.norm(fast_part) > DECAYED and steps < last_step:
        state = manifold.state(coordinate)
        if held_input.least_margins(state + fast_part)[0] < 0:
            return _End(steps - 1, state)
        coordinate = float(reduction.coordinates(held_input.held_map.step(state + fast_part))[0, 0])
        fast_part, steps = reduction.decayed(state, fast_part), steps + held_input.held_map.repeat
        if not manifold.contains(coordinate):
            return None
    return coordinate, steps


def _on_surface(held_input: HeldInput, reduction: Reduction, max_steps: int) -> _End:
    """Follows the map of d variables. Newton's method finds its state at each step."""
    coordinates = reduction.coordinates(held_input.start_state)
    state, steps = reduction.lift(held_input.start_state, coordinates), held_input.warm_up_steps
    if state is None:
        return _End(steps, held_input.start_state, lost=True)
    fast_part = held_input.start_state - state
    for _ in range(max_steps):
        if held_input.least_margins(state + fast_part)[0] < 0:
            return _End(steps - 1, state)
        image = held_input.held_map.step(state + fast_part)
        fast_part = reduction.decayed(state, fast_part) if np.linalg.norm(fast_part) > DECAYED else np.zeros_like(fast_part)
        after = reduction.coordinates(image)
        if np.abs(after - coordinates).max() < AT_REST:
            break
        lifted = reduction.lift(image, after)
        if lifted is None:
            return _End(steps, state, lost=True)
        coordinates, state, steps = after, lifted, steps + held_input.held_map.repeat
    return _End(None, state)


def _affine(held_input: HeldInput, lost: _End) -> _End:
    """Follows the affine map at the state where the reduced map was left. If no answer turns wrong, the break is at that state."""
    centre, steps = lost.state, lost.steps or held_input.warm_up_steps
    drift, slope = held_input.held_map.step(centre) - centre, held_input.held_map.jacobians(centre)[0]
    offset, bound = np.zeros_like(centre), np.maximum(1, np.abs(centre))
    for _ in range(AFFINE_STEPS):
        if held_input.least_margins(np.clip(centre + offset, -bound, bound))[0] < 0:
            return _End(steps - 1, centre)
        offset, steps = drift + slope @ offset, steps + held_input.held_map.repeat
    return _End(lost.steps, centre)

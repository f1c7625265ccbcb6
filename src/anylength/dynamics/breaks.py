"""Predicts the break: how many held steps a net answers right, from the slow point and without running the test.

Only the first few held steps are run (`WARM_UP_STEPS`); they give the starting amplitude. From there the reduced map is followed
until its answers turn wrong. There are two questions that the reduced map cannot answer. For these the net itself is followed:

* If all answers of the reduced map are right, it ends at an attractor: a fixed point, a cycle, or a closed curve around a saddle.
  The reduced map gives its place only roughly, so the net is followed from the first predicted state near it. The net is also
  followed from a state at which the reduced map was left.
* If the margin comes within a rounding error of 0, rounding decides. The net is followed from there as it runs, in float32.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.as_run import ROUNDING, periods_right_as_run
from anylength.dynamics.held_inputs import HeldInput
from anylength.dynamics.maps import States
from anylength.dynamics.reduced_orbit import AT_REST, SURFACE_STEPS, ReducedOrbit, on_curve, on_surface
from anylength.dynamics.reduction import Reduction, reduced
from anylength.dynamics.slow_point import nearest_slow_point

BATCH = 100
"""Of these steps, those that are taken between two looks at the answers."""


@dataclass(frozen=True)
class BreakPrediction:
    """A predicted break.

    Attributes:
        steps: Number of held steps before the first wrong answer, None for never.
        method: What was followed last: "curve" or "surface", the reduced map; "attractor", the net near the attractor of the
            reduced map; "net", the net from where the reduced map was left; "rounding", the net as it runs, in float32. It is
            "start" if an answer in the warm-up steps is already wrong.
        reduction: The slow point and the slow directions.
        amplitude: |s| at the start, along the slow directions.
        fast_part: Euclidean distance of the start from the slow manifold, None if no manifold was found there.
    """

    steps: int | None
    method: str
    reduction: Reduction
    amplitude: float
    fast_part: float | None

    @property
    def mechanism(self) -> str:
        """What the slow point does to states near it: "ghost" (slows them down), "saddle" (repels) or "sink" (attracts)."""
        if not self.reduction.point.is_fixed:
            return "ghost"
        return "saddle" if abs(self.reduction.eigenvalues[0]) > 1 else "sink"

    @property
    def near_border(self) -> bool:
        """Whether the start is so near the border between two basins that the prediction may take the wrong side.

        The slow part of the start is known to first order. What is left out is about the square of its fast part.
        """
        return self.mechanism == "saddle" and self.fast_part is not None and self.amplitude < self.fast_part**2


def predict_break(held_input: HeldInput, *, surface_steps: int = SURFACE_STEPS) -> BreakPrediction:
    """The predicted break of a held input.

    Args:
        held_input: The held input.
        surface_steps: Steps that are followed on a surface before the net is followed from there.
    """
    reduction = reduced(held_input.held_map, nearest_slow_point(held_input.held_map, held_input.start_state))
    coordinates = reduction.coordinates(held_input.start_state)
    slow_state = reduction.lift(held_input.start_state, coordinates)
    fast_part = None if slow_state is None else float(np.linalg.norm(held_input.start_state - slow_state))
    steps, method = held_input.early_break(), "start"
    if steps is None:
        orbit = on_curve(held_input, reduction) if reduction.dimensions == 1 else None
        steps, method = _break_of(held_input, orbit or on_surface(held_input, reduction, surface_steps))
    return BreakPrediction(steps, method, reduction, float(np.linalg.norm(coordinates)), fast_part)


def _break_of(held_input: HeldInput, orbit: ReducedOrbit) -> tuple[int | None, str]:
    """The held steps before the first wrong answer, and what told it."""
    states, margins, method = orbit.states, orbit.margins, orbit.method
    if orbit.outcome != "wrong":
        last, method = (len(margins) - 1, "net") if orbit.outcome == "lost" else (orbit.near_attractor(), "attractor")
        followed, followed_margins = _followed(held_input, states[:, [last]])
        states = np.concatenate([states[:, :last], followed], axis=1)
        margins = np.concatenate([margins[:last], followed_margins])
    wrong = int((margins < 0).argmax()) if margins.min() < 0 else None
    close = np.flatnonzero(np.abs(margins) < ROUNDING)
    if close.size:
        # a float32 state that goes into a fixed point slowly may need 10,000 steps
        more = periods_right_as_run(held_input, states[:, [close[0]]], 10_000)
        wrong, method = (None if more is None else int(close[0]) + more), "rounding"
    if wrong is None:
        return None, orbit.method if method == "attractor" else method
    return held_input.warm_up_steps + wrong * held_input.held_map.repeat - 1, method


def _followed(held_input: HeldInput, state: States) -> tuple[States, NDArray[np.float64]]:
    """The states of the net from a state `[D, 1]` on, and their margins, until an answer is wrong or the net rests."""
    parts, margins = [], []
    # 2,000 steps: a closed curve is then sampled at every 0.003 radians or so
    for _ in range(2_000 // BATCH):
        states = np.empty((held_input.held_map.size, BATCH))
        for column in range(BATCH):
            states[:, column] = state[:, 0]
            state = held_input.held_map.step(state)
        parts.append(states)
        margins.append(held_input.least_margins(states))
        if margins[-1].min() < 0 or np.abs(state - states[:, -1:]).max() < AT_REST:
            break
    joined, along = np.concatenate(parts, axis=1), np.concatenate(margins)
    end = int((along < 0).argmax()) + 1 if along.min() < 0 else len(along)
    return joined[:, :end], along[:end]

"""The slow point near a state: a fixed point, or the ghost of one. Found by going down |F(h) − h|²."""

from dataclasses import dataclass

import numpy as np

from anylength.dynamics.linear import solved
from anylength.dynamics.maps import HeldMap, States

FIXED_SPEED = 1e-8
"""A slow point with a smaller speed is a fixed point. Found fixed points have speeds of about 1e-13."""

STEPS = 60
"""Steps of Levenberg and Marquardt's method at most."""

LONGEST_STEP = 0.3
"""Longest of these steps (Euclidean). A longer one could leave the valley of the start."""

FIRST_DAMPING = 1e-2
"""Damping at the start."""

DAMPING_DOWN, DAMPING_UP = 5, 4
"""The damping is divided by the first factor after a successful step, and multiplied by the second after a failed one."""

LEAST_DAMPING, MOST_DAMPING = 1e-9, 1e6
"""Least damping, and the damping above which no step helps: the search then ends."""

LEAST_GAIN = 1e-14
"""The search ends when a step lowers |F(h) − h|² by a smaller share."""

ZERO = 1e-26
"""The search ends when |F(h) − h|² is smaller: that is a fixed point up to rounding."""

TINY = 1e-300
"""Keeps a division by zero away."""


@dataclass(frozen=True)
class SlowPoint:
    """A state that one step moves less than it moves the states around it: a fixed point, or a ghost.

    Attributes:
        state: `[D, 1]`.
        speed: |F(h) − h|, Euclidean, per step. It is 0 up to rounding at a fixed point.
    """

    state: States
    speed: float

    @property
    def is_fixed(self) -> bool:
        """Whether it is a fixed point."""
        return self.speed < FIXED_SPEED


@np.errstate(over="ignore", invalid="ignore")  # a step to where the map overflows is no better than none, and is not taken
def nearest_slow_point(held_map: HeldMap, state: States) -> SlowPoint:
    """The slow point to which Levenberg and Marquardt's method (1944, 1963) on |F(h) − h|² goes from a state `[D, 1]`."""
    damping, moved = FIRST_DAMPING, held_map.step(state) - state
    for _ in range(STEPS):
        slope = held_map.jacobians(state)[0] - np.eye(held_map.size)
        change = -solved(slope.T @ slope + damping * np.eye(held_map.size), slope.T @ moved)
        change *= min(1.0, LONGEST_STEP / max(float(np.linalg.norm(change)), TINY))
        moved_after = held_map.step(state + change) - state - change
        before, after = float((moved**2).sum()), float((moved_after**2).sum())
        if after < before:
            state, moved, damping = state + change, moved_after, max(damping / DAMPING_DOWN, LEAST_DAMPING)
            if before - after < LEAST_GAIN * before or after < ZERO:
                break
        else:
            damping *= DAMPING_UP
            if damping > MOST_DAMPING:
                break
    return SlowPoint(state, float(np.linalg.norm(moved)))

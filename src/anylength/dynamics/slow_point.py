"""The slow point near a state: a fixed point, or the ghost of one. Found by going down |F(h) − h|²."""

from dataclasses import dataclass

import numpy as np

from anylength.dynamics.linear import solved
from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.norms import TINY


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
        # found fixed points have speeds of about 1e-13
        return self.speed < 1e-8


@np.errstate(over="ignore", invalid="ignore")  # a step to where the map overflows is no better than none, and is not taken
def nearest_slow_point(held_map: HeldMap, state: States) -> SlowPoint:
    """The slow point to which Levenberg and Marquardt's method (1944, 1963) on |F(h) − h|² goes from a state `[D, 1]`."""
    damping, moved = 1e-2, held_map.step(state) - state
    # Levenberg and Marquardt's method; a step longer than 0.3 (Euclidean) could leave the valley of the start
    for _ in range(60):
        slope = held_map.jacobians(state)[0] - np.eye(held_map.size)
        change = -solved(slope.T @ slope + damping * np.eye(held_map.size), slope.T @ moved)
        change *= min(1.0, 0.3 / max(float(np.linalg.norm(change)), TINY))
        moved_after = held_map.step(state + change) - state - change
        before, after = float((moved**2).sum()), float((moved_after**2).sum())
        if after < before:
            state, moved, damping = state + change, moved_after, max(damping / 5, 1e-9)
            # no progress any more, or a fixed point up to rounding
            if before - after < 1e-14 * before or after < 1e-26:
                break
        else:
            damping *= 4
            if damping > 1e6:
                break
    return SlowPoint(state, float(np.linalg.norm(moved)))

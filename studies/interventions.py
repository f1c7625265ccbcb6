"""Interventions: change one thing about a net under a held symbol, and see whether its break changes as the dynamics predict.

The state can be pushed along a direction, or the recurrent weights can be scaled. The held steps are then run in float64.
"""

import dataclasses
import itertools

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.cells import Gru, Lstm, Rnn
from anylength.dynamics.held_inputs import HeldInput
from anylength.dynamics.maps import States
from anylength.dynamics.reduction import Reduction
from anylength.dynamics.slow_point import nearest_slow_point
from anylength.nets import Net

APART = 1e-5
"""Fixed points that differ by more in some coordinate are different ones. The search leaves errors of about 1e-13."""

ORBIT_STEPS = 200
"""Steps of the orbit that is searched for a slow state and for its end."""


def pushed(held_input: HeldInput, push: NDArray[np.float64]) -> HeldInput:
    """The held input with its start state moved by `[D, 1]`."""
    return dataclasses.replace(held_input, start_state=held_input.start_state + push)


def slow_direction(reduction: Reduction) -> NDArray[np.float64]:
    """The unit vector `[D, 1]` along the slowest direction."""
    return reduction.basis[:, :1] / np.linalg.norm(reduction.basis[:, :1])


def idle_direction(reduction: Reduction, rng: np.random.Generator) -> NDArray[np.float64]:
    """A random unit vector `[D, 1]` with L·v = 0: to first order, a push along it changes no slow coordinate.

    Raises:
        ValueError: Every direction is slow.
    """
    if reduction.dimensions == reduction.held_map.size:
        raise ValueError("there is no fast direction")
    random = rng.standard_normal((reduction.held_map.size, 1))
    fast = random - reduction.basis @ (reduction.dual @ random)
    return fast / np.linalg.norm(fast)


def scaled(net: Net, factor: float) -> Net:
    """The net with its recurrent weights multiplied by a factor.

    Raises:
        TypeError: The cell has no matrix `weight_hh`.
    """
    if not isinstance(net.cell, Rnn | Gru | Lstm):
        raise TypeError(f"{type(net.cell).__name__} has no recurrent matrix weight_hh")
    weight = np.asarray(net.cell.weight_hh, np.float64) * factor
    return jax.tree.map(np.asarray, dataclasses.replace(net, cell=dataclasses.replace(net.cell, weight_hh=weight)))


@dataclasses.dataclass(frozen=True)
class FixedPointState:
    """A fixed point under the held symbol.

    Attributes:
        state: `[D, 1]`.
        eigenvalue: The eigenvalue of the map there with the largest modulus, with positive imaginary part if it is complex.
        right: Whether the answers there are right.
    """

    state: States
    eigenvalue: complex
    right: bool

    @property
    def stable(self) -> bool:
        """Whether it attracts."""
        return abs(self.eigenvalue) < 1


def fixed_point_near(held_input: HeldInput, state: States) -> FixedPointState | None:
    """The fixed point to which the search goes from a state `[D, 1]`. None if the search ends in a ghost."""
    point = nearest_slow_point(held_input.held_map, state)
    if not point.is_fixed:
        return None
    values = np.linalg.eigvals(held_input.held_map.jacobians(point.state)[0])
    leading = max(values, key=lambda value: (abs(value), value.imag))
    return FixedPointState(point.state, complex(leading), bool(held_input.least_margins(point.state)[0] > 0))


def fixed_points_from(held_input: HeldInput, starts: States) -> list[FixedPointState]:
    """The different fixed points found from states `[D, B]`."""
    points: list[FixedPointState] = []
    for column in range(starts.shape[1]):
        point = fixed_point_near(held_input, starts[:, [column]])
        if point is not None and all(np.abs(point.state - known.state).max() > APART for known in points):
            points.append(point)
    return points


def correct_stable_fixed_point(held_input: HeldInput, steps: int = ORBIT_STEPS) -> FixedPointState | None:
    """A stable fixed point that answers right, or None.

    The search starts at the start state, at the slowest state of the first half of its orbit, and at the end of the orbit.
    """
    orbit = [held_input.start_state]
    for _ in range(steps):
        orbit.append(held_input.held_map.step(orbit[-1]))
    speeds = [float(np.linalg.norm(after - before)) for before, after in itertools.pairwise(orbit)]
    slowest = orbit[int(np.argmin(speeds[: len(orbit) // 2]))]
    for point in fixed_points_from(held_input, np.concatenate([orbit[0], slowest, orbit[-1]], axis=1)):
        if point.stable and point.right:
            return point
    return None

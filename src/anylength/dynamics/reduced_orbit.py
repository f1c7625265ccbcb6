"""The orbit of the reduced map: the states that a net is predicted to pass through after the first held steps.

One slow direction gives a map of one variable on a curve, two or three give a map on a surface. What the start has beside the slow
manifold decays by the linear map at each state; while it lasts, it shifts the slow coordinates to second order.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.held_inputs import HeldInput
from anylength.dynamics.maps import States
from anylength.dynamics.reduction import Reduction
from anylength.dynamics.slow_manifold import SlowManifold, trace_slow_manifold

SURFACE_STEPS = 5_000
"""Steps that are followed on a surface. Each costs a Newton solve; 500 cut off too many breaks (docs/research-log/dynamics.md)."""

AT_REST = 1e-12
"""If one or two steps move the slow coordinates by less, the reduced map stays there for ever."""

DECAYED = 1e-7
"""Fast parts with a smaller norm are taken to be 0."""

APPROACHED = 0.05
"""An orbit has come near its attractor when this share of the start's distance to it is left. A convention."""

ATTRACTOR_SAMPLE = 1_000
"""Last states of an orbit that stand for its attractor. Those of a cycle or a closed curve lie dense enough for `APPROACHED`."""

Outcome = Literal["wrong", "right", "lost"]


@dataclass(frozen=True)
class ReducedOrbit:
    """Predicted states, one for each step of the map, as far as their answers are right.

    Attributes:
        method: What was followed: "curve" or "surface".
        outcome: Why the orbit ends: the answers of the last state are "wrong"; all answers are "right", and the map rests or was
            followed long enough; or the orbit is "lost": it left the domain of the map after the last state.
        coordinates: `[d, N]`, the slow coordinates.
        states: `[D, N]`.
        margins: `[N]`, the least margins of the right answers.
    """

    method: str
    outcome: Outcome
    coordinates: NDArray[np.float64]
    states: States
    margins: NDArray[np.float64]

    def near_attractor(self) -> int:
        """The index of the first state near the attractor, the place where the last states are."""
        steps = self.coordinates.shape[1]
        sample = self.coordinates[:, max(steps // 2, steps - ATTRACTOR_SAMPLE) :]
        start = float(_distances(self.coordinates[:, :1], sample)[0])
        for first in range(0, steps, ATTRACTOR_SAMPLE):
            near = _distances(self.coordinates[:, first : first + ATTRACTOR_SAMPLE], sample) <= APPROACHED * start
            if near.any():
                return first + int(near.argmax())
        return steps - 1


def _distances(some: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """The distance of each column of `[d, M]` to the nearest column of `[d, N]`."""
    return np.sqrt(((some[:, :, None] - others[:, None, :]) ** 2).sum(axis=0)).min(axis=1)


class _Path:
    """The states that were followed so far."""

    def __init__(self, held_input: HeldInput) -> None:
        self._held_input = held_input
        self.coordinates: list[NDArray[np.float64]] = []
        self._states: list[States] = []
        self._margins: list[float] = []

    def __len__(self) -> int:
        return len(self._states)

    def add(self, coordinates: NDArray[np.float64], state: States) -> bool:
        """Adds a state `[D, 1]` with slow coordinates `[d, 1]`. Returns whether its answers are right."""
        self.coordinates.append(coordinates)
        self._states.append(state)
        self._margins.append(float(self._held_input.least_margins(state)[0]))
        return self._margins[-1] >= 0

    def ended(self, method: str, outcome: Outcome) -> ReducedOrbit:
        """The orbit of the states that were added."""
        coordinates, states = np.concatenate(self.coordinates, axis=1), np.concatenate(self._states, axis=1)
        return ReducedOrbit(method, outcome, coordinates, states, np.array(self._margins))


def on_curve(held_input: HeldInput, reduction: Reduction) -> ReducedOrbit | None:
    """Follows the map of one variable. None if the state leaves the curve."""
    coordinate = float(reduction.coordinates(held_input.start_state)[0, 0])
    manifold = trace_slow_manifold(reduction, coordinate)
    if manifold is None or not manifold.contains(coordinate):
        return None
    path, fast_part = _Path(held_input), held_input.start_state - manifold.states_at(coordinate)
    # the slowest fast mode, of 0.8, shrinks to 1.5e-6 of its size in 60 steps
    while np.linalg.norm(fast_part) > DECAYED and len(path) < 60:
        state = manifold.states_at(coordinate)
        if not path.add(np.array([[coordinate]]), state + fast_part):
            return path.ended("curve", "wrong")
        coordinate = float(reduction.coordinates(held_input.held_map.step(state + fast_part))[0, 0])
        fast_part = reduction.decayed(state, fast_part)
        if not manifold.contains(coordinate):
            return None
    rest = _along(held_input, manifold, coordinate)
    if rest is None or not len(path):
        return rest
    return _joined(path.ended("curve", "right"), rest)


def _along(held_input: HeldInput, manifold: SlowManifold, coordinate: float) -> ReducedOrbit | None:
    """Follows the map of one variable from a state on the curve. None if the state leaves the curve."""
    at_nodes, followed = held_input.least_margins(manifold.states), [coordinate]
    while np.interp(followed[-1], manifold.nodes, at_nodes) >= 0:
        after = manifold.follow(followed[-1])
        if after is None:
            return None
        if len(followed) == 20_000 or min(abs(after - before) for before in followed[-2:]) < AT_REST:
            break
        followed.append(after)
    coordinates = np.array(followed)
    margins = np.interp(coordinates, manifold.nodes, at_nodes)
    outcome = "wrong" if margins[-1] < 0 else "right"
    return ReducedOrbit("curve", outcome, coordinates[None], manifold.states_at(coordinates), margins)


def _joined(first: ReducedOrbit, rest: ReducedOrbit) -> ReducedOrbit:
    """An orbit and the one that goes on after it."""
    pairs = [(getattr(first, name), getattr(rest, name)) for name in ("coordinates", "states", "margins")]
    return ReducedOrbit(rest.method, rest.outcome, *(np.concatenate(pair, axis=-1) for pair in pairs))


def on_surface(held_input: HeldInput, reduction: Reduction, max_steps: int) -> ReducedOrbit:
    """Follows the map of d variables. Newton's method finds its state at each step."""
    path, coordinates = _Path(held_input), reduction.coordinates(held_input.start_state)
    state = reduction.lift(held_input.start_state, coordinates)
    if state is None:
        path.add(coordinates, held_input.start_state)
        return path.ended("surface", "lost")
    fast_part = held_input.start_state - state
    while path.add(coordinates, state + fast_part):
        image = held_input.held_map.step(state + fast_part)
        fast_part = reduction.decayed(state, fast_part) if np.linalg.norm(fast_part) > DECAYED else np.zeros_like(fast_part)
        after = reduction.coordinates(image)
        if len(path) >= max_steps or min(float(np.abs(after - before).max()) for before in path.coordinates[-2:]) < AT_REST:
            return path.ended("surface", "right")
        state = reduction.lift(image, after)
        if state is None:
            return path.ended("surface", "lost")
        coordinates = after
    return path.ended("surface", "wrong")

"""Where one direction is slow: the curve along which the net moves, and the map of one variable on it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import States
from anylength.dynamics.reduction import Reduction

NODES, LEAST = 150, 2.5
"""Nodes to either side of the slow point, and the least length covered there (twice the starting amplitude if that is more)."""

REFINEMENTS = 6
"""So often the curve is replaced by its own image: the fast directions forget where they were."""

_FEWEST = 5
"""Nodes that a cubic needs."""

_JUMP = 15
"""Nodes whose states are farther apart than so many steps of s lie on another branch."""


@dataclass(frozen=True)
class SlowManifold:
    """The slow curve h(s) at nodes, and its map s → after(s), piecewise cubic in between.

    A ghost's speed is smaller than what straight lines between the nodes of a parabola would add to it (Akima 1970 adds nothing).

    Attributes:
        at: `[N]` rising s.
        states: `[D, N]`.
        after: `[N]`.
    """

    at: NDArray[np.float64]
    states: States
    after: NDArray[np.float64]

    def follow(self, place: float) -> float | None:
        """s one step later; None where the curve ends before it."""
        there = place + float(self._speed(place))
        return there if self.contains(there) else None

    @cached_property
    def _speed(self) -> Callable[[float], Any]:
        """after(s) − s between the nodes; straight where there are too few of them."""
        moved = self.after - self.at
        if len(self.at) < _FEWEST:
            return lambda place: np.interp(place, self.at, moved)
        from scipy.interpolate import Akima1DInterpolator

        return Akima1DInterpolator(self.at, moved)

    def state(self, place: float) -> States:
        """The state `[D, 1]` at s."""
        return np.stack([np.interp([place], self.at, row) for row in self.states])

    def contains(self, place: float) -> bool:
        """Whether s lies on the curve."""
        return bool(self.at[0] <= place <= self.at[-1])


def trace_slow_manifold(reduction: Reduction, amplitude: float) -> SlowManifold | None:
    """The slow curve around the slow point, long enough for a starting amplitude; None where it cannot be followed at all."""
    step = max(2 * abs(amplitude), LEAST) / NODES
    middle = reduction.lift(reduction.point.state, np.zeros((1, 1)))
    if middle is None:
        return None
    down, up = _walk(reduction, middle, -step), _walk(reduction, middle, step)
    states = np.concatenate([*down[::-1], middle, *up], axis=1)
    at = step * np.arange(-len(down), len(up) + 1, dtype=np.float64)
    for _ in range(REFINEMENTS):
        states = _image(reduction, at, states, len(down))
    return SlowManifold(at, states, reduction.coordinates(reduction.held.step(states))[0])


def _walk(reduction: Reduction, middle: States, step: float) -> list[States]:
    """The states at s = step, 2·step, … as far as they go on smoothly."""
    found, before, here = [], middle, middle
    for node in range(1, NODES + 1):
        after = reduction.lift(2 * here - before, np.full((1, 1), node * step))
        if after is None or np.linalg.norm(after - here) > _JUMP * abs(step):
            break
        found.append(after)
        before, here = here, after
    return found


def _image(reduction: Reduction, at: NDArray[np.float64], states: States, middle: int) -> States:
    """The image of the curve at the same s, where the map keeps their order around the slow point; elsewhere the curve itself."""
    images = reduction.held.step(states)
    places = reduction.coordinates(images)[0]
    falls = np.flatnonzero(np.diff(places) <= 0)
    first = int(falls[falls < middle].max(initial=-1)) + 1
    last = int(falls[falls >= middle].min(initial=len(at) - 1))
    part = slice(first, last + 1)
    moved = np.stack([np.interp(at, places[part], row[part]) for row in images])
    kept = np.where((places[first] <= at) & (at <= places[last]), moved, states)
    return kept + reduction.basis * (at - reduction.coordinates(kept)[0])

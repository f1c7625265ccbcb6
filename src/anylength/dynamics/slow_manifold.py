"""The slow manifold where one direction is slow: the curve along which the net moves, and the map of one variable on it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import States
from anylength.dynamics.reduction import Reduction

NODES = 150
"""Nodes on either side of the slow point. More nodes cost linear time."""


@dataclass(frozen=True)
class SlowManifold:
    """The curve h(s) at nodes, and its map s → image(s), interpolated by cubics.

    Between nodes of a parabola, straight lines would add more than a ghost's speed; Akima's cubics (1970) add nothing.

    Attributes:
        nodes: `[N]`, rising values of s.
        states: `[D, N]`, h(s).
        images: `[N]`, s one step later.
    """

    nodes: NDArray[np.float64]
    states: States
    images: NDArray[np.float64]

    def follow(self, coordinate: float) -> float | None:
        """The coordinate s one step later. None if that is beyond the end of the curve."""
        image = coordinate + float(self._speed(coordinate))
        return image if self.contains(image) else None

    @cached_property
    def _speed(self) -> Callable[[float], Any]:
        """image(s) − s between the nodes: cubic, or linear if there are too few nodes."""
        moved = self.images - self.nodes
        # Akima's cubic interpolation needs five nodes
        if len(self.nodes) < 5:
            return partial(np.interp, xp=self.nodes, fp=moved)
        from scipy.interpolate import Akima1DInterpolator

        return Akima1DInterpolator(self.nodes, moved)

    def states_at(self, coordinates: float | NDArray[np.float64]) -> States:
        """The states `[D, N]` at values of s `[N]`; `[D, 1]` at one value."""
        return np.stack([np.interp(np.atleast_1d(coordinates), self.nodes, row) for row in self.states])

    def contains(self, coordinate: float) -> bool:
        """Whether s lies between the ends of the curve."""
        return bool(self.nodes[0] <= coordinate <= self.nodes[-1])


def trace_slow_manifold(reduction: Reduction, amplitude: float) -> SlowManifold | None:
    """The curve through the slow point, long enough for a starting amplitude |s|. None if it cannot even begin."""
    # a tanh unit's whole range is 2
    spacing = max(2 * abs(amplitude), 2.5) / NODES
    middle = reduction.lift(reduction.point.state, np.zeros((1, 1)))
    if middle is None:
        return None
    down, up = _traced_states(reduction, middle, -spacing), _traced_states(reduction, middle, spacing)
    states = np.concatenate([*down[::-1], middle, *up], axis=1)
    nodes = spacing * np.arange(-len(down), len(up) + 1, dtype=np.float64)
    # each image damps the curve's fast part; other numbers were no better (docs/research-log/dynamics.md)
    for _ in range(6):
        states = _image(reduction, nodes, states, len(down))
    return SlowManifold(nodes, states, reduction.coordinates(reduction.held_map.step(states))[0])


def _traced_states(reduction: Reduction, middle: States, spacing: float) -> list[States]:
    """The states at s = spacing, 2·spacing, … as far as the curve is smooth."""
    states, before, current = [], middle, middle
    for node in range(1, NODES + 1):
        after = reduction.lift(2 * current - before, np.full((1, 1), node * spacing))
        # states farther apart than 15 node distances lie on different branches
        if after is None or np.linalg.norm(after - current) > 15 * abs(spacing):
            break
        states.append(after)
        before, current = current, after
    return states


def _image(reduction: Reduction, nodes: NDArray[np.float64], states: States, middle: int) -> States:
    """The image of the curve at the same s, where the map keeps the order of the nodes; elsewhere the curve unchanged.

    Args:
        reduction: The reduction.
        nodes: Values of s.
        states: The curve.
        middle: Index of the slow point's node. The kept range contains it.
    """
    images = reduction.held_map.step(states)
    coordinates = reduction.coordinates(images)[0]
    falls = np.flatnonzero(np.diff(coordinates) <= 0)
    first = int(falls[falls < middle].max(initial=-1)) + 1
    last = int(falls[falls >= middle].min(initial=len(nodes) - 1))
    part = slice(first, last + 1)
    moved = np.stack([np.interp(nodes, coordinates[part], row[part]) for row in images])
    merged = np.where((coordinates[first] <= nodes) & (nodes <= coordinates[last]), moved, states)
    return merged + reduction.basis * (nodes - reduction.coordinates(merged)[0])

"""The plane of the two principal axes of states, and the turn of a plane towards an earlier one."""

import numpy as np

from anylength.dynamics.maps import States
from anylength.records import Plane

TINY = 1e-300
"""Keeps a division by zero away."""

RUNAWAY = 3.0
"""An orbit runs away where it is farther from the middle of the states around it than this many times their radius.

With the whole orbit of a diverging relu net in a picture, all else is a sliver. Orbits of the bounded nets looked at stay within 1.
"""


def principal_axes(states: States) -> tuple[States, float]:
    """The two principal axes `[D, 2]` of centred states `[D, B]`, and the share of the variance in their plane."""
    values, axes = np.linalg.eigh(states @ states.T)
    axes = axes[:, ::-1][:, :2]
    if axes.shape[1] < 2:
        axes = np.concatenate([axes, np.zeros_like(axes)], axis=1)
    share = float(values[::-1][:2].sum() / max(values.sum(), TINY))
    return axes * largest_entry_signs(axes), share


@np.errstate(over="ignore", invalid="ignore")  # an orbit may overflow: then it is far
def before_running_away(orbit: States, core: States) -> States:
    """The states `[D, T]` of an orbit up to the first one that has run away from a core `[D, N]`, that one included.

    The last state tells a picture where the orbit leaves to. A core of one point has no radius: then the orbit stays whole.
    """
    middle = core.mean(axis=1, keepdims=True)
    radius = np.linalg.norm(core - middle, axis=0).max()
    far = np.flatnonzero(np.linalg.norm(orbit - middle, axis=0) > RUNAWAY * radius)
    return orbit if radius == 0 or not far.size else orbit[:, : int(far[0]) + 1]


def largest_entry_signs(axes: States) -> States:
    """For each of two axes `[D, 2]` the sign of its largest entry: multiplied by it, the entry is positive."""
    return np.where(axes[np.abs(axes).argmax(axis=0), [0, 1]] < 0, -1, 1)


def turned_towards(axes: States, states: States, before: Plane | None) -> States:
    """The axes `[D, 2]` turned (or mirrored) in their plane, so that states lie as near as possible to where they lay before.

    This is the orthogonal Procrustes problem (Schönemann 1966).

    Args:
        axes: The axes.
        states: `[D, B]`, centred states of the same words as in the earlier plane.
        before: The earlier plane. Without one, or with other words, the axes stay.
    """
    if before is None or len(before.states) != states.shape[1]:
        return axes
    left, _, right = np.linalg.svd((axes.T @ states) @ np.asarray(before.states, np.float64))
    return axes @ (left @ right)


def pairs(points: States) -> list[tuple[float, float]]:
    """Points `[2, N]` as a list of pairs."""
    return [(float(x), float(y)) for x, y in points.T]

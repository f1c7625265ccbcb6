"""What a picture of states on their two principal axes needs: signs of axes, and where an orbit leaves the picture."""

import numpy as np

from anylength.dynamics.maps import States


@np.errstate(over="ignore", invalid="ignore")  # an orbit may overflow: then it is far
def before_running_away(orbit: States, core: States) -> States:
    """The states `[D, T]` of an orbit up to the first one that has run away from a core `[D, N]`, that one included.

    The last state tells a picture where the orbit leaves to. A core of one point has no radius: then the orbit stays whole.
    """
    middle = core.mean(axis=1, keepdims=True)
    radius = np.linalg.norm(core - middle, axis=0).max()
    # orbits of the bounded nets looked at stay within 1; with the whole orbit of a diverging relu net in a picture, all
    # else is a sliver
    far = np.flatnonzero(np.linalg.norm(orbit - middle, axis=0) > 3.0 * radius)
    return orbit if radius == 0 or not far.size else orbit[:, : int(far[0]) + 1]


def largest_entry_signs(axes: States) -> States:
    """For each of two axes `[D, 2]` the sign of its largest entry: multiplied by it, the entry is positive."""
    return np.where(axes[np.abs(axes).argmax(axis=0), [0, 1]] < 0, -1, 1)


def pairs(points: States) -> list[tuple[float, float]]:
    """Points `[2, N]` as a list of pairs."""
    return [(float(x), float(y)) for x, y in points.T]

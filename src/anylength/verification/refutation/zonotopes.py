"""Sets of states that follow a net soundly: c + G·y for all y in [−1, 1]^m, and one step of the net from such a set.

Every step's computed state may differ from the exact one by `epsilon` in each coordinate; all rounding goes outward. What is lost
at a step (curvature, rounding, epsilon) becomes new columns of G, so that errors keep their direction instead of wrapping.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net
from anylength.ops import slopes
from anylength.ops.intervals import Interval, matmul
from anylength.ops.slopes import Slope

MOST = 16
"""G may have so many columns for each row; then the shortest ones are replaced by a box around them."""


@dataclass(frozen=True)
class Zonotope:
    """The states c + G·y.

    Attributes:
        centre: c `[D, 1]` float64.
        spread: G `[D, m]` float64.
    """

    centre: NDArray[np.float64]
    spread: NDArray[np.float64]

    @staticmethod
    def box(centre: NDArray[np.float64], radius: float) -> "Zonotope":
        """All states within a radius of the centre `[D, 1]`, in each coordinate."""
        return Zonotope(centre, radius * np.eye(len(centre)))

    @property
    def hull(self) -> Interval:
        """The smallest box `[D, 1]` around it, rounded outward."""
        radius = _row_sums(np.abs(self.spread))
        return Interval.exact(self.centre) + Interval.between(-radius, radius)


def after(net: Net, encoded: NDArray[np.float64], zone: Zonotope, epsilon: float) -> Zonotope:
    """A zonotope that holds every state after one symbol `[E, 1]` from every state of the zone; NaN where that overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        return _after(net, encoded, zone, epsilon)


def _after(net: Net, encoded: NDArray[np.float64], zone: Zonotope, epsilon: float) -> Zonotope:
    middle = net.cell.step(slopes, encoded, slopes.constant(zone.centre)).value
    slope = net.cell.step(slopes, encoded, Slope(zone.hull, Interval.exact(zone.spread))).slope
    centre, spread = (middle.low + middle.high) / 2, (slope.low + slope.high) / 2
    lost = _row_sums(np.maximum(slope.high - spread, spread - slope.low) * (1 + 1e-12))
    lost = (lost + np.maximum(middle.high - centre, centre - middle.low)) * (1 + 1e-12) + epsilon
    lost = np.nextafter(lost, np.inf)
    return _reduced(Zonotope(centre, np.concatenate([spread, np.diag(lost[:, 0])], axis=1)))


def leads(net: Net, zone: Zonotope, right: int) -> NDArray[np.float64]:
    """For each class `[C]` a lower bound on how far its logit is above that of the class `right`, over the whole zone."""
    weight, bias = np.asarray(net.weight, np.float64), np.asarray(net.bias, np.float64)
    lead = np.eye(len(weight)) - np.eye(len(weight))[right]
    at_centre = matmul(weight, Interval.exact(zone.centre[: net.hidden])) + bias[:, None]
    along = matmul(weight, Interval.exact(zone.spread[: net.hidden]))
    state_bound = matmul(lead, along)
    reached = _row_sums(np.maximum(np.abs(state_bound.low), np.abs(state_bound.high)))
    return np.nextafter(matmul(lead, at_centre).low - reached, -np.inf)[:, 0]


def _row_sums(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Upper bounds `[rows, 1]` on the sums of the rows of a non-negative `[rows, m]`."""
    return value.sum(axis=1, keepdims=True) * (1 + (value.shape[1] + 2) * 2.0**-52) + 1e-300


def _reduced(zone: Zonotope) -> Zonotope:
    """The zone itself, or where G has become too wide a zone around it (Girard 2005)."""
    rows, columns = zone.spread.shape
    if columns <= MOST * rows:
        return zone
    order = np.argsort(np.abs(zone.spread).sum(axis=0))
    short, kept = order[: -(MOST // 2) * rows], order[-(MOST // 2) * rows :]
    box = np.diag(_row_sums(np.abs(zone.spread[:, short]))[:, 0])
    return Zonotope(zone.centre, np.concatenate([zone.spread[:, kept], box], axis=1))

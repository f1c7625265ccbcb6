"""Zonotopes, the sets of states c + G·y for all y in [−1, 1]^m, and a sound step of a net from such a set.

The computed state of every step may differ from the exact one by `epsilon` in each coordinate. All rounding goes outward. What a
step loses (curvature, rounding, epsilon) becomes new columns of G, so that errors keep their direction and do not wrap.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net
from anylength.ops.intervals import Interval
from anylength.ops.slopes import Slope, slopes

MAX_COLUMNS_PER_ROW = 16
"""Beyond this many columns of G for each row, a box replaces the shorter half. More columns are tighter, and cost linear time."""

ROUNDED_UP = 1 + 1e-12
"""A factor for non-negative float64 numbers: more than the relative error of the few operations that lead to them."""

ULP = 2.0**-52
"""Twice the relative error of one float64 operation."""

UNDERFLOW = 1e-300
"""More than all that underflow may take from a sum."""


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


def step(net: Net, encoded: NDArray[np.float64], zone: Zonotope, epsilon: float) -> Zonotope:
    """A zonotope that holds every state after one symbol `[E, 1]` from every state of the zone; NaN where that overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        return _step(net, encoded, zone, epsilon)


def _step(net: Net, encoded: NDArray[np.float64], zone: Zonotope, epsilon: float) -> Zonotope:
    """The mean value theorem: the step of the centre, and the slopes over the whole hull times the spread."""
    symbol = slopes.constant(encoded[:, 0], 1)
    middle = net.cell.step(slopes, symbol, slopes.constant(zone.centre[:, 0], 1)).value
    slope = net.cell.step(slopes, symbol, Slope(zone.hull, Interval.exact(zone.spread))).slope
    centre, spread = (middle.low + middle.high) / 2, (slope.low + slope.high) / 2
    lost = _row_sums(np.maximum(slope.high - spread, spread - slope.low) * ROUNDED_UP)
    lost = (lost + np.maximum(middle.high - centre, centre - middle.low)) * ROUNDED_UP + epsilon
    lost = np.nextafter(lost, np.inf)
    return _reduced(Zonotope(centre, np.concatenate([spread, np.diag(lost[:, 0])], axis=1)))


def margins(net: Net, zone: Zonotope, right: int) -> NDArray[np.float64]:
    """For each class `[C]` a lower bound, over the whole zone, on its logit minus that of the class `right`."""
    weight, bias = np.asarray(net.weight, np.float64), np.asarray(net.bias, np.float64)
    difference = np.eye(len(weight)) - np.eye(len(weight))[right]
    middle = net.cell.features(slopes, slopes.constant(zone.centre[:, 0], 1)).value
    slope = net.cell.features(slopes, Slope(zone.hull, Interval.exact(zone.spread))).slope
    at_centre = middle.times(weight) + bias[:, None]
    along_spread = slope.times(weight).times(difference)
    radius = _row_sums(np.maximum(np.abs(along_spread.low), np.abs(along_spread.high)))
    return np.nextafter(at_centre.times(difference).low - radius, -np.inf)[:, 0]


def _row_sums(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Upper bounds `[rows, 1]` on the sums of the rows of a non-negative `[rows, m]`."""
    return value.sum(axis=1, keepdims=True) * (1 + (value.shape[1] + 2) * ULP) + UNDERFLOW


def _reduced(zone: Zonotope) -> Zonotope:
    """The zone itself, or a zone around it with fewer columns where it has too many (order reduction, Girard 2005)."""
    rows, columns = zone.spread.shape
    if columns <= MAX_COLUMNS_PER_ROW * rows:
        return zone
    shortest_first = np.argsort(np.abs(zone.spread).sum(axis=0))
    half = columns - MAX_COLUMNS_PER_ROW * rows // 2
    short, kept = shortest_first[:half], shortest_first[half:]
    box = np.diag(_row_sums(np.abs(zone.spread[:, short]))[:, 0])
    return Zonotope(zone.centre, np.concatenate([zone.spread[:, kept], box], axis=1))

"""A trapping region of a stable cycle: a neighbourhood from which every orbit is proved to end in the cycle, as large as found.

It is an ellipsoid {c + V·y : |y| ≤ r} around a point c of the cycle, in the Euclidean norm of y. With P from the Lyapunov
equation (J/γ)ᵀ P (J/γ) − P = −1 and V = P^(−1/2), every J of spectral radius below γ shrinks it, however its eigenvectors lie. A
parallelotope on eigenvectors would need them to be real and far from parallel. The condition is checked in outward-rounded
intervals, with W near V⁻¹:

    |y'| ≤ (|W·(F^n(c) − c)| + ‖W·D F^n·V‖·r) / (1 − ‖1 − W·V‖) ≤ r

Here n is a multiple of the period, and the Jacobians are those at all states of the ellipsoid's hull. Then F^n maps the
ellipsoid into itself and contracts it: every orbit in it ends in the one cycle that passes through it. A larger n contracts
more, but its bounds are wider.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.cycle import Cycle, Unproved
from anylength.dynamics.directions import jacobian_over_period
from anylength.dynamics.largest_passing import largest_passing
from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.norms import DEFLATION, INFLATION, TINY, spectral_norm
from anylength.dynamics.time_limit import check_time
from anylength.ops.intervals import Interval, intervals
from anylength.ops.slopes import Slope, slopes

SMALLEST, LARGEST = 1e-10, 10.0
"""Smallest and largest radius r that is tried. The largest entry of V is 1, and a tanh unit's whole range is 2."""


@dataclass(frozen=True, eq=False)
class TrappingRegion:
    """F^n maps {c + V·y : |y| ≤ r} into itself, and every orbit of F from there ends in the cycle. Proved.

    Attributes:
        centre: c `[D, 1]`, the first point of the cycle.
        shape: V `[D, D]`. Its largest entry is 1.
        radius: r.
        inner: Every state within this Euclidean distance of c lies in the region.
        steps: n.
        rate: Bound on the factor by which F^n shrinks the distance, in y, of two states of the region. It is below 1.
    """

    centre: States
    shape: NDArray[np.float64]
    radius: float
    inner: float
    steps: int
    rate: float


def trapping_region(held_map: HeldMap, cycle: Cycle) -> TrappingRegion | Unproved:
    """The trapping region of a stable cycle with the largest inner ball found, or the reason why there is none."""
    if not cycle.stable:
        return Unproved(f"the cycle is not stable: its spectral radius is {cycle.radius:.6g}")
    jacobian = jacobian_over_period(held_map, cycle.states)
    with np.errstate(all="ignore"):
        shapes = _shapes(jacobian, cycle.radius)
        # n spans one, two or four periods
        candidates = [_largest(held_map, cycle, shape, periods * cycle.period) for shape in shapes for periods in (1, 2, 4)]
    regions = [region for region in candidates if region is not None]
    if not regions:
        return Unproved(f"no ellipsoid with a radius from {SMALLEST:g} to {LARGEST:g} is proved to be mapped into itself")
    return max(regions, key=lambda region: region.inner)


def _shapes(jacobian: NDArray[np.float64], radius: float) -> list[NDArray[np.float64]]:
    """Matrices V `[D, D]`, one for each γ for which the Lyapunov equation has a positive definite solution."""
    from scipy.linalg import solve_discrete_lyapunov

    shapes = []
    # where γ lies between the spectral radius and 1: the largest inner ball wins
    for share in (0.1, 0.5, 0.9):
        try:
            form = solve_discrete_lyapunov(jacobian.T / (radius + share * (1 - radius)), np.eye(len(jacobian)))
            shape = np.linalg.inv(np.linalg.cholesky((form + form.T) / 2).T)
        except np.linalg.LinAlgError:
            continue
        if np.isfinite(shape).all():
            shapes.append(np.asarray(shape / np.abs(shape).max(), np.float64))
    return shapes


def _largest(held_map: HeldMap, cycle: Cycle, shape: NDArray[np.float64], steps: int) -> TrappingRegion | None:
    """The largest region of one shape and one n."""
    ellipsoid = _Ellipsoid.of(held_map, cycle, shape, steps)
    radii = largest_passing(lambda radius: ellipsoid.rate(radius) < 1, SMALLEST, LARGEST)
    if radii is None:
        return None
    inner = radii.largest * (1 - ellipsoid.error) / spectral_norm(Interval.exact(ellipsoid.inverse)) * DEFLATION
    return TrappingRegion(cycle.states[:, [0]], shape, radii.largest, inner, steps, ellipsoid.rate(radii.largest))


@dataclass(frozen=True, eq=False)
class _Ellipsoid:
    """The test of one shape and one n.

    Attributes:
        held_map: The map.
        centre: c `[D, 1]`.
        steps: n.
        shape: V `[D, D]`.
        inverse: W `[D, D]`.
        error: An upper bound on ‖1 − W·V‖.
        moved: An upper bound on |W·(F^n(c) − c)|.
    """

    held_map: HeldMap
    centre: States
    steps: int
    shape: NDArray[np.float64]
    inverse: NDArray[np.float64]
    error: float
    moved: float

    @staticmethod
    def of(held_map: HeldMap, cycle: Cycle, shape: NDArray[np.float64], steps: int) -> "_Ellipsoid":
        inverse = np.asarray(np.linalg.inv(shape), np.float64)
        error = spectral_norm(np.eye(len(shape)) - Interval.exact(shape).times(inverse))
        centre = cycle.states[:, [0]]
        image = Interval.exact(centre)
        for _ in range(steps):
            image = _step(held_map, image)
        moved = spectral_norm((image - centre).times(inverse))
        return _Ellipsoid(held_map, centre, steps, shape, inverse, error, moved)

    def rate(self, radius: float) -> float:
        """A bound on the contraction by F^n of the ellipsoid of this radius. Infinite if F^n may map it out of itself."""
        norm = spectral_norm(self._slope(radius).times(self.inverse))
        image = (self.moved + norm * radius) / (1 - self.error) * INFLATION
        inside = self.error < 1 and image <= radius
        return norm / (1 - self.error) * INFLATION if inside else float("inf")

    def _slope(self, radius: float) -> Interval:
        """Bounds `[D, D]` on D F^n·V over the hull of the ellipsoid."""
        lengths = np.sqrt((self.shape**2).sum(axis=1, keepdims=True)) * (radius * INFLATION) + TINY
        centre = Interval.exact(self.centre)
        value = Slope(centre + Interval.between(-lengths, lengths), Interval.exact(self.shape))
        for _ in range(self.steps):
            check_time()
            value = self.held_map.net.cell.step(slopes, self.held_map.encoded, value)
            centre = _step(self.held_map, centre)
            value = Slope(_narrowed(value.value, centre, value.slope, radius), value.slope)
        return value.slope


def _narrowed(value: Interval, centre: Interval, slope: Interval, radius: float) -> Interval:
    """The intersection of `value` with the mean value form: centre + slope·y for all |y| ≤ radius."""
    size = np.maximum(np.abs(slope.low), np.abs(slope.high))
    half_width = np.sqrt((size**2).sum(axis=1, keepdims=True)) * (radius * INFLATION) + TINY
    form = centre + Interval.between(-half_width, half_width)
    return Interval.between(np.maximum(value.low, form.low), np.minimum(value.high, form.high))


def _step(held_map: HeldMap, value: Interval) -> Interval:
    """F over an interval `[D, 1]`."""
    return held_map.net.cell.step(intervals, Interval.exact(held_map.encoded), value)

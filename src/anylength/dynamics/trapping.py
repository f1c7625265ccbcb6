"""A neighbourhood of a stable cycle from which every orbit ends at the cycle: proved, and as large as found.

An ellipsoid {c + V·y : |y| ≤ r} around a point c of the cycle, in the Euclidean norm of y. With P from the Lyapunov equation
(J/γ)ᵀ P (J/γ) − P = −1 and V = P^(−1/2) every J of spectral radius below γ shrinks it, however its eigenvectors lie; a
parallelotope on eigenvectors would need them to be real and far from parallel. Checked in outward-rounded intervals, with W near
V⁻¹:

    |y'| ≤ (|W·(F^n(c) − c)| + ‖W·D F^n·V‖·r) / (1 − ‖1 − W·V‖) ≤ r

for a multiple n of the period and the Jacobians at all states of the ellipsoid's hull. Then F^n maps it into itself and contracts
it: every orbit from it ends at the one cycle that passes through it. A larger n contracts more, but its bounds are wider.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.cycle import Cycle, Unproved
from anylength.dynamics.directions import jacobian_around
from anylength.dynamics.largest_passing import largest_passing
from anylength.dynamics.maps import HeldMap, States
from anylength.ops import intervals, slopes
from anylength.ops.intervals import Interval
from anylength.ops.slopes import Slope

SMALLEST, LARGEST = 1e-10, 10.0
"""Radii r that are tried."""
SHARES = (0.1, 0.5, 0.9)
"""Where γ lies between the spectral radius and 1: each is tried, and what gives the largest ball inside is kept."""
TIMES = (1, 2, 4)
"""How many periods n may have."""


@dataclass(frozen=True, eq=False)
class TrappingRegion:
    """F^n maps {c + V·y : |y| ≤ r} into itself, and every orbit of F from there ends at the cycle: proved.

    Attributes:
        centre: c `[D, 1]`, the first point of the cycle.
        shape: V `[D, D]`; its largest entry is 1.
        radius: r.
        inner: Every state within this Euclidean distance of c is in it.
        steps: n.
        rate: A bound on how much nearer, in y, two states of it are to each other after F^n: below 1.
    """

    centre: States
    shape: NDArray[np.float64]
    radius: float
    inner: float
    steps: int
    rate: float


def trapping_region(held: HeldMap, cycle: Cycle) -> TrappingRegion | Unproved:
    """The largest trap found around a stable cycle, or the reason why there is none."""
    if not cycle.stable:
        return Unproved(f"the cycle is not stable: its spectral radius is {cycle.radius:.6g}")
    jacobian = jacobian_around(held, cycle.states)
    with np.errstate(all="ignore"):
        shapes = _shapes(jacobian, cycle.radius)
        found = [_largest(held, cycle, shape, times * cycle.period) for shape in shapes for times in TIMES]
    traps = [each for each in found if each is not None]
    if not traps:
        return Unproved(f"no ellipsoid of a radius from {SMALLEST:g} to {LARGEST:g} is mapped into itself as bounded")
    return max(traps, key=lambda each: each.inner)


def _shapes(jacobian: NDArray[np.float64], radius: float) -> list[NDArray[np.float64]]:
    """Matrices V `[D, D]`, one for each γ that works out."""
    from scipy.linalg import solve_discrete_lyapunov

    shapes = []
    for share in SHARES:
        try:
            form = solve_discrete_lyapunov(jacobian.T / (radius + share * (1 - radius)), np.eye(len(jacobian)))
            shape = np.linalg.inv(np.linalg.cholesky((form + form.T) / 2).T)
        except np.linalg.LinAlgError:
            continue
        if np.isfinite(shape).all():
            shapes.append(np.asarray(shape / np.abs(shape).max(), np.float64))
    return shapes


def _largest(held: HeldMap, cycle: Cycle, shape: NDArray[np.float64], steps: int) -> TrappingRegion | None:
    ellipsoid = _Ellipsoid.of(held, cycle, shape, steps)
    held_for = largest_passing(lambda radius: ellipsoid.rate(radius) < 1, SMALLEST, LARGEST)
    if held_for is None:
        return None
    inner = held_for.last * (1 - ellipsoid.error) / spectral_norm(Interval.exact(ellipsoid.inverse)) * (1 - 1e-12)
    return TrappingRegion(cycle.states[:, [0]], shape, held_for.last, inner, steps, ellipsoid.rate(held_for.last))


@dataclass(frozen=True, eq=False)
class _Ellipsoid:
    """The test of one shape and one n.

    Attributes:
        centre: c `[D, 1]`.
        steps: n.
        shape: V `[D, D]`.
        inverse: W `[D, D]`.
        error: An upper bound on ‖1 − W·V‖.
        moved: An upper bound on |W·(F^n(c) − c)|.
    """

    held: HeldMap
    centre: States
    steps: int
    shape: NDArray[np.float64]
    inverse: NDArray[np.float64]
    error: float
    moved: float

    @staticmethod
    def of(held: HeldMap, cycle: Cycle, shape: NDArray[np.float64], steps: int) -> "_Ellipsoid":
        inverse = np.asarray(np.linalg.inv(shape), np.float64)
        error = spectral_norm(np.eye(len(shape)) - intervals.matmul(inverse, Interval.exact(shape)))
        centre = cycle.states[:, [0]]
        value = Interval.exact(centre)
        for _ in range(steps):
            value = _step(held, value)
        moved = spectral_norm(intervals.matmul(inverse, value - centre))
        return _Ellipsoid(held, centre, steps, shape, inverse, error, moved)

    def rate(self, radius: float) -> float:
        """A bound on how F^n contracts the ellipsoid of this radius, if F^n maps it into itself; else not below 1, or NaN."""
        norm = spectral_norm(intervals.matmul(self.inverse, self._slope(radius)))
        image = (self.moved + norm * radius) / (1 - self.error) * (1 + 1e-12)
        inside = self.error < 1 and image <= radius
        return norm / (1 - self.error) * (1 + 1e-12) if inside else float("inf")

    def _slope(self, radius: float) -> Interval:
        """Bounds `[D, D]` on D F^n·V over the hull of the ellipsoid."""
        lengths = np.sqrt((self.shape**2).sum(axis=1, keepdims=True)) * (radius * (1 + 1e-12)) + 1e-300
        centre = Interval.exact(self.centre)
        value = Slope(centre + Interval.between(-lengths, lengths), Interval.exact(self.shape))
        for _ in range(self.steps):
            value = self.held.net.cell.step(slopes, self.held.encoded, value)
            centre = _step(self.held, centre)
            value = Slope(_narrowed(value.value, centre, value.slope, radius), value.slope)
        return value.slope


def _narrowed(value: Interval, centre: Interval, slope: Interval, radius: float) -> Interval:
    """What lies both in `value` and in the mean value form: centre + slope·y for all |y| ≤ radius."""
    size = np.maximum(np.abs(slope.low), np.abs(slope.high))
    reach = np.sqrt((size**2).sum(axis=1, keepdims=True)) * (radius * (1 + 1e-12)) + 1e-300
    form = centre + Interval.between(-reach, reach)
    return Interval.between(np.maximum(value.low, form.low), np.minimum(value.high, form.high))


def _step(held: HeldMap, value: Interval) -> Interval:
    """F over an interval `[D, 1]`."""
    return held.net.cell.step(intervals, Interval.exact(held.encoded), value)


def spectral_norm(matrix: Interval) -> float:
    """An upper bound on the Euclidean norm ‖A‖ of every matrix `[n, m]` within the bounds.

    With B = C·U for the centre C and a nearly orthogonal U, ‖C‖² ≤ ‖BᵀB‖ / (1 − ‖1 − UᵀU‖), and BᵀB is nearly diagonal if U holds
    C's right singular vectors: then its largest row sum is nearly its norm. The radius R adds at most √(‖R‖₁·‖R‖∞).
    """
    centre = (matrix.low + matrix.high) / 2
    radius = np.maximum(matrix.high - centre, centre - matrix.low) * (1 + 1e-12) + 1e-300
    if not np.isfinite(centre).all():
        return float("inf")
    basis = np.asarray(np.linalg.svd(centre)[2].T, np.float64)
    turned = intervals.matmul(centre, Interval.exact(basis))
    square = intervals.matmul_of_intervals(Interval.between(turned.low.T, turned.high.T), turned)
    off = _row_sum(np.eye(len(basis)) - intervals.matmul(basis.T, Interval.exact(basis)))
    within = np.sqrt(_row_sum(square) / (1 - off)) if off < 1 else np.inf
    return float((within + np.sqrt(radius.sum(axis=0).max() * radius.sum(axis=1).max())) * (1 + 1e-12))


def _row_sum(matrix: Interval) -> float:
    """An upper bound on the largest sum of a row of absolute values."""
    return float(np.maximum(np.abs(matrix.low), np.abs(matrix.high)).sum(axis=1).max() * (1 + 1e-12))

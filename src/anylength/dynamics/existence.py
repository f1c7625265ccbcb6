"""Proves that a computed cycle exists: Krawczyk's test in outward-rounded intervals (Krawczyk 1969; Neumaier 1990, section 5.1).

The p points of a cycle are one zero of G(h_0, …, h_(p−1)) with blocks F(h_(k−1)) − h_k. Let X be a box around the computed zero
x and C any matrix. If K(X) = x − C·G(x) + (1 − C·G'(X))·(X − x) lies inside X, then X contains exactly one zero of G. The bounds
G'(X) come from the interpreter `slopes`. All p points at once are a larger system than F^p(h) = h, but its slopes are those of
one step, so its boxes can be wider.

NaN, infinities and crossed bounds make every comparison false: the result is then "not proved".
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.cycle import Cycle, ExistenceProof, Unproved
from anylength.dynamics.largest_passing import largest_passing
from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.spectrum import spectral_side
from anylength.dynamics.time_limit import check_time
from anylength.ops.intervals import Interval, intervals
from anylength.ops.slopes import Slope, slopes

SMALLEST = 1e-12
"""Smallest half width of a box that is tried. Newton's method leaves errors of about 1e-15, so smaller boxes add nothing."""

LARGEST = 1.0
"""Largest half width that is tried. A tanh unit ranges over −1 to 1, so larger boxes mean nothing."""


def with_proof(held_map: HeldMap, cycle: Cycle) -> Cycle:
    """The cycle with its existence proof, or with the reason why there is none."""
    with np.errstate(all="ignore"):
        return dataclasses.replace(cycle, proof=_proof(held_map, cycle.states))


def _proof(held_map: HeldMap, states: States) -> ExistenceProof | Unproved:
    test = Krawczyk.at(held_map, states)
    if test is None:
        return Unproved("the matrix 1 − D F^p is singular as computed: the cycle is about to be born or to vanish")
    radii = largest_passing(test.passes, SMALLEST, LARGEST)
    if radii is None:
        return Unproved(f"Krawczyk's test fails for boxes of every half width from {SMALLEST:g} to {LARGEST:g}")
    attracting, repelling = spectral_side(jacobian_product_bounds(held_map, states, radii.smallest))
    return ExistenceProof(radii.smallest, radii.largest, attracting, repelling)


@dataclasses.dataclass(frozen=True, eq=False)
class Krawczyk:
    """The test around one computed cycle. Made with `at`.

    Attributes:
        held_map: The map.
        states: x, `[D, p]`.
        inverse: C, `[p·D, p·D]`: an approximation of G'(x)⁻¹. The proof is valid however poor it is.
        moved: C·G(x), `[p·D, 1]`.
    """

    held_map: HeldMap
    states: States
    inverse: NDArray[np.float64]
    moved: Interval

    @staticmethod
    def at(held_map: HeldMap, states: States) -> "Krawczyk | None":
        """The test at these states. None if G' is singular or not finite there."""
        try:
            inverse = np.asarray(np.linalg.inv(_cyclic(held_map.jacobians(states))), np.float64)
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(inverse).all():
            return None
        errors = []
        for k in range(states.shape[1]):
            image = held_map.net.cell.step(intervals, Interval.exact(held_map.encoded), Interval.exact(states[:, [k - 1]]))
            errors.append(image - states[:, [k]])
        return Krawczyk(held_map, states, inverse, Interval.stacked(errors).times(inverse))

    def passes(self, radius: float) -> bool:
        """Whether K(X) lies inside X, for the box X of this half width around the states."""
        half_widths = np.full((len(self.inverse), 1), radius)
        with np.errstate(all="ignore"):
            contraction = np.eye(len(self.inverse)) - self._slopes(radius).times(self.inverse)
            image = Interval.between(-half_widths, half_widths).times(contraction) - self.moved
        return bool((np.abs(image.low) < radius).all() and (np.abs(image.high) < radius).all())

    def _slopes(self, radius: float) -> Interval:
        """G'(X), `[p·D, p·D]`."""
        boxes = [jacobian_bounds(self.held_map, self.states[:, [k]], radius) for k in range(self.states.shape[1])]
        low, high = (_cyclic(np.stack(ends)) for ends in zip(*((box.low, box.high) for box in boxes), strict=True))
        return Interval.between(np.nextafter(low, -np.inf), np.nextafter(high, np.inf))


def jacobian_bounds(held_map: HeldMap, state: States, radius: float) -> Interval:
    """Bounds `[D, D]` on the Jacobians of F at all states within a radius of this one `[D, 1]`, in each coordinate."""
    box = Interval.exact(state).widened(radius)
    check_time()
    return held_map.net.cell.step(slopes, held_map.encoded, Slope(box, Interval.exact(np.eye(held_map.size)))).slope


def jacobian_product_bounds(held_map: HeldMap, states: States, radius: float) -> Interval:
    """Bounds `[D, D]` on the products of Jacobians within a radius of h_(p−1), …, h_0. D F^p at the exact cycle is one of them."""
    product = jacobian_bounds(held_map, states[:, [0]], radius)
    for k in range(1, states.shape[1]):
        product = product.times(jacobian_bounds(held_map, states[:, [k]], radius))
    return product


def _cyclic(jacobians: NDArray[np.float64]) -> NDArray[np.float64]:
    """G' `[p·D, p·D]` from the Jacobians `[p, D, D]`: block (k, k − 1) is the one at h_(k−1), less 1 on the diagonal."""
    count, size, _ = jacobians.shape
    blocks = np.zeros((count, size, count, size))
    for k in range(count):
        blocks[k, :, k - 1, :] += jacobians[k - 1]
        blocks[k, :, k, :] -= np.eye(size)
    return blocks.reshape(count * size, count * size)

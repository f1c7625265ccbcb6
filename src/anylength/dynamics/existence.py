"""Whether a computed cycle exists: Krawczyk's test in outward-rounded intervals (Krawczyk 1969; Neumaier 1990, section 5.1).

The p points of a cycle are one zero of G(h_0, …, h_(p−1)) with blocks F(h_(k−1)) − h_k. For a box X around the computed zero x
and any matrix C, K(X) = x − C·G(x) + (1 − C·G'(X))·(X − x) lies inside X only if X holds exactly one zero of G. G' comes from the
rigorous slopes of `slopes`. All p points at once are a larger system than F^p(h) = h, but its slopes are those of one step, so
its boxes can be wider.

Any NaN, infinity or crossed bound makes a comparison false: not proved.
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.cycle import Cycle, ExistenceProof, Unproved
from anylength.dynamics.largest_passing import largest_passing
from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.spectrum import spectral_side
from anylength.ops import intervals, slopes
from anylength.ops.intervals import Interval
from anylength.ops.slopes import Slope

SMALLEST, WIDEST = 1e-12, 1.0
"""Half widths of boxes that are tried."""


def with_proof(held: HeldMap, cycle: Cycle) -> Cycle:
    """The cycle with its proof, or with the reason why there is none."""
    with np.errstate(all="ignore"):
        return dataclasses.replace(cycle, proof=_proof(held, cycle.states))


def _proof(held: HeldMap, states: States) -> ExistenceProof | Unproved:
    test = Krawczyk.at(held, states)
    if test is None:
        return Unproved("the matrix 1 − D F^p is singular as computed: the cycle is about to be born or to vanish")
    held_for = largest_passing(test.passes, SMALLEST, WIDEST)
    if held_for is None:
        return Unproved(f"Krawczyk's test fails for boxes of every half width from {SMALLEST:g} to {WIDEST:g}")
    attracting, repelling = spectral_side(product(held, states, held_for.first))
    return ExistenceProof(held_for.first, held_for.last, attracting, repelling)


@dataclasses.dataclass(frozen=True, eq=False)
class Krawczyk:
    """The test around one computed cycle. Made with `at`.

    Attributes:
        held: The map.
        states: x, `[D, p]`.
        inverse: C, `[p·D, p·D]`: about G'(x)⁻¹, though nothing depends on how well.
        moved: C·G(x), `[p·D, 1]`.
    """

    held: HeldMap
    states: States
    inverse: NDArray[np.float64]
    moved: Interval

    @staticmethod
    def at(held: HeldMap, states: States) -> "Krawczyk | None":
        """The test at these states; None where G' is singular or not finite there."""
        try:
            inverse = np.asarray(np.linalg.inv(_cyclic(held.jacobians(states))), np.float64)
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(inverse).all():
            return None
        errors = []
        for k in range(states.shape[1]):
            image = held.net.cell.step(intervals, Interval.exact(held.encoded), Interval.exact(states[:, [k - 1]]))
            errors.append(image - states[:, [k]])
        return Krawczyk(held, states, inverse, intervals.matmul(inverse, intervals.concatenate(errors)))

    def passes(self, radius: float) -> bool:
        """Whether K(X) lies inside X, for the box X of this half width around the states."""
        half = np.full((len(self.inverse), 1), radius)
        with np.errstate(all="ignore"):
            near = np.eye(len(self.inverse)) - intervals.matmul(self.inverse, self._slopes(radius))
            image = intervals.matmul_of_intervals(near, Interval.between(-half, half)) - self.moved
        return bool((np.abs(image.low) < radius).all() and (np.abs(image.high) < radius).all())

    def _slopes(self, radius: float) -> Interval:
        """G'(X), `[p·D, p·D]`."""
        boxes = [jacobian(self.held, self.states[:, [k]], radius) for k in range(self.states.shape[1])]
        low, high = (_cyclic(np.stack(ends)) for ends in zip(*((box.low, box.high) for box in boxes), strict=True))
        return Interval.between(np.nextafter(low, -np.inf), np.nextafter(high, np.inf))


def jacobian(held: HeldMap, state: States, radius: float) -> Interval:
    """All Jacobians of F `[D, D]` at states within a radius of this one `[D, 1]`, in each coordinate."""
    box = Interval.exact(state).widened(radius)
    return held.net.cell.step(slopes, held.encoded, Slope(box, Interval.exact(np.eye(held.size)))).slope


def product(held: HeldMap, states: States, radius: float) -> Interval:
    """All products `[D, D]` of Jacobians at states within a radius of h_(p−1), …, h_0: D F^p at the exact cycle is one of them."""
    whole = jacobian(held, states[:, [0]], radius)
    for k in range(1, states.shape[1]):
        whole = intervals.matmul_of_intervals(jacobian(held, states[:, [k]], radius), whole)
    return whole


def _cyclic(jacobians: NDArray[np.float64]) -> NDArray[np.float64]:
    """G' `[p·D, p·D]` from the Jacobians at its p points: block (k, k − 1) is that at h_(k−1), less 1 on the diagonal."""
    count, size, _ = jacobians.shape
    blocks = np.zeros((count, size, count, size))
    for k in range(count):
        blocks[k, :, k - 1, :] += jacobians[k - 1]
        blocks[k, :, k, :] -= np.eye(size)
    return blocks.reshape(count * size, count * size)

"""On which side of 1 the spectral radius of a matrix lies that is known within bounds, proved from its powers.

ρ(M) ≤ ‖M^k‖^(1/k) for every norm, and |trace M^k| ≤ n·ρ(M)^k: a power of norm below 1 proves that all eigenvalues lie inside the
unit circle, a power whose trace exceeds n that one lies outside. Squaring in interval arithmetic gives k = 1, 2, 4, …; eigenvectors
are not needed, so clusters of eigenvalues do no harm.
"""

import numpy as np

from anylength.ops import intervals
from anylength.ops.intervals import Interval

SQUARINGS = 24
"""So 1 − ρ may be about 1e-6, if the bounds are as narrow."""


def spectral_side(matrix: Interval) -> tuple[bool, bool]:
    """Whether ρ < 1 is proved, and whether ρ > 1 is, for every matrix `[n, n]` within the bounds. At most one of them."""
    with np.errstate(all="ignore"):
        return _side(matrix)


def _side(matrix: Interval) -> tuple[bool, bool]:
    power, size = matrix, len(matrix.low)
    for _ in range(SQUARINGS):
        if _norm(power) < 1:
            return True, False
        if _least_trace(power) > size:
            return False, True
        power = intervals.matmul_of_intervals(power, power)
        if not (np.isfinite(power.low).all() and np.isfinite(power.high).all()):
            break
    return False, False


def _norm(matrix: Interval) -> float:
    """An upper bound on the largest sum of a row of absolute values."""
    size = np.maximum(np.abs(matrix.low), np.abs(matrix.high))
    return float((size.sum(axis=1) * (1 + size.shape[1] * 2.0**-51)).max())


def _least_trace(matrix: Interval) -> float:
    """A lower bound on the absolute value of the trace."""
    low, high = np.diag(matrix.low), np.diag(matrix.high)
    lost = len(low) * 2.0**-51 * max(np.abs(low).sum(), np.abs(high).sum())
    return float(max(low.sum() - lost, -high.sum() - lost))

"""Proves on which side of 1 the spectral radius of a matrix lies, for a matrix known within bounds.

ρ(M) ≤ ‖M^k‖^(1/k) for every norm, and |trace M^k| ≤ n·ρ(M)^k. A power with norm below 1 proves that all eigenvalues lie inside the
unit circle. A power whose trace exceeds n proves that one eigenvalue lies outside. Repeated squaring in interval arithmetic gives
k = 1, 2, 4, …. No eigenvectors are needed, so clusters of eigenvalues do no harm.
"""

import numpy as np

from anylength.ops.intervals import Interval

ROUNDING = 2.0**-51
"""Relative rounding error of one addition of a float64 sum, as an upper bound (four times the unit roundoff 2⁻⁵³)."""


def spectral_side(matrix: Interval) -> tuple[bool, bool]:
    """Whether ρ < 1 is proved and whether ρ > 1 is proved, for every matrix `[n, n]` within the bounds. At most one is true."""
    with np.errstate(all="ignore"):
        return _spectral_side(matrix)


def _spectral_side(matrix: Interval) -> tuple[bool, bool]:
    power, size = matrix, len(matrix.low)
    # k = 2^23 decides |1 − ρ| down to about 1e-6, if the bounds on the matrix are as narrow
    for _ in range(24):
        if _norm(power) < 1:
            return True, False
        if _least_trace(power) > size:
            return False, True
        power = power.times(power)
        if not (np.isfinite(power.low).all() and np.isfinite(power.high).all()):
            break
    return False, False


def _norm(matrix: Interval) -> float:
    """An upper bound on the largest row sum of absolute values."""
    size = np.maximum(np.abs(matrix.low), np.abs(matrix.high))
    return float((size.sum(axis=1) * (1 + size.shape[1] * ROUNDING)).max())


def _least_trace(matrix: Interval) -> float:
    """A lower bound on the absolute value of the trace."""
    low, high = np.diag(matrix.low), np.diag(matrix.high)
    error = len(low) * ROUNDING * max(np.abs(low).sum(), np.abs(high).sum())
    return float(max(low.sum() - error, -high.sum() - error))

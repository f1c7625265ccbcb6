"""Upper bounds on norms of interval matrices, rounded outwards."""

import numpy as np

from anylength.ops.intervals import Interval

INFLATION, DEFLATION = 1 + 1e-12, 1 - 1e-12
"""Factors that cover the rounding of a few float64 operations (2⁻⁵³ each), also for sums of 1,000 terms (about 1e-13)."""

TINY = 1e-300
"""Covers the rounding of results near 0, where a factor does not help. As the least divisor, keeps a division by zero away."""


def spectral_norm(matrix: Interval) -> float:
    """An upper bound on the Euclidean norm ‖A‖ of every matrix `[n, m]` within the bounds.

    With B = C·U for the centre C and a nearly orthogonal U, ‖C‖² ≤ ‖BᵀB‖ / (1 − ‖1 − UᵀU‖). If U holds the right singular
    vectors of C, then BᵀB is nearly diagonal and its largest row sum is nearly its norm. The radius R adds at most √(‖R‖₁·‖R‖∞).
    """
    centre = (matrix.low + matrix.high) / 2
    radius = np.maximum(matrix.high - centre, centre - matrix.low) * INFLATION + TINY
    if not np.isfinite(centre).all():
        return float("inf")
    basis = np.asarray(np.linalg.svd(centre)[2].T, np.float64)
    rotated = Interval.exact(basis).times(centre)
    square = rotated.times(Interval.between(rotated.low.T, rotated.high.T))
    defect = largest_row_sum(np.eye(len(basis)) - Interval.exact(basis).times(basis.T))
    centre_norm = np.sqrt(largest_row_sum(square) / (1 - defect)) if defect < 1 else np.inf
    return float((centre_norm + np.sqrt(radius.sum(axis=0).max() * radius.sum(axis=1).max())) * INFLATION)


def largest_row_sum(matrix: Interval) -> float:
    """An upper bound on the largest row sum of absolute values."""
    return float(np.maximum(np.abs(matrix.low), np.abs(matrix.high)).sum(axis=1).max() * INFLATION)

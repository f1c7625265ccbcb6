"""Proportions with exact binomial confidence intervals."""

import numpy as np

from anylength.records import Share

CONFIDENCE = 0.95
"""Confidence level of every interval in records."""


def share(right: int, tried: int) -> Share:
    """`right` successes in `tried` trials with the Clopper–Pearson interval (1934), whose ends are quantiles of beta distributions.

    Raises:
        ValueError: There are no trials, or more successes than trials.
    """
    from scipy.special import betaincinv

    if not 0 <= right <= tried or tried == 0:
        raise ValueError(f"{right} of {tried} is no share")
    tail = (1 - CONFIDENCE) / 2
    low = betaincinv(right, tried - right + 1, tail) if right else 0.0
    high = betaincinv(right + 1, tried - right, 1 - tail) if right < tried else 1.0
    return Share(right=right, tried=tried, low=float(low), high=float(high))


def share_of(good: np.ndarray) -> Share:
    """The share of entries of a boolean array that are true."""
    return share(int(good.sum()), int(good.size))

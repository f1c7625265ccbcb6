"""Tests of two settings, and a correction for many tests: Fisher's exact test, the log-rank test, Holm's method.

The tests take the nets of two settings as independent draws. Settings that share seeds share their training numbers. This makes
them more alike, if anything, so the tests are conservative.
"""

from collections.abc import Sequence

import numpy as np

from anylength.records import Share
from anylength.statistics.survival import SurvivalData

FISHER_EXACT, LOG_RANK = "Fisher's exact test", "log-rank test"
"""The tests' names in records."""


def fisher_exact_test(first: Share, second: Share) -> float:
    """The two-sided p value of Fisher's exact test (1935). Null hypothesis: both settings have the same probability."""
    from scipy.stats import fisher_exact

    table = [[first.right, first.tried - first.right], [second.right, second.tried - second.right]]
    return float(fisher_exact(table)[1])  # type: ignore[arg-type]


def log_rank_test(first: SurvivalData, second: SurvivalData) -> float:
    """The two-sided p value of the log-rank test (Mantel 1966). Null hypothesis: held lengths have the same distribution.

    Censored nets are taken into account. The p value is 1 where no net failed.
    """
    from scipy.stats import logrank

    if not first.failed and not second.failed:
        return 1.0
    with np.errstate(all="ignore"):
        p = float(logrank(first.to_scipy(), second.to_scipy()).pvalue)
    return p if np.isfinite(p) else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values (Holm 1979). Rejecting those below α keeps the probability of any false rejection below α."""
    order = np.argsort(p_values)
    steps = np.asarray(p_values, float)[order] * (len(p_values) - np.arange(len(p_values)))
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted.tolist()

"""Are two settings alike? Tests of shares and of breaking lengths, and what many tests at once do to their p values.

The nets of two settings are taken as independent draws. Where they share seeds, they share their training numbers: that makes two
settings more alike, if anything, so the tests err on the careful side.
"""

from collections.abc import Sequence

import numpy as np

from anylength.records import Share
from anylength.statistics.survival import SurvivalData

FISHER_EXACT, LOG_RANK = "Fisher's exact test", "log-rank test"


def fisher_exact_test(one: Share, other: Share) -> float:
    """The p value of Fisher's exact test (1935), two-sided: that both shares are one."""
    from scipy.stats import fisher_exact

    table = [[one.right, one.tried - one.right], [other.right, other.tried - other.right]]
    return float(fisher_exact(table)[1])  # type: ignore[arg-type]


def log_rank_test(one: SurvivalData, other: SurvivalData) -> float:
    """The p value of the log-rank test (Mantel 1966), two-sided: that both break alike. 1 where no net breaks.

    Nets that never broke count as what they are: held up to the limit.
    """
    from scipy.stats import logrank

    if not one.broke and not other.broke:
        return 1.0
    with np.errstate(all="ignore"):
        p = float(logrank(one.censored(), other.censored()).pvalue)
    return p if np.isfinite(p) else 1.0


def holm(p: Sequence[float]) -> list[float]:
    """The p values held against how many there are (Holm 1979): under α, all that lie under α stay so together."""
    order = np.argsort(p)
    grown = np.maximum.accumulate(np.asarray(p, float)[order] * (len(p) - np.arange(len(p))))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(grown, 1.0)
    return adjusted.tolist()

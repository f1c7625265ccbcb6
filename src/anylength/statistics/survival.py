"""Survival analysis of held lengths: for how many steps nets hold an input before they fail.

A net that never failed within the limit of its test is *censored* at the limit: it counts as having held at least that long. Nets
are counted by length, so memory does not grow with the number of nets.
"""

import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from anylength.records import SurvivalCurve
from anylength.statistics.shares import CONFIDENCE

if TYPE_CHECKING:
    from scipy.stats import CensoredData


@dataclass
class SurvivalData:
    """Nets counted by the number of steps that they held an input.

    Attributes:
        failed: Steps held (the horizon) → nets that failed after them.
        censored: Limit of the test → nets that held up to it.
    """

    failed: Counter[int] = field(default_factory=Counter)
    censored: Counter[int] = field(default_factory=Counter)

    def add(self, horizon: int | None, limit: int) -> None:
        """Counts one net: it failed after `horizon` steps, or None: it held up to `limit` steps."""
        if horizon is None:
            self.censored[limit] += 1
        else:
            self.failed[horizon] += 1

    @property
    def nets(self) -> int:
        """The number of nets."""
        return self.failed.total() + self.censored.total()

    def to_scipy(self) -> "CensoredData":
        """The same data as right-censored data of scipy."""
        from scipy.stats import CensoredData

        return CensoredData(uncensored=_repeated(self.failed), right=_repeated(self.censored))


def _repeated(counts: Counter[int]) -> np.ndarray:
    """Each length as often as it was counted, ascending."""
    lengths = sorted(counts)
    return np.repeat(np.array(lengths, float), [counts[length] for length in lengths])


def kaplan_meier(nets: SurvivalData) -> SurvivalCurve:
    """The survival curve (Kaplan & Meier 1958) with a 95 % log-log confidence band, and the median with its interval.

    The median's interval is that of Brookmeyer & Crowley (1982): the lengths at which the band contains one half.

    Raises:
        ValueError: There are no nets.
    """
    from scipy.stats import ecdf

    if not nets.nets:
        raise ValueError("no nets")
    curve = ecdf(nets.to_scipy()).sf
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # scipy's band is NaN where all nets or none survive
        band = curve.confidence_interval(CONFIDENCE, method="log-log")
    lengths, survival = np.asarray(curve.quantiles, float), np.asarray(curve.probabilities, float)
    low, high = (np.asarray(edge.probabilities, float) for edge in (band.low, band.high))
    low, high = np.where(np.isnan(low), survival, low), np.where(np.isnan(high), survival, high)
    drops = np.diff(survival, prepend=1.0) < 0
    return SurvivalCurve(
        nets=nets.nets,
        failed=nets.failed.total(),
        limit=max([*nets.censored, *nets.failed]),
        median=_length_at_half(lengths, survival),
        median_low=_length_at_half(lengths, low),
        median_high=_length_at_half(lengths, high),
        lengths=lengths[drops].tolist(),
        survival=survival[drops].tolist(),
        survival_low=low[drops].tolist(),
        survival_high=high[drops].tolist(),
    )


def _length_at_half(lengths: np.ndarray, survival: np.ndarray) -> float | None:
    """The first length at which the curve is at most one half; None where it stays above."""
    at_most_half = np.flatnonzero(survival <= 0.5)
    return float(lengths[at_most_half[0]]) if at_most_half.size else None

"""Breaking lengths: how long nets hold, where some never broke within the limit (they are censored there, not left out).

Nets are counted by length, so that a million of them take no more room than a hundred.
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
    """Nets counted by the length that they held: `broke` after it, or `held` up to that limit and never broke."""

    broke: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)

    def add(self, horizon: int | None, limit: int) -> None:
        """Counts one net."""
        if horizon is None:
            self.held[limit] += 1
        else:
            self.broke[horizon] += 1

    @property
    def nets(self) -> int:
        """How many there are."""
        return self.broke.total() + self.held.total()

    def censored(self) -> "CensoredData":
        """The same as scipy has it."""
        from scipy.stats import CensoredData

        return CensoredData(uncensored=_spelled(self.broke), right=_spelled(self.held))


def _spelled(counted: Counter[int]) -> np.ndarray:
    lengths = sorted(counted)
    return np.repeat(np.array(lengths, float), [counted[length] for length in lengths])


def kaplan_meier(nets: SurvivalData) -> SurvivalCurve:
    """The survival curve (Kaplan & Meier 1958) with its 95 % log-log band, and the median with the interval that the band gives it.

    The interval of the median is that of Brookmeyer and Crowley (1982): the lengths at which the band does not exclude one half.

    Raises:
        ValueError: There are no nets.
    """
    from scipy.stats import ecdf

    if not nets.nets:
        raise ValueError("no nets")
    curve = ecdf(nets.censored()).sf
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # the band does not exist where all or none are left
        band = curve.confidence_interval(CONFIDENCE, method="log-log")
    lengths, survival = np.asarray(curve.quantiles, float), np.asarray(curve.probabilities, float)
    low, high = (np.asarray(edge.probabilities, float) for edge in (band.low, band.high))
    low, high = np.where(np.isnan(low), survival, low), np.where(np.isnan(high), survival, high)
    step = np.diff(survival, prepend=1.0) < 0
    return SurvivalCurve(
        nets=nets.nets,
        broke=nets.broke.total(),
        limit=max([*nets.held, *nets.broke]),
        median=_under_half(lengths, survival),
        low=_under_half(lengths, low),
        high=_under_half(lengths, high),
        lengths=lengths[step].tolist(),
        survival=survival[step].tolist(),
        survival_low=low[step].tolist(),
        survival_high=high[step].tolist(),
    )


def _under_half(lengths: np.ndarray, survival: np.ndarray) -> float | None:
    """The first length at which at most half are left."""
    at = np.flatnonzero(survival <= 0.5)
    return float(lengths[at[0]]) if at.size else None

"""Means over nets with confidence intervals."""

import math
from collections.abc import Sequence

from anylength.records import Interval
from anylength.statistics.shares import CONFIDENCE


def mean_interval(values: Sequence[float]) -> Interval:
    """The mean of accuracies, 0…1, with Student's t interval (1908), cut off at 0 and 1. One value has no interval.

    Raises:
        ValueError: There are no values.
    """
    from scipy.special import stdtrit

    if not values:
        raise ValueError("no values")
    count, mean = len(values), math.fsum(values) / len(values)
    if count == 1:
        return Interval(mean=mean, low=None, high=None, nets=1)
    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1)
    half = float(stdtrit(count - 1, (1 + CONFIDENCE) / 2)) * math.sqrt(variance / count)
    return Interval(mean=mean, low=max(0.0, mean - half), high=min(1.0, mean + half), nets=count)

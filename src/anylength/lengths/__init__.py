"""Lengths: how far a net goes. Answers, counting on, stress tests, length curves, horizons."""

from anylength.lengths.answer import ask, count_on, cut, replayed
from anylength.lengths.horizon import horizon, ripples_right
from anylength.lengths.stress import stress
from anylength.statistics import share

__all__ = ["ask", "count_on", "cut", "horizon", "replayed", "ripples_right", "share", "stress"]

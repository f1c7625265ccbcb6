"""Lengths: how far a net goes. Answers, counting on, stress tests, length curves, horizons."""

from anylength.lengths.answer import answer_to, ask, count_on, mistake_on, separator_of, truncate
from anylength.lengths.horizon import held_inputs_correct, horizon
from anylength.lengths.stress import stress
from anylength.statistics import share

__all__ = [
    "answer_to", "ask", "count_on", "held_inputs_correct", "horizon", "mistake_on", "separator_of", "share", "stress", "truncate",
]  # fmt: skip

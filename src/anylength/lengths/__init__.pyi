from .answer import answer_to, ask, count_on, mistake_on, separator_of, truncate, word_of
from .horizon import held_inputs_correct, horizon
from .stress import stress

__all__ = [
    "answer_to", "ask", "count_on", "held_inputs_correct", "horizon", "mistake_on", "separator_of", "stress", "truncate", "word_of",
]  # fmt: skip

"""Refutation: the search for a word that a net answers wrongly, and the proof of a whole family of such words."""

from anylength.verification.refutation.budget import StepBudget, TimeBudget
from anylength.verification.refutation.pumping import PumpedWords, prove_pumped_words
from anylength.verification.refutation.refute import (
    SHORTENING_SECONDS,
    TESTED,
    Refutation,
    find_wrong_word,
    refute,
    refute_along,
    refute_with,
    refute_within,
    replay,
)  # fmt: skip
from anylength.verification.refutation.search import Tried
from anylength.verification.refutation.words import Word

__all__ = [
    "SHORTENING_SECONDS", "TESTED", "PumpedWords", "Refutation", "StepBudget", "TimeBudget", "Tried", "Word", "find_wrong_word",
    "prove_pumped_words", "refute", "refute_along", "refute_with", "refute_within", "replay",
]  # fmt: skip

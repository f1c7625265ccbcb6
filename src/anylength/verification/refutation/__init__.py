"""Refutation: the search for a word that a net answers wrongly, and for a whole family of them."""

from anylength.verification.refutation.cascade import Refutation, attacked, refute, refute_by
from anylength.verification.refutation.clock import StepBudget, TimeBudget
from anylength.verification.refutation.pumped import Pumped, pumped

__all__ = ["TimeBudget", "Pumped", "Refutation", "StepBudget", "attacked", "pumped", "refute", "refute_by"]

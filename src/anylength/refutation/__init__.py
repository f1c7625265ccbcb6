"""Refutation: the search for a word that a net answers wrongly, and for a whole family of them."""

from anylength.refutation.cascade import Refutation, attacked, refute, refute_by
from anylength.refutation.clock import Clock, Steps
from anylength.refutation.pumped import Pumped, pumped

__all__ = ["Clock", "Pumped", "Refutation", "Steps", "attacked", "pumped", "refute", "refute_by"]

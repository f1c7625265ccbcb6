"""Refutation: the search for a word that a net answers wrongly, and for a whole family of them."""

from anylength.refutation.cascade import Refutation, attacked, refute
from anylength.refutation.pumped import Pumped, pumped

__all__ = ["Pumped", "Refutation", "attacked", "pumped", "refute"]

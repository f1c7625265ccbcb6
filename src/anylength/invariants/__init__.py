"""Invariants: the untrusted search for covers and for the noise budget."""

from anylength.invariants.budget import noise_budget
from anylength.invariants.search import find_cover

__all__ = ["find_cover", "noise_budget"]

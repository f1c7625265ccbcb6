"""Invariants: the untrusted search for covers and for the noise budget."""

from anylength.verification.invariants.noise_budget import noise_budget
from anylength.verification.invariants.sampled_ranges import sampled_ranges
from anylength.verification.invariants.search import find_cover
from anylength.verification.invariants.unrolled import MEMORIES, unrolled_cover

__all__ = ["MEMORIES", "find_cover", "noise_budget", "sampled_ranges", "unrolled_cover"]

"""Verdicts: PROVED, REFUTED, UNKNOWN or NOT APPLICABLE, for any net."""

from anylength.verdicts.proof import covering, find_proofs, most_noise
from anylength.verdicts.verdict import PROVABLE, Settled, not_applicable, proved, settle

__all__ = ["PROVABLE", "Settled", "covering", "find_proofs", "most_noise", "not_applicable", "proved", "settle"]

"""Verdicts: PROVED, REFUTED, UNKNOWN or NOT APPLICABLE, for any net."""

from anylength.verdicts.proof import find_proofs
from anylength.verdicts.verdict import PROVABLE, Settled, settle

__all__ = ["PROVABLE", "Settled", "find_proofs", "settle"]

"""Verdicts: PROVED, REFUTED, UNKNOWN or NOT APPLICABLE, for any net."""

from anylength.verification.verdicts.proof import covering, find_proofs, most_noise
from anylength.verification.verdicts.verdict import PROVABLE, Verification, not_applicable, proved, verify

__all__ = ["PROVABLE", "Verification", "covering", "find_proofs", "most_noise", "not_applicable", "proved", "verify"]

"""Verdicts: PROVED, REFUTED, UNKNOWN or NOT APPLICABLE, for any net."""

from anylength.verification.verdicts.proof import find_format_proof, find_noise_budget, find_proofs
from anylength.verification.verdicts.verdict import PROVABLE, Verification, not_applicable, try_to_prove, verify

__all__ = [
    "PROVABLE", "Verification", "find_format_proof", "find_noise_budget", "find_proofs", "not_applicable", "try_to_prove", "verify",
]  # fmt: skip

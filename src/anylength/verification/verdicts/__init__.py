"""Verdicts: PROVED, REFUTED, UNKNOWN or NOT APPLICABLE, for any net; and what a stored verdict is worth for the net beside it."""

from anylength.verification.verdicts.evidence import (
    Judgement,
    Subject,
    holds_for_original,
    judge_certificate,
    judge_proof,
    judge_rounded,
    judge_some_words,
    judge_verdict,
    judge_within,
)
from anylength.verification.verdicts.proof import find_format_proof, find_horizon_proof, find_noise_budget, find_proofs
from anylength.verification.verdicts.rounded import verify_rounded
from anylength.verification.verdicts.verdict import Verification, not_applicable, proved_steps, try_to_prove, verify, verify_within

__all__ = [
    "Judgement", "Subject", "Verification", "find_format_proof", "find_horizon_proof", "find_noise_budget", "find_proofs",
    "holds_for_original", "proved_steps", "judge_certificate", "judge_proof", "judge_some_words", "judge_verdict", "judge_within",
    "judge_rounded", "verify_rounded",
    "not_applicable", "try_to_prove", "verify", "verify_within",
]  # fmt: skip

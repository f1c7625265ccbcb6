"""Diagnosis: turns what the dynamics show into findings in plain words."""

from anylength.diagnosis.explanation import explain
from anylength.diagnosis.failure_modes import DESCRIPTIONS, FailureMode, failure_mode_of

__all__ = ["DESCRIPTIONS", "FailureMode", "explain", "failure_mode_of"]

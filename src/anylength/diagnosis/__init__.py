"""Diagnosis: turns what the dynamics show into findings in plain words."""

from anylength.diagnosis.explanation import explain
from anylength.diagnosis.failure_modes import failure_mode_of
from anylength.records.failure_modes import DESCRIPTIONS, FailureMode

__all__ = ["DESCRIPTIONS", "FailureMode", "explain", "failure_mode_of"]

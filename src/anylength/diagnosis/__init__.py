"""Diagnosis: from what the dynamics show to named findings in plain words."""

from anylength.diagnosis.explanation import explain
from anylength.diagnosis.ways import SAYS, Way, way_of

__all__ = ["SAYS", "Way", "explain", "way_of"]

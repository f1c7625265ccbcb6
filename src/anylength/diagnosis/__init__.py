"""Diagnosis: from what the dynamics show to named findings in plain words."""

from anylength.diagnosis.explanation import explained
from anylength.diagnosis.ways import SAYS, Way, way_of

__all__ = ["SAYS", "Way", "explained", "way_of"]

"""Proofs by ellipsoids, for nets that were not trained to be provable. Not trusted: the independent checker judges what is found.

The nodes are `contexts`, what a word ended with. Each has an ellipsoid of states, trained (`training`) on what a certificate needs:
that its image under each symbol lies in the ellipsoid of the next context. `search` splits the contexts that do not close.
"""

from anylength.verification.ellipsoids.find import LEAST_SECONDS, FoundEllipsoids, find_ellipsoid_proof
from anylength.verification.ellipsoids.kept import NO_MEMORY, Memory
from anylength.verification.ellipsoids.search import Progress, no_progress

__all__ = ["LEAST_SECONDS", "NO_MEMORY", "FoundEllipsoids", "Memory", "Progress", "find_ellipsoid_proof", "no_progress"]

"""Certify: the statement that is proved and the sound check of it, the number formats it covers, and the file that states it.

Everything here but `runtimes` and `state_grid` is trusted, so it is the plainest code of the project.
"""

from anylength.verification.certify.certificate import ParsedCertificate, Proof, certificate_bytes, parse_certificate
from anylength.verification.certify.cover import Cover, CoverCheck, check, margins, state_bound_of
from anylength.verification.certify.ellipsoid_cover import EllipsoidCover, Fork
from anylength.verification.certify.formats import FORMATS, covered_formats, epsilon_and_eta_within, required_epsilon_and_eta
from anylength.verification.certify.images import Ranges, StepImages, ranges_of, stored_start
from anylength.verification.certify.runtimes import RUNTIMES, Runtime, RuntimeCoverage, covers_original, runtime_coverage
from anylength.verification.certify.state_grid import StateGrid, coarsest_state_grid
from anylength.verification.certify.visited import Visited

__all__ = [
    "FORMATS", "RUNTIMES", "Cover", "CoverCheck", "EllipsoidCover", "Fork", "ParsedCertificate", "Proof", "Ranges", "Runtime",
    "RuntimeCoverage", "StateGrid", "StepImages", "Visited", "certificate_bytes", "check", "coarsest_state_grid", "covered_formats",
    "covers_original", "epsilon_and_eta_within", "margins", "parse_certificate", "ranges_of", "required_epsilon_and_eta",
    "runtime_coverage", "state_bound_of", "stored_start",
]  # fmt: skip

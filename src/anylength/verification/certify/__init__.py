"""Certify: covers, the number formats they cover, and the file that states a proof. The independent checker judges that file."""

from anylength.verification.certify.certificate import ParsedCertificate, Proof, certificate_bytes, parse_certificate
from anylength.verification.certify.cover import Cover, least_margin, margins, state_bound_of
from anylength.verification.certify.ellipsoid_cover import EllipsoidCover
from anylength.verification.certify.formats import FORMATS, covered_formats, epsilon_and_eta_within, required_epsilon_and_eta
from anylength.verification.certify.images import Ranges, StepImages, ranges_of, stored_start
from anylength.verification.certify.runtimes import RUNTIMES, Runtime, RuntimeCoverage, covers_original, runtime_coverage
from anylength.verification.certify.state_grid import StateGrid, coarsest_state_grid
from anylength.verification.certify.visited import Visited

__all__ = [
    "FORMATS", "RUNTIMES", "Cover", "EllipsoidCover", "ParsedCertificate", "Proof", "Ranges", "Runtime", "RuntimeCoverage",
    "StateGrid", "StepImages", "Visited", "certificate_bytes", "coarsest_state_grid", "covered_formats",
    "covers_original", "epsilon_and_eta_within", "least_margin", "margins", "parse_certificate", "ranges_of",
    "required_epsilon_and_eta", "runtime_coverage", "state_bound_of", "stored_start",
]  # fmt: skip

"""Certify: the statement that is proved and the sound check of it, the number formats it covers, the file that says so."""

from anylength.verification.certify.certificate import Certified, Proof, certificate, parsed
from anylength.verification.certify.cover import Checked, Cover, check, images, leads, state_bound_of
from anylength.verification.certify.fixed_point import FixedPoint, coarsest_states
from anylength.verification.certify.formats import FORMATS, covered, needed
from anylength.verification.certify.runtimes import RUNTIMES, Coverage, Runtime, coverage, covers_original

__all__ = [
    "FORMATS", "RUNTIMES", "Certified", "Checked", "Cover", "Coverage", "FixedPoint", "Proof", "Runtime", "certificate", "check",
    "coarsest_states", "coverage", "covered", "covers_original", "images", "leads", "needed", "parsed", "state_bound_of",
]  # fmt: skip

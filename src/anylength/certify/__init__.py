"""Certify: the statement that is proved and the sound check of it, the number formats it covers, the file that says so."""

from anylength.certify.certificate import Proof, certificate
from anylength.certify.cover import Checked, Cover, check, images, leads, reach_of
from anylength.certify.formats import FORMATS, covered, needed

__all__ = ["FORMATS", "Checked", "Cover", "Proof", "certificate", "check", "covered", "images", "leads", "needed", "reach_of"]

"""Extraction: the machine that a net has become, whether it is the task's, and how it is written down."""

from anylength.extraction.exports import EXPORTS, export
from anylength.extraction.extract import extract
from anylength.extraction.learn import Learned, learned

__all__ = ["EXPORTS", "Learned", "export", "extract", "learned"]

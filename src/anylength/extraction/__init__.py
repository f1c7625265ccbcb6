"""Extraction: the machine that a net has become, and whether it is the task's."""

from anylength.extraction.extract import extract, table_of
from anylength.extraction.learn import Learned, learned

__all__ = ["Learned", "extract", "learned", "table_of"]

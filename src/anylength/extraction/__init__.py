"""Extraction: the machine that a net has learned, and whether it is the task's."""

from anylength.extraction.extract import extract, table_of
from anylength.extraction.learn import LearnedMachine, learn_machine

__all__ = ["LearnedMachine", "extract", "learn_machine", "table_of"]

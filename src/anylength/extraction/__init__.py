"""Extraction: the machine that a net has learned, and whether it is the task's."""

from anylength.extraction.evidence import judge_extraction
from anylength.extraction.extract import ProvedExtraction, extract, extract_with_proof, table_of
from anylength.extraction.learn import LearnedMachine, learn_machine

__all__ = [
    "LearnedMachine", "ProvedExtraction", "extract", "extract_with_proof", "judge_extraction", "learn_machine", "table_of",
]  # fmt: skip

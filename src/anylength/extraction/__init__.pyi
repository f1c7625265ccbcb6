from .evidence import judge_extraction
from .extract import ProvedExtraction, extract, extract_with_proof, table_of
from .learn import LearnedMachine, learn_machine

__all__ = [
    "LearnedMachine", "ProvedExtraction", "extract", "extract_with_proof", "judge_extraction", "learn_machine", "table_of",
]  # fmt: skip

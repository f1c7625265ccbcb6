from .ask import ActiveInference, ask_until_known
from .hold_out import HoldOut, hold_out
from .infer import infer
from .inferred import Inferred, OpenPair, completed, named, open_pairs
from .questions import questions
from .words import UNKNOWN, LabelledWords, Word, from_pairs, from_targets

__all__ = [
    "infer",
    "Inferred",
    "OpenPair",
    "open_pairs",
    "named",
    "completed",
    "hold_out",
    "HoldOut",
    "questions",
    "ask_until_known",
    "ActiveInference",
    "LabelledWords",
    "from_targets",
    "from_pairs",
    "Word",
    "UNKNOWN",
]

"""Inference: a machine from examples alone, by merging states. It names what the examples leave open and guesses only on demand."""

from anylength.inference.ask import ActiveInference, ask_until_known
from anylength.inference.fill import DEFAULT_RULE, FilledPair, filled
from anylength.inference.hold_out import HoldOut, hold_out
from anylength.inference.infer import infer
from anylength.inference.inferred import Inferred, OpenPair, completed, named, open_pairs
from anylength.inference.questions import questions
from anylength.inference.words import UNKNOWN, LabelledWords, Word, from_pairs, from_targets

__all__ = [
    "infer",
    "Inferred",
    "OpenPair",
    "open_pairs",
    "named",
    "completed",
    "hold_out",
    "HoldOut",
    "filled",
    "FilledPair",
    "DEFAULT_RULE",
    "questions",
    "ask_until_known",
    "ActiveInference",
    "LabelledWords",
    "from_targets",
    "from_pairs",
    "Word",
    "UNKNOWN",
]

"""The one judge of a refutation: the word is asked through `anylength.nets.answers`, as `ask` does, and compared."""

import numpy as np

from anylength._types import Symbols
from anylength.machines import Machine
from anylength.nets import Net, answers
from anylength.verification.refutation.words import Word


def replayed(net: Net, machine: Machine, word: Word) -> Word | None:
    """The word up to its first wrong answer, asked once more by itself after the cut; None where every answer is right."""
    right = np.asarray(machine.run(word))
    while word:
        symbols: Symbols = np.asarray(word, np.uint8 if machine.symbols <= 256 else np.uint16)  # type: ignore[assignment]
        wrong = np.flatnonzero(answers(net, symbols[:, None])[:, 0] != right[: len(word)])
        if not len(wrong):
            return None
        if wrong[0] == len(word) - 1:
            return word
        word = word[: wrong[0] + 1]
    return None

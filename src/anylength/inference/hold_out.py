"""A test of inference: a machine inferred from four fifths of the words answers the rest."""

from dataclasses import dataclass

import numpy as np

from anylength.base import InputError
from anylength.inference.infer import infer
from anylength.inference.words import UNKNOWN, LabelledWords, Word, written


@dataclass(frozen=True)
class HoldOut:
    """How a machine inferred from the other words answers the words that were kept back.

    Attributes:
        words: How many words were kept back.
        wrong: How many of them have a wrong answer.
        open: How many have no wrong answer but one that the machine leaves open.
        first_wrong: The first of the wrong words in the order of their symbols, up to its first wrong output, or None.
        names: The symbols' names for messages; empty: their numbers.
    """

    words: int
    wrong: int
    open: int
    first_wrong: Word | None
    names: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The share of the words whose known outputs are all right."""
        return (self.words - self.wrong - self.open) / self.words

    def require(self) -> None:
        """Raises InputError if a word has a wrong answer: then the machine of all words is not to be believed either."""
        if self.first_wrong is None:
            return
        first = f"the first after the word {written(self.first_wrong, self.names)}"
        got = f"wrong answers to {self.wrong:,} of {self.words:,} examples that were kept back, {first}"
        remedy = "the examples are too few or too short for this task, or some are wrong: pass more or longer ones"
        raise InputError("examples whose machine can be inferred", got, remedy)


def hold_out(words: LabelledWords, symbols: int, rng: np.random.Generator, *, evidence: int = 1) -> HoldOut:
    """Infers from 80 % of the words, drawn at random, and answers the other 20 %.

    Args:
        words: At least two words with known outputs.
        symbols: A, the size of the alphabet.
        rng: Draws the words that are kept back.
        evidence: As in `infer`.

    Raises:
        InputError: There are fewer than two words, or `infer` raises it.
    """
    graded = words[words.graded.any(axis=1)]
    if len(graded) < 2:
        raise InputError("at least 2 examples with a graded output", str(len(graded)), "pass more examples")
    order = rng.permutation(len(graded))
    count = max(1, round(0.2 * len(graded)))  # the usual fifth
    kept_back = graded[order[:count]]
    outputs = infer(graded[order[count:]], symbols, evidence=evidence).outputs(kept_back)
    wrong = kept_back.graded & (outputs != UNKNOWN) & (outputs != kept_back.outputs)
    unanswered = kept_back.graded & (outputs == UNKNOWN)
    wrong_words = wrong.any(axis=1)
    open_words = int((unanswered.any(axis=1) & ~wrong_words).sum())
    steps = zip(np.flatnonzero(wrong_words), wrong[wrong_words].argmax(axis=1) + 1, strict=True)
    prefixes = [tuple(kept_back.symbols[word, :length].tolist()) for word, length in steps]
    return HoldOut(count, int(wrong_words.sum()), open_words, min(prefixes, default=None), words.names)

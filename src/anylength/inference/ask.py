"""Active learning: infer a machine, ask for the answers to a few more words, and infer again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from anylength.inference.infer import infer
from anylength.inference.inferred import Inferred
from anylength.inference.questions import checks, questions
from anylength.inference.words import LabelledWords, Word, from_pairs

Answer = Callable[[Word], Sequence[int | None]]
"""A word → the right output at each step, None where it is not told."""


@dataclass(frozen=True)
class ActiveInference:
    """What questions and answers came to.

    Attributes:
        inferred: The machine inferred from the examples and the answers.
        answered: The words that were asked, with their answers.
        rounds: How many rounds were asked.
        finished: Whether no pair is open, and a round of checks found no wrong answer or nothing had to be asked. If not, the
            rounds are used up.
    """

    inferred: Inferred
    answered: LabelledWords
    rounds: int
    finished: bool


def ask_until_known(
    words: LabelledWords,
    answer: Answer,
    symbols: int,
    rng: np.random.Generator,
    *,
    rounds: int = 40,
    evidence: int = 1,
) -> ActiveInference:
    """Infers and asks in turn until no pair is open and the machine answers a round of checks rightly.

    If the examples leave no pair open, nothing is asked.

    Raises:
        InputError: As `infer`; also where the answers contradict the examples.
    """
    answered = from_pairs([])
    inferred = infer(words, symbols, evidence=evidence)
    if inferred.complete:
        return ActiveInference(inferred, answered, rounds=0, finished=True)
    for number in range(1, rounds + 1):
        checked = inferred.complete
        asked_words = (checks if checked else questions)(inferred, rng)
        new = from_pairs([(word, answer(word)) for word in asked_words])
        answered += new
        if checked and inferred.agrees(new):
            return ActiveInference(inferred, answered, number, finished=True)
        inferred = infer(words + answered, symbols, evidence=evidence)
    return ActiveInference(inferred, answered, rounds, finished=False)

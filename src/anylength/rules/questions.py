"""Questions whose answers determine what examples leave open, asked of a task; and a test on examples that are held out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from anylength.base import InputError
from anylength.rules.inference import (
    UNKNOWN,
    Inferred,
    LabelledWords,
    OpenPair,
    TellingWords,
    Word,
    from_pairs,
    infer,
    open_pairs,
    written,
)


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


CHECKS = 100
"""Words that check a machine, at least. One word for each transition found no error in small machines that were wrong."""

MAX_QUESTIONS = 10_000
"""Most words asked in one round, the first pairs first."""


def questions(inferred: Inferred, rng: np.random.Generator) -> list[Word]:
    """One word for each open pair: the access word of its state, its symbol, and a suffix.

    The suffix is a few random symbols, or a shortest word that tells two of the possible next states apart; chance decides.
    """
    tell_apart = TellingWords(inferred)
    return [(*pair.access, pair.symbol, *_suffix(inferred, pair, tell_apart, rng)) for pair in open_pairs(inferred)[:MAX_QUESTIONS]]


def _suffix(inferred: Inferred, pair: OpenPair, tell_apart: TellingWords, rng: np.random.Generator) -> Word:
    possible = np.flatnonzero(inferred.possible[pair.state, pair.symbol]).tolist()
    # the other half, random suffixes, find states that are not known yet
    if pair.output_known and len(possible) > 1 and rng.random() < 0.5:
        word = tell_apart.any_two(possible, rng)
        if word:
            return word
    # the next state shows in the outputs on random symbols after the pair; each round draws new ones
    return _random(inferred, rng, int(pair.output_known), 3)


def checks(inferred: Inferred, rng: np.random.Generator) -> list[Word]:
    """Words that test a complete machine, the same number for each transition and at least `CHECKS` in all.

    Each consists of an access word, the symbol, a few random symbols and a word that tells two states apart.
    """
    tell_apart, states = TellingWords(inferred), list(range(inferred.states))
    transitions = [(*access, symbol) for access in inferred.access_words().values() for symbol in range(inferred.symbols)]
    each = -(-CHECKS // len(transitions))
    return [
        # up to two random symbols between (as in the W-method, Chow 1978)
        (*word, *_random(inferred, rng, 0, 2), *tell_apart.any_two(states, rng))
        for word in transitions[:MAX_QUESTIONS]
        for _ in range(each)
    ]


def _random(inferred: Inferred, rng: np.random.Generator, shortest: int, longest: int) -> Word:
    return tuple(rng.integers(0, inferred.symbols, rng.integers(shortest, longest + 1)).tolist())


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

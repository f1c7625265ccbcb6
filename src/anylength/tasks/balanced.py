"""Words of an acceptor, half of them accepted: the samples of FLaRe (Butoi et al. 2024, arXiv 2411.07107).

A rejected word is proposed until it is one: with probability 1/2 an accepted word with a geometric number of random edits
(insertion, replacement, deletion), else a random word. Where all of `MOST_TRIES` proposals are accepted, an accepted word is taken.
"""

import numpy as np
from numpy.typing import NDArray

from anylength.base import Symbols
from anylength.machines import Machine
from anylength.tasks.accepted_words import ACCEPT, accepted_words
from anylength.tasks.data import POST_TRAIN, POST_VALIDATION
from anylength.tasks.layout import symbol_type
from anylength.tasks.task import DataMaker, Dataset

MOST_TRIES = 100
"""Proposals of one rejected word at most."""

Lengths = tuple[int, int]
"""The shortest and the longest length."""


def half_accepted_up_to(machine: Machine, max_length: int) -> DataMaker:
    """The data set `balanced-K` of an acceptor: 10,000 words of 1 to K symbols, graded at their ends."""

    def balanced(rng: np.random.Generator, base: int) -> Dataset:
        del base
        words, ends = half_accepted(rng, machine, (1, max_length), POST_TRAIN + POST_VALIDATION)
        return Dataset(words[:POST_TRAIN], words[POST_TRAIN:], ends[:POST_TRAIN], ends[POST_TRAIN:])

    return balanced


def half_accepted_of(machine: Machine, length: int) -> DataMaker:
    """The data set `balanced-all-K` of an acceptor: 10,000 words of K symbols, graded at every symbol.

    Where no word of K symbols is accepted, shorter accepted words with zeros after them take their place.
    """

    def balanced_all(rng: np.random.Generator, base: int) -> Dataset:
        del base
        words, _ = half_accepted(rng, machine, (length, length), POST_TRAIN + POST_VALIDATION)
        return Dataset(words[:POST_TRAIN], words[POST_TRAIN:])

    return balanced_all


def half_accepted(rng: np.random.Generator, machine: Machine, lengths: Lengths, count: int) -> tuple[Symbols, NDArray[np.int64]]:
    """Words of an acceptor, about half of them accepted.

    Args:
        rng: Draws them.
        machine: The acceptor.
        lengths: The range of lengths. If it has no accepted word, accepted words have the greatest length below it that has one.
            If there is none, all words are rejected.
        count: Number of words, N.

    Returns:
        The words `[N, T]`, zeros after each, and the length of each, `[N]`.
    """
    accepted = accepted_words(machine, lengths[1])
    possible = accepted.lengths[accepted.lengths >= lengths[0]]
    possible = possible if possible.size else accepted.lengths[-1:]
    drawn = accepted.draw(rng, rng.choice(possible, count)) if possible.size else [[]] * count
    is_accepted = (rng.random(count) < 0.5) & bool(possible.size)  # half of the words are accepted ones
    words, ends = np.zeros((count, lengths[1]), symbol_type(machine.symbols)), np.zeros(count, np.int64)
    for index, word in enumerate(drawn):
        chosen = word if is_accepted[index] else _rejected(rng, machine, word, lengths)
        ends[index] = len(chosen)
        words[index, : len(chosen)] = chosen
    return words, ends


def _rejected(rng: np.random.Generator, machine: Machine, accepted: list[int], lengths: Lengths) -> list[int]:
    """A rejected word with a length of the range. `accepted` is what edits start from, if it has such a length."""
    for _ in range(MOST_TRIES):
        if len(accepted) >= lengths[0] and rng.random() < 0.5:  # half of the proposals are edited accepted words
            word = _edited(rng, accepted, machine.symbols, lengths)
        else:
            word = rng.integers(0, machine.symbols, rng.integers(lengths[0], lengths[1] + 1)).tolist()
        if machine.run(word)[-1] != ACCEPT:
            return word
    return accepted


def _edited(rng: np.random.Generator, word: list[int], symbols: int, lengths: Lengths) -> list[int]:
    """A word after a geometric number of edits that keep its length in the range."""
    word = list(word)
    for _ in range(int(rng.geometric(0.5))):
        possible = {"insert": len(word) < lengths[1], "replace": symbols > 1, "delete": len(word) > lengths[0]}
        edits = [edit for edit, can_be_done in possible.items() if can_be_done]
        if not edits:
            break
        edit = edits[int(rng.integers(len(edits)))]
        place = int(rng.integers(len(word) + (edit == "insert")))
        if edit == "insert":
            word.insert(place, int(rng.integers(symbols)))
        elif edit == "replace":
            word[place] = (word[place] + 1 + int(rng.integers(symbols - 1))) % symbols
        else:
            del word[place]
    return word

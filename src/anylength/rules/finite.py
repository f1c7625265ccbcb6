"""Finite-state tasks and their data sets: numbers as in the post, the numbers 0…100, and words of an acceptor.

Numbers of the default set `post` have up to 10 digits, those of `post-K` up to K digits. Of an acceptor's words half are accepted,
as in FLaRe (Butoi et al. 2024, arXiv 2411.07107). An accepted word is a random walk of a given length: at each state it takes,
with equal probability, each symbol that can still lead to an accepted word, and its end if the word so far is accepted. A rejected
word is proposed until it is one: with probability 1/2 an accepted word with a geometric number of random edits, else a random
word. Where all of `MOST_TRIES` proposals are accepted, an accepted word is taken.
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anylength.base import Digits, Symbols
from anylength.rules.digits import from_int
from anylength.rules.machines import Machine
from anylength.rules.notation import AbstractLayout, MostFirst, Numbers, symbol_type
from anylength.rules.task import CarryChain, DataMaker, Dataset, StressFamily, Task, WordSampler

ACCEPT = 1
"""The output class that accepts."""


class AcceptedWords:
    """The words of up to `max_length` symbols that an acceptor accepts.

    A state of the walk is a state of the machine with the last output: 2q + output. `_chances[k]` holds for each of them the
    probability that the walk ends after exactly k more symbols, up to a factor that is the same for all.
    """

    def __init__(self, machine: Machine, max_length: int) -> None:
        delta, output = np.asarray(machine.delta), np.asarray(machine.output)
        self._start = 2 * machine.start
        self._after = np.repeat(2 * delta + output, 2, axis=0)
        accepting = np.arange(2 * machine.states) % 2 == ACCEPT
        self._useful = _leading_to(accepting, self._after)[self._after]
        weight = 1.0 / np.maximum(1, self._useful.sum(axis=1) + accepting)
        chances = np.zeros((max_length + 1, len(accepting)))
        chances[0] = accepting * weight
        for length in range(1, max_length + 1):
            chances[length] = weight * (self._useful * chances[length - 1][self._after]).sum(axis=1)
            chances[length] /= chances[length].max() or 1.0
        self._chances = chances

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The lengths from 1 on that have an accepted word."""
        return np.flatnonzero(self._chances[1:, self._start] > 0) + 1

    def draw(self, rng: np.random.Generator, lengths: NDArray[np.int64]) -> list[list[int]]:
        """A word of each of the lengths `[N]`, which must be of `lengths`."""
        state, rows = np.full(len(lengths), self._start), np.arange(len(lengths))
        words = np.zeros((len(lengths), int(lengths.max(initial=0))), np.int64)
        for step in range(words.shape[1]):
            left = np.maximum(lengths - step - 1, 0)
            chances = self._useful[state] * self._chances[left[:, None], self._after[state]]
            sums = chances.cumsum(axis=1)
            drawn = (sums <= (rng.random(len(lengths)) * sums[:, -1])[:, None]).sum(axis=1)
            words[:, step] = np.minimum(drawn, self._after.shape[1] - 1)
            state = np.where(step < lengths, self._after[state, words[rows, step]], state)
        return [word[:length].tolist() for word, length in zip(words, lengths, strict=True)]


@lru_cache(16)
def accepted_words(machine: Machine, max_length: int) -> AcceptedWords:
    """The accepted words of a machine, kept for the next call."""
    return AcceptedWords(machine, max_length)


def _leading_to(accepting: NDArray[np.bool_], after: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The states from which an accepting one can be reached, these included."""
    found = accepting
    while True:
        more = found | found[after].any(axis=1)
        if (more == found).all():
            return found
        found = more


POST_DIGITS = 10
"""Digits of the longest training numbers in the post."""

POST_TRAIN, POST_VALIDATION = 9_000, 1_000
"""The post's split: numbers to train on, numbers to validate on."""


def numbers_of_length(rng: np.random.Generator, lengths: np.ndarray, base: int, steps: int) -> np.ndarray:
    """Random numbers of exactly the given lengths `[N]`: `[N, steps]` digits. Only one-digit numbers may have top digit 0."""
    return Numbers(base).random(rng, lengths, steps)


def from_the_right_up_to(max_digits: int, tapes: int = 1, tail: int = 1) -> DataMaker:
    """10,000 numbers (pairs for two tapes) of up to `max_digits` digits, their lengths drawn uniformly: 9,000 to train on."""

    def post(rng: np.random.Generator, base: int) -> Dataset:
        return _split(symbols_from_tapes([_uniform_lengths(rng, base, max_digits, tail) for _ in range(tapes)], base))

    return post


def from_the_right(tapes: int = 1, tail: int = 1) -> dict[str, DataMaker]:
    """The data sets of a task that reads the least significant digit first. Each word includes its tail."""

    def post_numbers(rng: np.random.Generator, base: int) -> Dataset:
        """Another reading of the post: 10,000 numbers drawn uniformly below base¹⁰, so nearly all have 10 digits."""
        return _split(symbols_from_tapes([_uniform_numbers(rng, base, POST_DIGITS, tail) for _ in range(tapes)], base))

    def hundred(rng: np.random.Generator, base: int) -> Dataset:
        """Training on the numbers 0…100 alone (0…base² in any base); validation on random numbers of 4 to 10 digits."""
        train = np.zeros((base * base + 1, 3 + tail), np.uint8)
        for number, row in enumerate(train):
            digits = from_int(number, base)
            row[: len(digits)] = digits
        lengths = rng.integers(4, POST_DIGITS + 1, POST_VALIDATION)
        return Dataset(train=train, validation=numbers_of_length(rng, lengths, base, POST_DIGITS + tail))

    sets: dict[str, DataMaker] = {"post": from_the_right_up_to(POST_DIGITS, tapes, tail), "post-numbers": post_numbers}
    return {**sets, "hundred": hundred} if tapes == 1 else sets


def from_the_left_up_to(max_digits: int, tapes: int = 1) -> DataMaker:
    """10,000 numbers (tuples for several tapes) of `max_digits` digits, a quarter of them with a random number of leading zeros."""

    def post(rng: np.random.Generator, base: int) -> Dataset:
        words = symbols_from_tapes([_uniform_numbers(rng, base, max_digits, 0) for _ in range(tapes)], base)
        # a quarter of the numbers, so that a net also learns to ignore leading zeros
        zeros = np.where(rng.random(len(words)) < 0.25, rng.integers(0, max_digits, len(words)), 0)
        words[np.arange(max_digits) < zeros[:, None]] = 0
        return _split(words)

    return post


def from_the_left(tapes: int = 1) -> dict[str, DataMaker]:
    """The data sets of a task that reads the most significant digit first."""

    def hundred(rng: np.random.Generator, base: int) -> Dataset:
        """Training on the numbers 0…100 alone (0…base² in any base); validation on random numbers of 10 digits."""
        train = np.zeros((base * base + 1, 4), np.uint8)
        for number, row in enumerate(train):
            digits = from_int(number, base)
            row[len(row) - len(digits) :] = digits[::-1]
        return Dataset(train=train, validation=_uniform_numbers(rng, base, POST_DIGITS, 0)[:POST_VALIDATION])

    post = from_the_left_up_to(POST_DIGITS, tapes)
    return {"post": post, "hundred": hundred} if tapes == 1 else {"post": post}


def random_words_of(length: int, tapes: int, tail: int) -> DataMaker:
    """10,000 words of `length` uniformly random symbols, then the tail: 9,000 to train on."""

    def post(rng: np.random.Generator, base: int) -> Dataset:
        return _split(symbols_from_tapes([_uniform_numbers(rng, base, length, tail) for _ in range(tapes)], base))

    return post


def random_words(tapes: int, tail: int) -> dict[str, DataMaker]:
    """The data set of a user's machine, whose inputs need not be numbers: random words of 10 symbols."""
    return {"post": random_words_of(POST_DIGITS, tapes, tail)}


def random_words_graded_at_their_ends(max_length: int = POST_DIGITS) -> DataMaker:
    """10,000 words of random symbols, their lengths drawn uniformly: 9,000 to train on. Only the last output of each counts."""

    def ends(rng: np.random.Generator, base: int) -> Dataset:
        lengths = rng.integers(1, max_length + 1, POST_TRAIN + POST_VALIDATION)
        words = rng.integers(0, base, (len(lengths), max_length)).astype(symbol_type(base))
        words[np.arange(max_length) >= lengths[:, None]] = 0
        return dataclasses.replace(_split(words), train_ends=lengths[:POST_TRAIN], validation_ends=lengths[POST_TRAIN:])

    return ends


def symbols_from_tapes(tapes: list[np.ndarray], base: int) -> np.ndarray:
    """The digits on each tape, `[N, T]`, as symbols `[N, T]`."""
    words = np.zeros(tapes[0].shape, symbol_type(base ** len(tapes)))
    for tape, digits in enumerate(tapes):
        words += digits.astype(words.dtype) * words.dtype.type(base**tape)
    return words


def _split(words: np.ndarray) -> Dataset:
    """The first 9,000 words to train on, the rest to validate on."""
    return Dataset(train=words[:POST_TRAIN], validation=words[POST_TRAIN:])


def _uniform_lengths(rng: np.random.Generator, base: int, max_digits: int, tail: int) -> Digits:
    lengths = rng.integers(1, max_digits + 1, POST_TRAIN + POST_VALIDATION)
    return numbers_of_length(rng, lengths, base, max_digits + tail)


def _uniform_numbers(rng: np.random.Generator, base: int, length: int, tail: int) -> Digits:
    digits = rng.integers(0, base, (POST_TRAIN + POST_VALIDATION, length + tail), symbol_type(base))
    digits[:, length:] = 0
    return digits


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


def finite_task(
    name: str,
    summary: str,
    base: int,
    machine: Machine,
    exact: Callable[[tuple[Digits, ...]], Digits],
    layout: AbstractLayout,
    *,
    tapes: int = 1,
    labels: tuple[str, ...] | None = None,
    graded: Literal["last", "all"] = "last",
    names: tuple[str, ...] | None = None,
    negative: bool = False,
    carry_chains: tuple[CarryChain, ...] | None = None,
    data: dict[str, DataMaker] | None = None,
    data_up_to: Callable[[int], DataMaker] | None = None,
    ends_up_to: Callable[[int], DataMaker] | None = None,
    further_data: Mapping[str, Callable[[int], DataMaker]] | None = None,
    description: str | None = None,
) -> Task:
    """The task of a machine.

    Args are the attributes of `Task`. By default `carry_chains` are those of the machine, and `data` and `data_up_to` draw random
    numbers in the order of the layout.
    """
    if carry_chains is None:
        from anylength.rules.stress_words import carry_chains_of

        carry_chains = tuple(carry_chains_of(machine))
    return Task(
        name=name,
        summary=summary,
        base=base,
        tapes=tapes,
        transducer=machine,
        exact=exact,
        data=_number_sets(layout, tapes) if data is None else data,
        data_up_to=partial(_post_up_to, layout, tapes) if data is None else data_up_to,
        ends_up_to=ends_up_to,
        further_data=further_data or {},
        stress=partial(_families, machine, layout.tail),
        layout=layout,
        labels=labels,
        graded=graded,
        names=names,
        negative=negative,
        carry_chains=carry_chains,
        description=description,
    )


def _families(machine: Machine, tail: int, rng: np.random.Generator, base: int, limit: int) -> list[StressFamily]:
    from anylength.rules.stress_words import machine_families

    return machine_families(machine, tail)(rng, base, limit)


def _number_sets(layout: AbstractLayout, tapes: int) -> dict[str, DataMaker]:
    return from_the_left(tapes) if isinstance(layout, MostFirst) else from_the_right(tapes, layout.tail)


def _post_up_to(layout: AbstractLayout, tapes: int, digits: int) -> DataMaker:
    return from_the_left_up_to(digits, tapes) if isinstance(layout, MostFirst) else from_the_right_up_to(digits, tapes, layout.tail)


def sampled_up_to(sampler: WordSampler, max_length: int) -> DataMaker:
    """The data set `sampled-K`: 10,000 words, their lengths drawn uniformly from 1 to K, graded at their ends."""

    def sampled(rng: np.random.Generator, base: int) -> Dataset:
        del base
        lengths = rng.integers(1, max_length + 1, POST_TRAIN + POST_VALIDATION)
        words, ends = np.zeros((len(lengths), max_length), np.uint16), np.zeros(len(lengths), np.int64)
        for length in np.unique(lengths).tolist():
            rows = np.flatnonzero(lengths == length)
            drawn = sampler(rng, length, len(rows)).T
            words[rows, : drawn.shape[1]], ends[rows] = drawn, drawn.shape[1]
        return Dataset(words[:POST_TRAIN], words[POST_TRAIN:], ends[:POST_TRAIN], ends[POST_TRAIN:])

    return sampled


def sampled_of(sampler: WordSampler, length: int) -> DataMaker:
    """The data set `sampled-all-K`: 10,000 words of K symbols, graded at every symbol."""

    def sampled_all(rng: np.random.Generator, base: int) -> Dataset:
        del base
        words = sampler(rng, length, POST_TRAIN + POST_VALIDATION).T
        return Dataset(words[:POST_TRAIN], words[POST_TRAIN:])

    return sampled_all

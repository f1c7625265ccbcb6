"""Data sets: random numbers as in the post, another reading of the post, the numbers 0…100, and random words.

Numbers of the default set `post` have up to 10 digits, those of `post-K` up to K digits.
"""

import dataclasses

import numpy as np

from anylength.base import Digits
from anylength.digits import from_int
from anylength.tasks.layout import symbol_type
from anylength.tasks.notation import Numbers
from anylength.tasks.task import DataMaker, Dataset

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

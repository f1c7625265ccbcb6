"""The data sets: the post's numbers, another reading of the post, 0…100, and words that are read from the left.

The post's numbers have up to 10 digits; `post-K` is the same with up to K (`*_up_to` makes it).
"""

import numpy as np

from anylength._types import Digits
from anylength.digits import from_int
from anylength.tasks.layout import symbol_type
from anylength.tasks.task import DataMaker, Dataset

POST_DIGITS = 10
POST_TRAIN, POST_VALIDATION = 9_000, 1_000


def numbers_of_length(rng: np.random.Generator, lengths: np.ndarray, base: int, steps: int) -> np.ndarray:
    """Random numbers of exactly the given lengths `[N]`: `[N, steps]` digits, top digit not 0 (but a lone digit may be)."""
    digits = rng.integers(0, base, (len(lengths), steps), np.uint8)
    digits[np.arange(steps) >= lengths[:, None]] = 0
    longer = np.flatnonzero(lengths > 1)
    digits[longer, lengths[longer] - 1] = rng.integers(1, base, len(longer), np.uint8)
    return digits


def from_the_right_up_to(most: int, tapes: int = 1, tail: int = 1) -> DataMaker:
    """10,000 numbers (pairs) of up to so many digits, their lengths drawn uniformly: 9,000 to train, 1,000 to validate."""

    def post(rng: np.random.Generator, base: int) -> Dataset:
        return _parted(joined([_uniform_lengths(rng, base, most, tail) for _ in range(tapes)], base))

    return post


def from_the_right(tapes: int = 1, tail: int = 1) -> dict[str, DataMaker]:
    """The data sets of a task that reads the least significant digit first, each word with its tail."""

    def post_numbers(rng: np.random.Generator, base: int) -> Dataset:
        """The other reading of the post: 10,000 numbers drawn uniformly below base¹⁰, so nearly all are long."""
        return _parted(joined([_uniform_numbers(rng, base, POST_DIGITS, tail) for _ in range(tapes)], base))

    def hundred(rng: np.random.Generator, base: int) -> Dataset:
        """The numbers 0…100 and no others (0…base² in any base); validated on the post's kind of numbers, never trained on."""
        train = np.zeros((base * base + 1, 3 + tail), np.uint8)
        for number, row in enumerate(train):
            digits = from_int(number, base)
            row[: len(digits)] = digits
        lengths = rng.integers(4, POST_DIGITS + 1, POST_VALIDATION)
        return Dataset(train=train, validation=numbers_of_length(rng, lengths, base, POST_DIGITS + tail))

    sets: dict[str, DataMaker] = {"post": from_the_right_up_to(POST_DIGITS, tapes, tail), "post-numbers": post_numbers}
    return {**sets, "hundred": hundred} if tapes == 1 else sets


def from_the_left_up_to(most: int, tapes: int = 1) -> DataMaker:
    """10,000 numbers (tuples) of so many digits, a quarter of them with a random number of leading zeros."""

    def post(rng: np.random.Generator, base: int) -> Dataset:
        words = joined([_uniform_numbers(rng, base, most, 0) for _ in range(tapes)], base)
        zeros = np.where(rng.random(len(words)) < 0.25, rng.integers(0, most, len(words)), 0)
        words[np.arange(most) < zeros[:, None]] = 0
        return _parted(words)

    return post


def from_the_left(tapes: int = 1) -> dict[str, DataMaker]:
    """The data sets of a task that reads the most significant digit first."""

    def hundred(rng: np.random.Generator, base: int) -> Dataset:
        """The numbers 0…100 and no others (0…base² in any base); validated on numbers of 10 digits, never trained on."""
        train = np.zeros((base * base + 1, 4), np.uint8)
        for number, row in enumerate(train):
            digits = from_int(number, base)
            row[len(row) - len(digits) :] = digits[::-1]
        return Dataset(train=train, validation=_uniform_numbers(rng, base, POST_DIGITS, 0)[:POST_VALIDATION])

    post = from_the_left_up_to(POST_DIGITS, tapes)
    return {"post": post, "hundred": hundred} if tapes == 1 else {"post": post}


def words_of(length: int, tapes: int, tail: int) -> DataMaker:
    """10,000 words of so many symbols, uniformly random, then the tail."""

    def post(rng: np.random.Generator, base: int) -> Dataset:
        return _parted(joined([_uniform_numbers(rng, base, length, tail) for _ in range(tapes)], base))

    return post


def words(tapes: int, tail: int) -> dict[str, DataMaker]:
    """The data set of a machine that need not read numbers: words of 10 symbols."""
    return {"post": words_of(POST_DIGITS, tapes, tail)}


def _parted(words: np.ndarray) -> Dataset:
    """The first 9,000 to train, the rest to validate."""
    return Dataset(train=words[:POST_TRAIN], validation=words[POST_TRAIN:])


def joined(tapes: list[np.ndarray], base: int) -> np.ndarray:
    """Digits on each tape `[N, T]` as symbols `[N, T]`."""
    words = np.zeros(tapes[0].shape, symbol_type(base ** len(tapes)))
    for tape, digits in enumerate(tapes):
        words += digits.astype(words.dtype) * words.dtype.type(base**tape)
    return words


def _uniform_lengths(rng: np.random.Generator, base: int, most: int, tail: int) -> Digits:
    lengths = rng.integers(1, most + 1, POST_TRAIN + POST_VALIDATION)
    return numbers_of_length(rng, lengths, base, most + tail)


def _uniform_numbers(rng: np.random.Generator, base: int, length: int, tail: int) -> Digits:
    digits = rng.integers(0, base, (POST_TRAIN + POST_VALIDATION, length + tail), np.uint8)
    digits[:, length:] = 0
    return digits

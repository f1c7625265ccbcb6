"""Five tasks of the Chomsky benchmark that move symbols: reverse, duplicate, find a missing symbol, odds first, bucket sort."""

import numpy as np
from numpy.typing import NDArray

from anylength.tasks.stack_library import bucket_sort_machine, reverse_machine
from anylength.tasks.strings import Letters, LetterSampler, StringRule, uniform
from anylength.tasks.suites.chomsky.regular import BITS

MISSING, PADDING = 2, 3
"""Symbols of `missing-duplicate-string`: the one that stands in for a missing bit, and the last one of an odd number of symbols."""

SORTED_SYMBOLS = tuple("01234")
"""The symbols of bucket sort, as many as in the benchmark."""


def repeated(symbols: int) -> LetterSampler:
    """Draws inputs that repeat one symbol."""

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        return np.broadcast_to(rng.integers(0, symbols, count, np.uint8), (length, count)).copy()

    return sample


def near_miss(symbols: int) -> LetterSampler:
    """Draws inputs that repeat one symbol but in one place."""

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        letters, place = repeated(symbols)(rng, length, count), rng.integers(0, length, count)
        letters[place, np.arange(count)] = rng.integers(0, symbols, count)
        return letters

    return sample


def one_symbol(symbols: int) -> dict[tuple[str, str], LetterSampler]:
    """The hard inputs of tasks that take any string of these symbols."""
    return {
        ("repeated", "one symbol repeated"): repeated(symbols),
        ("near-miss", "one symbol repeated, another one in one place"): near_miss(symbols),
    }


def reverse_string() -> StringRule:
    """A string of bits → the string backwards."""
    return StringRule(
        BITS, BITS, (1, 0), lambda bits: bits[::-1], uniform(2), "011010", hard=one_symbol(2), memory=reverse_machine(2)
    )


def duplicate_string() -> StringRule:
    """A string of bits → the string twice."""
    return StringRule(BITS, BITS, (2, 0), lambda bits: np.concatenate([bits, bits]), uniform(2), "101", hard=one_symbol(2))


def odds_first() -> StringRule:
    """A string of bits → its second, fourth, sixth … bit, then its first, third, fifth … bit.

    Places are counted from 0 in the published generator, and those with odd numbers come first.
    """
    return StringRule(
        BITS, BITS, (1, 0), lambda bits: np.concatenate([bits[1::2], bits[::2]]), uniform(2), "00110101", hard=one_symbol(2)
    )


def bucket_sort() -> StringRule:
    """A string of digits 0 to 4 → the same digits in ascending order."""
    size = len(SORTED_SYMBOLS)
    return StringRule(
        symbols=SORTED_SYMBOLS, classes=SORTED_SYMBOLS, steps=(1, 0), answer=lambda digits: np.sort(digits, axis=0),
        sample=uniform(size), example="10204112", hard=one_symbol(size), memory=bucket_sort_machine(size),
    )  # fmt: skip


def missing_duplicate_string() -> StringRule:
    """A string of bits, twice, one bit of it missing → the missing bit.

    An odd number of symbols ends with a padding symbol. The one input of 1 symbol is 1, and its answer is 1.
    """
    return StringRule(
        symbols=(*BITS, "_", "."), classes=BITS, steps=(0, 1), answer=_missing_bit, sample=_with_a_gap(uniform(2)),
        example="01100_10", allows=_has_a_gap, hard={("repeated", "one bit repeated"): _with_a_gap(repeated(2))},
    )  # fmt: skip


def _with_a_gap(sample_bits: LetterSampler) -> LetterSampler:
    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        if length == 1:
            return np.ones((1, count), np.uint8)
        bits = sample_bits(rng, length // 2, count)
        letters = np.concatenate([bits, bits, np.full((length % 2, count), PADDING, np.uint8)])
        letters[rng.integers(0, 2 * len(bits), count), np.arange(count)] = MISSING
        return letters

    return sample


def _missing_bit(letters: Letters) -> np.ndarray:
    if len(letters) == 1:
        return letters
    half = len(letters) // 2
    place = (letters == MISSING).argmax(axis=0)
    return np.take_along_axis(letters, (place + half)[None] % (2 * half), axis=0)


def _has_a_gap(letters: Letters) -> NDArray[np.bool_]:
    if len(letters) == 1:
        return letters[0] == 1
    half = len(letters) // 2
    both, first, second = letters[: 2 * half], letters[:half], letters[half : 2 * half]
    alike = ((first == second) | (first == MISSING) | (second == MISSING)).all(axis=0)
    one_missing = ((both == MISSING).sum(axis=0) == 1) & (both != PADDING).all(axis=0)
    return alike & one_missing & (letters[2 * half :] == PADDING).all(axis=0)

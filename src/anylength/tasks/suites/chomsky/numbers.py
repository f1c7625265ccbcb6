"""Three tasks of the Chomsky benchmark on binary numbers: addition, multiplication, square root.

Sums and products are read and answered with the least significant bit first, square roots with the most significant bit first.
"""

import math
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from anylength.tasks.strings import Letters, LetterSampler, StringRule
from anylength.tasks.suites.chomsky.endings import END, ENDED_BITS, ended
from anylength.tasks.suites.chomsky.regular import BITS

OPERATOR = 2
"""The symbol between two numbers."""

SHORTEST_PAIR = 3
"""Symbols of the shortest input that holds two numbers. A shorter one is a number alone."""


def binary_addition() -> StringRule:
    """Two binary numbers with + between them → their sum. An input of 1 or 2 symbols is one number, and so is its answer."""

    def answer(letters: Letters) -> np.ndarray:
        rows = len(letters) + 1
        if len(letters) < SHORTEST_PAIR:
            return _written(integers(letters), rows)
        return _written(map(int.__add__, *_pair(letters)), rows)

    return StringRule(
        symbols=(*BITS, "+"), classes=ENDED_BITS, steps=(1, 1), answer=answer, sample=_pairs(nonzero_bits), example="001+01101",
        allows=_is_a_pair, end=END, hard={("carries", "only 1s, plus 1: the carry goes through all bits"): _carries},
    )  # fmt: skip


def binary_multiplication() -> StringRule:
    """Two binary numbers with * between them → their product.

    An input of 1 or 2 symbols is one number. The benchmark then asks for no number (1 symbol) or for 0 (2 symbols).
    """

    def answer(letters: Letters) -> np.ndarray:
        rows = len(letters)
        if rows < SHORTEST_PAIR:
            return ended(np.zeros((rows, letters.shape[1]), np.uint8), np.full(letters.shape[1], rows - 1))
        return _written(map(int.__mul__, *_pair(letters)), rows)

    return StringRule(
        symbols=(*BITS, "*"), classes=ENDED_BITS, steps=(1, 0), answer=answer, sample=_pairs(nonzero_bits), example="001*01101",
        allows=_is_a_pair, end=END, hard={("ones", "only 1s"): _pairs(_ones)},
    )  # fmt: skip


def compute_sqrt() -> StringRule:
    """A binary number of L bits → its square root, rounded down, in ⌈L/2⌉ bits; the most significant bit first."""

    def answer(letters: Letters) -> np.ndarray:
        return bits_of(map(math.isqrt, integers(letters[::-1])), -(-len(letters) // 2))[::-1]

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        return nonzero_bits(rng, np.full(count, length), length)

    def near_squares(rng: np.random.Generator, length: int, count: int) -> Letters:
        roots = integers(nonzero_bits(rng, np.full(count, -(-length // 2)), -(-length // 2)))
        squares = [min(root**2 - less, 2**length - 1) for root, less in zip(roots, rng.integers(0, 2, count).tolist(), strict=True)]
        return bits_of(squares, length)[::-1]

    near = ("near-squares", "a square, or 1 less than a square")
    return StringRule(BITS, BITS, (0.5, 0), answer, sample, "100101", hard={near: near_squares})


def integers(bits: Letters) -> list[int]:
    """The numbers in columns of bits `[L, N]`, least significant first."""
    packed = np.packbits(bits, axis=0, bitorder="little")
    return [int.from_bytes(column.tobytes(), "little") for column in packed.T]


def bits_of(numbers: Iterable[int], rows: int) -> Letters:
    """The lowest `rows` bits of each number, `[rows, N]`, least significant first."""
    size = -(-rows // 8)
    packed = np.frombuffer(b"".join(number.to_bytes(size, "little") for number in numbers), np.uint8)
    return np.unpackbits(packed.reshape(-1, size), axis=1, bitorder="little")[:, :rows].T


def nonzero_bits(rng: np.random.Generator, lengths: np.ndarray, rows: int) -> Letters:
    """Random numbers from 1 to 2^length − 1 for each of the lengths `[N]`: their bits `[rows, N]`, zeros beyond the length."""
    bits, zero = np.zeros((rows, len(lengths)), np.uint8), np.ones(len(lengths), bool)
    while zero.any():
        bits[:, zero] = rng.integers(0, 2, (rows, int(zero.sum())), np.uint8) * (np.arange(rows)[:, None] < lengths[zero])
        zero = ~bits.any(axis=0)
    return bits


def _ones(rng: np.random.Generator, lengths: np.ndarray, rows: int) -> Letters:
    del rng
    return (np.arange(rows)[:, None] < lengths).astype(np.uint8)


def _pairs(bits: Callable[[np.random.Generator, np.ndarray, int], Letters]) -> LetterSampler:
    """Draws two numbers with the operator at a random place between them; for less than three symbols one number below 2^L − 1."""

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        if length < SHORTEST_PAIR:
            return bits_of(rng.integers(0, 2**length - 1, count).tolist(), length)
        place = rng.integers(1, length - 1, count)
        return _joined(bits(rng, place, length), bits(rng, length - 1 - place, length), place)

    return sample


def _carries(rng: np.random.Generator, length: int, count: int) -> Letters:
    if length < SHORTEST_PAIR:
        return _pairs(nonzero_bits)(rng, length, count)
    place = rng.integers(1, length - 1, count)
    one = np.zeros((length, count), np.uint8)
    one[0] = 1
    return _joined(_ones(rng, place, length), one, place)


def _joined(first: Letters, second: Letters, place: np.ndarray) -> Letters:
    """The first numbers, the operator at its place `[N]`, the second numbers."""
    rows = np.arange(len(first))[:, None]
    shifted = np.take_along_axis(second, np.maximum(rows - place - 1, 0), axis=0)
    return np.where(rows < place, first, np.where(rows == place, np.uint8(OPERATOR), shifted))


def _pair(letters: Letters) -> tuple[list[int], list[int]]:
    """The numbers before and after the operators."""
    rows, place = np.arange(len(letters))[:, None], (letters == OPERATOR).argmax(axis=0)
    after = rows + place + 1
    second = np.take_along_axis(letters, np.minimum(after, len(letters) - 1), axis=0)
    return integers(np.where(rows < place, letters, 0)), integers(np.where(after < len(letters), second, 0))


def _is_a_pair(letters: Letters) -> NDArray[np.bool_]:
    operators = (letters == OPERATOR).sum(axis=0)
    if len(letters) < SHORTEST_PAIR:
        return operators == 0
    return (operators == 1) & (letters[0] != OPERATOR) & (letters[-1] != OPERATOR)


def _written(numbers: Iterable[int], rows: int) -> np.ndarray:
    """Numbers without leading zeros, the end, then padding: `[rows, N]`."""
    numbers = list(numbers)
    return ended(bits_of(numbers, rows), np.array([max(number.bit_length(), 1) for number in numbers], np.int64))

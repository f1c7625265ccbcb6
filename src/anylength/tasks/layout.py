"""Layouts: how numbers become the word of symbols that a net reads, and its outputs the digits of an answer.

Digit arrays always hold the least significant digit first; only the layout knows the reading order. Symbol s has the digit
(s // base**i) % base on tape i.
"""

import abc
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from anylength.base import Digits, Symbols


def symbol_type(alphabet: int) -> type[np.unsignedinteger]:
    """The smallest unsigned integer type that holds every symbol of an alphabet of this size (at most 65,536)."""
    return np.uint8 if alphabet <= 256 else np.uint16


def symbols_from_numbers(numbers: tuple[Digits, ...], base: int) -> Symbols:
    """The symbols `[T]` of numbers read side by side. T is the longest number's length; shorter ones get leading zeros."""
    steps = max(len(number) for number in numbers)
    symbols = np.zeros(steps, symbol_type(base ** len(numbers)))
    for tape, number in enumerate(numbers):
        symbols[: len(number)] += number.astype(symbols.dtype) * symbols.dtype.type(base**tape)
    return symbols


def numbers_from_symbols(symbols: Symbols, base: int, tapes: int) -> tuple[Digits, ...]:
    """The digits `[T]` on each tape: the inverse of `symbols_from_numbers`."""
    return tuple((symbols // base**tape % base).astype(symbol_type(base)) for tape in range(tapes))


class AbstractLayout(abc.ABC):
    """An order in which a net reads numbers and outputs an answer.

    Attributes:
        tail: Steps of symbol 0 that follow the numbers.
        written_as_read: Whether people write what is read first on the left.
    """

    tail: int
    written_as_read: ClassVar[bool] = True

    @abc.abstractmethod
    def word(self, numbers: tuple[Digits, ...], base: int) -> Symbols:
        """The word `[T + tail]` that a net reads to answer these numbers of up to T digits."""

    @abc.abstractmethod
    def numbers(self, word: Symbols, base: int, tapes: int) -> tuple[Digits, ...]:
        """The numbers in a word `[T]` without tail."""

    @abc.abstractmethod
    def answer(self, outputs: Symbols) -> Digits:
        """The answer's digits, least significant first, in the outputs `[T + tail]`."""


@dataclass(frozen=True)
class LeastFirst(AbstractLayout):
    """The least significant digit first. The answer comes in the same order and may be `tail` digits longer than the numbers."""

    tail: int = 1
    written_as_read: ClassVar[bool] = False

    def word(self, numbers: tuple[Digits, ...], base: int) -> Symbols:
        """The digits, then the tail."""
        return np.pad(symbols_from_numbers(numbers, base), (0, self.tail))

    def numbers(self, word: Symbols, base: int, tapes: int) -> tuple[Digits, ...]:
        """The digits in reading order."""
        return numbers_from_symbols(word, base, tapes)

    def answer(self, outputs: Symbols) -> Digits:
        """The outputs in order."""
        return outputs.astype(np.uint8)


@dataclass(frozen=True)
class MostFirst(AbstractLayout):
    """The most significant digit first, as people read and as in long division. The answer is as long as the number."""

    tail: int = 0

    def word(self, numbers: tuple[Digits, ...], base: int) -> Symbols:
        """The digits, most significant first."""
        return symbols_from_numbers(numbers, base)[::-1].copy()

    def numbers(self, word: Symbols, base: int, tapes: int) -> tuple[Digits, ...]:
        """The digits in reverse reading order."""
        return numbers_from_symbols(word[::-1].copy(), base, tapes)

    def answer(self, outputs: Symbols) -> Digits:
        """The outputs in reverse order."""
        return outputs[::-1].astype(np.uint8)


@dataclass(frozen=True)
class InOrder(AbstractLayout):
    """A word of named symbols, read and written from its first symbol to its last. The answer has an output for each."""

    tail: int = 0

    def word(self, numbers: tuple[Digits, ...], base: int) -> Symbols:
        """The symbols."""
        return symbols_from_numbers(numbers, base)

    def numbers(self, word: Symbols, base: int, tapes: int) -> tuple[Digits, ...]:
        """The letters of each tape."""
        return numbers_from_symbols(word, base, tapes)

    def answer(self, outputs: Symbols) -> Digits:
        """The outputs in order."""
        return outputs

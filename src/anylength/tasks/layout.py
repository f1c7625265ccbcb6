"""How numbers lie in time: from numbers to the word of symbols that a net reads, and from its outputs back to an answer.

Digits of numbers are always kept least significant first; only the layout knows in which order they are read. Symbol s has on
tape i the digit (s // base**i) % base.
"""

import abc
from dataclasses import dataclass

import numpy as np

from anylength._types import Digits, Symbols


def symbol_type(alphabet: int) -> type[np.unsignedinteger]:
    """The smallest number type that holds every symbol of an alphabet of this size."""
    return np.uint8 if alphabet <= 256 else np.uint16


def symbols_from_numbers(numbers: tuple[Digits, ...], base: int) -> Symbols:
    """The symbols `[T]` of numbers of unequal length: the shorter ones get zeros in front, as people write them."""
    steps = max(len(number) for number in numbers)
    symbols = np.zeros(steps, symbol_type(base ** len(numbers)))
    for tape, number in enumerate(numbers):
        symbols[: len(number)] += number.astype(symbols.dtype) * symbols.dtype.type(base**tape)
    return symbols


def numbers_from_symbols(symbols: Symbols, base: int, tapes: int) -> tuple[Digits, ...]:
    """The digits on each tape."""
    return tuple((symbols // base**tape % base).astype(np.uint8) for tape in range(tapes))


class AbstractLayout(abc.ABC):
    """One way to lay numbers out in time. Words hold the numbers' own steps; `tail` more steps of symbol 0 follow them."""

    tail: int

    @abc.abstractmethod
    def word(self, numbers: tuple[Digits, ...], base: int) -> Symbols:
        """The word `[T + tail]` that asks for these numbers."""

    @abc.abstractmethod
    def numbers(self, word: Symbols, base: int, tapes: int) -> tuple[Digits, ...]:
        """The numbers of a word `[T]` without its tail."""

    @abc.abstractmethod
    def answer(self, outputs: Symbols) -> Digits:
        """The answer's digits from the outputs `[T + tail]`."""


@dataclass(frozen=True)
class LeastFirst(AbstractLayout):
    """The least significant digit first, the answer's digits in the same order; it may be `tail` digits longer than the numbers."""

    tail: int = 1

    def word(self, numbers: tuple[Digits, ...], base: int) -> Symbols:
        """The digits, then the tail."""
        return np.pad(symbols_from_numbers(numbers, base), (0, self.tail))

    def numbers(self, word: Symbols, base: int, tapes: int) -> tuple[Digits, ...]:
        """The digits as they came."""
        return numbers_from_symbols(word, base, tapes)

    def answer(self, outputs: Symbols) -> Digits:
        """The outputs as they came."""
        return outputs.astype(np.uint8)


@dataclass(frozen=True)
class MostFirst(AbstractLayout):
    """The most significant digit first, as people read and as one divides on paper; the answer is as long as the number."""

    tail: int = 0

    def word(self, numbers: tuple[Digits, ...], base: int) -> Symbols:
        """The digits from the left."""
        return symbols_from_numbers(numbers, base)[::-1].copy()

    def numbers(self, word: Symbols, base: int, tapes: int) -> tuple[Digits, ...]:
        """The digits turned round."""
        return numbers_from_symbols(word[::-1].copy(), base, tapes)

    def answer(self, outputs: Symbols) -> Digits:
        """The outputs turned round."""
        return outputs[::-1].astype(np.uint8)

"""How people write what a net reads: numbers or named symbols on tapes, and the layouts that make a word of them.

A tape holds letters, numbered from 0. For numbers a letter is a digit, and the array holds the least significant first; only the
layout knows the reading order. For words the array holds the symbols in the order in which people write and nets read them. Symbol
s has the digit (s // base**i) % base on tape i. In a layout in phases a net reads the numbers, then markers that leave it time to
work, then markers that ask for the answer. A marker is the same letter on every tape. Words of different length in one batch are
padded with symbol 0.
"""

import abc
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from anylength.base import Digits, InputError, Symbols, quoted, unknown_name
from anylength.rules.digits import DIGIT_CHARACTERS, digits_of, to_full_text
from anylength.rules.machines import MAX_NAME, MAX_SYMBOLS


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


class AbstractNotation(abc.ABC):
    """A notation.

    Attributes:
        unit: What one letter is called: "digit" or "symbol".
    """

    unit: ClassVar[str]

    @property
    @abc.abstractmethod
    def size(self) -> int:
        """How many letters there are."""

    @abc.abstractmethod
    def read(self, text: str | int) -> Digits:
        """The letters `[T]` of a text.

        Raises:
            InputError: The text is empty, or it holds something that is no letter.
        """

    @abc.abstractmethod
    def write(self, letters: Digits) -> str:
        """The text of all letters."""

    @abc.abstractmethod
    def name(self, letter: int) -> str:
        """One letter as people write it."""

    @abc.abstractmethod
    def random(self, rng: np.random.Generator, lengths: np.ndarray, steps: int) -> np.ndarray:
        """Random texts of exactly the given lengths `[N]`: `[N, steps]` letters, zeros after each."""


@dataclass(frozen=True)
class Numbers(AbstractNotation):
    """Numbers in one base, the most significant digit written first.

    Attributes:
        base: Digits are 0…base−1.
    """

    unit: ClassVar[str] = "digit"

    base: int

    @property
    def size(self) -> int:
        """The base."""
        return self.base

    def read(self, text: str | int) -> Digits:
        """The digits, least significant first; see `digits_of`."""
        return digits_of(text, self.base)

    def write(self, letters: Digits) -> str:
        """All digits, leading zeros too."""
        return to_full_text(letters)

    def name(self, letter: int) -> str:
        """The character of a digit."""
        return DIGIT_CHARACTERS[letter]

    def random(self, rng: np.random.Generator, lengths: np.ndarray, steps: int) -> np.ndarray:
        """Only one-digit numbers may have top digit 0."""
        digits = rng.integers(0, self.base, (len(lengths), steps), np.uint8)
        digits[np.arange(steps) >= lengths[:, None]] = 0
        longer = np.flatnonzero(lengths > 1)
        digits[longer, lengths[longer] - 1] = rng.integers(1, self.base, len(longer), np.uint8)
        return digits


@dataclass(frozen=True)
class Names(AbstractNotation):
    """Words of named symbols. They are written without spaces where every name is one character, else with a space between.

    Attributes:
        names: The name of each letter.

    Raises:
        InputError: There is no name or too many, one is empty, too long or holds a space, or two are alike.
    """

    unit: ClassVar[str] = "symbol"

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.names) <= MAX_SYMBOLS:
            raise InputError(f"1 to {MAX_SYMBOLS:,} symbols", f"{len(self.names):,}", "take a smaller alphabet")
        for name in self.names:
            if not 1 <= len(name) <= MAX_NAME or not name.isprintable() or " " in name:
                expected = f"symbols of 1 to {MAX_NAME} printable characters without spaces"
                raise InputError(expected, quoted(name), "rename it, for example to space")
        if len(self._numbers) < len(self.names):
            alike = next(name for at, name in enumerate(self.names) if name in self.names[:at])
            raise InputError("symbols that differ", f"two named {quoted(alike)}", "rename one")

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def separator(self) -> str:
        """What stands between two symbols of a word."""
        return "" if all(len(name) == 1 for name in self.names) else " "

    @property
    def size(self) -> int:
        """The number of names."""
        return len(self.names)

    def read(self, text: str | int) -> Digits:
        """The symbols in order. Spaces between them are allowed in every alphabet."""
        tokens = str(text).split()
        if not self.separator:
            tokens = [character for token in tokens for character in token]
        if not tokens:
            remedy = f"a net answers after each symbol; write for example {self.write(np.zeros(2, np.uint8))}"
            raise InputError("a word of one symbol or more", "the empty word", remedy)
        for token in tokens:
            if token not in self._numbers:
                raise unknown_name("symbol", token, self.names)
        return np.array([self._numbers[token] for token in tokens], self._type)

    def write(self, letters: Digits) -> str:
        """The word."""
        return self.separator.join(self.names[letter] for letter in letters.tolist())

    def name(self, letter: int) -> str:
        """The symbol's name."""
        return self.names[letter]

    def random(self, rng: np.random.Generator, lengths: np.ndarray, steps: int) -> np.ndarray:
        """Uniformly random symbols."""
        letters = rng.integers(0, self.size, (len(lengths), steps)).astype(self._type)
        letters[np.arange(steps) >= lengths[:, None]] = 0
        return letters

    @property
    def _type(self) -> type[np.unsignedinteger]:
        return np.uint8 if self.size <= 256 else np.uint16


MARKER_NAMES = ("…", "?")
"""How people write the marker that leaves time to work, and the one that asks for the answer."""


@dataclass(frozen=True)
class Phases(AbstractLayout):
    """L steps of digits, then a·L + b work markers, then ⌈c·L⌉ + d answer markers.

    Attributes:
        markers: Kinds of markers, 1 or 2. The last one asks for the answer, the one before it leaves time to work.
        work: (a, b).
        answers: (c, d). c is a whole number or 1/2.
        read_most_first: Whether the numbers are read with the most significant digit first, else the least.
        answer_most_first: Whether the answer comes with the most significant digit first, else the least.
    """

    markers: int
    work: tuple[int, int]
    answers: tuple[float, int]
    read_most_first: bool
    answer_most_first: bool
    tail: int = 0

    def word(self, numbers: tuple[Digits, ...], base: int) -> Symbols:
        """The numbers side by side, then the markers."""
        length = max(len(number) for number in numbers)
        padded = [np.pad(number, (0, length - len(number)))[None] for number in numbers]
        return self.words(padded, np.array([length]), base)[0]

    def words(self, numbers: Sequence[np.ndarray], length: np.ndarray, base: int) -> Symbols:
        """Many words at once.

        Args:
            numbers: For each tape the digits `[N, L]`, least significant first.
            length: `[N]` lengths, up to L.
            base: Digits are 0…base−1.

        Returns:
            `[N, T]` symbols, 0 after each word.
        """
        letters, tapes, length = base + self.markers, len(numbers), length[:, None]
        step = np.arange(int(self.steps(length).max()))
        place = np.clip(length - 1 - step if self.read_most_first else step + 0 * length, 0, numbers[0].shape[1] - 1)
        digits = [np.take_along_axis(number, place, axis=1).astype(np.int64) * letters**tape for tape, number in enumerate(numbers)]
        markers = np.where(
            step < self.answer_from(length), marker(letters - 2, letters, tapes), marker(letters - 1, letters, tapes)
        )
        symbols = np.where(step < length, sum(digits), np.where(step < self.steps(length), markers, 0))
        return symbols.astype(symbol_type(letters**tapes))

    def numbers(self, word: Symbols, base: int, tapes: int) -> tuple[Digits, ...]:
        """The digits before the first marker."""
        letters = base + self.markers
        digits = word[: int(lengths(word[:, None], base, letters)[0])]
        read = digits[::-1] if self.read_most_first else digits
        return tuple((read // letters**tape % letters).astype(np.uint8) for tape in range(tapes))

    def answer(self, outputs: Symbols) -> Digits:
        """The outputs at the answer's steps."""
        length = next(length for length in range(len(outputs) + 1) if self.steps(length) >= len(outputs))
        answer = outputs[self.answer_from(length) :].astype(np.uint8)
        return answer[::-1].copy() if self.answer_most_first else answer

    def answer_from(self, length: Any) -> Any:
        """The first step of the answer to numbers of `length` digits, an integer or an array."""
        return length + self.work[0] * length + self.work[1]

    def steps(self, length: Any) -> Any:
        """Steps of the word for numbers of `length` digits, an integer or an array."""
        return self.answer_from(length) + (int(2 * self.answers[0]) * length + 1) // 2 + self.answers[1]


def marker(letter: int, letters: int, tapes: int) -> int:
    """The symbol that has this letter on every tape. `letters` is the size of one tape's alphabet."""
    return sum(letter * letters**tape for tape in range(tapes))


def lengths(symbols: Symbols, base: int, letters: int) -> np.ndarray:
    """The number of digits before the first marker in each column of `[T, B]` symbols: `[B]`."""
    marked = np.concatenate([symbols % letters >= base, np.ones((1, symbols.shape[1]), bool)])
    return marked.argmax(axis=0)

"""Layouts in phases: a net reads the numbers, then markers that leave it time to work, then markers that ask for the answer.

A *letter* is what one tape carries at a step: a digit or a marker. A marker is the same letter on every tape. Words of different
length in one batch are padded with symbol 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anylength.base import Digits, Symbols
from anylength.tasks.layout import AbstractLayout, symbol_type

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

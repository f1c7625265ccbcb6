"""How people write what stands on one tape: a number, or a word of named symbols.

A tape holds letters, numbered from 0. For numbers a letter is a digit, and the array holds the least significant first. For words
the array holds the symbols in the order in which people write and nets read them.
"""

import abc
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from anylength.base import Digits, InputError, quoted, unknown_name
from anylength.digits import DIGIT_CHARACTERS, digits_of, to_full_text
from anylength.machines import MAX_NAME, MAX_SYMBOLS


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

"""The codec of a task: inputs as people write them, and written answers as outputs of a machine.

Inputs are stored as columns: one symbol for each digit place, least significant first. Symbol c has the digit (c // base**i) % base
on tape i. If the least significant digit is read first, the columns are the word itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeAlias

import numpy as np

from anylength.base import Digits
from anylength.rules import (
    DIGIT_CHARACTERS,
    MostFirst,
    Task,
    complement,
    from_text,
    numbers_from_symbols,
    reachable,
    symbols_from_numbers,
    to_text,
)

Columns: TypeAlias = tuple[int, ...]
"""An input: at least one column, least significant first."""

Query: TypeAlias = tuple[str, ...]
"""The arguments of the function: one number for each tape, most significant digit first."""


@dataclass(frozen=True)
class Codec:
    """Writes a task's inputs and reads its answers."""

    task: Task

    @cached_property
    def leading_zeros_matter(self) -> bool:
        """Whether leading zeros may change the answer, as in `reverse` and in some machines of one's own.

        Tested on a word for each transition of the task's machine; in tasks beyond finite state on numbers of 1 and 2 digits.
        """
        if self.task.names is not None:
            return True  # words of named symbols have no zeros to leave out
        return any(self._right_text(columns) != self._right_text((*columns, 0)) for columns in self._samples())

    def _samples(self) -> Iterator[Columns]:
        """The inputs on which `leading_zeros_matter` is tested."""
        if self.task.transducer is None:
            # all digits of the largest base show whether leading zeros matter in a task beyond finite state
            symbols = range(min(self.task.base**self.task.tapes, 36))
            yield from product(symbols)
            yield from product(symbols, symbols)
        else:
            for word in reachable(self.task.machine).values():
                yield from (self.columns_of((*word, symbol)) for symbol in range(self.task.symbols))

    def columns_of(self, word: tuple[int, ...]) -> Columns:
        """The columns of a word of a finite-state task, given in reading order."""
        return word[::-1] if isinstance(self.task.layout, MostFirst) else word

    def columns_of_numbers(self, word: np.ndarray) -> Columns:
        """The columns of the numbers in any task's word `[T]` without its tail."""
        return tuple(symbols_from_numbers(self.task.numbers(word), self.task.base).tolist())

    def strip_zeros(self, columns: Columns) -> Columns:
        """The columns without leading zeros, unless these matter."""
        if self.leading_zeros_matter:
            return columns
        end = len(columns)
        while end > 1 and columns[end - 1] == 0:
            end -= 1
        return columns[:end]

    def encode(self, columns: Columns) -> tuple[Query, str]:
        """The query for an input, its numbers without leading zeros unless these matter, and the right answer as text."""
        write, numbers = self.task.notation.write if self.leading_zeros_matter else to_text, self._numbers(columns)
        return tuple(write(number) for number in numbers), self.task.text(self.task.exact(numbers))

    def normalise(self, answer: str) -> str | None:
        """An answer in comparable form: a label, or a number in lower case without leading zeros. None if it is neither."""
        if self.task.labels is not None:
            return None if self.task.labelled(answer) is None else answer
        sign = "-" if self.task.negative and answer.startswith("-") else ""
        digits = answer[len(sign) :]
        if not (digits.isascii() and digits.isalnum()):
            return None
        digits = digits.lower().lstrip("0") or "0"
        if max(digits) > DIGIT_CHARACTERS[self.task.base - 1]:
            return None
        return digits if digits == "0" else sign + digits

    def decode(self, normalised: str, steps: int) -> Digits:
        """The outputs of a machine with this answer: at least `steps` digits, least significant first, or the class of the label.

        A negative number becomes its complement to the base.
        """
        if self.task.labels is not None:
            classes = self.task.labelled(normalised)
            assert classes is not None  # `normalise` returns no other text
            return classes
        negative = normalised.startswith("-")
        digits = from_text(normalised[negative:], self.task.base)
        digits = np.pad(digits, (0, max(0, steps - len(digits))))
        return complement(digits, self.task.base) if negative else digits

    def right_outputs(self, columns: Columns) -> Digits:
        """The right outputs: digits, least significant first, or the class of the label."""
        return self.task.exact(self._numbers(columns))

    def _right_text(self, columns: Columns) -> str:
        return self.task.text(self.right_outputs(columns))

    def _numbers(self, columns: Columns) -> tuple[Digits, ...]:
        return numbers_from_symbols(np.asarray(columns, np.uint16), self.task.base, self.task.tapes)

"""Questions and answers of a task as people write them: from columns of digits to text, and from text to a machine's outputs.

Inputs are kept as columns: one number for each digit place, least significant first, with the digits of all tapes side by side
(column c has on tape i the digit (c // base**i) % base). That is the word itself where the least significant digit is read first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeAlias

import numpy as np

from anylength._types import Digits
from anylength.digits import DIGIT_CHARACTERS, from_text, to_full_text, to_text
from anylength.machines import reachable
from anylength.tasks import MostFirst, Task
from anylength.tasks.layout import numbers_from_symbols, symbols_from_numbers

Columns: TypeAlias = tuple[int, ...]
"""An input: columns of digits, least significant first, at least one."""

Question: TypeAlias = tuple[str, ...]
"""What the function is asked: one number for each tape, most significant digit first."""

FEW_SYMBOLS = 36


@dataclass(frozen=True)
class Script:
    """How a task's inputs and answers are written."""

    task: Task

    @cached_property
    def zeros_count(self) -> bool:
        """Whether zeros in front of a number may change the answer (`reverse` and some machines of one's own: not for numbers).

        Tried on a word for every transition of the task's machine; beyond finite state, on numbers of 1 and 2 digits.
        """
        return any(self._text(columns) != self._text((*columns, 0)) for columns in self._samples())

    def _samples(self) -> Iterator[Columns]:
        if self.task.transducer is None:
            some = range(min(self.task.base**self.task.tapes, FEW_SYMBOLS))
            yield from product(some)
            yield from product(some, some)
        else:
            for word in reachable(self.task.machine).values():
                yield from (self.columns_of((*word, symbol)) for symbol in range(self.task.symbols))

    def columns_of(self, word: tuple[int, ...]) -> Columns:
        """The columns of a word of a finite-state task, in the order in which it is read."""
        return word[::-1] if isinstance(self.task.layout, MostFirst) else word

    def columns_in(self, word: np.ndarray) -> Columns:
        """The columns of any task's word `[T]` without its tail."""
        return tuple(symbols_from_numbers(self.task.numbers(word), self.task.base).tolist())

    def plain(self, columns: Columns) -> Columns:
        """The columns without the zeros in front, where these do not count."""
        if self.zeros_count:
            return columns
        end = len(columns)
        while end > 1 and columns[end - 1] == 0:
            end -= 1
        return columns[:end]

    def pose(self, columns: Columns) -> tuple[Question, str]:
        """What the function is asked, each number without zeros in front where these do not count; the right answer in text."""
        written, numbers = to_full_text if self.zeros_count else to_text, self._numbers(columns)
        return tuple(written(number) for number in numbers), self.task.text(self.task.exact(numbers))

    def right_digits(self, columns: Columns) -> Digits:
        """The right outputs: digits, least significant first, or the one class of the label."""
        return self.task.exact(self._numbers(columns))

    def _text(self, columns: Columns) -> str:
        return self.task.text(self.right_digits(columns))

    def _numbers(self, columns: Columns) -> tuple[Digits, ...]:
        return numbers_from_symbols(np.asarray(columns, np.uint16), self.task.base, self.task.tapes)

    def read(self, said: str) -> str | None:
        """An answer as it can be compared, without zeros in front; None where it is no answer of the task's."""
        if self.task.labels is not None:
            return said if said in self.task.labels else None
        sign = "-" if self.task.negative and said.startswith("-") else ""
        body = said[len(sign) :]
        if not (body.isascii() and body.isalnum()):
            return None
        body = body.lower().lstrip("0") or "0"
        if max(body) > DIGIT_CHARACTERS[self.task.base - 1]:
            return None
        return body if body == "0" else sign + body

    def digits(self, read: str, steps: int) -> Digits:
        """The outputs that stand for an answer that could be read: at least so many digits, or the one class of the label.

        A number below zero becomes the base's complement.
        """
        if self.task.labels is not None:
            return np.array([self.task.labels.index(read)], np.uint8)
        below = read.startswith("-")
        digits = from_text(read[below:], self.task.base)
        digits = np.pad(digits, (0, max(0, steps - len(digits))))
        return _complement(digits, self.task.base) if below else digits


def _complement(digits: Digits, base: int) -> Digits:
    """base^T − n for n > 0."""
    first = int(np.flatnonzero(digits)[0])
    opposite = (base - 1 - digits).astype(np.uint8)
    opposite[:first] = 0
    opposite[first] += 1
    return opposite

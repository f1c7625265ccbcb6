"""Words with the outputs that are known of each: what a machine is inferred from. One row is one word.

An output of `UNKNOWN` (−1) says that this step is not graded. Steps after the last graded one say nothing, so words of different
lengths stand in one array.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anylength.base import InputError

UNKNOWN = -1
"""The output of a step that is not graded; in an inferred machine the next state or output that the words do not determine."""

MAX_NAMED_SYMBOLS = 40
"""Symbols of the longest word that a message writes out. The line then has about 100 characters."""

Word = tuple[int, ...]
"""The symbols of one word."""


@dataclass(frozen=True, eq=False)
class LabelledWords:
    """N words of up to T symbols, and their known outputs.

    Attributes:
        symbols: `[N, T]`, the alphabet's indices.
        outputs: `[N, T]` output classes, `UNKNOWN` where a step is not graded.
        names: The symbols' names for messages; empty: their numbers.

    Raises:
        InputError: The arrays do not have one shape `[N, T]`, or hold a negative symbol.
    """

    symbols: NDArray[np.int64]
    outputs: NDArray[np.int64]
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        symbols, outputs = (np.asarray(array, np.int64) for array in (self.symbols, self.outputs))
        if symbols.ndim != 2 or symbols.shape != outputs.shape:
            got = f"shapes {list(symbols.shape)} and {list(outputs.shape)}"
            raise InputError("symbols and outputs of one shape, one row for each word", got, "pass an output for each symbol")
        if symbols.size and symbols.min() < 0:
            raise InputError("symbols numbered from 0", str(symbols.min()), "number the symbols from 0")
        object.__setattr__(self, "symbols", symbols)
        object.__setattr__(self, "outputs", np.maximum(outputs, UNKNOWN))

    def __len__(self) -> int:
        return len(self.symbols)

    def __getitem__(self, rows: Any) -> "LabelledWords":
        """The words of some rows: a slice, a mask or an array of indices."""
        return LabelledWords(self.symbols[rows], self.outputs[rows], self.names)

    @property
    def graded(self) -> NDArray[np.bool_]:
        """`[N, T]`, whether the output of a step is known."""
        return self.outputs != UNKNOWN

    @property
    def needed(self) -> NDArray[np.bool_]:
        """`[N, T]`, whether a step is graded or a later step of its word is."""
        return np.logical_or.accumulate(self.graded[:, ::-1], axis=1)[:, ::-1]

    def __add__(self, other: "LabelledWords") -> "LabelledWords":
        """The words of both, with the names of the first."""
        length = max(self.symbols.shape[1], other.symbols.shape[1])
        both = [words._padded(length) for words in (self, other)]
        return LabelledWords(np.concatenate([w.symbols for w in both]), np.concatenate([w.outputs for w in both]), self.names)

    def _padded(self, length: int) -> "LabelledWords":
        room = ((0, 0), (0, length - self.symbols.shape[1]))
        return LabelledWords(np.pad(self.symbols, room), np.pad(self.outputs, room, constant_values=UNKNOWN), self.names)


def written(word: Word, names: Sequence[str]) -> str:
    """A word's symbols, as a message writes them: by their names, or by their numbers if there are no names."""
    more = "" if len(word) <= MAX_NAMED_SYMBOLS else f" … ({len(word):,} symbols)"
    return " ".join(names[symbol] if names else str(symbol) for symbol in word[:MAX_NAMED_SYMBOLS]) + more


def from_targets(symbols: ArrayLike, targets: ArrayLike, ignore: int, names: Sequence[str] = ()) -> LabelledWords:
    """The words of a data set: `[N, T]` symbols and targets, where the target `ignore` marks a step that is not graded."""
    outputs = np.asarray(targets, np.int64)
    return LabelledWords(np.asarray(symbols, np.int64), np.where(outputs == ignore, UNKNOWN, outputs), tuple(names))


def from_pairs(pairs: Sequence[tuple[Sequence[int], Sequence[int | None]]]) -> LabelledWords:
    """Words of any lengths, each with one output for each symbol; None where a step is not graded.

    Raises:
        InputError: A word and its outputs have different lengths.
    """
    length = max((len(word) for word, _ in pairs), default=0)
    symbols, outputs = np.zeros((len(pairs), length), np.int64), np.full((len(pairs), length), UNKNOWN)
    for row, (word, answers) in enumerate(pairs):
        if len(word) != len(answers):
            raise InputError(
                f"{len(word)} outputs for a word of {len(word)} symbols", str(len(answers)), "pass None where none is known"
            )
        symbols[row, : len(word)] = word
        outputs[row, : len(word)] = [UNKNOWN if output is None else output for output in answers]
    return LabelledWords(symbols, outputs)

"""The symbols of a task as a traced JAX function reads them: one-hot vectors or digits, all symbols side by side in a `Table`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.interchange.flat_values import Alphabet, FlatArithmetic, Operand, by_symbol
from anylength.rules import Task


@dataclass(frozen=True, eq=False)
class Table:
    """An array that depends on the symbol alone.

    Attributes:
        entries: The array for each symbol: `[symbols, …]`.
    """

    entries: NDArray[Any]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array for one symbol."""
        return self.entries.shape[1:]


def encodings(task: Task) -> Iterator[Table]:
    """The forms in which a step may read a symbol: one-hot `[E]` or `[tapes, letters]`, or digits; each with a batch axis, too."""
    alphabet = Alphabet(task.letters, task.tapes)
    digits = alphabet.letters_of(np.arange(alphabet.symbols, dtype=np.uint64))
    vectors = np.eye(task.letters, dtype=np.float32)[digits]
    shapes = [(task.letters * task.tapes,), *([(task.tapes, task.letters)] if task.tapes > 1 else [])]
    for shape in (*shapes, *((1, *shape) for shape in shapes)):
        yield Table(vectors.reshape(len(digits), *shape))
    whole = digits if task.tapes > 1 else digits[:, 0]
    for array in (whole, whole[:, None]):
        yield Table(array.astype(np.int32))


def as_operand(arithmetic: FlatArithmetic, table: Table, alphabet: Alphabet) -> Operand:
    """A table of numbers as an array of the program."""
    return by_symbol(arithmetic, alphabet, np.asarray(table.entries, np.float32).reshape(len(table.entries), -1).T, table.shape)

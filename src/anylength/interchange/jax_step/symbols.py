"""The symbols of a task as a traced JAX function reads them: one-hot vectors or digits, all symbols side by side in a `Table`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.interchange.flat_values import Flat, FlatArithmetic, Operand, flat
from anylength.tasks import Task

SEVERAL_NUMBERS = "a function of the digits of several numbers together"


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
    digits = _digits(task.letters, task.tapes)
    vectors = np.eye(task.letters, dtype=np.float32)[digits]
    shapes = [(task.letters * task.tapes,), *([(task.tapes, task.letters)] if task.tapes > 1 else [])]
    for shape in (*shapes, *((1, *shape) for shape in shapes)):
        yield Table(vectors.reshape(len(digits), *shape))
    whole = digits if task.tapes > 1 else digits[:, 0]
    for array in (whole, whole[:, None]):
        yield Table(array.astype(np.int32))


def _digits(letters: int, tapes: int) -> NDArray[np.intp]:
    """The digits of each symbol: `[symbols, tapes]`."""
    symbols = np.arange(letters**tapes)
    return np.stack([symbols // letters**tape % letters for tape in range(tapes)], axis=-1)


def as_operand(arithmetic: FlatArithmetic, table: Table, letters: int) -> Operand:
    """A table of float32 numbers as an array of the program: rows of the encoded symbol, or a matrix times the encoded symbol.

    Raises:
        ValueError: An entry depends on the digits of several numbers together.
    """
    numbers = np.asarray(table.entries, np.float32).reshape(len(table.entries), -1).T
    if not numbers.size or (numbers == numbers[:, :1]).all():
        return numbers[:, 0].reshape(table.shape) if numbers.size else np.zeros(table.shape, np.float32)
    weight, tapes = _weight(numbers, letters)
    symbol = arithmetic.tracer.symbol()
    if tapes * letters != arithmetic.encoded:
        raise ValueError(f"symbols of {tapes * letters} numbers")
    if ((weight == 0) | (weight == 1)).all() and (weight.sum(axis=1) == 1).all():
        return Flat(symbol, weight.argmax(axis=1).reshape(table.shape))
    return flat(arithmetic.tracer.matmul(arithmetic.tracer.weight(arithmetic.weights.named(weight)), symbol), table.shape)


def _weight(numbers: NDArray[np.float32], letters: int) -> tuple[NDArray[np.float32], int]:
    """A matrix `[entries, E]` whose product with an encoded symbol gives the entries, and the number of tapes."""
    symbols = numbers.shape[1]
    tapes = next(count for count in range(1, symbols + 1) if letters**count == symbols)
    digits = _digits(letters, tapes)
    weight, found = np.zeros((len(numbers), letters * tapes), np.float32), np.zeros(len(numbers), bool)
    for tape in range(tapes):
        columns = numbers[:, letters**tape * np.arange(letters)]
        fits = (columns[:, digits[:, tape]] == numbers).all(axis=1) & ~found
        weight[fits, tape * letters : (tape + 1) * letters] = columns[fits]
        found |= fits
    if not found.all():
        raise ValueError(SEVERAL_NUMBERS)
    return weight, tapes

"""`Flat`: an array of any shape whose entries are rows of one value of a traced step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from anylength.programs import Traced
from anylength.programs.json_form import MAX_ROWS


@dataclass(frozen=True, eq=False)
class Flat:
    """An array of rows of a value.

    Attributes:
        source: The value.
        rows: For each entry the number of its row, in the shape of the array.
    """

    source: Traced
    rows: NDArray[np.intp]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return self.rows.shape

    @property
    def size(self) -> int:
        """The number of its entries."""
        return self.rows.size

    @property
    def ndim(self) -> int:
        """The number of its axes."""
        return self.rows.ndim

    def reshape(self, shape: Sequence[int]) -> "Flat":
        """The entries in row-major order in another shape."""
        return Flat(self.source, self.rows.reshape(tuple(shape)))

    def transpose(self, order: Sequence[int]) -> "Flat":
        """The axes in another order."""
        return Flat(self.source, self.rows.transpose(tuple(order)))

    def broadcast_to(self, shape: Sequence[int]) -> "Flat":
        """The entries repeated to a shape, as numpy broadcasts."""
        return Flat(self.source, np.broadcast_to(self.rows, tuple(shape)))

    def __getitem__(self, index: Any) -> "Flat":
        """The entries that numpy's indexing selects."""
        return Flat(self.source, np.asarray(self.rows[index]))

    def vector(self) -> Traced:
        """The entries in row-major order as a value of their own.

        Raises:
            ValueError: The array is empty, or too large.
        """
        if not 0 < self.rows.size <= MAX_ROWS:
            raise ValueError(f"an array of {self.rows.size:,} numbers, where a value has 1 to {MAX_ROWS:,}")
        rows = self.rows.ravel()
        pieces = _pieces(self.source, rows)
        return pieces[0] if len(pieces) == 1 else self.source.tracer.concatenate(pieces)


Operand: TypeAlias = Flat | NDArray[Any]
"""An array that depends on the state or the symbol, or a known one."""


def flat(value: Traced, shape: Sequence[int] | None = None) -> Flat:
    """A value as an array; None: as a vector."""
    rows = np.arange(value.rows)
    return Flat(value, rows if shape is None else rows.reshape(tuple(shape)))


def _pieces(source: Traced, rows: NDArray[np.intp]) -> list[Traced]:
    """The rows of a value as few values: those of stacked values come from the parts, where each part has one piece."""
    tracer, item = source.tracer, source.instruction
    if item.op == "constant":
        return [tracer.value(item["value"], len(rows))]
    if item.op == "concatenate":
        sizes = [tracer.instructions[number].rows for number in item.arguments]
        firsts = np.cumsum([0, *sizes])
        part = np.searchsorted(firsts, rows, side="right") - 1
        ends = [*(np.flatnonzero(np.diff(part)) + 1).tolist(), len(rows)]
        if len(ends) <= len(sizes):
            starts = [0, *ends[:-1]]
            runs = [(part[start], rows[start:end]) for start, end in zip(starts, ends, strict=True)]
            return [tracer.take(Traced(tracer, item.arguments[at]), (run - firsts[at]).tolist()) for at, run in runs]
    return [tracer.take(source, rows.tolist())]

"""What the rules for the operators of one graph share: the operations, the parts of the state, the axis of time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anylength.interchange.flat_values import Flat, FlatArithmetic, flat
from anylength.interchange.onnx.arrays import StepArray
from anylength.interchange.onnx.recurrent_ops import RecurrentOp
from anylength.programs import Traced

MAX_KNOWN_BYTES = 1 << 30
"""Bytes of all known arrays of a graph. The limit protects from a small file that expands without end."""


@dataclass
class StepContext:
    """The state of the interpretation of a graph.

    Attributes:
        arithmetic: The operations.
        letters: The letters on each tape.
        time: The label of the axis of time; None while no operator has one.
        starts: The start of each part of the state.
        new_state: The new value of each part.
        rows: The rows of the state that are in use.
        known_bytes: The bytes of all known arrays so far.
        layers: The recurrent operators so far.
        tables: The embeddings so far.
    """

    arithmetic: FlatArithmetic
    letters: int
    time: str | None = None
    starts: list[NDArray[np.float32]] = field(default_factory=list)
    new_state: dict[int, Traced] = field(default_factory=dict)
    rows: int = 0
    known_bytes: int = 0
    layers: list[RecurrentOp] = field(default_factory=list)
    tables: list[NDArray[np.float32]] = field(default_factory=list)

    def state_part(self, start: NDArray[np.float32]) -> tuple[int, Flat]:
        """A new part of the state with this start, in the start's shape: its number and its old value.

        Raises:
            ValueError: The state is too large, or the start is not finite.
        """
        if not np.isfinite(start).all():
            raise ValueError(f"{'NaN' if np.isnan(start).any() else 'an infinity'} in the start state")
        first, self.rows = self.rows, self.rows + start.size
        if self.rows > self.arithmetic.state:
            raise ValueError(f"a state of more than {self.arithmetic.state:,} numbers")
        self.starts.append(np.asarray(start, np.float32))
        rows = np.arange(first, self.rows).reshape(start.shape)
        return len(self.starts) - 1, Flat(flat(self.arithmetic.tracer.state()).source, rows)

    def embedded(self, table: NDArray[np.float32], tapes: Sequence[int], hint: str = "") -> Flat:
        """The rows of a table `[letters, D]` for the digits on some tapes, one after the other.

        Raises:
            ValueError: The table has too few rows.
        """
        if len(table) < self.letters:
            raise ValueError(f"an embedding of {len(table)} digits, where there are {self.letters}")
        self.tables.append(table)
        rows = table[: self.letters].T
        vectors = [self.arithmetic.times_symbol(rows, tape * self.letters, hint) for tape in tapes]
        return vectors[0] if len(vectors) == 1 else self.arithmetic.concatenate(vectors, 0)

    def count_bytes(self, arrays: Sequence[StepArray]) -> None:
        """Counts the bytes of known arrays.

        Raises:
            ValueError: There are too many.
        """
        self.known_bytes += sum(array.value.nbytes for array in arrays if isinstance(array.value, np.ndarray))
        if self.known_bytes > MAX_KNOWN_BYTES:
            raise ValueError(f"after known arrays of more than {MAX_KNOWN_BYTES >> 20:,} MiB")

    def at_time(self, label: str) -> None:
        """Notes the axis of time.

        Raises:
            ValueError: Another axis is the axis of time.
        """
        if self.time not in (None, label):
            raise ValueError("over another axis than the recurrence before it")
        self.time = label

"""Traces a step: the interpreter of `Ops` whose values are the instructions of a program.

A `Tracer` collects instructions, each once. `Traced` values and `Weight` tensors behave as the values and the weights of a step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anylength.programs.program import Instruction, instruction


class Tracer:
    """The instructions of one straight-line list, and the interpreter of `Ops` that adds to it.

    Args:
        shapes: The shape of each tensor by name.
        rows: The rows of the leaves `symbol` and `state`.
    """

    def __init__(self, shapes: dict[str, tuple[int, ...]], rows: dict[str, int]) -> None:
        self.shapes, self._leaf_rows = shapes, rows
        self.instructions: list[Instruction] = []
        self._numbers: dict[Instruction, int] = {}

    def add(self, op: str, *arguments: "Traced", leaf_rows: int = 0, **attributes: Any) -> "Traced":
        """The value of this operation; `leaf_rows` gives the rows of a leaf. Equal instructions share one number.

        Raises:
            ValueError: The operation is unknown, or its arguments do not fit it.
        """
        argument_rows = [argument.rows for argument in arguments]
        made = instruction(op, [argument.number for argument in arguments], attributes, argument_rows, leaf_rows)
        if made not in self._numbers:
            self._numbers[made] = len(self.instructions)
            self.instructions.append(made)
        return Traced(self, self._numbers[made])

    def symbol(self) -> "Traced":
        """The encoded symbol."""
        return self.add("symbol", leaf_rows=self._leaf_rows["symbol"])

    def state(self) -> "Traced":
        """The state."""
        return self.add("state", leaf_rows=self._leaf_rows["state"])

    def weight(self, name: str) -> "Weight":
        """The tensor of this name."""
        return Weight(self, name, 0, self.shapes[name][0])

    def value(self, operand: "Operand", rows: int = 1) -> "Traced":
        """An operand as a value: a weight as a vector, a number as that number in every row."""
        if isinstance(operand, Traced):
            return operand
        if isinstance(operand, Weight):
            return operand.vector()
        numbers = np.unique(np.asarray(operand, np.float64))
        if numbers.size != 1:
            raise ValueError("an array of different numbers that is no tensor of the net")
        return self.add("constant", value=_float32(numbers[0]), rows=rows)

    def together(self, left: "Operand", right: "Operand") -> "tuple[Traced, Traced]":
        """Two operands as values with as many rows: one row is repeated."""
        rows = max(operand.rows for operand in (left, right) if isinstance(operand, Traced | Weight))
        first, second = self.value(left, rows), self.value(right, rows)
        return self.repeated(first, rows), self.repeated(second, rows)

    def repeated(self, value: "Traced", rows: int) -> "Traced":
        """A value of one row, repeated; other values as they are."""
        return self.take(value, [0] * rows) if value.rows == 1 != rows else value

    def constant(self, value: Any, columns: int = 1) -> "Traced":
        """One number in every row."""
        del columns
        return self.value(value, rows=len(value))

    def tensor(self, value: "Weight", columns: int = 1) -> "Traced":
        """A vector of weights."""
        del columns
        return value.vector()

    def take(self, value: "Traced", rows: Sequence[int]) -> "Traced":
        """The rows with these numbers: a slice where they follow each other, the value itself where they are all."""
        numbers = tuple(int(row) for row in rows)
        if numbers == tuple(range(numbers[0], numbers[-1] + 1)):
            return self.sliced(value, numbers[0], numbers[-1] + 1)
        source = value.instruction
        if source.op == "take":
            return self.take(Traced(self, source.arguments[0]), [source["rows"][number] for number in numbers])
        return self.add("take", value, rows=numbers)

    def sliced(self, value: "Traced", start: int, stop: int) -> "Traced":
        """Rows start to stop. Slices of slices, of stacked values and of constants become slices of what they were made of."""
        if (start, stop) == (0, value.rows):
            return value
        source = value.instruction
        if source.op == "slice":
            return self.sliced(Traced(self, source.arguments[0]), source["start"] + start, source["start"] + stop)
        if source.op == "constant":
            return self.add("constant", value=source["value"], rows=stop - start)
        if source.op == "take":
            return self.take(Traced(self, source.arguments[0]), source["rows"][start:stop])
        if source.op == "concatenate":
            return self.concatenate(self._pieces(source, start, stop))
        return self.add("slice", value, start=start, stop=stop)

    def _pieces(self, stacked: Instruction, start: int, stop: int) -> "list[Traced]":
        """The parts of stacked values that make up rows start to stop."""
        pieces, first = [], 0
        for number in stacked.arguments:
            part = Traced(self, number)
            low, high = max(start - first, 0), min(stop - first, part.rows)
            if low < high:
                pieces.append(self.sliced(part, low, high))
            first += part.rows
        return pieces

    def concatenate(self, values: "Sequence[Operand]") -> "Traced":
        """Values stacked along the rows, as one list of parts: neighbouring slices of one value are joined."""
        parts: list[Traced] = []
        for value in map(self.value, values):
            for part in self._parts(value):
                joined = self._joined(parts[-1], part) if parts else None
                parts[-1:] = [joined] if joined is not None else [*parts[-1:], part]
        return parts[0] if len(parts) == 1 else self.add("concatenate", *parts)

    def _parts(self, value: "Traced") -> "list[Traced]":
        """The values that a value is stacked of; the value alone where it is none."""
        item = value.instruction
        return [Traced(self, number) for number in item.arguments] if item.op == "concatenate" else [value]

    def _joined(self, left: "Traced", right: "Traced") -> "Traced | None":
        """Two neighbouring slices of one value as one slice; None for other values."""
        first, second = left.instruction, right.instruction
        if first.op != "slice" or second.op != "slice" or first.arguments != second.arguments or first["stop"] != second["start"]:
            return None
        return self.sliced(Traced(self, first.arguments[0]), first["start"], second["stop"])

    def matmul(self, weight: "Weight", value: "Traced") -> "Traced":
        """Rows of a matrix times a value."""
        shape = self.shapes[weight.name]
        if len(shape) != 2 or shape[1] != value.rows:
            raise ValueError(f"the tensor {weight.name} of shape {list(shape)} times {value.rows} rows")
        return self.add("matmul", value, weight=weight.name, start=weight.start, stop=weight.stop)

    def scale(self, value: "Traced", factor: float) -> "Traced":
        """A number times the value."""
        return self.add("scale", value, factor=_float32(factor))

    def normalize(self, value: "Traced", mean_square: "Traced", epsilon: float) -> "Traced":
        """Root mean square normalisation."""
        return self.add("normalize", value, mean_square, epsilon=_float32(epsilon))

    def lerp(self, weight: "Operand", zero: "Operand", one: "Operand") -> "Traced":
        """(1 − weight)·zero + weight·one."""
        rows = max(operand.rows for operand in (weight, zero, one) if isinstance(operand, Traced | Weight))
        return self.add("lerp", *(self.repeated(self.value(operand, rows), rows) for operand in (weight, zero, one)))

    def maximum(self, left: "Operand", right: "Operand") -> "Traced":
        """The larger one."""
        return self.add("maximum", *self.together(left, right))

    def minimum(self, left: "Operand", right: "Operand") -> "Traced":
        """The smaller one."""
        return self.add("minimum", *self.together(left, right))

    def matvec(self, matrix: "Operand", vector: "Operand") -> "Traced":
        """A matrix, row by row, times a vector."""
        return self.add("matvec", self.value(matrix), self.value(vector))

    def __getattr__(self, op: str) -> Any:
        """Every other operation takes one value and has no attribute."""
        if op.startswith("_"):
            raise AttributeError(op)
        return lambda value: self.add(op, self.value(value))


@dataclass(frozen=True)
class Traced:
    """A value of a traced step: the number of its instruction."""

    tracer: Tracer
    number: int

    __array_ufunc__ = None  # numpy arrays on the left leave + and * to this class

    @property
    def instruction(self) -> Instruction:
        """What makes the value."""
        return self.tracer.instructions[self.number]

    @property
    def rows(self) -> int:
        """Its rows."""
        return self.instruction.rows

    @property
    def shape(self) -> tuple[int, int]:
        """One column."""
        return (self.rows, 1)

    def __add__(self, other: "Operand") -> "Traced":
        return self.tracer.add("add", *self.tracer.together(self, other))

    def __radd__(self, other: "Operand") -> "Traced":
        return self.tracer.add("add", *self.tracer.together(other, self))

    def __sub__(self, other: "Operand") -> "Traced":
        return self.tracer.add("subtract", *self.tracer.together(self, other))

    def __rsub__(self, other: "Operand") -> "Traced":
        return self.tracer.add("subtract", *self.tracer.together(other, self))

    def __neg__(self) -> "Traced":
        return self.tracer.scale(self, -1.0)

    def __mul__(self, other: "Operand") -> "Traced":
        if isinstance(other, float | int):
            return self.tracer.scale(self, other)
        return self.tracer.add("multiply", *self.tracer.together(self, other))

    def __rmul__(self, other: "Operand") -> "Traced":
        if isinstance(other, float | int):
            return self.tracer.scale(self, other)
        return self.tracer.add("multiply", *self.tracer.together(other, self))

    def __getitem__(self, rows: slice) -> "Traced":
        start, stop, step = rows.indices(self.rows)
        if step != 1 or start >= stop:
            raise ValueError(f"the slice {rows} of {self.rows} rows")
        return self.tracer.sliced(self, start, stop)


@dataclass(frozen=True)
class Weight:
    """Rows start to stop of a tensor of a traced step."""

    tracer: Tracer
    name: str
    start: int
    stop: int

    __array_ufunc__ = None

    @property
    def rows(self) -> int:
        """Its rows."""
        return self.stop - self.start

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of these rows."""
        return (self.rows, *self.tracer.shapes[self.name][1:])

    def __getitem__(self, key: Any) -> "Weight":
        """Some rows. Of a vector, `[rows, None]` are these rows as a column, which is the same weight."""
        if isinstance(key, tuple):
            if len(key) != 2 or key[1] is not None or len(self.shape) != 1:
                raise ValueError(f"the index {key} of the tensor {self.name}: take rows, or [rows, None] of a vector")
            return self[key[0]]
        start, stop, step = key.indices(self.rows)
        if step != 1 or start >= stop:
            raise ValueError(f"the slice {key} of the tensor {self.name}")
        return Weight(self.tracer, self.name, self.start + start, self.start + stop)

    def vector(self) -> Traced:
        """The tensor's rows as a value.

        Raises:
            ValueError: The tensor is a matrix.
        """
        if len(self.shape) != 1:
            raise ValueError(f"the matrix {self.name} as a vector")
        whole = self.tracer.add("tensor", name=self.name, leaf_rows=self.tracer.shapes[self.name][0])
        return self.tracer.sliced(whole, self.start, self.stop)


Operand = Traced | Weight | np.ndarray | float


def _float32(number: float) -> float:
    """The float32 number nearest to a number: programs hold no others.

    Raises:
        ValueError: It is not finite in float32.
    """
    rounded = float(np.float32(number))
    if not np.isfinite(rounded):
        raise ValueError(f"the constant {number}, which is not finite in float32")
    return rounded

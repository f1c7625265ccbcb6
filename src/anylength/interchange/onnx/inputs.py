"""How a graph may read symbols: the forms of its input, and the states among its inputs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anylength.base import InputError, quoted
from anylength.interchange.flat_values import Flat
from anylength.interchange.onnx.arrays import StepArray
from anylength.interchange.onnx.context import StepContext
from anylength.interchange.onnx.loader import Model, onnx_package
from anylength.rules import Task

MAX_LEADING = 2
"""Axes before those of a symbol: time and batch."""


@dataclass(frozen=True)
class SymbolForm:
    """How a graph reads symbols.

    Attributes:
        name: The name of the input.
        digits: Whether it reads digits, else one-hot vectors.
        shape: The axes of one symbol.
        marks: The labels of the axes before them: time, batch.
        dtype: The type of its numbers.
    """

    name: str
    digits: bool
    shape: tuple[int, ...]
    marks: tuple[tuple[str, ...], ...]
    dtype: Any

    def array(self, context: StepContext) -> StepArray:
        """One symbol of one word, as the graph reads it."""
        rows = np.arange(int(np.prod(self.shape))).reshape((1,) * len(self.marks) + self.shape)
        return StepArray(Flat(context.arithmetic.tracer.symbol(), rows), (*self.marks, *((),) * len(self.shape)), self.digits)


def symbol_forms(entry: Model, task: Task) -> Iterator[SymbolForm]:
    """The forms in which an input with this declaration may read the symbols of a task.

    Raises:
        InputError: The input has no shape.
    """
    onnx, sizes = onnx_package(), declared_sizes(entry)
    dtype = onnx.helper.tensor_dtype_to_np_dtype(entry.type.tensor_type.elem_type)
    one_hot = [(task.encoding_size,), *([(task.tapes, task.letters)] if task.tapes > 1 else [])]
    digits = [(task.tapes,)] if task.tapes > 1 else [(), (1,)]
    forms = [*((False, shape) for shape in one_hot if dtype == np.float32), *((True, shape) for shape in digits)]
    for is_digits, shape in forms:
        leading = len(sizes) - len(shape)
        fits = 0 <= leading <= MAX_LEADING and all(a in (None, b) for a, b in zip(sizes[leading:], shape, strict=True))
        if fits:
            yield SymbolForm(entry.name, is_digits, shape, axis_marks(entry)[:leading], dtype)


def declared_sizes(entry: Model) -> list[int | None]:
    """The sizes of the axes of an input; None for a free one.

    Raises:
        InputError: The input has no shape.
    """
    tensor = entry.type.tensor_type
    if not entry.type.HasField("tensor_type") or not tensor.HasField("shape"):
        raise InputError(f"an input {quoted(entry.name)} with a shape", "one without", "export it with the shape of its input")
    return [dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else None for dim in tensor.shape.dim]


def axis_marks(entry: Model) -> tuple[tuple[str, ...], ...]:
    """The labels of the axes of the one input of a graph that reads whole words: none for axes of size 1."""
    return tuple(() if size == 1 else (f"in {axis}",) for axis, size in enumerate(declared_sizes(entry)))


def step_marks(entry: Model) -> tuple[tuple[str, ...], ...]:
    """The labels of the axes of an input of a graph of one step: free axes are the words, side by side."""
    dims = entry.type.tensor_type.shape.dim
    sizes = declared_sizes(entry)
    return tuple((f"axis {dim.dim_param or 'words'}",) if size is None else () for dim, size in zip(dims, sizes, strict=True))


def state_shape(entry: Model) -> tuple[int, ...]:
    """The shape of a state of one word: free axes have size 1."""
    return tuple(size or 1 for size in declared_sizes(entry))


def pair_states(old: Sequence[Model], shapes: Mapping[str, tuple[int, ...]]) -> list[str]:
    """For each state among the inputs the output that holds its new value.

    An output belongs to an input of the same shape. Where several do, the one with the input's name in its name does, or all do
    in their order.

    Args:
        old: The states among the inputs.
        shapes: The shape of each output.

    Raises:
        InputError: A state has none.
    """
    pairs: list[str] = []
    for entry in old:
        fitting = [name for name, shape in shapes.items() if shape == state_shape(entry) and name not in pairs]
        named = [name for name in fitting if entry.name.lower() in name.lower()]
        if not fitting:
            got = f"none of {list(state_shape(entry))} for {quoted(entry.name)}"
            raise InputError("an output for each state among the inputs", got, "output every new state")
        pairs.append((named or fitting)[0])
    return pairs

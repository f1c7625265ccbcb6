"""One node of an ONNX graph with the abstract values of its inputs, and the error for a node that is not supported."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.errors import InputError, quoted
from anylength.interchange.onnx.abstract_values import AbstractValue, AxisSizes, Constant, SymbolicSize

REMEDY = "export nn.RNN, nn.GRU or nn.LSTM with one nn.Linear after it, and nothing else"

MAX_SIZES = 64
"""The largest number of entries of a shape. Tensors of exported nets have fewer than ten axes."""


@dataclass(frozen=True)
class Node:
    """One node of the graph.

    Attributes:
        op_type: The name of the operator, such as `Transpose`.
        inputs: The inputs; None for an optional input that is left out.
        names: The names of the inputs.
        attributes: The attributes.
        opset: The version of the standard operators.
        axis_sizes: The sizes of all labelled axes.
        outputs: The number of outputs.
        title: The node's own name.
    """

    op_type: str
    inputs: tuple[AbstractValue | None, ...]
    names: tuple[str, ...]
    attributes: dict[str, Any]
    opset: int
    axis_sizes: AxisSizes
    outputs: int = 1
    title: str = ""

    def input(self, index: int) -> AbstractValue | None:
        """An input; None if it is left out."""
        return self.inputs[index] if index < len(self.inputs) else None

    @property
    def first(self) -> AbstractValue:
        """The first input.

        Raises:
            InputError: It is left out.
        """
        value = self.input(0)
        if value is None:
            raise self.unsupported("without an input")
        return value

    def name(self, index: int) -> str:
        """The quoted name of an input, for a message."""
        return quoted(self.names[index])

    def axis_index(self, axis: int, rank: int) -> int:
        """The index of an axis of a tensor with `rank` axes; negative axes count from the back.

        Raises:
            InputError: The axis does not exist.
        """
        if not -rank <= axis < rank:
            raise self.unsupported(f"with axis {axis} of a tensor that has {rank} axes")
        return axis % rank

    def constant(self, index: int) -> NDArray[Any]:
        """The values of a constant input.

        Raises:
            InputError: The input is not constant.
        """
        value = self.input(index)
        if not isinstance(value, Constant):
            raise self.unsupported(f"whose input {self.name(index) if index < len(self.names) else index} is not a constant")
        return value.array

    def sizes(self, index: int) -> list[Any]:
        """A constant input of integers and `SymbolicSize`s, as a flat list.

        Raises:
            InputError: The input is something else, or longer than `MAX_SIZES`.
        """
        array = np.ravel(self.constant(index))
        if array.dtype.kind not in "iuO" or len(array) > MAX_SIZES:
            raise self.unsupported("whose sizes are not integers")
        return array.tolist()

    def integers(self, index: int) -> list[int]:
        """A constant input of integers, as a flat list.

        Raises:
            InputError: The input is something else.
        """
        array = np.ravel(self.constant(index))
        if array.dtype.kind not in "iuO" or any(isinstance(entry, SymbolicSize) for entry in array):
            raise self.unsupported("whose indices depend on the input")
        return [int(entry) for entry in array]

    def unsupported(self, reason: str, remedy: str = REMEDY) -> InputError:
        """The error for a node that the importer does not support."""
        expected = "one recurrent operator, one linear read-out, and besides them only operators that move axes"
        return InputError(expected, f"the operator {quoted(self.op_type)}, {reason}", remedy)

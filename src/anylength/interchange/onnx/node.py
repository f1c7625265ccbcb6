"""One node of an ONNX graph with the arrays of its inputs, and the error for a node that no step program has."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.base import quoted
from anylength.interchange.onnx.arrays import StepArray, SymbolicSize

REMEDY = "export layers, norms and activation functions, or test it as a black box (anylength.black_boxes)"

MAX_SIZES = 64
"""The largest number of entries of a shape. Tensors of exported nets have fewer than ten axes."""


class UnsupportedError(ValueError):
    """A node that no step program has, with what to do instead.

    Args:
        reason: What follows the operator's name in the message.
        remedy: What to do.
    """

    def __init__(self, reason: str, remedy: str = REMEDY) -> None:
        super().__init__(reason)
        self.remedy = remedy


@dataclass(frozen=True)
class Node:
    """One node of the graph.

    Attributes:
        op_type: The name of the operator, such as `Transpose`.
        inputs: The inputs; None for an optional input that is left out.
        names: The names of the inputs.
        attributes: The attributes.
        opset: The version of the standard operators.
        outputs: The number of outputs.
        title: The node's own name.
    """

    op_type: str
    inputs: tuple[StepArray | None, ...]
    names: tuple[str, ...]
    attributes: dict[str, Any]
    opset: int
    outputs: int = 1
    title: str = ""

    def input(self, index: int) -> StepArray | None:
        """An input; None if it is left out."""
        return self.inputs[index] if index < len(self.inputs) else None

    def array(self, index: int) -> StepArray:
        """An input whose entries may be moved.

        Raises:
            ValueError: It is left out.
        """
        value = self.input(index)
        if value is None:
            raise ValueError(f"without input {index}")
        return value

    def numbers(self, index: int) -> StepArray:
        """An input to compute with.

        Raises:
            ValueError: It is left out, or holds sizes or numbers that are not float32.
        """
        value = self.array(index)
        if isinstance(value.value, np.ndarray) and value.value.dtype == object:
            raise ValueError("of sizes of the input")
        if isinstance(value.value, np.ndarray) and value.value.dtype.kind == "f" and value.value.dtype != np.float32:
            raise ValueError(f"with {value.value.dtype} in {self.name(index)}, where a step program has float32")
        return value

    def name(self, index: int) -> str:
        """The quoted name of an input, for a message."""
        return quoted(self.names[index])

    def axis_index(self, axis: int, rank: int) -> int:
        """The index of an axis of a tensor with `rank` axes; negative axes count from the back.

        Raises:
            ValueError: The axis does not exist.
        """
        if not -rank <= axis < rank:
            raise ValueError(f"with axis {axis} of a tensor that has {rank} axes")
        return axis % rank

    def constant(self, index: int) -> NDArray[Any]:
        """The values of a known input.

        Raises:
            ValueError: The input is not known.
        """
        value = self.input(index)
        if value is None or not isinstance(value.value, np.ndarray):
            raise ValueError(f"whose input {self.name(index) if index < len(self.names) else index} is not a constant")
        return value.value

    def sizes(self, index: int) -> list[Any]:
        """A known input of integers and `SymbolicSize`s, as a flat list.

        Raises:
            ValueError: The input is something else, or longer than `MAX_SIZES`.
        """
        array = np.ravel(self.constant(index))
        if array.dtype.kind not in "iuO" or len(array) > MAX_SIZES:
            raise ValueError("whose sizes are not integers")
        return array.tolist()

    def integers(self, index: int) -> list[int]:
        """A known input of integers, as a flat list.

        Raises:
            ValueError: The input is something else.
        """
        array = np.ravel(self.constant(index))
        if array.dtype.kind not in "iuO" or any(isinstance(entry, SymbolicSize) for entry in array):
            raise ValueError("whose indices depend on the input")
        return [int(entry) for entry in array]

    def named_axes(self) -> list[int] | None:
        """The axes that an attribute names, or since version 13 an input; None where the node names none."""
        if "axes" in self.attributes:
            return [int(axis) for axis in self.attributes["axes"]]
        return self.integers(1) if self.input(1) is not None else None

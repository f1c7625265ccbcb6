"""The result of the interpretation of an ONNX graph: one recurrent operator, its encoding and its read-out."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anylength.interchange.onnx.abstract_values import Axis, AxisSizes, Stage
from anylength.interchange.onnx.recurrent_ops import RecurrentOp


@dataclass
class RecurrentGraph:
    """What is known about a graph. The interpreter fills it in as it meets the operators.

    Attributes:
        input: The name of the graph's input.
        element_type: The type of the input's elements, as onnx numbers it.
        input_axes: The axes of the input.
        axis_sizes: The sizes of all labelled axes.
        embedding: `[letters, D]`; None if the net reads one-hot vectors.
        recurrent: The recurrent operator; None before the interpreter meets it.
        layout: Its layout: 0 for time first, 1 for batch first.
        time: The label of the time axis.
        batch: The label of the batch axis; None if the graph reads one word at a time.
        encoding: The labels of an encoded symbol, in row-major order.
        weight: The read-out's weights `[C, H]`; None before the interpreter meets them.
        bias: The read-out's biases `[C]`; None if there are none.
        output: The name of the output with the answers.
        output_stage: The stage of that output: logits, scores or classes.
        output_axes: Its axes.
    """

    input: str = ""
    element_type: int = 0
    input_axes: tuple[Axis, ...] = ()
    axis_sizes: AxisSizes = field(default_factory=AxisSizes)
    embedding: NDArray[np.float32] | None = None
    recurrent: RecurrentOp | None = None
    layout: int = 0
    time: str = ""
    batch: str | None = None
    encoding: Axis = ()
    weight: NDArray[np.float32] | None = None
    bias: NDArray[np.float32] | None = None
    output: str = ""
    output_stage: Stage = Stage.LOGITS
    output_axes: tuple[Axis, ...] = ()

    @property
    def classes(self) -> int:
        """C, the number of rows of the read-out; 0 before the interpreter meets it."""
        return 0 if self.weight is None else len(self.weight)

    def size(self, label: str) -> int | None:
        """The size of a labelled axis; None if any size is allowed."""
        return self.axis_sizes.sizes[label]

"""The operators that encode digits, and the recurrent operator that reads the encoded symbols."""

import numpy as np

from anylength.interchange.onnx.abstract_values import (
    EMBEDDING,
    LETTER,
    UNIT,
    AbstractValue,
    Activation,
    FinalState,
    Stage,
    input_axis,
)
from anylength.interchange.onnx.loader import onnx_package
from anylength.interchange.onnx.node import Node
from anylength.interchange.onnx.recurrent_graph import RecurrentGraph
from anylength.interchange.onnx.recurrent_ops import float32_constant, parse_recurrent_op


def activation_at(node: Node, index: int, *stages: Stage) -> Activation:
    """An input that is an activation of one of these stages.

    Raises:
        InputError: It is something else.
    """
    value = node.input(index)
    if isinstance(value, FinalState):
        remedy = "read out every step (the whole first output), not only the last one: the answers at all steps are compared"
        raise node.unsupported("which reads the state after the last step only", remedy)
    if not isinstance(value, Activation) or value.stage not in stages:
        raise node.unsupported("in an unexpected place")
    return value


def one_hot(node: Node, graph: RecurrentGraph) -> AbstractValue:
    """OneHot: digits → one-hot vectors of zeros and ones."""
    value = activation_at(node, 0, Stage.INPUT)
    depth, values = node.integers(1), np.ravel(node.constant(2))
    if len(depth) != 1 or values.tolist() != [0, 1]:
        raise node.unsupported("whose values are not 0 and 1")
    axis = node.axis_index(int(node.attributes.get("axis", -1)), len(value.axes) + 1)
    _require_first_encoding(node, graph, LETTER)
    graph.axis_sizes.sizes[LETTER] = depth[0]
    axes = (*value.axes[:axis], (LETTER,), *value.axes[axis:])
    return Activation(Stage.ENCODED if values.dtype == np.float32 else Stage.INPUT, axes, 0)


def embed(node: Node, graph: RecurrentGraph) -> AbstractValue:
    """Gather from a constant: digits → rows of an embedding."""
    value, table = activation_at(node, 1, Stage.INPUT), float32_constant(node, 0)
    if table.ndim != 2 or int(node.attributes.get("axis", 0)) not in (0, -2):
        raise node.unsupported("which is not an embedding of digits")
    _require_first_encoding(node, graph, EMBEDDING)
    graph.embedding = table
    graph.axis_sizes.sizes[EMBEDDING] = table.shape[1]
    return Activation(Stage.ENCODED, (*value.axes, (EMBEDDING,)))


def recurrent_layer(node: Node, graph: RecurrentGraph) -> tuple[AbstractValue, ...]:
    """RNN, GRU or LSTM: encoded symbols → the states of all steps and the final states."""
    value = activation_at(node, 0, Stage.INPUT, Stage.ENCODED)
    if value.stage is Stage.INPUT and value.element_type != onnx_package().TensorProto.FLOAT:
        raise node.unsupported("whose input is not float32", "export the net in float32: model.float()")
    if len(value.axes) != 3:
        raise node.unsupported(f"whose input has {len(value.axes)} axes")
    graph.recurrent, graph.layout = parse_recurrent_op(node), int(node.attributes.get("layout", 0))
    time, batch, encoding = value.axes if graph.layout == 0 else (value.axes[1], value.axes[0], value.axes[2])
    if len(time) != 1 or len(batch) > 1 or any(input_axis(label) is None for label in time + batch):
        raise node.unsupported(
            "without a time axis of its own", "export it with dynamic axes, so that it reads words of any length"
        )
    graph.time, graph.batch, graph.encoding = time[0], batch[0] if batch else None, encoding
    graph.axis_sizes.sizes[UNIT] = graph.recurrent.hidden
    axes = (time, (), batch, (UNIT,)) if graph.layout == 0 else (batch, time, (), (UNIT,))
    return (Activation(Stage.STATES, axes), FinalState(), FinalState())


def _require_first_encoding(node: Node, graph: RecurrentGraph, label: str) -> None:
    """Refuses a second encoding of the digits."""
    if label in graph.axis_sizes.sizes:
        raise node.unsupported("a second encoding of the digits")

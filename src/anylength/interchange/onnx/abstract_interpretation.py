"""Interprets an ONNX graph abstractly, from its one input to the logits.

The interpreter visits every node in the file's order, which onnx's checker has found to be topological. It accepts an encoding, one
recurrent operator, one linear read-out, and operators that move axes.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.errors import InputError, quoted
from anylength.interchange.onnx.abstract_values import AbstractValue, Activation, AxisSizes, Constant, Stage, input_axis_label
from anylength.interchange.onnx.axis_ops import AXIS_OPS
from anylength.interchange.onnx.constant_folding import CONSTANT_OPS
from anylength.interchange.onnx.encoding_ops import embed, recurrent_layer
from anylength.interchange.onnx.loader import Model, one_line, onnx_package, opset_version
from anylength.interchange.onnx.node import REMEDY, Node
from anylength.interchange.onnx.readout_ops import NET_OPS
from anylength.interchange.onnx.recurrent_graph import RecurrentGraph
from anylength.interchange.onnx.recurrent_ops import GATE_ORDERS

UNROLLED_REMEDY = (
    "export nn.RNN, nn.GRU or nn.LSTM itself: torch.onnx.export(..., dynamo=False) does not unroll the loop over the steps"
)

MAX_CONSTANT_BYTES = 1 << 30
"""Bytes of all constants that the interpreter computes. The limit protects from a small file that expands without end."""

MAX_LISTED = 6
"""The number of names that a message lists."""

MAX_OPERATORS = 120
"""Characters of the list of operators in a message."""


def interpret_graph(model: Model) -> RecurrentGraph:
    """The recurrent operator of a model's graph, its encoding and its read-out.

    Raises:
        InputError: The graph holds something else.
    """
    result, values = RecurrentGraph(), {}
    _require_one_layer(model.graph)
    _read_initializers(model.graph, values)
    _read_input(model.graph, result, values)
    _visit_nodes(model, result, values)
    _read_output(model.graph, result, values)
    return result


def _require_one_layer(graph: Model) -> None:
    """Accepts a graph with one recurrent operator."""
    operators = [node.op_type for node in graph.node if node.op_type in GATE_ORDERS]
    if not operators:
        others = ", ".join(sorted({node.op_type for node in graph.node}))
        raise InputError("a graph with one RNN, GRU or LSTM operator", f"none ({quoted(others, MAX_OPERATORS)})", UNROLLED_REMEDY)
    if len(operators) > 1:
        listed = ", ".join(operators[:MAX_LISTED])
        remedy = "export a net of one layer: a certificate speaks of one layer of states"
        raise InputError("one recurrent operator", f"{len(operators)} ({listed}): several layers", remedy)


def _read_initializers(graph: Model, values: dict[str, AbstractValue]) -> None:
    for tensor in graph.initializer:
        if tensor.name in values:
            raise InputError("one tensor of each name", f"two of {quoted(tensor.name)}", "the file is damaged; export it again")
        values[tensor.name] = Constant(tensor_array(tensor))


def tensor_array(tensor: Model) -> NDArray[Any]:
    """The numbers of a tensor."""
    onnx = onnx_package()
    try:
        array = onnx.numpy_helper.to_array(tensor)
    except Exception as error:
        raise InputError("complete tensors", f"{quoted(tensor.name)}: {one_line(error)}", "export it again") from None
    if array.dtype.kind in "OSUc":
        raise InputError("tensors of numbers", f"{array.dtype} in {quoted(tensor.name)}", REMEDY)
    return array


def _read_input(graph: Model, result: RecurrentGraph, values: dict[str, AbstractValue]) -> None:
    """Labels the axes of the one input that is not an initialiser. Axes of size 1 get no label."""
    inputs = [entry for entry in graph.input if entry.name not in values]
    if len(inputs) != 1:
        names = ", ".join(quoted(entry.name) for entry in inputs[:MAX_LISTED]) or "none"
        remedy = "export it with the digits as its only input: nets here start from a state of zeros"
        raise InputError("one input", names, remedy)
    tensor = inputs[0].type.tensor_type
    if not inputs[0].type.HasField("tensor_type") or not tensor.HasField("shape"):
        raise InputError(f"an input {quoted(inputs[0].name)} with a shape", "one without", "export it with the shape of its input")
    result.input, result.element_type = inputs[0].name, tensor.elem_type
    sizes = [entry.dim_value if entry.HasField("dim_value") and entry.dim_value > 0 else None for entry in tensor.shape.dim]
    labels = [input_axis_label(axis) for axis in range(len(sizes))]
    result.input_axes = tuple(() if size == 1 else (label,) for label, size in zip(labels, sizes, strict=True))
    result.axis_sizes.sizes.update({label: size for label, size in zip(labels, sizes, strict=True) if size != 1})
    values[result.input] = Activation(Stage.INPUT, result.input_axes, result.element_type)


def _visit_nodes(model: Model, result: RecurrentGraph, values: dict[str, AbstractValue]) -> None:
    """Computes the abstract values of all nodes."""
    constant_bytes = 0
    for proto in model.graph.node:
        node = _node(proto, opset_version(model), result.axis_sizes, values)
        outputs = _outputs(node, result)
        if len(outputs) < sum(bool(name) for name in proto.output):
            raise node.unsupported("with more outputs than the importer knows")
        for name, value in zip(proto.output, outputs, strict=False):
            constant_bytes += value.array.nbytes if isinstance(value, Constant) else 0
            if constant_bytes > MAX_CONSTANT_BYTES:
                raise node.unsupported(f"after constants of more than {MAX_CONSTANT_BYTES >> 20:,} MiB")
            if name:
                values[name] = value


def _node(proto: Model, opset: int, axis_sizes: AxisSizes, values: dict[str, AbstractValue]) -> Node:
    """A node with the abstract values of its inputs."""
    attributes = {entry.name: node_attribute(entry) for entry in proto.attribute}
    missing = next((name for name in proto.input if name and name not in values), None)
    if missing is not None:
        raise InputError("inputs that another operator outputs", f"{quoted(missing)}, which no operator outputs", "export it again")
    inputs = tuple(values[name] if name else None for name in proto.input)
    return Node(proto.op_type, inputs, tuple(proto.input), attributes, opset, axis_sizes)


def node_attribute(entry: Model) -> Any:
    """The value of a node's attribute."""
    return tensor_array(entry.t) if entry.type == entry.TENSOR else onnx_package().helper.get_attribute_value(entry)


def _outputs(node: Node, result: RecurrentGraph) -> tuple[AbstractValue, ...]:
    """The abstract values of a node's outputs."""
    if node.op_type == "Constant":
        return (constant_value(node),)
    if node.op_type in GATE_ORDERS:
        return recurrent_layer(node, result)
    if node.op_type == "Gather" and isinstance(node.input(0), Constant) and isinstance(node.input(1), Activation):
        return (embed(node, result),)
    if node.op_type in NET_OPS:
        return (NET_OPS[node.op_type](node, result),)
    rule = AXIS_OPS.get(node.op_type) or CONSTANT_OPS.get(node.op_type)
    if rule is None:
        raise node.unsupported("which is not supported")
    return (rule(node),)


def constant_value(node: Node) -> AbstractValue:
    """The value of a node Constant."""
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        if name in node.attributes:
            value = node.attributes[name]
            return Constant(np.asarray(value, np.float32 if "float" in name else np.int64 if "int" in name else None))
    raise node.unsupported("of text")


def _read_output(graph: Model, result: RecurrentGraph, values: dict[str, AbstractValue]) -> None:
    """Finds the one output with answers. The graph may output states besides."""
    answer_stages = (Stage.LOGITS, Stage.SCORES, Stage.CLASSES)
    outputs = {entry.name: values.get(entry.name) for entry in graph.output}
    answers = [(name, value) for name, value in outputs.items() if isinstance(value, Activation) and value.stage in answer_stages]
    if not answers:
        raise InputError("an output with the logits of every step", ", ".join(map(quoted, outputs)), REMEDY)
    if len(answers) > 1:
        names = ", ".join(quoted(name) for name, _ in answers)
        raise InputError("one output with answers", names, "export the logits alone")
    result.output, value = answers[0]
    result.output_stage, result.output_axes = value.stage, value.axes
    if value.biased != (result.bias is not None):
        raise InputError("answers with the read-out's bias", f"{quoted(result.output)} without it", REMEDY)
    if result.time in result.axis_sizes.pinned:
        raise InputError("a graph that reads words of any length", "one of a fixed number of steps", "export it with dynamic axes")

"""Interprets the nodes of an ONNX graph as operations of one step."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError, quoted
from anylength.interchange.onnx.answers import ANSWERS
from anylength.interchange.onnx.arrays import StepArray, known
from anylength.interchange.onnx.context import StepContext
from anylength.interchange.onnx.functions import FUNCTIONS
from anylength.interchange.onnx.layout import LAYOUT
from anylength.interchange.onnx.loader import Model, one_line, onnx_package
from anylength.interchange.onnx.node import REMEDY, Node
from anylength.interchange.onnx.numbers import NUMBERS
from anylength.interchange.onnx.recurrent import recurrent_step
from anylength.interchange.onnx.recurrent_ops import GATE_ORDERS
from anylength.interchange.onnx.scan import scan_step
from anylength.interchange.onnx.sources import SOURCES
from anylength.programs import MAX_INSTRUCTIONS

Values = dict[str, StepArray]
"""The arrays by name."""

RULES = {**LAYOUT, **SOURCES, **NUMBERS, **FUNCTIONS, **ANSWERS}
"""The rules of all operators but the recurrent ones."""


def read_initializers(graph: Model, values: Values) -> None:
    """Adds the weights of a graph."""
    for tensor in graph.initializer:
        values[tensor.name] = known(tensor_array(tensor))


def tensor_array(tensor: Model) -> NDArray[Any]:
    """The numbers of a tensor.

    Raises:
        InputError: It is damaged, or of text or complex numbers.
    """
    onnx = onnx_package()
    try:
        array = onnx.numpy_helper.to_array(tensor)
    except Exception as error:
        raise InputError("complete tensors", f"{quoted(tensor.name)}: {one_line(error)}", "export it again") from None
    if array.dtype.kind in "OSUc":
        raise InputError("tensors of numbers", f"{array.dtype} in {quoted(tensor.name)}", REMEDY)
    return array


def visit(graph: Model, opset: int, values: Values, context: StepContext) -> None:
    """Adds the values of all nodes.

    Raises:
        InputError: A node has no counterpart in a step program. The message names it.
    """
    for proto in graph.node:
        node = _node(proto, opset, values)
        try:
            outputs = _outputs(node, proto, opset, values, context)
            context.count_bytes(outputs)
        except InputError:
            raise
        except ValueError as error:
            title = f" in the node {quoted(node.title)}" if node.title else ""
            reason = f", {error}" if str(error) else ""
            got = f"the operator {quoted(node.op_type)}{title}{reason}"
            raise InputError("operators that a step program has", got, getattr(error, "remedy", REMEDY)) from None
        values.update({name: value for name, value in zip(proto.output, outputs, strict=False) if name})


def _node(proto: Model, opset: int, values: Values) -> Node:
    """A node with the values of its inputs.

    Raises:
        InputError: No operator makes an input.
    """
    missing = next((name for name in proto.input if name and name not in values), None)
    if missing is not None:
        raise InputError("inputs that another operator outputs", f"{quoted(missing)}, which no operator outputs", "export it again")
    attributes = {entry.name: _attribute(entry) for entry in proto.attribute}
    inputs = tuple(values[name] if name else None for name in proto.input)
    return Node(proto.op_type, inputs, tuple(proto.input), attributes, opset, len(proto.output), proto.name)


def _attribute(entry: Model) -> Any:
    """The value of a node's attribute."""
    return tensor_array(entry.t) if entry.type == entry.TENSOR else onnx_package().helper.get_attribute_value(entry)


def _outputs(node: Node, proto: Model, opset: int, values: Values, context: StepContext) -> Sequence[StepArray]:
    """The values of a node's outputs."""
    if len(context.arithmetic.tracer.instructions) > MAX_INSTRUCTIONS:
        raise ValueError(f"after more than {MAX_INSTRUCTIONS:,} operations")
    if node.op_type == "Constant":
        return (_constant(node),)
    if node.op_type in GATE_ORDERS:
        return recurrent_step(node, context)
    if node.op_type == "Scan":
        return scan_step(node, context, _body(node.attributes["body"], opset, values, context))
    if node.op_type not in RULES:
        raise ValueError
    result = RULES[node.op_type](node, context)
    outputs = result if isinstance(result, tuple) else (result,)
    if len(outputs) < sum(bool(name) for name in proto.output):
        raise ValueError("with more outputs than the importer knows")
    return outputs


def _constant(node: Node) -> StepArray:
    """The value of a node Constant.

    Raises:
        ValueError: It holds text.
    """
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        if name in node.attributes:
            value = node.attributes[name]
            return known(np.asarray(value, np.float32 if "float" in name else np.int64 if "int" in name else None))
    raise ValueError("of text")


def _body(graph: Model, opset: int, values: Values, context: StepContext) -> Callable[[Sequence[StepArray]], list[StepArray]]:
    """The body of a Scan as a function. It may use what was computed before the loop."""

    def run(inputs: Sequence[StepArray]) -> list[StepArray]:
        if len(inputs) != len(graph.input):
            raise ValueError(f"whose body has {len(graph.input)} inputs instead of {len(inputs)}")
        inner = dict(values)
        read_initializers(graph, inner)
        inner.update({entry.name: value for entry, value in zip(graph.input, inputs, strict=True)})
        visit(graph, opset, inner, context)
        return [inner[entry.name] for entry in graph.output]

    return run

"""Interprets the nodes of an ONNX graph as operations of one step."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from anylength.errors import InputError, quoted
from anylength.interchange.onnx.abstract_interpretation import constant_value, node_attribute, tensor_array
from anylength.interchange.onnx.abstract_values import AxisSizes, Constant
from anylength.interchange.onnx.axis_ops import AXIS_OPS
from anylength.interchange.onnx.constant_folding import CONSTANT_OPS, MAX_ENTRIES
from anylength.interchange.onnx.loader import Model
from anylength.interchange.onnx.node import Node
from anylength.interchange.onnx.recurrent_ops import GATE_ORDERS
from anylength.interchange.onnx.steps.arrays import StepArray, known
from anylength.interchange.onnx.steps.context import StepContext
from anylength.interchange.onnx.steps.functions import FUNCTIONS
from anylength.interchange.onnx.steps.layout import LAYOUT
from anylength.interchange.onnx.steps.numbers import NUMBERS, NUMPY
from anylength.interchange.onnx.steps.recurrent import recurrent_step
from anylength.interchange.onnx.steps.scan import scan_step
from anylength.interchange.onnx.steps.sources import SOURCES
from anylength.programs import MAX_INSTRUCTIONS

Values = dict[str, Any]
"""Name → `Constant` or `StepArray`."""

REMEDY = "export layers, norms and activation functions, or test it as a black box (anylength.black_boxes)"

RULES = {**LAYOUT, **SOURCES, **NUMBERS, **FUNCTIONS}
"""The rules of all operators but the recurrent ones."""

SCORES = ("ArgMax", "LogSoftmax")
"""Operators that only an output may have: what they keep is which class is first. Nothing can use their result."""

OWN_RULES = ("ConstantOfShape", "Expand", "Mul")
"""Operators of constants that these rules read better than those of the layers: with numbers other than sizes and zeros."""

FOLDED: Mapping[str, Callable[..., Any]] = {
    "Add": NUMPY["add"], "Div": NUMPY["divide"], "MatMul": np.matmul, "Max": NUMPY["maximum"], "Min": NUMPY["minimum"],
    "Mul": NUMPY["multiply"], "Neg": np.negative, "Pow": np.power, "Reciprocal": np.reciprocal, "Sqrt": np.sqrt,
    "Sub": NUMPY["subtract"],
}  # fmt: skip
"""Operators that are computed at once for two known arrays of float32."""


def read_initializers(graph: Model, values: Values) -> None:
    """Adds the weights of a graph."""
    for tensor in graph.initializer:
        values[tensor.name] = Constant(tensor_array(tensor))


def visit(graph: Model, opset: int, values: Values, context: StepContext) -> None:
    """Adds the values of all nodes.

    Raises:
        InputError: A node has no counterpart in a step program. The message names it.
    """
    for proto in graph.node:
        node = _node(proto, opset, values)
        try:
            outputs = _outputs(node, proto, opset, values, context)
        except InputError:
            raise
        except ValueError as error:
            title = f" in the node {quoted(node.title)}" if node.title else ""
            reason = f", {error}" if str(error) else ""
            got = f"the operator {quoted(node.op_type)}{title}{reason}"
            raise InputError("operators that a step program has", got, REMEDY) from None
        values.update({name: value for name, value in zip(proto.output, outputs, strict=False) if name})


def _node(proto: Model, opset: int, values: Values) -> Node:
    """A node with the values of its inputs.

    Raises:
        InputError: No operator makes an input.
    """
    missing = next((name for name in proto.input if name and name not in values), None)
    if missing is not None:
        raise InputError("inputs that another operator outputs", f"{quoted(missing)}, which no operator outputs", "export it again")
    attributes = {entry.name: node_attribute(entry) for entry in proto.attribute}
    inputs = tuple(values[name] if name else None for name in proto.input)
    return Node(proto.op_type, inputs, tuple(proto.input), attributes, opset, AxisSizes(), len(proto.output), proto.name)


def _outputs(node: Node, proto: Model, opset: int, values: Values, context: StepContext) -> Sequence[Any]:
    """The values of a node's outputs."""
    if len(context.arithmetic.tracer.instructions) > MAX_INSTRUCTIONS:
        raise ValueError(f"after more than {MAX_INSTRUCTIONS:,} operations")
    if node.op_type == "Constant":
        return (constant_value(node),)
    if node.op_type in GATE_ORDERS:
        return recurrent_step(node, context)
    if node.op_type == "Scan":
        return scan_step(node, context, _body(node.attributes["body"], opset, values, context))
    folded = _folded(node)
    if folded is not None:
        return (folded,)
    if node.op_type in SCORES:
        return (None,)
    if node.op_type not in RULES:
        raise ValueError
    result = RULES[node.op_type](node, context)
    outputs = result if isinstance(result, tuple) else (result,)
    if len(outputs) < sum(bool(name) for name in proto.output):
        raise ValueError("with more outputs than the importer knows")
    return outputs


def _folded(node: Node) -> Constant | None:
    """The value of a node of constants; None where the rules for step arrays read it."""
    arrays = [value.array for value in node.inputs if isinstance(value, Constant)]
    if len(arrays) != len(node.inputs) or not arrays:
        return None
    sizes = any(array.dtype.kind in "iuO" for array in arrays)
    rule = AXIS_OPS.get(node.op_type) or CONSTANT_OPS.get(node.op_type)
    if rule is not None and (node.op_type not in OWN_RULES or (node.op_type == "Mul" and sizes)):
        value: Any = rule(node)
        return value
    if node.op_type not in FOLDED or sizes:
        return None
    if node.op_type != "MatMul" and np.broadcast(*arrays).size > MAX_ENTRIES:
        raise ValueError(f"which would make a constant of more than {MAX_ENTRIES:,} numbers")
    with np.errstate(all="ignore"):
        return Constant(np.asarray(FOLDED[node.op_type](*arrays), arrays[0].dtype))


def _body(graph: Model, opset: int, values: Values, context: StepContext) -> Callable[[Sequence[StepArray]], list[StepArray]]:
    """The body of a Scan as a function. It may use what was computed before the loop."""

    def run(inputs: Sequence[StepArray]) -> list[StepArray]:
        if len(inputs) != len(graph.input):
            raise ValueError(f"whose body has {len(graph.input)} inputs instead of {len(inputs)}")
        inner = dict(values)
        read_initializers(graph, inner)
        inner.update({entry.name: value for entry, value in zip(graph.input, inputs, strict=True)})
        visit(graph, opset, inner, context)
        return [_as_array(inner[entry.name]) for entry in graph.output]

    return run


def _as_array(value: Any) -> StepArray:
    return known(value.array) if isinstance(value, Constant) else value

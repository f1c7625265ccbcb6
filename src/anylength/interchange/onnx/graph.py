"""Follows an ONNX graph from its one input to the logits: encoding, one recurrent operator, one linear read-out, moves of axes.

Every node is looked at, in the file's order, which onnx's checker has found to be one in which it can be run.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.errors import InputError, quoted
from anylength.interchange.onnx.cells import ORDERS
from anylength.interchange.onnx.file import Model, one_line, onnx_package, opset_of
from anylength.interchange.onnx.moves import MOVES
from anylength.interchange.onnx.numbers import NUMBERS
from anylength.interchange.onnx.reading import READING, Traced, embedded, stepped
from anylength.interchange.onnx.values import REMEDY, Flow, Known, Labels, Operator, Stage, Value, input_label

WHOLE = "export nn.RNN, nn.GRU or nn.LSTM itself: torch.onnx.export(..., dynamo=False) does not write the loop out step by step"

MOST_BYTES = 1 << 30
"""All constants and what is made of them."""


def traced(model: Model) -> Traced:
    """What a model's graph is.

    Raises:
        InputError: It is anything else than encoding, one recurrent operator, one linear read-out and moves of axes.
    """
    found, values = Traced(), {}
    _check_count(model.graph)
    _take_initializers(model.graph, values)
    _take_input(model.graph, found, values)
    _follow(model, found, values)
    _take_output(model.graph, found, values)
    return found


def _check_count(graph: Model) -> None:
    """One recurrent operator."""
    kinds = [node.op_type for node in graph.node if node.op_type in ORDERS]
    if not kinds:
        others = ", ".join(sorted({node.op_type for node in graph.node}))
        raise InputError("a graph with one RNN, GRU or LSTM operator", f"none ({quoted(others, 120)})", WHOLE)
    if len(kinds) > 1:
        remedy = "a net of one layer can be read: a certificate speaks of one layer of states"
        raise InputError("one recurrent operator", f"{len(kinds)} ({', '.join(kinds[:6])}): several layers", remedy)


def _take_initializers(graph: Model, values: dict[str, Value]) -> None:
    for tensor in graph.initializer:
        if tensor.name in values:
            raise InputError("one tensor of each name", f"two of {quoted(tensor.name)}", "the file is damaged; export it again")
        values[tensor.name] = Known(_array(tensor))


def _array(tensor: Model) -> NDArray[Any]:
    onnx = onnx_package()
    try:
        array = onnx.numpy_helper.to_array(tensor)
    except Exception as error:
        raise InputError("whole tensors", f"{quoted(tensor.name)}: {one_line(error)}", "export it again") from None
    if array.dtype.kind in "OSUc":
        raise InputError("tensors of numbers", f"{array.dtype} in {quoted(tensor.name)}", REMEDY)
    return array


def _take_input(graph: Model, found: Traced, values: dict[str, Value]) -> None:
    """The one input that is no initialiser: its axes as labels, axes of size 1 as none."""
    inputs = [entry for entry in graph.input if entry.name not in values]
    if len(inputs) != 1:
        names = ", ".join(quoted(entry.name) for entry in inputs[:6]) or "none"
        remedy = "a net here starts from a state of zeros: export it with the digits as its only input"
        raise InputError("one input", names, remedy)
    tensor = inputs[0].type.tensor_type
    if not inputs[0].type.HasField("tensor_type") or not tensor.HasField("shape"):
        raise InputError(f"an input {quoted(inputs[0].name)} with a shape", "one without", "export it with the shape of its input")
    found.input, found.element = inputs[0].name, tensor.elem_type
    sizes = [entry.dim_value if entry.HasField("dim_value") and entry.dim_value > 0 else None for entry in tensor.shape.dim]
    names = [input_label(at) for at in range(len(sizes))]
    found.axes = tuple(() if size == 1 else (name,) for name, size in zip(names, sizes, strict=True))
    found.labels.sizes.update({name: size for name, size in zip(names, sizes, strict=True) if size != 1})
    values[found.input] = Flow(Stage.INPUT, found.axes, found.element)


def _follow(model: Model, found: Traced, values: dict[str, Value]) -> None:
    """Every node in turn."""
    made = 0
    for node in model.graph.node:
        op = _operator(node, opset_of(model), found.labels, values)
        results = _applied(op, found)
        if len(results) < sum(bool(name) for name in node.output):
            raise op.refused("with more outputs than are known")
        for name, value in zip(node.output, results, strict=False):
            made += value.array.nbytes if isinstance(value, Known) else 0
            if made > MOST_BYTES:
                raise op.refused("after constants beyond all measure")
            if name:
                values[name] = value


def _operator(node: Model, opset: int, labels: Labels, values: dict[str, Value]) -> Operator:
    onnx = onnx_package()
    attributes = {entry.name: _attribute(onnx, entry) for entry in node.attribute}
    unknown = next((name for name in node.input if name and name not in values), None)
    if unknown is not None:
        raise InputError("inputs that some operator has made", f"{quoted(unknown)}, which none has", "export it again")
    inputs = tuple(values[name] if name else None for name in node.input)
    return Operator(node.op_type, inputs, tuple(node.input), attributes, opset, labels)


def _attribute(onnx: Any, entry: Model) -> Any:
    return _array(entry.t) if entry.type == entry.TENSOR else onnx.helper.get_attribute_value(entry)


def _applied(op: Operator, found: Traced) -> tuple[Value, ...]:
    """What is known of an operator's outputs."""
    if op.kind == "Constant":
        return (_constant(op),)
    if op.kind in ORDERS:
        return stepped(op, found)
    if op.kind == "Gather" and isinstance(op.input(0), Known) and isinstance(op.input(1), Flow):
        return (embedded(op, found),)
    if op.kind in READING:
        return (READING[op.kind](op, found),)
    rule = MOVES.get(op.kind) or NUMBERS.get(op.kind)
    if rule is None:
        raise op.refused("which is none of them")
    return (rule(op),)


def _constant(op: Operator) -> Value:
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        if name in op.attributes:
            value = op.attributes[name]
            return Known(np.asarray(value, np.float32 if "float" in name else np.int64 if "int" in name else None))
    raise op.refused("of text")


def _take_output(graph: Model, found: Traced, values: dict[str, Value]) -> None:
    """The one output with answers; states may be given out beside it."""
    done = (Stage.LOGITS, Stage.SCORES, Stage.CLASSES)
    outputs = {entry.name: values.get(entry.name) for entry in graph.output}
    answers = [(name, value) for name, value in outputs.items() if isinstance(value, Flow) and value.stage in done]
    if not answers:
        raise InputError("an output with the logits of every step", ", ".join(map(quoted, outputs)), REMEDY)
    if len(answers) > 1:
        names = ", ".join(quoted(name) for name, _ in answers)
        raise InputError("one output with answers", names, "export the logits alone")
    found.output, value = answers[0]
    found.stage, found.answers = value.stage, value.axes
    if value.biased != (found.bias is not None):
        raise InputError("answers with the read-out's bias", f"{quoted(found.output)} without it", REMEDY)
    if found.steps in found.labels.pinned:
        raise InputError("a graph that reads words of any length", "one of a fixed number of steps", "export it with dynamic axes")

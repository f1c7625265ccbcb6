"""An ONNX file as a graph with state: reading, matching states, constants for fixed inputs, parts as models, values."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from anylength.base import InputError, one_line
from anylength.streams.feeding import Signature

ONNX_ERRORS = (onnx.checker.ValidationError, onnx.shape_inference.InferenceError, ValueError, OSError, RuntimeError)


def load(path: Path) -> ModelProto:
    """Reads an ONNX file.

    Raises:
        InputError: It is none.
    """
    try:
        model = onnx.load(str(path))
        onnx.checker.check_model(model)
    except Exception as error:
        remedy = "check the path" if isinstance(error, OSError) else "export the net again"
        raise InputError("an ONNX file", f"{path}: {error}", remedy) from None
    return model


def signature(values: "list[ValueInfoProto]") -> Signature:
    """The names and shapes of inputs or outputs; −1 stands for a free axis."""
    return {value.name: [dim.dim_value or -1 for dim in value.type.tensor_type.shape.dim] for value in values}


def inputs_of(model: ModelProto) -> list[ValueInfoProto]:
    """The inputs that a caller passes: those that are no weights."""
    weights = {tensor.name for tensor in model.graph.initializer}
    return [value for value in model.graph.input if value.name not in weights]


def state_pairs(model: ModelProto, given: dict[str, str], fixed: dict[str, float]) -> dict[str, str]:
    """State input → state output: the given ones, or those that belong together by name, or by shape.

    Raises:
        InputError: The model has no state, or the pairs cannot be told.
    """
    inputs = {value.name: value for value in inputs_of(model) if value.name not in fixed}
    outputs = {value.name: value for value in model.graph.output}
    if given:
        for name, known in [*((name, inputs) for name in given), *((name, outputs) for name in given.values())]:
            if name not in known:
                raise InputError(f"a state among {', '.join(known)}", repr(name), "correct --state")
        return given
    fitting = [(a, b) for a in inputs for b in outputs if _compatible(inputs[a], outputs[b])]
    pairs = [pair for pair in fitting if _related(*pair)] or fitting
    if not pairs:
        halves = [
            name
            for name, value in inputs.items()
            if value.type.tensor_type.elem_type in (TensorProto.FLOAT16, TensorProto.BFLOAT16)
        ]
        if halves:
            raise InputError("a state of float32 numbers", f"{', '.join(halves)} in 16 bits", "export the net in float32")
        listed = f"inputs {', '.join(inputs)} and outputs {', '.join(outputs)}"
        raise InputError(
            "a net with state", f"{listed}, none of the same shape", "name the state with --state INPUT=OUTPUT, if it has one"
        )
    if len({a for a, _ in pairs}) < len(pairs) or len({b for _, b in pairs}) < len(pairs) or len(pairs) == len(inputs):
        listed = ", ".join(f"{a}={b}" for a, b in pairs)
        raise InputError("one output for each state", f"several that fit: {listed}", "name the states with --state INPUT=OUTPUT")
    return dict(pairs)


def _compatible(first: ValueInfoProto, second: ValueInfoProto) -> bool:
    a, b = first.type.tensor_type, second.type.tensor_type
    shapes = zip(signature([first])[first.name], signature([second])[second.name], strict=False)
    return (
        a.elem_type == b.elem_type == TensorProto.FLOAT
        and len(a.shape.dim) == len(b.shape.dim)
        and all(x == y or -1 in (x, y) for x, y in shapes)
    )


def _related(name: str, other: str) -> bool:
    """Whether an output is named after an input: `h` and `hn`, `cache` and `cache_out`, `h_in` and `h_out`."""
    return other.startswith(name) or other.endswith(name) or _stem(name) == _stem(other) != ""


def _stem(name: str) -> str:
    """A name without the words for old and new."""
    return "_".join(
        part for part in name.lower().split("_") if part not in ("in", "out", "input", "output", "old", "new", "prev", "next")
    )


def with_fixed(model: ModelProto, fixed: dict[str, float]) -> ModelProto:
    """The model with some inputs made constants, and what follows from them computed: a choice of a sample rate disappears.

    Raises:
        InputError: An input of such a name is not there, or onnxruntime cannot load the model.
    """
    model = copied(model)
    for name, number in fixed.items():
        value = next((value for value in inputs_of(model) if value.name == name), None)
        if value is None:
            raise InputError(f"an input among {', '.join(v.name for v in inputs_of(model))}", repr(name), "correct --set")
        shape = [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim]
        dtype = helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        model.graph.input.remove(value)
        model.graph.initializer.append(numpy_helper.from_array(np.full(shape, number, dtype), name))
    return _folded(model)


def _folded(model: ModelProto) -> ModelProto:
    """The model after onnxruntime's basic optimisations, which keep its meaning: they compute constants and inline branches."""
    with TemporaryDirectory() as folder:
        options = session_options()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(Path(folder) / "folded.onnx")
        session(model, options)
        return onnx.load(options.optimized_model_filepath)


def session_options() -> onnxruntime.SessionOptions:
    """Options of a session: one thread, and only errors are logged."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def session(model: ModelProto, options: onnxruntime.SessionOptions | None = None) -> onnxruntime.InferenceSession:
    """A model that is ready to run.

    Raises:
        InputError: onnxruntime cannot load it.
    """
    try:
        return onnxruntime.InferenceSession(
            model.SerializeToString(), options or session_options(), providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise InputError("a model that onnxruntime runs", one_line(str(error)), "export the net again") from None


def value_of(model: ModelProto, name: str, feeds: dict[str, np.ndarray]) -> np.ndarray | None:
    """A value of a model that needs no other inputs than the given ones. None: it needs others."""
    needed, nodes = {name}, []
    for node in reversed(model.graph.node):
        if needed & set(node.output):
            nodes.append(node)
            needed |= set(reads(node))
    free = {value.name for value in inputs_of(model)} & needed
    if not free <= set(feeds):
        return None
    part = part_of(model, nodes[::-1], sorted(free), [name])
    return np.asarray(session(part).run([name], {key: feeds[key] for key in free})[0])


def reads(node: NodeProto) -> Iterator[str]:
    """The values that a node reads, those of its branches included."""
    yield from node.input
    for attribute in node.attribute:
        for graph in [attribute.g, *attribute.graphs]:
            made = {name for inner in graph.node for name in inner.output} | {tensor.name for tensor in graph.initializer}
            inside = [name for inner in graph.node for name in reads(inner)] + [value.name for value in graph.output]
            yield from (name for name in inside if name not in made)


def part_of(model: ModelProto, nodes: list[NodeProto], inputs: list[str], outputs: list[str]) -> ModelProto:
    """A model of some nodes. Types of values are those that shape inference finds."""
    known = {value.name: value for value in [*model.graph.input, *model.graph.output, *_inferred(model)]}
    used = {name for node in nodes for name in reads(node)} | set(outputs)
    made = {name for node in nodes for name in node.output}
    weights = [tensor for tensor in model.graph.initializer if tensor.name in used]
    held = {tensor.name for tensor in weights}
    free = inputs or [value.name for value in model.graph.input]
    graph = helper.make_graph(
        nodes,
        "part",
        [_value(name, known) for name in free if name in used or name in outputs],
        [_value(name, known) for name in outputs if name in made | held or name in free],
        weights,
    )
    return helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def _value(name: str, known: dict[str, ValueInfoProto]) -> ValueInfoProto:
    """A value with its type and no shape: other batches than the file's are fed."""
    kind = known[name].type.tensor_type.elem_type if name in known else TensorProto.FLOAT
    return helper.make_tensor_value_info(name, kind, None)


def _inferred(model: ModelProto) -> list[ValueInfoProto]:
    try:
        return list(onnx.shape_inference.infer_shapes(model).graph.value_info)
    except ONNX_ERRORS:
        return []


def copied(model: ModelProto) -> ModelProto:
    """A model of its own."""
    result = ModelProto()
    result.CopyFrom(model)
    return result

"""An ONNX file as a streaming net: which inputs are state, and the graph cut into a front end without state and the recurrence."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import msgspec
import numpy as np
import onnx
import onnxruntime
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from anylength.errors import InputError, one_line
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
        raise InputError("an ONNX file", f"{path}: {error}", "export the net again") from None
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
    """Whether an output is named after an input, such as `h` and `hn`, `cache` and `cache_out`, `state` and `new_state`."""
    return other.startswith(name) or other.endswith(name)


class Recurrence(msgspec.Struct, frozen=True):
    """A graph that is cut in two.

    Attributes:
        front_end: The nodes that need no state. Its outputs are what the recurrence reads.
        core: The nodes that need the state.
        cut: Names of the values between them.
    """

    front_end: ModelProto
    core: ModelProto
    cut: list[str]


def with_fixed(model: ModelProto, fixed: dict[str, float]) -> ModelProto:
    """The model with some inputs made constants, and what follows from them computed: a choice of a sample rate disappears.

    Raises:
        InputError: An input of such a name is not there, or onnxruntime cannot load the model.
    """
    model = _copy(model)
    for name, number in fixed.items():
        value = next((value for value in inputs_of(model) if value.name == name), None)
        if value is None:
            raise InputError(f"an input among {', '.join(v.name for v in inputs_of(model))}", repr(name), "correct --set")
        shape = [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim]
        dtype = helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        model.graph.input.remove(value)
        model.graph.initializer.append(numpy_helper.from_array(np.full(shape, number, dtype), name))
    return _folded(model)


def straight(model: ModelProto, fixed: dict[str, float], shapes: dict[str, list[int]]) -> ModelProto:
    """The model for one stream without branches: each is replaced by the side that it takes on random inputs of these shapes.

    A branch on shapes always takes this side. Whoever uses the result compares its steps with the file's.
    """
    model = with_fixed(model, fixed)
    rng = np.random.default_rng(0)
    feeds = {name: rng.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    for count in range(MOST_BRANCHES):
        node = next((node for node in model.graph.node if node.op_type == "If"), None)
        if node is None:
            return model
        side = value_of(model, node.input[0], feeds)
        if side is None:
            break
        model = _inlined(model, node, "then_branch" if bool(side.ravel()[0]) else "else_branch", f"inlined{count}/")
    raise InputError("a graph whose branches can be resolved", "too many, or one that needs other inputs", "export the net again")


MOST_BRANCHES = 64


def _inlined(model: ModelProto, branch: NodeProto, side: str, prefix: str) -> ModelProto:
    """The model with a branch replaced by one of its sides, whose values get a prefix."""
    graph = next(attribute.g for attribute in branch.attribute if attribute.name == side)
    own = {name for node in graph.node for name in node.output} | {tensor.name for tensor in graph.initializer}
    names = {name: prefix + name for name in own if name}
    nodes = [_renamed(node, names) for node in graph.node]
    nodes += [
        helper.make_node("Identity", [names.get(value.name, value.name)], [output])
        for value, output in zip(graph.output, branch.output, strict=True)
        if output
    ]
    result = _copy(model)
    position = next(index for index, node in enumerate(model.graph.node) if node is branch or node == branch)
    kept = list(result.graph.node)
    del result.graph.node[:]
    result.graph.node.extend([*kept[:position], *nodes, *kept[position + 1 :]])
    for tensor in graph.initializer:
        copied = result.graph.initializer.add()
        copied.CopyFrom(tensor)
        copied.name = names[tensor.name]
    return result


def _renamed(node: NodeProto, names: dict[str, str]) -> NodeProto:
    """A node with other names of values, those of its branches included."""
    result = NodeProto()
    result.CopyFrom(node)
    result.input[:] = [names.get(name, name) for name in node.input]
    result.output[:] = [names.get(name, name) for name in node.output]
    for attribute in result.attribute:
        for inner in [attribute.g] if attribute.HasField("g") else attribute.graphs:
            renamed = [_renamed(part, names) for part in inner.node]
            del inner.node[:]
            inner.node.extend(renamed)
            for value in inner.output:
                value.name = names.get(value.name, value.name)
    return result


def moved(
    model: ModelProto,
    given: list[str],
    wanted: str,
    values: dict[str, np.ndarray],
    zeros: dict[str, np.ndarray],
    *,
    others: bool = False,
) -> np.ndarray | None:
    """A value that is made of some numbers by moving them: the value where these are given. None: it needs other values.

    Args:
        model: The model, with all shapes known.
        given: Names of values that stand in for numbers.
        wanted: The value.
        values: The numbers, by name.
        zeros: Each input of the model, filled with zeros.
        others: Whether other values may stand beside them; they are then −1.
    """
    nodes: list[NodeProto] = []
    needed, stands_for = {wanted}, set(given)
    weights = {tensor.name for tensor in model.graph.initializer}
    free: list[str] = []
    for node in reversed(model.graph.node):
        if needed & set(node.output) and not needed & stands_for & set(node.output):
            if node.op_type in MOVING:
                nodes.append(node)
                needed |= set(_reads(node)) - {""}
            else:
                free += [name for name in node.output if name in needed]
    made = {name for node in nodes for name in node.output}
    loose = [name for name in needed if name not in made | weights | stands_for and (name in free or name != wanted)]
    if wanted in stands_for or (loose and not others):
        return values.get(wanted) if wanted in values else None
    feeds = dict(values)
    part = _model(model, nodes[::-1], [*given, *loose], [wanted])
    session = onnxruntime.InferenceSession(part.SerializeToString(), session_options(), providers=["CPUExecutionProvider"])
    for name in loose:
        like = value_of(model, name, zeros)
        if like is None:
            return None
        feeds[name] = np.full(like.shape, -1, np.float32)
    taken = {value.name for value in session.get_inputs()}
    return np.asarray(session.run([wanted], {name: value for name, value in feeds.items() if name in taken})[0])


MOVING = {"Slice", "Gather", "Squeeze", "Unsqueeze", "Transpose", "Reshape", "Split", "Identity", "Concat", "Expand", "Flatten"}
"""Operators that move numbers and compute nothing."""


def value_of(model: ModelProto, name: str, feeds: dict[str, np.ndarray]) -> np.ndarray | None:
    """A value of a model that needs no other inputs than the given ones. None: it needs others."""
    needed, nodes = {name}, []
    for node in reversed(model.graph.node):
        if needed & set(node.output):
            nodes.append(node)
            needed |= set(_reads(node))
    free = {value.name for value in inputs_of(model)} & needed
    if not free <= set(feeds):
        return None
    part = _model(model, nodes[::-1], sorted(free), [name])
    session = onnxruntime.InferenceSession(part.SerializeToString(), session_options(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run([name], {key: feeds[key] for key in free})[0])


NO_LOG = 4
"""Severity of a session that logs nothing but its end: a trial may fail."""

RECURRENT = {"LSTM": (5, 6), "GRU": (5,), "RNN": (5,)}
"""Recurrent operators, and the positions of their states among their inputs. New states are outputs 1 and 2."""


def exposed(model: ModelProto) -> tuple[ModelProto, dict[str, str]] | None:
    """A model that reads whole sequences as one that reads frames: the states of its recurrent operators become inputs and outputs.

    Returns:
        The model and its state pairs. None: it has no such operator, or one that goes backward.
    """
    found, pairs = _copy(model), {}
    for number, node in enumerate(node for node in found.graph.node if node.op_type in RECURRENT):
        settings = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        if settings.get("direction", b"forward") != b"forward" or settings.get("layout"):
            return None
        for index, position in enumerate(RECURRENT[node.op_type]):
            name = f"{node.op_type.lower()}{number}_{'hc'[index]}"
            node.input.extend([""] * (position + 1 - len(node.input)))
            node.output.extend([""] * (index + 2 - len(node.output)))
            node.input[position] = name
            node.output[index + 1] = node.output[index + 1] or f"{name}_out"
            shape = [1, "streams", settings["hidden_size"]]
            found.graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
            found.graph.output.append(helper.make_tensor_value_info(node.output[index + 1], TensorProto.FLOAT, shape))
            pairs[name] = node.output[index + 1]
    return (found, pairs) if pairs else None


FREED_TOLERANCE = 1e-5
"""Largest difference of two streams run at once from each by itself, for random states and inputs of size about 1."""


def freed(model: ModelProto, name: str, pairs: dict[str, str]) -> ModelProto | None:
    """The model with a free axis of streams in place of axes of length 1, where two streams at once are as each by itself.

    Args:
        model: A model whose shapes are all fixed.
        name: Its input. The streams are its first axis.
        pairs: State input → state output.
    """
    shapes = signature([value for value in inputs_of(model) if value.name == name or value.name in pairs])
    axes = [[0] if key == name else [axis for axis, length in enumerate(shape) if length == 1] for key, shape in shapes.items()]
    if shapes[name][:1] != [1]:
        return None
    for chosen in product(*axes):
        found = _copy(model)
        del found.graph.value_info[:]
        for value in found.graph.input:
            if value.name in shapes:
                value.type.tensor_type.shape.dim[chosen[list(shapes).index(value.name)]].dim_param = "streams"
        for value in found.graph.output:
            value.type.tensor_type.ClearField("shape")
        if _same_at_once(model, found, shapes, dict(zip(shapes, chosen, strict=True)), pairs):
            return found
    return None


def _same_at_once(model: ModelProto, found: ModelProto, shapes: Signature, axes: dict[str, int], pairs: dict[str, str]) -> bool:
    """Whether two streams at once give what each gives by itself. Answers have the streams first."""
    rng = np.random.default_rng(0)
    single = [{name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()} for _ in range(2)]
    both = {name: np.concatenate([one[name] for one in single], axis) for name, axis in axes.items()}
    options = session_options()
    options.log_severity_level = NO_LOG
    try:
        one, two = (
            onnxruntime.InferenceSession(part.SerializeToString(), options, providers=["CPUExecutionProvider"])
            for part in (model, found)
        )
        apart = [[np.asarray(value) for value in one.run(None, feeds)] for feeds in single]
        joined = [np.asarray(value) for value in two.run(None, both)]
    except Exception:  # a shape inside depends on one stream
        return False
    back = {output: axes[name] for name, output in pairs.items()}
    for index, value in enumerate(model.graph.output):
        wanted = np.concatenate([results[index] for results in apart], back.get(value.name, 0))
        if wanted.shape != joined[index].shape or not np.allclose(wanted, joined[index], rtol=0, atol=FREED_TOLERANCE):
            return False
    return True


def _folded(model: ModelProto) -> ModelProto:
    """The model after onnxruntime's basic optimisations, which keep its meaning: they compute constants and inline branches."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        options = session_options()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(Path(folder) / "folded.onnx")
        try:
            onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise InputError("a model that onnxruntime runs", one_line(str(error)), "export the net again") from None
        return onnx.load(options.optimized_model_filepath)


def session_options() -> onnxruntime.SessionOptions:
    """Options of a session: one thread, and only errors are logged."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def cut(model: ModelProto, states: list[str], keep_whole: set[str]) -> Recurrence:
    """Cuts a graph in front of the nodes that need a state.

    Args:
        model: The model, with fixed inputs made constants.
        states: The state inputs.
        keep_whole: Values that the front end must not hand over, because they are no numbers for each frame. The recurrence
            computes them by itself.
    """
    graph = model.graph
    needing: set[str] = set(states)
    core: list[NodeProto] = []
    for node in graph.node:
        if needing & set(_reads(node)) or keep_whole & set(node.output):
            core.append(node)
            needing |= set(node.output) - keep_whole
    core = _with_sources(graph, core, keep_whole)
    made = {name for node in core for name in node.output}
    weights = {tensor.name for tensor in graph.initializer}
    needed = dict.fromkeys(name for node in core for name in _reads(node))
    given = [name for name in needed if name and name not in made and name not in weights and name not in states]
    outputs = [value.name for value in graph.output]
    front_end = [node for node in graph.node if not set(node.output) & needing]
    return Recurrence(
        front_end=_model(model, front_end, [], given), core=_model(model, core, [*given, *states], outputs), cut=given
    )


def _with_sources(graph: GraphProto, core: list[NodeProto], values: set[str]) -> list[NodeProto]:
    """The nodes of the core, with those that compute the values it must not be handed."""
    chosen = {id(node) for node in core}
    for node in graph.node:
        if values & set(node.output):
            chosen.add(id(node))
    return [node for node in graph.node if id(node) in chosen]


def _reads(node: NodeProto) -> Iterator[str]:
    """The values that a node reads, those of its branches included."""
    yield from node.input
    for attribute in node.attribute:
        for graph in [attribute.g, *attribute.graphs]:
            made = {name for inner in graph.node for name in inner.output} | {tensor.name for tensor in graph.initializer}
            inside = [name for inner in graph.node for name in _reads(inner)] + [value.name for value in graph.output]
            yield from (name for name in inside if name not in made)


def _model(model: ModelProto, nodes: list[NodeProto], inputs: list[str], outputs: list[str]) -> ModelProto:
    """A model of some nodes. Types of values are those that shape inference finds."""
    known = {value.name: value for value in [*model.graph.input, *model.graph.output, *_inferred(model)]}
    used = {name for node in nodes for name in _reads(node)} | set(outputs)
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


def _copy(model: ModelProto) -> ModelProto:
    copied = ModelProto()
    copied.CopyFrom(model)
    return copied

"""Loads an ONNX file and checks that the interpreter can follow its graph.

Nothing in the file is run. Of other files only the weights in its own folder are opened. Accepted is a graph (no functions and
branches; of loops only Scan) of standard operators that passes onnx's own checker.
"""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from anylength.base import InputError, quoted, read_file
from anylength.interchange.onnx.external_weights import ONE_FILE, read_external_weights
from anylength.interchange.onnx.wire import check_fields
from anylength.nets.weights import MAX_WEIGHTS_BYTES

Model: TypeAlias = Any
"""A `ModelProto`, `GraphProto`, `NodeProto` or `TensorProto`. The package onnx is optional, so its types are not named."""

MIN_OPSET = 7
"""The first version of the standard operators in which RNN, GRU and LSTM have their present form."""

STANDARD_DOMAINS = ("", "ai.onnx")

MAX_MESSAGE = 160
"""Characters of another program's message that an error repeats."""

MAX_OPERATOR_NAME = 60
"""Characters of a foreign operator's name that an error repeats."""


def onnx_package() -> ModuleType:
    """The package onnx.

    Raises:
        InputError: It is not installed.
    """
    try:
        import onnx
    except ImportError:
        raise InputError("the package onnx", "none installed", "pip install '.[onnx]'") from None
    return onnx


def one_line(message: object) -> str:
    """Another program's message in one line of bounded length."""
    text = " ".join(str(message).split())
    return text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]}…"


def load_model(path: Path) -> Model:
    """The model in a file.

    Raises:
        InputError: The file or its weights are missing, too large or damaged, it is no ONNX model, or its graph is not flat and
            standard.
    """
    onnx = onnx_package()
    content = read_file(path, limit=MAX_WEIGHTS_BYTES, kind="an ONNX file")
    check_fields(content, onnx.ModelProto)
    damaged = "the file is damaged, or of another kind"
    try:
        model = onnx.load_model_from_string(content)
    except Exception as error:  # the engines of protobuf raise different types
        raise InputError("an ONNX file", f"{path.name}: {one_line(error)}", damaged) from None
    if not model.ir_version or not model.HasField("graph"):
        raise InputError("an ONNX file", f"{path.name}, which holds no graph", damaged)
    read_external_weights(model, path)
    _require_flat(model)
    try:
        onnx.checker.check_model(model)
    except Exception as error:
        raise InputError("a well-formed ONNX model", one_line(error), "export it again") from None
    _check_opset(opset_version(model), onnx.defs.onnx_opset_version())
    return model


def opset_version(model: Model) -> int:
    """The version of the standard operators that a model uses; 0 if it names none."""
    return max((entry.version for entry in model.opset_import if entry.domain in STANDARD_DOMAINS), default=0)


def _require_flat(model: Model) -> None:
    """Accepts a flat graph of standard operators with dense weights.

    Raises:
        InputError: The model holds something else.
    """
    graph = model.graph
    if len(model.functions):
        name = quoted(model.functions[0].name)
        raise InputError("a graph of standard operators", f"the function {name}", "export it with the functions inlined")
    if len(model.training_info):
        raise InputError("a net", "a graph for training it", "export the net alone, for inference")
    if len(graph.sparse_initializer):
        raise InputError("dense weights", "sparse initialisers", "export it with dense weights")
    for tensor in _tensors(graph):
        if tensor.data_location != 0 or len(tensor.external_data):
            raise InputError("weights of nodes inside the file", f"{quoted(tensor.name)} in a separate file", ONE_FILE)
    for node in graph.node:
        _require_standard_node(node)
        for attribute in node.attribute:
            if attribute.HasField("g"):
                _require_flat_body(attribute.g)


def _require_flat_body(body: Model) -> None:
    """Accepts the body of a Scan that is flat itself.

    Raises:
        InputError: It holds another loop, sparse weights or weights outside of the file.
    """
    if len(body.sparse_initializer) or any(attribute.HasField("g") for node in body.node for attribute in node.attribute):
        raise InputError("a flat body of a Scan", "one with a loop, a branch or sparse weights", "export one loop over the steps")
    for tensor in _tensors(body):
        if tensor.data_location != 0 or len(tensor.external_data):
            raise InputError("weights inside the file", f"{quoted(tensor.name)} in a separate file", "write it as one file")
    for node in body.node:
        _require_standard_node(node)


def _tensors(graph: Model) -> Iterator[Model]:
    """Every tensor that a graph holds: initialisers and attributes of nodes."""
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors


def _require_standard_node(node: Model) -> None:
    """Accepts an operator of the standard without a subgraph or a sparse tensor.

    Raises:
        InputError: The operator is another one.
    """
    op_type = quoted(node.op_type)
    if node.domain not in STANDARD_DOMAINS:
        name = quoted(f"{node.domain}::{node.op_type}", MAX_OPERATOR_NAME)
        raise InputError("operators of the ONNX standard", f"{name}", "export without custom or runtime-specific operators")
    for attribute in node.attribute:
        if (attribute.HasField("g") and node.op_type != "Scan") or len(attribute.graphs):
            remedy = "export nn.RNN, nn.GRU or nn.LSTM itself, a Scan over the steps, or one step"
            got = f"the operator {op_type} with a subgraph"
            raise InputError("a flat graph with one RNN, GRU or LSTM operator", got, remedy)
        if attribute.HasField("sparse_tensor") or len(attribute.sparse_tensors):
            raise InputError("dense weights", f"a sparse tensor in the operator {op_type}", "export it with dense weights")


def _check_opset(version: int, newest: int) -> None:
    """Accepts a version of the operators that this package and the installed onnx know."""
    if not MIN_OPSET <= version <= newest:
        remedy = (
            "export it with a newer opset_version" if version < MIN_OPSET else "install a newer onnx, or export for an older one"
        )
        raise InputError(f"ONNX operators of version {MIN_OPSET} to {newest}", f"version {version}", remedy)

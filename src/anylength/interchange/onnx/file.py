"""An ONNX file as a model whose graph can be followed: whole, self-contained, of standard operators only.

Nothing in it is run, and no other file is opened. What this module lets through is a flat graph (no loops, functions or branches)
with every weight inside, well-formed by onnx's own checker.
"""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from anylength.errors import InputError, quoted

Model: TypeAlias = Any
"""A `ModelProto`, a `NodeProto`, a `TensorProto`: onnx is an extra, so none of its types is named."""

LARGEST = 64 << 20
"""Bytes of the largest file that is read."""

OLDEST = 7
"""The first version of the standard operators whose RNN, GRU and LSTM are today's."""

STANDARD = ("", "ai.onnx")
LENGTH = 160
"""Characters of another program's message that are passed on."""


def onnx_package() -> ModuleType:
    """The package onnx.

    Raises:
        InputError: It is not installed.
    """
    try:
        import onnx
    except ImportError:
        raise InputError("the package onnx", "none installed", "pip install 'anylength[onnx]'") from None
    return onnx


def one_line(message: object) -> str:
    """Another program's message in one line of bounded length."""
    text = " ".join(str(message).split())
    return text if len(text) <= LENGTH else f"{text[:LENGTH]}…"


def model_of(path: Path) -> Model:
    """The model in a file.

    Raises:
        InputError: The file is missing, too large, no ONNX model, damaged, or holds what a flat standard graph does not.
    """
    onnx = onnx_package()
    content = _content(path)
    try:
        model = onnx.load_model_from_string(content)
    except Exception as error:  # protobuf's own error types differ from one of its engines to another
        raise InputError("an ONNX file", f"{path.name}: {one_line(error)}", "the file is damaged, or of another kind") from None
    if not model.ir_version or not model.HasField("graph"):
        raise InputError("an ONNX file", f"{path.name}, which holds no graph", "the file is damaged, or of another kind")
    _refuse_foreign(model)
    try:
        onnx.checker.check_model(model)
    except Exception as error:
        raise InputError("a well-formed ONNX model", one_line(error), "export it again") from None
    _check_version(opset_of(model), onnx.defs.onnx_opset_version())
    return model


def opset_of(model: Model) -> int:
    """The version of the standard operators that a model uses; 0 where it names none."""
    return max((entry.version for entry in model.opset_import if entry.domain in STANDARD), default=0)


def _content(path: Path) -> bytes:
    """The bytes of a file that is not too large: what is beyond the limit is never read."""
    if not path.is_file():
        raise InputError("an ONNX file", f"nothing readable at {str(path)!r}", "give the path of a .onnx file")
    too_large = "a larger file is no small recurrent net: export the net alone, without optimiser or data"
    try:
        if (size := path.stat().st_size) > LARGEST:
            raise InputError(f"a file of at most {LARGEST >> 20} MiB", f"{size / 2**20:,.0f} MiB", too_large)
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError("a readable file", f"{path.name}: {error.strerror or error}", "check its permissions") from None
    if len(content) > LARGEST:
        raise InputError(f"a file of at most {LARGEST >> 20} MiB", "a larger one", too_large)
    return content


def _refuse_foreign(model: Model) -> None:
    """What no flat graph of standard operators holds."""
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
            remedy = "write it as one file: torch.onnx.export(..., external_data=False), or onnx.save(model, path)"
            raise InputError("weights inside the file", f"{quoted(tensor.name)} in a file of its own", remedy)
    for node in graph.node:
        _refuse_node(node)


def _tensors(graph: Model) -> Iterator[Model]:
    """Every tensor that a graph holds: initialisers, and attributes of nodes."""
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors


def _refuse_node(node: Model) -> None:
    """An operator of another domain, or one with a graph or a sparse tensor inside."""
    kind = quoted(node.op_type)
    if node.domain not in STANDARD:
        name = quoted(f"{node.domain}::{node.op_type}", 60)
        raise InputError("operators of the ONNX standard", f"{name}", "export without custom or runtime-specific operators")
    for attribute in node.attribute:
        if attribute.HasField("g") or len(attribute.graphs):
            remedy = "export nn.RNN, nn.GRU or nn.LSTM itself: a loop written out step by step cannot be read"
            raise InputError("a flat graph with one RNN, GRU or LSTM operator", f"the operator {kind}, a graph inside it", remedy)
        if attribute.HasField("sparse_tensor") or len(attribute.sparse_tensors):
            raise InputError("dense weights", f"a sparse tensor in the operator {kind}", "export it with dense weights")


def _check_version(version: int, newest: int) -> None:
    """A version of the operators that this module and the installed onnx know."""
    if not OLDEST <= version <= newest:
        remedy = "export it with a newer opset_version" if version < OLDEST else "install a newer onnx, or export for an older one"
        raise InputError(f"ONNX operators of version {OLDEST} to {newest}", f"version {version}", remedy)

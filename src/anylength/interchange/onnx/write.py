"""`onnx_bytes`: a recurrent net as an ONNX file of standard operators.

The graph reads `digits`, float32 `[T, B, E]`: one one-hot vector for each tape, concatenated; T and B are free. It answers with
`logits`, float32 `[T, B, C]`, by RNN, GRU or LSTM, Squeeze, MatMul and Add. Weights are only moved, never changed: reading the file
gives back every tensor bit by bit.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.errors import InputError
from anylength.interchange.onnx.cells import ORDERS, WRITTEN, theirs
from anylength.interchange.onnx.file import onnx_package
from anylength.nets import Net, NetConfig, tensors
from anylength.verification.certify.certificate import tensors_digest

OPSET, IR = 14, 7
"""Versions of operators and file format: onnxruntime reads them from 1.8 (2021) on."""


def onnx_bytes(net: Net, config: NetConfig) -> bytes:
    """The ONNX file of a net.

    Raises:
        InputError: The cell is none that ONNX has an operator for, or onnx is not installed.
    """
    if config.cell not in WRITTEN:
        remedy = "export it as json, js or c, which hold its equations"
        raise InputError(f"a cell that ONNX has an operator for ({', '.join(WRITTEN)})", config.cell, remedy)
    onnx = onnx_package()
    kind, attributes = WRITTEN[config.cell]
    helper, named = onnx.helper, _initializers(kind, tensors(net))
    nodes = [
        helper.make_node(kind, ["digits", "W", "R", "B"], ["states"], name="cell", hidden_size=net.hidden, **attributes),
        helper.make_node("Squeeze", ["states", "direction"], ["units"], name="one_direction"),
        helper.make_node("MatMul", ["units", "readout.weight"], ["scores"], name="readout"),
        helper.make_node("Add", ["scores", "readout.bias"], ["logits"], name="readout_bias"),
    ]
    graph = helper.make_graph(
        nodes, "anylength",
        [helper.make_tensor_value_info("digits", onnx.TensorProto.FLOAT, ["T", "B", net.base * net.tapes])],
        [helper.make_tensor_value_info("logits", onnx.TensorProto.FLOAT, ["T", "B", net.classes])],
        [onnx.numpy_helper.from_array(value, name) for name, value in named.items()],
        doc_string=_in_words(net, config),
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR, producer_name="anylength")
    model.doc_string = graph.doc_string
    helper.set_model_props(model, _metadata(net, config))
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def _initializers(kind: str, named: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[Any]]:
    """The operator's inputs: rows in ONNX's order, both biases in one."""
    own = named["cell.bias"]
    recurrent = named.get("cell.bias_hh", np.zeros_like(own)).copy()
    if "cell.bias_hn" in named:
        units = len(named["cell.bias_hn"])
        recurrent[-units:] = named["cell.bias_hn"]
    assert len(own) % len(ORDERS[kind]) == 0
    return {
        "W": theirs(kind, named["cell.weight_ih"])[None],
        "R": theirs(kind, named["cell.weight_hh"])[None],
        "B": np.concatenate([theirs(kind, own), theirs(kind, recurrent)])[None],
        "readout.weight": np.ascontiguousarray(named["readout.weight"].T),
        "readout.bias": named["readout.bias"],
        "direction": np.array([1], np.int64),
    }


def _in_words(net: Net, config: NetConfig) -> str:
    """What the graph reads and answers."""
    encoded = net.base * net.tapes
    return (
        f"A {config.cell} net for the task {config.task_name} in base {config.base}. digits [T, B, {encoded}]: at each step, for "
        f"each of {net.tapes} tapes, a one-hot vector of {net.base}, one after the other. logits [T, B, {net.classes}]: the answer at "
        f"each step is the first of the largest. The state starts at zero."
    )


def _metadata(net: Net, config: NetConfig) -> dict[str, str]:
    """The configuration as in `model.safetensors`, its main fields by themselves, and the SHA-256 that a certificate names."""
    return {
        "anylength": config.to_json(),
        "task": config.task_name,
        "base": str(config.base),
        "tapes": str(net.tapes),
        "cell": config.cell,
        "tensors_sha256": tensors_digest(net),
    }

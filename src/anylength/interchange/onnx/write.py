"""`onnx_bytes`: writes a recurrent net as an ONNX file of standard operators.

The graph reads `digits`, float32 `[T, B, E]`: one one-hot vector for each tape, concatenated. T and B are free. It returns
`logits`, float32 `[T, B, C]`, through RNN, GRU or LSTM, Squeeze, MatMul and Add. Weights are permuted but never changed: reading
the file back gives every tensor bit by bit.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.errors import InputError
from anylength.interchange.onnx.loader import onnx_package
from anylength.interchange.onnx.recurrent_ops import GATE_ORDERS, OPERATOR_OF_CELL, to_onnx_order
from anylength.nets import Net, NetConfig, tensors
from anylength.verification.certify.certificate import tensors_digest

OPSET, IR_VERSION = 14, 7
"""Versions of the operators and of the file format. onnxruntime reads them since 1.8 (2021)."""


def onnx_bytes(net: Net, config: NetConfig) -> bytes:
    """The ONNX file of a net.

    Raises:
        InputError: ONNX has no operator for the cell, or the package onnx is not installed.
    """
    if config.cell not in OPERATOR_OF_CELL:
        remedy = "export it as json, js or c, which hold its equations"
        raise InputError(f"a cell that ONNX has an operator for ({', '.join(OPERATOR_OF_CELL)})", config.cell, remedy)
    onnx = onnx_package()
    operator, attributes = OPERATOR_OF_CELL[config.cell]
    helper, initializers = onnx.helper, _initializers(operator, tensors(net))
    nodes = [
        helper.make_node(operator, ["digits", "W", "R", "B"], ["states"], name="cell", hidden_size=net.hidden, **attributes),
        helper.make_node("Squeeze", ["states", "direction"], ["units"], name="one_direction"),
        helper.make_node("MatMul", ["units", "readout.weight"], ["scores"], name="readout"),
        helper.make_node("Add", ["scores", "readout.bias"], ["logits"], name="readout_bias"),
    ]
    graph = helper.make_graph(
        nodes, "anylength",
        [helper.make_tensor_value_info("digits", onnx.TensorProto.FLOAT, ["T", "B", net.base * net.tapes])],
        [helper.make_tensor_value_info("logits", onnx.TensorProto.FLOAT, ["T", "B", net.classes])],
        [onnx.numpy_helper.from_array(value, name) for name, value in initializers.items()],
        doc_string=_documentation(net, config),
    )  # fmt: skip
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="anylength"
    )
    model.doc_string = graph.doc_string
    helper.set_model_props(model, _metadata(net, config))
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def _initializers(operator: str, named: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[Any]]:
    """The operator's weights with rows in ONNX's order and both biases in one tensor, and the read-out's."""
    bias = named["cell.bias"]
    recurrent_bias = named.get("cell.bias_hh", np.zeros_like(bias)).copy()
    if "cell.bias_hn" in named:
        units = len(named["cell.bias_hn"])
        recurrent_bias[-units:] = named["cell.bias_hn"]
    assert len(bias) % len(GATE_ORDERS[operator]) == 0
    return {
        "W": to_onnx_order(operator, named["cell.weight_ih"])[None],
        "R": to_onnx_order(operator, named["cell.weight_hh"])[None],
        "B": np.concatenate([to_onnx_order(operator, bias), to_onnx_order(operator, recurrent_bias)])[None],
        "readout.weight": np.ascontiguousarray(named["readout.weight"].T),
        "readout.bias": named["readout.bias"],
        "direction": np.array([1], np.int64),
    }


def _documentation(net: Net, config: NetConfig) -> str:
    """What the graph reads and returns, for people who open the file."""
    encoded = net.base * net.tapes
    return (
        f"A {config.cell} net for the task {config.task_name} in base {config.base}. digits [T, B, {encoded}]: at each step, for "
        f"each of {net.tapes} tapes, a one-hot vector of {net.base}, one after the other. logits [T, B, {net.classes}]: the answer "
        f"at each step is the first of the largest. The state starts at zero."
    )


def _metadata(net: Net, config: NetConfig) -> dict[str, str]:
    """The configuration as in `model.safetensors`, its main fields separately, and the SHA-256 that a certificate names."""
    return {
        "anylength": config.to_json(),
        "task": config.task_name,
        "base": str(config.base),
        "tapes": str(net.tapes),
        "cell": config.cell,
        "tensors_sha256": tensors_digest(net),
    }

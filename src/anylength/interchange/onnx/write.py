"""`onnx_bytes`: writes a recurrent net as an ONNX file of standard operators.

The graph reads `digits`, float32 `[T, B, E]`: one one-hot vector for each tape, concatenated. T and B are free. It returns
`logits`, float32 `[T, B, C]`: through RNN, GRU or LSTM, Squeeze, MatMul and Add for a cell that is one of these; else through a
Scan whose body is generated from the net's program. Weights may be permuted but are never changed: reading the file back gives
every tensor bit by bit.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.interchange.layer import second_bias
from anylength.interchange.onnx.loader import onnx_package
from anylength.interchange.onnx.program_nodes import TENSOR, ProgramNodes
from anylength.interchange.onnx.recurrent_ops import GATE_ORDERS, OPERATOR_OF_CELL, to_onnx_order
from anylength.nets import Net, NetConfig, tensors
from anylength.verification.certify.certificate import tensors_digest

OPSET, IR_VERSION = 14, 7
"""Versions of the operators and of the file format. onnxruntime reads them since 1.8 (2021)."""

SCAN_OPSET, SCAN_IR_VERSION = 18, 8
"""The same for a Scan: in version 18 a mean first takes its axes as an input. onnxruntime reads it since 1.14 (2023)."""

GELU_OPSET, GELU_IR_VERSION = 20, 9
"""The same for a Scan with the operator Gelu. onnxruntime reads it since 1.17 (2024)."""

Initializers = dict[str, NDArray[Any]]


def onnx_bytes(net: Net, config: NetConfig) -> bytes:
    """The ONNX file of a net.

    Raises:
        InputError: The package onnx is not installed.
    """
    onnx = onnx_package()
    helper = onnx.helper
    is_operator = config.cell in OPERATOR_OF_CELL and config.layering.count == 1
    nodes, initializers = _operator_nodes(net, config, helper) if is_operator else _scan_nodes(net, onnx)
    uses_gelu = any(item.op == "gelu" for item in (*net.program.step, *net.program.answer))
    versions = (GELU_OPSET, GELU_IR_VERSION) if uses_gelu else (SCAN_OPSET, SCAN_IR_VERSION)
    opset, ir_version = (OPSET, IR_VERSION) if is_operator else versions
    graph = helper.make_graph(
        nodes, "anylength",
        [helper.make_tensor_value_info("digits", onnx.TensorProto.FLOAT, ["T", "B", net.base * net.tapes])],
        [helper.make_tensor_value_info("logits", onnx.TensorProto.FLOAT, ["T", "B", net.classes])],
        [onnx.numpy_helper.from_array(value, name) for name, value in initializers.items()],
        doc_string=_documentation(net, config),
    )  # fmt: skip
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir_version, producer_name="anylength"
    )
    model.doc_string = graph.doc_string
    helper.set_model_props(model, _metadata(net, config))
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def _operator_nodes(net: Net, config: NetConfig, helper: Any) -> tuple[list[Any], Initializers]:
    """The graph of a cell that is an operator: its nodes and weights."""
    operator, attributes = OPERATOR_OF_CELL[config.cell]
    nodes = [
        helper.make_node(operator, ["digits", "W", "R", "B"], ["states"], name="cell", hidden_size=net.hidden, **attributes),
        helper.make_node("Squeeze", ["states", "direction"], ["units"], name="one_direction"),
        helper.make_node("MatMul", ["units", "readout.weight"], ["scores"], name="readout"),
        helper.make_node("Add", ["scores", "readout.bias"], ["logits"], name="readout_bias"),
    ]
    return nodes, _initializers(operator, tensors(net))


def _scan_nodes(net: Net, onnx: Any) -> tuple[list[Any], Initializers]:
    """The graph of any program: a Scan over the steps from the start state, its nodes and weights."""
    helper, program, number = onnx.helper, net.program, onnx.TensorProto.FLOAT
    body = ProgramNodes(program, helper.make_node, words="x")
    (state,) = body.values(program.step, {"symbol": "x", "state": "state"}, "step")
    body.add("Identity", [state], "new_state")
    body.logits("new_state", "step_logits")
    graph = helper.make_graph(
        body.nodes, "step",
        [helper.make_tensor_value_info("state", number, ["B", program.state]),
         helper.make_tensor_value_info("x", number, ["B", program.encoded])],
        [helper.make_tensor_value_info("new_state", number, ["B", program.state]),
         helper.make_tensor_value_info("step_logits", number, ["B", program.classes])],
    )  # fmt: skip
    start = TENSOR + program.start if program.start else "zeros"
    nodes = [
        helper.make_node("Shape", ["digits"], ["words"], name="words", start=1, end=2),
        helper.make_node("Concat", ["words", "state_size"], ["state_shape"], name="state_shape", axis=0),
        helper.make_node("Expand", [start, "state_shape"], ["start"], name="start"),
        helper.make_node("Scan", ["start", "digits"], ["last_state", "logits"], name="steps", body=graph, num_scan_inputs=1),
    ]
    initializers = {TENSOR + name: value for name, value in tensors(net).items()} | body.constants
    initializers["state_size"] = np.array([program.state], np.int64)
    return nodes, initializers | ({} if program.start else {"zeros": np.zeros(program.state, np.float32)})


def _initializers(operator: str, named: dict[str, NDArray[np.float32]]) -> Initializers:
    """The operator's weights with rows in ONNX's order and both biases in one tensor, and the read-out's."""
    bias = named["cell.bias"]
    assert len(bias) % len(GATE_ORDERS[operator]) == 0
    return {
        "W": to_onnx_order(operator, named["cell.weight_ih"])[None],
        "R": to_onnx_order(operator, named["cell.weight_hh"])[None],
        "B": np.concatenate([to_onnx_order(operator, bias), to_onnx_order(operator, second_bias(named))])[None],
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

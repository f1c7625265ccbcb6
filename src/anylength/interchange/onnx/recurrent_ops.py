"""The standard operators RNN, GRU and LSTM: how they map to cells, and the order of their gates.

ONNX stacks the gates of a GRU as z, r, h and those of an LSTM as i, o, f, c. The cells here use PyTorch's order: r, z, n and
i, f, g, o. The input B of an operator holds two biases, first the one of W x, then the one of R h.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError
from anylength.interchange.onnx.node import Node, UnsupportedError

GATE_ORDERS: Mapping[str, tuple[int, ...]] = {"RNN": (0,), "GRU": (1, 0, 2), "LSTM": (0, 2, 3, 1)}
"""Block k in PyTorch's order is block `GATE_ORDERS[operator][k]` in ONNX's order."""

CELL_OF_ACTIVATIONS: Mapping[str, Mapping[tuple[str, ...], str]] = {
    "RNN": {("tanh",): "rnn", ("relu",): "relu"},
    "GRU": {("sigmoid", "tanh"): "gru"},
    "LSTM": {("sigmoid", "tanh", "tanh"): "lstm"},
}
"""For each operator its activation functions (the first entry is the default) and the cell that it is with them."""

OPERATOR_OF_CELL: Mapping[str, tuple[str, dict[str, Any]]] = {
    "rnn": ("RNN", {"activations": ["Tanh"]}),
    "relu": ("RNN", {"activations": ["Relu"]}),
    "gru": ("GRU", {"linear_before_reset": 1}),
    "gru-reset-before": ("GRU", {"linear_before_reset": 0}),
    "lstm": ("LSTM", {}),
}
"""The operator and its attributes for each cell that ONNX can express."""

MAX_SHOWN = 60
"""Characters of a foreign name that a message repeats."""

FORWARD_REMEDY = "export a net that reads forwards, from the first step to the last"
DAMAGED = "the file is damaged; export it again"


@dataclass(frozen=True, eq=False)
class RecurrentOp:
    """A recurrent operator with its rows in PyTorch's order.

    Attributes:
        cell: The name of the cell.
        weight_ih: `[blocks · H, E]`.
        weight_hh: `[blocks · H, H]`.
        biases: `[2, blocks · H]`: the biases of W x and of R h.
    """

    cell: str
    weight_ih: NDArray[np.float32]
    weight_hh: NDArray[np.float32]
    biases: NDArray[np.float32]

    @property
    def hidden(self) -> int:
        """H, the number of hidden units."""
        return self.weight_hh.shape[1]


def recurrent_weights(node: Node) -> RecurrentOp:
    """The cell and the weights of a recurrent operator, but for its peepholes and initial state.

    Raises:
        InputError: The weights do not fit, or are no finite float32 numbers.
        ValueError: The operator reads backwards, has sequence lengths, a clip or other activation functions.
    """
    cell = _cell(node)
    if node.input(4) is not None:
        raise UnsupportedError("with lengths of single words (sequence_lens)", "export it without packed sequences")
    units, encoded = _columns(node, 2), _columns(node, 1)
    rows = len(GATE_ORDERS[node.op_type]) * units
    if int(node.attributes.get("hidden_size", units)) != units:
        raise UnsupportedError(f"whose hidden_size is not the {units} columns of its recurrent weights")
    weight_ih, weight_hh = _shaped(node, 1, (1, rows, encoded))[0], _shaped(node, 2, (1, rows, units))[0]
    biases = np.zeros((1, 2 * rows), np.float32) if node.input(3) is None else _shaped(node, 3, (1, 2 * rows))
    both = np.stack([to_pytorch_order(node.op_type, bias) for bias in biases[0].reshape(2, rows)])
    return RecurrentOp(cell, to_pytorch_order(node.op_type, weight_ih), to_pytorch_order(node.op_type, weight_hh), both)


def to_pytorch_order(op_type: str, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows `[blocks · H, …]` in ONNX's order → in PyTorch's order."""
    return _permuted(rows, GATE_ORDERS[op_type])


def to_onnx_order(op_type: str, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows `[blocks · H, …]` in PyTorch's order → in ONNX's order."""
    return _permuted(rows, np.argsort(GATE_ORDERS[op_type]).tolist())


def _permuted(rows: NDArray[np.float32], order: tuple[int, ...] | list[int]) -> NDArray[np.float32]:
    blocks = rows.reshape(len(order), -1, *rows.shape[1:])
    return np.ascontiguousarray(blocks[list(order)].reshape(rows.shape))


def float32_constant(node: Node, index: int) -> NDArray[np.float32]:
    """A constant input of finite float32 numbers.

    Raises:
        InputError: The input is of another type, or holds NaN or an infinity.
        ValueError: It is not known.
    """
    array = node.constant(index)
    if array.dtype != np.float32:
        remedy = "export it in float32: model.float() before torch.onnx.export"
        raise InputError("float32 weights", f"{array.dtype} in {node.name(index)}", remedy)
    if not np.isfinite(array).all():
        kind = "NaN" if np.isnan(array).any() else "an infinity"
        raise InputError(f"finite numbers in {node.name(index)}", kind, "train or export the net again")
    return array


def _columns(node: Node, index: int) -> int:
    """The size of the last axis of a weight input, which has three axes."""
    shape = float32_constant(node, index).shape
    if len(shape) != 3 or not shape[-1]:
        raise InputError(f"{node.name(index)} with three axes", f"{list(shape)}", DAMAGED)
    return shape[-1]


def _shaped(node: Node, index: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """A weight input of this shape."""
    array = float32_constant(node, index)
    if array.shape != shape:
        raise InputError(f"{node.name(index)} as {list(shape)}", f"{list(array.shape)}", DAMAGED)
    return array


def _cell(node: Node) -> str:
    """The name of the cell.

    Raises:
        ValueError: An attribute has a value that no cell has.
    """
    _check_attributes(node)
    cells = CELL_OF_ACTIVATIONS[node.op_type]
    activations = tuple(_text(name).lower() for name in node.attributes.get("activations", [])) or next(iter(cells))
    if activations not in cells:
        names = " or ".join(", ".join(names) for names in cells)
        got = ", ".join(activations)[:MAX_SHOWN]
        raise UnsupportedError(f"with the functions {got!r}", f"export it with the functions {names}")
    cell = cells[activations]
    return "gru-reset-before" if cell == "gru" and not node.attributes.get("linear_before_reset", 0) else cell


def _check_attributes(node: Node) -> None:
    """Accepts a forward operator without clip, scaled functions or coupled gates."""
    attributes = node.attributes
    direction = _text(attributes.get("direction", "forward"))
    if direction != "forward":
        raise UnsupportedError(f"which reads {direction!r}", FORWARD_REMEDY)
    if "clip" in attributes or attributes.get("activation_alpha") or attributes.get("activation_beta"):
        raise UnsupportedError("with clipped or scaled functions", "export it without clip, activation_alpha and activation_beta")
    if attributes.get("input_forget", 0):
        raise UnsupportedError("whose input and forget gates are coupled", "export an LSTM with separate gates")
    if any(attributes.get(name, 0) not in (0, 1) for name in ("layout", "linear_before_reset")):
        raise UnsupportedError("with a layout or linear_before_reset other than 0 and 1", DAMAGED)


def _text(value: bytes | str) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)

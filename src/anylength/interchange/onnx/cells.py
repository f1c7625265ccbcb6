"""The standard operators RNN, GRU and LSTM as cells, and cells as the operators: which blocks of rows stand where.

ONNX stacks a GRU's gates z, r, h and an LSTM's i, o, f, c; the cells here r, z, n and i, f, g, o, as PyTorch does. The operators
have two biases, of W x and of R h, one after the other in B.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.errors import InputError
from anylength.interchange.onnx.values import Known, Operator, Zeros

ORDERS: Mapping[str, tuple[int, ...]] = {"RNN": (0,), "GRU": (1, 0, 2), "LSTM": (0, 2, 3, 1)}
"""Our block k is ONNX's block ORDERS[operator][k]."""

ACTIVATIONS: Mapping[str, Mapping[tuple[str, ...], str]] = {
    "RNN": {("tanh",): "rnn", ("relu",): "relu"},
    "GRU": {("sigmoid", "tanh"): "gru"},
    "LSTM": {("sigmoid", "tanh", "tanh"): "lstm"},
}
"""Each operator's functions (the first are its own defaults), and the cell that it is with them."""

WRITTEN: Mapping[str, tuple[str, dict[str, Any]]] = {
    "rnn": ("RNN", {"activations": ["Tanh"]}),
    "relu": ("RNN", {"activations": ["Relu"]}),
    "gru": ("GRU", {"linear_before_reset": 1}),
    "gru-reset-before": ("GRU", {"linear_before_reset": 0}),
    "lstm": ("LSTM", {}),
}
"""Each cell that ONNX has an operator for, and the operator's attributes."""

FORWARD = "export a net that reads one way, from the first step to the last"
ZERO_START = "a net here starts from a state of zeros: leave the initial state out of the export"


@dataclass(frozen=True, eq=False)
class Recurrent:
    """One recurrent operator, its rows in our order.

    Attributes:
        cell: The cell's name here.
        weight_ih: `[blocks · H, E]`.
        weight_hh: `[blocks · H, H]`.
        biases: `[2, blocks · H]`: of W x, and of R h.
    """

    cell: str
    weight_ih: NDArray[np.float32]
    weight_hh: NDArray[np.float32]
    biases: NDArray[np.float32]

    @property
    def hidden(self) -> int:
        """H, the number of hidden units."""
        return self.weight_hh.shape[1]


def recurrent(op: Operator) -> Recurrent:
    """The cell of a recurrent operator.

    Raises:
        InputError: It reads backwards, has peepholes, lengths, a clip, an initial state or other functions; its weights do not fit.
    """
    cell = _cell(op)
    _check_start(op)
    units, encoded = _columns(op, 2), _columns(op, 1)
    rows = len(ORDERS[op.kind]) * units
    if int(op.attributes.get("hidden_size", units)) != units:
        raise op.refused(f"whose hidden_size is not the {units} columns of its recurrent weights")
    weight_ih, weight_hh = _shaped(op, 1, (1, rows, encoded))[0], _shaped(op, 2, (1, rows, units))[0]
    biases = np.zeros((1, 2 * rows), np.float32) if op.input(3) is None else _shaped(op, 3, (1, 2 * rows))
    both = np.stack([ours(op.kind, bias) for bias in biases[0].reshape(2, rows)])
    return Recurrent(cell, ours(op.kind, weight_ih), ours(op.kind, weight_hh), both)


def ours(kind: str, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows in ONNX's order `[blocks · H, …]` → in ours."""
    return _ordered(rows, ORDERS[kind])


def theirs(kind: str, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows in our order `[blocks · H, …]` → in ONNX's."""
    return _ordered(rows, np.argsort(ORDERS[kind]).tolist())


def _ordered(rows: NDArray[np.float32], order: tuple[int, ...] | list[int]) -> NDArray[np.float32]:
    blocks = rows.reshape(len(order), -1, *rows.shape[1:])
    return np.ascontiguousarray(blocks[list(order)].reshape(rows.shape))


def float32(op: Operator, at: int) -> NDArray[np.float32]:
    """A constant input of finite float32 numbers.

    Raises:
        InputError: It is no constant, of another type, or holds NaN or an infinity.
    """
    array = op.numbers(at)
    if array.dtype != np.float32:
        remedy = "export it in float32: model.float() before torch.onnx.export"
        raise InputError("float32 weights", f"{array.dtype} in {op.name(at)}", remedy)
    if not np.isfinite(array).all():
        raise InputError(f"finite numbers in {op.name(at)}", "NaN or infinity", "the net is damaged; train or export it again")
    return array


def _columns(op: Operator, at: int) -> int:
    shape = float32(op, at).shape
    if len(shape) != 3 or not shape[-1]:
        raise InputError(f"{op.name(at)} with three axes", f"{list(shape)}", "the file is damaged; export it again")
    return shape[-1]


def _shaped(op: Operator, at: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    array = float32(op, at)
    if array.shape != shape:
        raise InputError(f"{op.name(at)} as {list(shape)}", f"{list(array.shape)}", "the file is damaged; export it again")
    return array


def _cell(op: Operator) -> str:
    """The cell's name, from attributes that must be as expected."""
    attributes = op.attributes
    direction = _text(attributes.get("direction", "forward"))
    if direction != "forward":
        raise op.refused(f"which reads {direction!r}", FORWARD)
    if "clip" in attributes or attributes.get("activation_alpha") or attributes.get("activation_beta"):
        raise op.refused("with clipped or scaled functions", "export it without clip, activation_alpha and activation_beta")
    if attributes.get("input_forget", 0):
        raise op.refused("whose input and forget gates are coupled", "export an LSTM with gates of their own")
    if any(attributes.get(name, 0) not in (0, 1) for name in ("layout", "linear_before_reset")):
        raise op.refused("with a layout or linear_before_reset other than 0 and 1", "the file is damaged; export it again")
    known = ACTIVATIONS[op.kind]
    functions = tuple(_text(name).lower() for name in attributes.get("activations", [])) or next(iter(known))
    if functions not in known:
        names = " or ".join(", ".join(names) for names in known)
        raise op.refused(f"with the functions {', '.join(functions)[:60]!r}", f"such an operator is read with {names}")
    cell = known[functions]
    return "gru-reset-before" if cell == "gru" and not attributes.get("linear_before_reset", 0) else cell


def _check_start(op: Operator) -> None:
    """No lengths of single words, no peepholes, a state that starts at zero."""
    if op.input(4) is not None:
        raise op.refused("with lengths of single words (sequence_lens)", "export it without packed sequences")
    for at, what in ((5, "initial_h"), (6, "initial_c")):
        if op.input(at) is not None and not _is_zero(op.input(at)):
            raise op.refused(f"whose {what} {op.name(at)} is not provably zero", ZERO_START)
    if op.input(7) is not None and not _is_zero(op.input(7)):
        raise op.refused("with peepholes", "export an LSTM without them")


def _is_zero(value: object) -> bool:
    return isinstance(value, Zeros) or (isinstance(value, Known) and value.array.dtype.kind == "f" and not np.any(value.array))


def _text(value: bytes | str) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)

"""One recurrent layer and its read-out as PyTorch stores them, and their conversion to a `Net`.

PyTorch and ONNX add two biases at every step. The conversion adds them once if that is exact in float32, and keeps both otherwise.
An embedding is a second matrix in front of the input weights. The conversion multiplies the two, rounds the product to float32,
and returns a bound on the error.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError
from anylength.nets import Net, NetConfig, build
from anylength.rules import Task

Floats = NDArray[np.float32]

GATE_BLOCKS = {"rnn": 1, "relu": 1, "gru": 3, "gru-reset-before": 3, "lstm": 4}
"""The number of blocks of H rows in the weights of each importable cell."""

UNIT_ROUNDOFF = 2.0**-24
"""u of float32: the largest relative error of one rounding."""

FLOAT64_SLACK = 2.0**-52
"""Relative error allowed per term for the float64 arithmetic of this module: twice the unit roundoff of float64."""

UNDERFLOW = 2.0**-125
"""Absolute error allowed per term for underflow: twice the smallest normal float32 number."""


@dataclass(frozen=True)
class Layer:
    """The weights of one recurrent layer, gates in PyTorch's order (r, z, n; i, f, g, o), and of its read-out.

    Attributes:
        cell: The name of the cell.
        weight_ih: `[blocks · H, E]`; with an embedding `[blocks · H, tapes · D]`.
        weight_hh: `[blocks · H, H]`.
        bias_ih: `[blocks · H]`; None means zeros.
        bias_hh: `[blocks · H]`; None means zeros. The reset gate of a gru scales the rows of the candidate.
        readout: `[C, H]`.
        readout_bias: `[C]`; None means zeros.
        embedding: `[letters, D]`, shared by all tapes; None if the inputs are one-hot.
    """

    cell: str
    weight_ih: Floats
    weight_hh: Floats
    bias_ih: Floats | None
    bias_hh: Floats | None
    readout: Floats
    readout_bias: Floats | None
    embedding: Floats | None = None

    @property
    def hidden(self) -> int:
        """H, the number of hidden units."""
        return self.weight_hh.shape[-1]


def net_from_layer(layer: Layer, task: Task) -> tuple[Net, float]:
    """Converts a layer to a net for a task. Returns the net and a bound on the error of its W_ih x.

    Raises:
        InputError: The tensors do not fit each other or the task's alphabet, or hold NaN or an infinity.
    """
    _require_shapes(layer)
    weight_ih, folding_error = (layer.weight_ih, 0.0) if layer.embedding is None else _fold_embedding(layer, layer.embedding, task)
    _require_alphabet(layer, weight_ih, task)
    bias, second, scaled = _biases(layer)
    named = {"cell.weight_ih": weight_ih, "cell.weight_hh": layer.weight_hh, "cell.bias": bias, "readout.weight": layer.readout}
    named["readout.bias"] = np.zeros(task.classes, np.float32) if layer.readout_bias is None else layer.readout_bias
    named |= {} if second is None else {"cell.bias_hh": second}
    named |= {} if scaled is None else {"cell.bias_hn": scaled}
    config = NetConfig(task_name=task.name, base=task.base, cell=layer.cell, hidden=layer.hidden, machine=task.description)
    net = build(config, named)
    assert isinstance(net, Net)
    return net, folding_error


def add_biases(first: Floats, second: Floats) -> tuple[Floats, Floats | None]:
    """Adds two biases if the float32 sum is exact; otherwise returns both unchanged."""
    if not second.any():
        return first, None
    with np.errstate(all="ignore"):
        total = first + second
        part = total - first
        error = (first - (total - part)) + (second - part)  # the exact error of the sum (Knuth's TwoSum)
    return (total, None) if np.isfinite(total).all() and not error.any() else (first, second)


def _biases(layer: Layer) -> tuple[Floats, Floats | None, Floats | None]:
    """The first bias, the second bias if it stays apart, and the part of the second bias that a gru's reset gate scales."""
    rows = len(layer.weight_hh)
    first = np.zeros(rows, np.float32) if layer.bias_ih is None else layer.bias_ih
    second = np.zeros(rows, np.float32) if layer.bias_hh is None else layer.bias_hh
    if layer.cell != "gru":
        return *add_biases(first, second), None
    scaled = second[-layer.hidden :]
    return *add_biases(first, np.concatenate([second[: -layer.hidden], np.zeros_like(scaled)])), scaled


def second_bias(named: Mapping[str, Floats]) -> Floats:
    """The second bias of PyTorch and ONNX for a net's tensors: zeros where it has none; in a gru's candidate `bias_hn`.

    Raises:
        InputError: A gru's candidate has a third bias, as training may leave it: these operators have no place for it.
    """
    second = named.get("cell.bias_hh", np.zeros_like(named["cell.bias"])).copy()
    if "cell.bias_hn" in named:
        rows = second[-len(named["cell.bias_hn"]) :]
        if rows.any():
            remedy = "harden the net, which adds them up, or export to json, js or c"
            raise InputError("a gru whose candidate has two biases", "one with three", remedy)
        rows[:] = named["cell.bias_hn"]
    return second


def _fold_embedding(layer: Layer, embedding: Floats, task: Task) -> tuple[Floats, float]:
    """W_ih times the embedding, rounded to float32, and a bound on the difference from the original's W_ih x in float32."""
    letters, width = embedding.shape
    if letters != task.letters or layer.weight_ih.shape[1] != width * task.tapes:
        expected = f"an embedding of {task.letters} letters into 1/{task.tapes} of {layer.weight_ih.shape[1]} inputs"
        remedy = "name another --task, or import a net with one embedding for the digit of each tape"
        raise InputError(expected, f"one of {letters} into {width}", remedy)
    weights = layer.weight_ih.astype(np.float64).reshape(len(layer.weight_ih), task.tapes, width)
    vectors = embedding.T.astype(np.float64)
    exact = np.concatenate([weights[:, tape] @ vectors for tape in range(task.tapes)], axis=1)
    magnitude = np.concatenate([np.abs(weights[:, tape]) @ np.abs(vectors) for tape in range(task.tapes)], axis=1)
    rounded = exact.astype(np.float32)
    error = np.abs(rounded.astype(np.float64) - exact) + _dot_product_error(layer.weight_ih.shape[1], magnitude)
    row_errors = error.reshape(len(error), task.tapes, task.letters).max(axis=2).sum(axis=1)  # worst letter on every tape
    return rounded, float(row_errors.max())


def _dot_product_error(terms: int, magnitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bound on the error of a float32 dot product with `terms` products of total absolute value `magnitude`, in any order.

    γ_n · Σ|x||w| with γ_n = n·u / (1 − n·u): Higham, Accuracy and Stability of Numerical Algorithms, section 3.1. Slack for the
    float64 arithmetic here and for underflow is added.
    """
    gamma = terms * UNIT_ROUNDOFF / (1 - terms * UNIT_ROUNDOFF)
    return (gamma + terms * FLOAT64_SLACK) * magnitude + terms * UNDERFLOW


def _require_alphabet(layer: Layer, weight_ih: Floats, task: Task) -> None:
    """Checks the sizes of the input and the output against the task.

    Raises:
        InputError: They do not fit.
    """
    if weight_ih.shape[1] != task.encoding_size:
        expected = f"{task.encoding_size} inputs for {task.name} ({task.tapes} one-hot of {task.letters})"
        raise InputError(expected, f"{weight_ih.shape[1]}", "name another --task, or import a net that reads this alphabet one-hot")
    if len(layer.readout) != task.classes:
        remedy = "name another --task, or import a net that answers in this alphabet"
        raise InputError(f"{task.classes} output classes for {task.name}", str(len(layer.readout)), remedy)


def _require_shapes(layer: Layer) -> None:
    """Checks the shapes of the tensors against each other.

    Raises:
        InputError: They do not fit.
    """
    rows, units = GATE_BLOCKS[layer.cell] * layer.hidden, layer.hidden
    shapes = [
        ("weight_ih", layer.weight_ih, (rows, layer.weight_ih.shape[-1])),
        ("weight_hh", layer.weight_hh, (rows, units)),
        ("read-out", layer.readout, (len(layer.readout), units)),
        ("bias_ih", layer.bias_ih, (rows,)),
        ("bias_hh", layer.bias_hh, (rows,)),
        ("read-out's bias", layer.readout_bias, (len(layer.readout),)),
    ]
    for name, tensor, shape in shapes:
        if tensor is not None and tensor.shape != shape:
            expected = f"{name} of {list(shape)} for the cell {layer.cell} with {units} units"
            raise InputError(expected, f"{list(tensor.shape)}", "the tensors belong to different nets, or a layer has a projection")

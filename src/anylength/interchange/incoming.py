"""A net from elsewhere: the tensors of one recurrent layer and one linear read-out, in PyTorch's order, made into a net of ours.

What is folded is told: two biases are added up only where that rounds nothing (PyTorch and ONNX add both at every step, so where it
would round they stay apart); an embedding, which is one more matrix before the input weights, is multiplied into them and rounded
once, and how far the original may be from that is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength._types import Symbols
from anylength.errors import InputError
from anylength.nets import Net, NetConfig, build
from anylength.tasks import Task

Source = Callable[[Symbols], Symbols]
"""What the net is from, asked in its own runtime: symbols `[T, B]` → output classes `[T, B]`."""

Floats = NDArray[np.float32]

BLOCKS = {"rnn": 1, "relu": 1, "gru": 3, "gru-reset-before": 3, "lstm": 4}
"""Blocks of H rows in the tensors of each cell that can come from elsewhere."""


@dataclass(frozen=True)
class Incoming:
    """A net from elsewhere.

    Attributes:
        net: The net.
        cell: The name of its cell.
        origin: What it was, in words.
        folding: How far W_ih x of the original, computed in float32, may be from this net's: 0 where nothing was folded.
        source: Asks the original; None where its runtime is not installed.
        runtime: That runtime and its version; None likewise.
    """

    net: Net
    cell: str
    origin: str
    folding: float = 0.0
    source: Source | None = None
    runtime: str | None = None


@dataclass(frozen=True)
class Layer:
    """The tensors of a recurrent layer in PyTorch's order of gates (r, z, n; i, f, g, o) and of its read-out.

    Attributes:
        cell: The name of the cell.
        weight_ih: `[blocks · H, E]`, or `[blocks · H, D]` where an embedding gives D numbers for each letter.
        weight_hh: `[blocks · H, H]`.
        bias_ih: `[blocks · H]`; None: zeros.
        bias_hh: `[blocks · H]`; None: zeros. Of a gru's candidate it is scaled by the reset gate.
        readout: `[C, H]`.
        readout_bias: `[C]`; None: zeros.
        embedding: `[letters, D]`, the same for every tape; None where inputs are one-hot.
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


def net_of(layer: Layer, task: Task) -> tuple[Net, float]:
    """The net of these tensors for a task, and how far the original's W_ih x may be from its own.

    Raises:
        InputError: The tensors do not fit each other or the task's alphabet, or hold NaN or an infinity.
    """
    _require_fit(layer)
    weight_ih, folding = (layer.weight_ih, 0.0) if layer.embedding is None else _embedded(layer, layer.embedding, task)
    if weight_ih.shape[1] != task.encoding_size:
        wanted = f"{task.encoding_size} inputs for {task.name} ({task.tapes} one-hot of {task.letters})"
        raise InputError(wanted, f"{weight_ih.shape[1]}", "name another --task, or a net that reads this alphabet one-hot")
    if len(layer.readout) != task.classes:
        remedy = "name another --task, or a net that answers in this alphabet"
        raise InputError(f"{task.classes} output classes for {task.name}", str(len(layer.readout)), remedy)
    bias, second, scaled = _biases(layer)
    named = {"cell.weight_ih": weight_ih, "cell.weight_hh": layer.weight_hh, "cell.bias": bias, "readout.weight": layer.readout}
    named["readout.bias"] = np.zeros(task.classes, np.float32) if layer.readout_bias is None else layer.readout_bias
    named |= {} if second is None else {"cell.bias_hh": second}
    named |= {} if scaled is None else {"cell.bias_hn": scaled}
    config = NetConfig(task_name=task.name, base=task.base, cell=layer.cell, hidden=layer.hidden, machine=task.description)
    net = build(config, named)
    assert isinstance(net, Net)
    return net, folding


def added(first: Floats, second: Floats) -> tuple[Floats, Floats | None]:
    """Two biases as one where adding them in float32 is exact (or the second is zero), else both as they are."""
    if not second.any():
        return first, None
    with np.errstate(all="ignore"):
        total = first + second
        part = total - first
        error = (first - (total - part)) + (second - part)  # of the sum, exactly (Knuth's two-sum)
    return (total, None) if np.isfinite(total).all() and not error.any() else (first, second)


def _biases(layer: Layer) -> tuple[Floats, Floats | None, Floats | None]:
    """The first bias, the second where they stay apart, and the one that the reset gate scales."""
    rows = len(layer.weight_hh)
    first = np.zeros(rows, np.float32) if layer.bias_ih is None else layer.bias_ih
    second = np.zeros(rows, np.float32) if layer.bias_hh is None else layer.bias_hh
    if layer.cell != "gru":
        return *added(first, second), None
    scaled = second[-layer.hidden :]
    return *added(first, np.concatenate([second[: -layer.hidden], np.zeros_like(scaled)])), scaled


def _embedded(layer: Layer, embedding: Floats, task: Task) -> tuple[Floats, float]:
    """W_ih times the embedding of each letter, tape by tape, and how far the original's sum in float32 may be from a row's."""
    letters, width = embedding.shape
    if letters != task.letters or layer.weight_ih.shape[1] != width * task.tapes:
        wanted = f"an embedding of {task.letters} letters into 1/{task.tapes} of {layer.weight_ih.shape[1]} inputs"
        raise InputError(
            wanted, f"one of {letters} into {width}", "name another --task, or a net with one embedding for each tape's digit"
        )
    parts = layer.weight_ih.astype(np.float64).reshape(len(layer.weight_ih), task.tapes, width)
    exact = np.concatenate([parts[:, tape] @ embedding.T.astype(np.float64) for tape in range(task.tapes)], axis=1)
    size = np.concatenate([np.abs(parts[:, tape]) @ np.abs(embedding.T.astype(np.float64)) for tape in range(task.tapes)], axis=1)
    rounded = exact.astype(np.float32)
    terms = layer.weight_ih.shape[1]
    summed = (terms * 2.0**-24 / (1 - terms * 2.0**-24) + terms * 2.0**-52) * size + terms * 2.0**-125  # the original's own sum
    off = np.abs(rounded.astype(np.float64) - exact) + summed
    each = off.reshape(len(off), task.tapes, task.letters).max(axis=2).sum(axis=1)
    return rounded, float(each.max())


def _require_fit(layer: Layer) -> None:
    """Checks the shapes of the tensors against each other.

    Raises:
        InputError: They do not fit.
    """
    rows, units = BLOCKS[layer.cell] * layer.hidden, layer.hidden
    found = {"weight_ih": layer.weight_ih.shape, "weight_hh": layer.weight_hh.shape, "read-out": layer.readout.shape}
    wanted = {"weight_ih": (rows, layer.weight_ih.shape[-1]), "weight_hh": (rows, units), "read-out": (len(layer.readout), units)}
    for name, bias, size in (
        ("bias_ih", layer.bias_ih, rows),
        ("bias_hh", layer.bias_hh, rows),
        ("read-out's bias", layer.readout_bias, len(layer.readout)),
    ):
        if bias is not None:
            found[name], wanted[name] = bias.shape, (size,)
    for name, shape in wanted.items():
        if found[name] != shape:
            expected = f"{name} of {list(shape)} for the cell {layer.cell} with {units} units"
            raise InputError(expected, f"{list(found[name])}", "the tensors are of different nets, or a layer is projected")

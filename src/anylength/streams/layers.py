"""The recurrent layers of an ONNX net: their weights, and which numbers of the state they keep.

A layer is an LSTM, GRU or RNN operator of the standard kind. Which numbers of the state it reads and writes is found by running the
nodes between the file's state and the operator over the numbers 0, 1, 2, …: they move numbers, and compute nothing.
"""

from typing import Literal, TypeAlias

import msgspec
import numpy as np
from onnx import ModelProto, NodeProto, helper, numpy_helper

from anylength.base import InputError
from anylength.streams import onnx_graph
from anylength.streams.net import StreamNet
from anylength.streams.onnx_moves import moved, straight
from anylength.streams.onnx_net import OnnxNet

Cell: TypeAlias = Literal["lstm", "gru", "rnn"]
CELLS: dict[str, Cell] = {"LSTM": "lstm", "GRU": "gru", "RNN": "rnn"}
ACTIVATIONS = {"lstm": ["Sigmoid", "Tanh", "Tanh"], "gru": ["Sigmoid", "Tanh"], "rnn": ["Tanh"]}
TOLERANCE = 1e-4
"""Largest difference of the layer's own step from the file's, relative to 1 or to the number: float32 in another order."""

SAMPLES = 8


class Layer(msgspec.Struct, frozen=True):
    """A recurrent layer.

    Attributes:
        cell: Its kind.
        weight_ih: [gates * H, F], gates in ONNX's order (i, o, f, c of an lstm).
        weight_hh: [gates * H, H].
        bias: [gates * H], the sum of both.
        hidden: Numbers of the net's state that hold h.
        memory: Those that hold c; empty but for an lstm.
        reads_features: Whether its input is the net's features as they are.
        biases: [2, gates * H], both parts of the bias. None where the file has none.
    """

    cell: Cell
    weight_ih: np.ndarray
    weight_hh: np.ndarray
    bias: np.ndarray
    hidden: np.ndarray
    memory: np.ndarray
    reads_features: bool
    biases: np.ndarray | None = None

    @property
    def units(self) -> int:
        """Units."""
        return self.weight_hh.shape[1]

    def tensors(self) -> dict[str, np.ndarray]:
        """The weights by the names that certificates use."""
        return {"weight_ih": self.weight_ih, "weight_hh": self.weight_hh, "bias": self.bias}

    def lstm_step(self, hidden: np.ndarray, memory: np.ndarray, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One step of an lstm in float64 [B, H]."""
        from scipy.special import expit

        gates = features @ self.weight_ih.T.astype(float) + hidden @ self.weight_hh.T.astype(float) + self.bias
        i, o, f, c = np.split(gates, 4, axis=1)
        new = expit(f) * memory + expit(i) * np.tanh(c)
        return expit(o) * np.tanh(new), new


def layers(net: OnnxNet) -> list[Layer]:
    """The layers of a net that are standard operators and keep numbers of the state.

    Raises:
        InputError: The file has branches that depend on values, or what is read from it has another step than the file.
    """
    model = straight(net.model, net.feeding.fixed, net.single_shapes())
    _check_step(model, net)
    found = [(node, _layer(model, node, net)) for node in model.graph.node if node.op_type in CELLS]
    for node, layer in found:
        if layer is not None:
            _check_layer(model, node, layer)
    return [layer for _, layer in found if layer is not None]


def together(net: StreamNet, number: int) -> tuple[str, np.ndarray]:
    """The numbers that a leak treats like this one, with a name: the cells of its LSTM layer, or its group."""
    group = net.group_of(number)
    try:
        memories = [layer.memory for layer in layers(net)] if isinstance(net, OnnxNet) else []
    except InputError:
        memories = []
    for index, memory in enumerate(memories):
        if number in memory:
            whole = np.array_equal(np.sort(memory), net.members(group))
            return group if whole else f"the cells of layer {index + 1}", memory
    return group, net.members(group)


def _layer(model: ModelProto, node: NodeProto, net: OnnxNet) -> Layer | None:
    """The layer of an operator. None: it has other activations, goes backward, or mixes its state with other values."""
    cell = CELLS[node.op_type]
    settings = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    names = [text.decode() for text in settings.get("activations", [])]
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    inputs = [*node.input, *[""] * 8]
    known = all(inputs[index] in weights for index in (1, 2)) and (not inputs[3] or inputs[3] in weights)
    plain = settings.get("direction", b"forward") == b"forward" and (not names or names == ACTIVATIONS[cell])
    if not known or not plain or inputs[7] or settings.get("clip") or settings.get("input_forget") or settings.get("layout"):
        return None
    hidden = _kept(model, net, inputs[5], node.output[1] if len(node.output) > 1 else "")
    memory = _kept(model, net, inputs[6], node.output[2] if len(node.output) > 2 else "") if cell == "lstm" else np.zeros(0, int)
    if hidden is None or memory is None:
        return None
    matrix, recurrent = weights[inputs[1]][0], weights[inputs[2]][0]
    both = weights[inputs[3]][0] if inputs[3] else np.zeros(2 * len(matrix), np.float32)
    bias = both[: len(matrix)] + both[len(matrix) :]
    reads = net.reads_features(model, inputs[0])
    halves = both.reshape(2, -1) if inputs[3] else None
    return Layer(cell, matrix, recurrent, bias.astype(np.float32), hidden, memory, reads, halves)


def _kept(model: ModelProto, net: OnnxNet, before: str, after: str) -> np.ndarray | None:
    """The numbers of the state that an operator reads as its state, if it writes its new state to the same."""
    read = moved(model, list(net.pairs), before, net.numbered(), net.zeros())
    if read is None or not before or not after:
        return None
    for name, numbers in net.numbered().items():
        written = moved(model, [after], net.pairs[name], {after: read.astype(np.float32)}, net.zeros(), others=True)
        if written is not None and np.isin(read.ravel(), written.ravel()).all() and _same_places(written, numbers, read):
            return read.ravel().astype(int)
    return None


def _same_places(written: np.ndarray, numbers: np.ndarray, read: np.ndarray) -> bool:
    """Whether each number that was read is written back to its own place."""
    own = np.isin(numbers, read)
    return written.shape == numbers.shape and bool((written[own] == numbers[own]).all())


def _check_step(model: ModelProto, net: OnnxNet) -> None:
    """Checks that the graph without branches makes the file's own new states, from random states and frames.

    Raises:
        InputError: It does not, or cannot be run by itself.
    """
    rng = np.random.default_rng(0)
    for _ in range(SAMPLES):
        state, frame = rng.normal(0, 1, net.size).astype(np.float32), rng.normal(0, 0.3, net.feeding.width).astype(np.float32)
        theirs = net.original_step(state[None], frame)[0]
        own = [onnx_graph.value_of(model, name, net.fed(state, frame)) for name in net.pairs.values()]
        if any(value is None for value in own):
            raise InputError("states that follow from states and frame", "other inputs", "export the net again")
        flat = np.concatenate([np.asarray(value).ravel() for value in own])
        if not _close(flat, np.concatenate([value.ravel() for value in net.fed(theirs, frame).values()])[: len(flat)]):
            raise InputError("a graph whose step is the file's", "another new state", "export the net again")


def _check_layer(model: ModelProto, node: NodeProto, layer: Layer) -> None:
    """Checks that an lstm's equations are the operator's, from random states and inputs.

    Raises:
        InputError: They are not.
    """
    if layer.cell != "lstm":
        return  # what is claimed of a gru and an rnn holds for all weights
    rng = np.random.default_rng(0)
    part = onnx_graph.part_of(model, [node], [node.input[0], node.input[5], node.input[6]], [node.output[1], node.output[2]])
    running = onnx_graph.session(part)
    for _ in range(SAMPLES):
        features, hidden, memory = (rng.normal(0, 1, (1, n)) for n in (layer.weight_ih.shape[1], layer.units, layer.units))
        fed = {node.input[0]: features[None], node.input[5]: hidden[None], node.input[6]: memory[None]}
        theirs = running.run(None, {name: value.astype(np.float32) for name, value in fed.items()})
        pairs = zip(layer.lstm_step(hidden, memory, features), theirs, strict=True)
        if not all(_close(own, np.asarray(value)[0]) for own, value in pairs):
            raise InputError("the equations of an LSTM", "an operator with another step", "export the net again")


def _close(own: np.ndarray, theirs: np.ndarray) -> bool:
    return own.shape == theirs.shape and bool((np.abs(own - theirs) <= TOLERANCE * np.maximum(1, np.abs(own))).all())

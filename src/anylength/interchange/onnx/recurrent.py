"""RNN, GRU and LSTM operators as one step of a layer: each is a part of the state."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.interchange.flat_values import Flat, FlatArithmetic, flat
from anylength.interchange.onnx.arrays import MIXED, Marks, StepArray, known, numbers_of
from anylength.interchange.onnx.context import StepContext
from anylength.interchange.onnx.node import Node
from anylength.interchange.onnx.recurrent_ops import RecurrentOp, float32_constant, recurrent_weights
from anylength.interchange.recurrent_layers import LAYER_STEPS, LayerWeights
from anylength.programs import Traced

LSTM_PARTS = 2
"""An LSTM's state has h and c; the other layers have h alone."""


def recurrent_step(node: Node, context: StepContext) -> tuple[StepArray, ...]:
    """The states of all steps, and the last state of each part.

    Raises:
        ValueError: The input has no axis of time, or the initial state is that of another sequence.
    """
    value, layer = node.numbers(0), recurrent_weights(node)
    if len(value.shape) != 3 or value.marks[2]:
        raise ValueError(f"whose input has {len(value.shape)} axes" if len(value.shape) != 3 else MIXED)
    batch_first = int(node.attributes.get("layout", 0))
    time, batch = (value.marks[1], value.marks[0]) if batch_first else (value.marks[0], value.marks[1])
    if value.shape[:2] != (1, 1) or layer.weight_ih.shape[1] != value.shape[2]:
        raise ValueError(MIXED if value.shape[:2] != (1, 1) else f"with {value.shape[2]} inputs")
    starts = [_start(node, 5 + part, layer.hidden, batch_first) for part in range(state_parts(layer.cell))]
    new = _new_state(node, context, layer, context.arithmetic.flat(numbers_of(value)).vector(), starts, time)
    stepwise = isinstance(starts[0], Flat)
    outputs: list[StepArray] = []
    marks: Marks = (batch, time, (), ()) if batch_first else (time, (), batch, ())
    outputs.append(StepArray(flat(new[0], (1, 1, 1, layer.hidden)), marks))
    last: Marks = (batch, (), ()) if batch_first else ((), batch, ())
    outputs += [StepArray(flat(part, (1, 1, layer.hidden)), last, final=not stepwise) for part in new]
    return tuple(outputs)


def state_parts(cell: str) -> int:
    """The number of parts of the state of a layer, each of its units."""
    return LSTM_PARTS if cell == "lstm" else 1


def _start(node: Node, index: int, units: int, batch_axis: int) -> Any:
    """The initial state of a part `[H]`: a known one, or one that the graph reads."""
    value = node.input(index)
    if value is None:
        return np.zeros(units, np.float32)
    start = node.numbers(index)
    if isinstance(start.value, np.ndarray):
        start = known(_of_one_word(float32_constant(node, index), 0 if batch_axis else 1))
    if start.shape != (1, 1, units) or start.final:
        raise ValueError(f"whose initial state {node.name(index)} is not one state for all words")
    return numbers_of(start).reshape((units,))


def _of_one_word(start: NDArray[np.float32], batch_axis: int) -> NDArray[np.float32]:
    """A known initial state of a fixed number of words, for one of them where all are the same."""
    if start.ndim != 3 or not start.size:
        return start
    first = start.take([0], batch_axis)
    return first if (start == first).all() else start


def _new_state(
    node: Node, context: StepContext, layer: RecurrentOp, symbol: Traced, starts: list[Any], time: tuple[str, ...]
) -> tuple[Traced, ...]:
    """The new state of each part: from the program's own state, or from a state that the graph reads."""
    names, peepholes = node.names, _peepholes(node, layer)
    if all(isinstance(start, Flat) for start in starts):
        if time:
            context.at_time(time[0])
        return layer_step(context.arithmetic, layer, symbol, [start.vector() for start in starts], names, peepholes)
    if any(isinstance(start, Flat) for start in starts) or len(time) != 1:
        raise ValueError("without a time axis of its own" if len(time) != 1 else "with one known initial state and one that is not")
    context.at_time(time[0])
    context.layers.append(layer)
    parts = [context.state_part(start) for start in starts]
    new = layer_step(context.arithmetic, layer, symbol, [old.vector() for _, old in parts], names, peepholes)
    context.new_state.update({number: value for (number, _), value in zip(parts, new, strict=True)})
    return new


def layer_step(
    arithmetic: FlatArithmetic,
    layer: RecurrentOp,
    symbol: Traced,
    state: list[Traced],
    names: tuple[str, ...] = ("",) * 8,
    peepholes: NDArray[np.float32] | None = None,
) -> tuple[Traced, ...]:
    """The new state of each part of a layer.

    Args:
        arithmetic: The operations.
        layer: The layer.
        symbol: Its input.
        state: Its old state.
        names: The names of the operator's inputs.
        peepholes: The peepholes of an LSTM in the order i, f, o.
    """

    def tensor(array: NDArray[np.float32], at: int) -> Any:
        return arithmetic.tracer.weight(arithmetic.weights.named(array, names[at] if at < len(names) else ""))

    biases = [tensor(bias, 3) if bias.any() else None for bias in layer.biases]
    weights = LayerWeights(
        weight_ih=tensor(layer.weight_ih, 1), weight_hh=tensor(layer.weight_hh, 2), bias_ih=biases[0], bias_hh=biases[1],
        peepholes=None if peepholes is None else tensor(peepholes, 7),
    )  # fmt: skip
    return LAYER_STEPS[layer.cell](arithmetic.tracer, weights, symbol, tuple(state))  # pyright: ignore[reportArgumentType]


def _peepholes(node: Node, layer: RecurrentOp) -> NDArray[np.float32] | None:
    """The peepholes of an LSTM in the order i, f, o; ONNX has i, o, f. None where there are none."""
    if layer.cell != "lstm" or node.input(7) is None:
        return None
    rows = float32_constant(node, 7)
    if rows.shape != (1, 3 * layer.hidden):
        raise ValueError(f"with peepholes of {list(rows.shape)}")
    ordered = rows.reshape(3, layer.hidden)[[0, 2, 1]].ravel()
    return ordered if ordered.any() else None

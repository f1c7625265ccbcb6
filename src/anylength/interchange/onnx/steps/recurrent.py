"""RNN, GRU and LSTM operators as one step of a layer: each is a part of the state."""

from typing import Any

import numpy as np

from anylength.interchange.flat_values import Flat, flat
from anylength.interchange.onnx.abstract_values import Constant
from anylength.interchange.onnx.node import Node
from anylength.interchange.onnx.recurrent_ops import RecurrentOp, float32_constant, recurrent_weights
from anylength.interchange.onnx.steps.arrays import MIXED, Marks, StepArray, known, numbers_of
from anylength.interchange.onnx.steps.context import StepContext
from anylength.interchange.onnx.steps.layout import array
from anylength.interchange.recurrent_layers import LAYER_STEPS, LayerWeights
from anylength.programs import Traced

LSTM_PARTS = 2
"""An LSTM's state has h and c; the other layers have h alone."""


def recurrent_step(node: Node, context: StepContext) -> tuple[StepArray, ...]:
    """The states of all steps, and the last state of each part.

    Raises:
        ValueError: The input has no axis of time, or the initial state is that of another sequence.
    """
    value, layer = array(node, 0), recurrent_weights(node)
    if len(value.shape) != 3 or value.marks[2]:
        raise ValueError(f"whose input has {len(value.shape)} axes" if len(value.shape) != 3 else MIXED)
    batch_first = int(node.attributes.get("layout", 0))
    time, batch = (value.marks[1], value.marks[0]) if batch_first else (value.marks[0], value.marks[1])
    if value.shape[:2] != (1, 1) or layer.weight_ih.shape[1] != value.shape[2]:
        raise ValueError(MIXED if value.shape[:2] != (1, 1) else f"with {value.shape[2]} inputs")
    starts = [_start(node, 5 + part, layer.hidden) for part in range(LSTM_PARTS if layer.cell == "lstm" else 1)]
    new = _new_state(node, context, layer, context.arithmetic.flat(numbers_of(value)).vector(), starts, time)
    stepwise = isinstance(starts[0], Flat)
    outputs: list[StepArray] = []
    marks: Marks = (batch, time, (), ()) if batch_first else (time, (), batch, ())
    outputs.append(StepArray(flat(new[0], (1, 1, 1, layer.hidden)), marks))
    last: Marks = (batch, (), ()) if batch_first else ((), batch, ())
    outputs += [StepArray(flat(part, (1, 1, layer.hidden)), last, final=not stepwise) for part in new]
    return tuple(outputs)


def _start(node: Node, index: int, units: int) -> Any:
    """The initial state of a part `[H]`: a known one, or one that the graph reads."""
    value: Any = node.input(index)
    if value is None:
        return np.zeros(units, np.float32)
    start = known(float32_constant(node, index)) if isinstance(value, Constant) else array(node, index)
    if start.shape != (1, 1, units) or start.final:
        raise ValueError(f"whose initial state {node.name(index)} is not one state for all words")
    return numbers_of(start).reshape((units,))


def _new_state(
    node: Node, context: StepContext, layer: RecurrentOp, symbol: Traced, starts: list[Any], time: tuple[str, ...]
) -> tuple[Traced, ...]:
    """The new state of each part: from the program's own state, or from a state that the graph reads."""
    if all(isinstance(start, Flat) for start in starts):
        if time:
            context.at_time(time[0])
        return _step(node, context, layer, symbol, [start.vector() for start in starts])
    if any(isinstance(start, Flat) for start in starts) or len(time) != 1:
        raise ValueError("without a time axis of its own" if len(time) != 1 else "with one known initial state and one that is not")
    context.at_time(time[0])
    parts = [context.state_part(start) for start in starts]
    new = _step(node, context, layer, symbol, [old.vector() for _, old in parts])
    context.new_state.update({number: value for (number, _), value in zip(parts, new, strict=True)})
    return new


def _step(node: Node, context: StepContext, layer: RecurrentOp, symbol: Traced, state: list[Traced]) -> tuple[Traced, ...]:
    tracer: Any = context.arithmetic.tracer
    name = context.arithmetic.weights.named
    biases = [tracer.weight(name(bias, node.names[3])) if bias.any() else None for bias in layer.biases]
    weights = LayerWeights(
        weight_ih=tracer.weight(name(layer.weight_ih, node.names[1])),
        weight_hh=tracer.weight(name(layer.weight_hh, node.names[2])),
        bias_ih=biases[0], bias_hh=biases[1], peepholes=_peepholes(node, context, layer),
    )  # fmt: skip
    return LAYER_STEPS[layer.cell](tracer, weights, symbol, tuple(state))


def _peepholes(node: Node, context: StepContext, layer: RecurrentOp) -> Any:
    """The peepholes of an LSTM in the order i, f, o; ONNX has i, o, f. None where there are none."""
    if layer.cell != "lstm" or node.input(7) is None:
        return None
    rows = float32_constant(node, 7)
    if rows.shape != (1, 3 * layer.hidden):
        raise ValueError(f"with peepholes of {list(rows.shape)}")
    ordered = rows.reshape(3, layer.hidden)[[0, 2, 1]].ravel()
    if not ordered.any():
        return None
    return context.arithmetic.tracer.weight(context.arithmetic.weights.named(ordered, node.names[7]))

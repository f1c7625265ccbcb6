"""Names the cells: a graph with the program of one layer, its read-out and at most one embedding is this layer."""

from typing import Any

import numpy as np

from anylength.interchange.flat_values import FlatArithmetic, flat
from anylength.interchange.layer import Layer, net_from_layer
from anylength.interchange.onnx.context import StepContext
from anylength.interchange.onnx.program import StepsOfOnnx
from anylength.interchange.onnx.recurrent import layer_step, state_parts
from anylength.interchange.onnx.recurrent_ops import RecurrentOp
from anylength.nets import Net
from anylength.programs import Program, Traced, program_of_step
from anylength.programs.canonical import canonical
from anylength.rules import Task


def named_layer(steps: StepsOfOnnx, task: Task) -> tuple[Net, str, float] | None:
    """The net of a graph with one recurrent operator, the name of its cell, and a bound on the error of its W_ih x; else None.

    The programs decide: the net is the graph's if the layer with the graph's read-out has the same canonical program.
    """
    if len(steps.layers) != 1 or len(steps.tables) > 1:
        return None
    operator, table = steps.layers[0], next(iter(steps.tables), None)
    weight, bias = (steps.tensors[name] for name in (steps.program.weight, steps.program.bias))
    if weight.shape[1] != operator.hidden or (table is not None and len(table) != task.letters):
        return None
    layer = Layer(
        cell=operator.cell, weight_ih=operator.weight_ih, weight_hh=operator.weight_hh, bias_ih=operator.biases[0],
        bias_hh=operator.biases[1], readout=weight, readout_bias=bias, embedding=table,
    )  # fmt: skip
    if canonical(*_program(operator, layer, task))[0] != canonical(steps.program, steps.tensors)[0]:
        return None
    net, folding_error = net_from_layer(layer, task)
    return net, operator.cell, folding_error


def _program(operator: RecurrentOp, layer: Layer, task: Task) -> tuple[Program, dict[str, Any]]:
    """The program of a layer, its read-out and its embedding, from a state of zeros."""
    parts, units = state_parts(operator.cell), operator.hidden
    context = StepContext(FlatArithmetic(task.encoding_size, parts * units), task.letters)
    arithmetic, tracer = context.arithmetic, context.arithmetic.tracer
    symbol: Traced = tracer.symbol()
    if layer.embedding is not None:
        symbol = context.embedded(layer.embedding, range(task.tapes)).vector()
    state = flat(tracer.state())
    new = layer_step(arithmetic, operator, symbol, [state[at * units : (at + 1) * units].vector() for at in range(parts)])
    product = tracer.matmul(tracer.weight(arithmetic.weights.named(layer.readout)), new[0])
    bias = np.zeros(len(layer.readout), np.float32) if layer.readout_bias is None else layer.readout_bias
    logits = arithmetic.numbers("add", flat(product), bias).vector()
    return program_of_step(
        new_state=tracer.concatenate(list(new)), logits=logits, tensors=arithmetic.weights.tensors, encoded=task.encoding_size,
        start=None,
    )  # fmt: skip

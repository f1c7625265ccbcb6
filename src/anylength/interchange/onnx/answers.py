"""ArgMax and LogSoftmax: only what an output holds may come from them, and the order of the logits is all that they keep."""

import dataclasses
from collections.abc import Mapping

from anylength.interchange.flat_values import Flat, flat
from anylength.interchange.onnx.arrays import StepArray
from anylength.interchange.onnx.context import StepContext
from anylength.interchange.onnx.layout import Rule
from anylength.interchange.onnx.node import Node, UnsupportedError
from anylength.interchange.onnx.numbers import numbers, softmax_axis
from anylength.programs import Traced


def _log_softmax(node: Node, context: StepContext) -> StepArray:
    value = node.numbers(0)
    logits = numbers(context, value)
    _require_classes(value, softmax_axis(node, value))
    return dataclasses.replace(value, value=logits, answers=logits)


def _argmax(node: Node, context: StepContext) -> StepArray:
    """The classes, the lowest one on a tie. Their value stands for their axes alone."""
    value = node.array(0)
    axis = node.axis_index(int(node.attributes.get("axis", 0)), len(value.shape))
    _require_classes(value, axis)
    if node.attributes.get("select_last_index", 0):
        remedy = "export it with select_last_index=0: anylength takes the first class on a tie"
        raise UnsupportedError("which takes the last class on a tie", remedy)
    scores = numbers(context, node.numbers(0)) if value.answers is None else value.value
    first = scores[(slice(None),) * axis + (slice(1),)]
    classes = (
        value.with_value(first)
        if node.attributes.get("keepdims", 1)
        else value.with_value(
            first.reshape((*first.shape[:axis], *first.shape[axis + 1 :])), (*value.marks[:axis], *value.marks[axis + 1 :])
        )
    )
    return dataclasses.replace(classes, answers=without_softmax(scores) if value.answers is None else value.answers)


def _require_classes(value: StepArray, axis: int) -> None:
    """Accepts an operator along the one axis that has several entries.

    Raises:
        ValueError: It works along another one.
    """
    if [at for at, size in enumerate(value.shape) if size > 1] != [axis] or value.marks[axis]:
        raise ValueError("along another axis than the classes")


def without_softmax(scores: Flat) -> Flat:
    """The logits of shares, which have the same order; other scores as they are."""
    value = scores.vector()
    return flat(Traced(value.tracer, value.instruction.arguments[0])) if value.instruction.op == "softmax" else scores


ANSWERS: Mapping[str, Rule] = {"ArgMax": _argmax, "LogSoftmax": _log_softmax}
"""The rule for each of these operators: (node, context) → its output."""

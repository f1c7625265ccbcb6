"""Scan: a loop over the steps of a word, whose body is one step."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from anylength.interchange.flat_values import Flat
from anylength.interchange.onnx.arrays import Marks, StepArray, numbers_of
from anylength.interchange.onnx.context import StepContext
from anylength.interchange.onnx.node import Node

Body = Callable[[Sequence[StepArray]], list[StepArray]]
"""Runs the body of a Scan: its inputs → its outputs."""


def scan_step(node: Node, context: StepContext, body: Body) -> tuple[StepArray, ...]:
    """The last states, then what the body returns at every step.

    Raises:
        ValueError: The loop runs backwards, over another axis than that of time, or its state is not known at the start.
    """
    count = int(node.attributes["num_scan_inputs"])
    arrays = [node.array(at) for at in range(len(node.inputs))]
    starts, scanned = arrays[: len(arrays) - count], arrays[len(arrays) - count :]
    if not 0 < count <= len(arrays) or not starts:
        raise ValueError("without a state or without an input")
    if any(node.attributes.get("scan_input_directions", ())) or any(node.attributes.get("scan_output_directions", ())):
        raise ValueError("which runs backwards")
    symbols = [_at_one_step(node, context, value, at) for at, value in enumerate(scanned)]
    parts = [context.state_part(_known(start).ravel()) for start in starts]
    old = [Flat(part.source, part.rows.reshape(start.shape)) for (_, part), start in zip(parts, starts, strict=True)]
    results = _run(body, [start.marks for start in starts], old, symbols)
    for (number, _), start, new in zip(parts, starts, results, strict=False):
        if new.shape != start.shape:
            raise ValueError(f"whose state grows from {list(start.shape)} to {list(new.shape)}")
        context.new_state[number] = context.arithmetic.flat(numbers_of(new)).vector()
    last = [StepArray(new.value, new.marks, final=True) for new in results[: len(starts)]]
    return (*last, *_at_all_steps(node, context, results[len(starts) :]))


def _run(body: Body, marks: list[Marks], old: list[Flat], symbols: list[StepArray]) -> list[StepArray]:
    """The body's outputs, with the marks that the new state has: a start that is the same for all words may have fewer."""
    results = body([*(StepArray(value, group) for value, group in zip(old, marks, strict=True)), *symbols])
    new = [result.marks for result in results[: len(old)]]
    if new == marks:
        return results
    return body([*(StepArray(value, group) for value, group in zip(old, new, strict=True)), *symbols])


def _known(start: StepArray) -> np.ndarray:
    """A start state."""
    if not isinstance(start.value, np.ndarray):
        raise ValueError("whose start is not known")
    return np.asarray(start.value, np.float32)


def _at_one_step(node: Node, context: StepContext, value: StepArray, at: int) -> StepArray:
    """A scanned input at one step: without its axis of time."""
    axes = node.attributes.get("scan_input_axes", [0] * (at + 1))
    axis = node.axis_index(int(axes[at]), len(value.shape))
    if len(value.marks[axis]) != 1:
        raise ValueError("without a time axis of its own")
    context.at_time(value.marks[axis][0])
    index: Any = (slice(None),) * axis + (0,)
    return value.with_value(value.value[index], (*value.marks[:axis], *value.marks[axis + 1 :]))


def _at_all_steps(node: Node, context: StepContext, results: Sequence[StepArray]) -> list[StepArray]:
    """What the body returns at every step: with an axis of time."""
    assert context.time is not None
    axes = node.attributes.get("scan_output_axes", [0] * len(results))
    outputs: list[StepArray] = []
    for axis, result in zip(axes, results, strict=True):
        place = node.axis_index(int(axis), len(result.shape) + 1)
        shape = (*result.shape[:place], 1, *result.shape[place:])
        marks = (*result.marks[:place], (context.time,), *result.marks[place:])
        outputs.append(StepArray(numbers_of(result).reshape(shape), marks))
    return outputs

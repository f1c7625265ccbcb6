"""The operators that move the entries of step arrays, known ones too."""

import dataclasses
import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from anylength.interchange.flat_values import Condition, ErfTerm, Flat
from anylength.interchange.onnx.arrays import MIXED, StepArray, SymbolicSize, require_entries, reshaped, together
from anylength.interchange.onnx.context import StepContext
from anylength.interchange.onnx.node import Node

Rule = Callable[[Node, StepContext], Any]

OPSET_OF_SLICE_INPUTS = 10
"""From this version on, Slice takes its bounds as inputs; before, as attributes."""


def plain_value(step_array: StepArray) -> Any:
    """The value of an array whose entries may be moved: not of a condition."""
    if isinstance(step_array.value, Condition | ErfTerm):
        raise ValueError("of a condition or an error function")
    return step_array.value


def _identity(node: Node, context: StepContext) -> StepArray:
    del context
    return node.array(0)


FIRST_OPSETS_OF_DROPOUT = (7, 12)
"""From the first version on Dropout is for inference, from the second on an input says whether it is."""


def _dropout(node: Node, context: StepContext) -> StepArray:
    """The input itself, where nothing is dropped."""
    inference, by_input = (node.opset >= first for first in FIRST_OPSETS_OF_DROPOUT)
    training = by_input and node.input(2) is not None and bool(node.constant(2).any())
    if training or not (inference or node.attributes.get("is_test", 0)):
        raise ValueError("in training mode, which draws random numbers")
    return _identity(node, context)


def _transpose(node: Node, context: StepContext) -> StepArray:
    del context
    value = node.array(0)
    rank = len(value.shape)
    order = [int(axis) for axis in node.attributes.get("perm", range(rank)[::-1])]
    if sorted(order) != list(range(rank)):
        raise ValueError(f"whose order {order} is not a permutation of {rank} axes")
    return value.with_value(plain_value(value).transpose(tuple(order)), tuple(value.marks[axis] for axis in order))


def _reshape(node: Node, context: StepContext) -> StepArray:
    del context
    value, target = node.array(0), node.sizes(1)
    copies = not node.attributes.get("allowzero", 0)
    axes = [axis_asked(value, at, size, copies) for at, size in enumerate(target)]
    return reshaped(value, axes)


def axis_asked(value: StepArray, at: int, size: Any, copies: bool) -> tuple[int, tuple[str, ...]]:
    """The size and the labels of an axis that a Reshape asks for; with `copies` a 0 stands for the old axis."""
    if isinstance(size, SymbolicSize):
        return size.number, size.labels
    if size == 0 and copies and at < len(value.shape):
        return value.shape[at], value.marks[at]
    return int(size), ()


def _flatten(node: Node, context: StepContext) -> StepArray:
    del context
    value, axis = node.array(0), int(node.attributes.get("axis", 1))
    rank = len(value.shape)
    split = axis if axis == rank else node.axis_index(axis, rank)
    halves = (slice(None, split), slice(split, None))
    marks = [tuple(label for group in value.marks[half] for label in group) for half in halves]
    return reshaped(value, [(math.prod(value.shape[half]), group) for half, group in zip(halves, marks, strict=True)])


def _squeeze(node: Node, context: StepContext) -> StepArray:
    del context
    value, axes = node.array(0), node.named_axes()
    if axes is None and any(value.marks):
        raise ValueError("which does not name its axes: a word of one step would lose its time axis")
    ones = [at for at, size in enumerate(value.shape) if size == 1]
    removed = {node.axis_index(axis, len(value.shape)) for axis in (ones if axes is None else axes)}
    if any(value.marks[axis] or value.shape[axis] != 1 for axis in removed):
        raise ValueError("of an axis that may be longer than 1")
    kept = [axis for axis in range(len(value.shape)) if axis not in removed]
    return reshaped(value, [(value.shape[axis], value.marks[axis]) for axis in kept])


def _unsqueeze(node: Node, context: StepContext) -> StepArray:
    del context
    value, axes = node.array(0), node.named_axes() or []
    rank = len(value.shape) + len(axes)
    added = {node.axis_index(axis, rank) for axis in axes}
    if len(added) != len(axes) or not axes:
        raise ValueError("which names an axis twice, or none")
    old = iter(zip(value.shape, value.marks, strict=True))
    return reshaped(value, [(1, ()) if at in added else next(old) for at in range(rank)])


def _concat(node: Node, context: StepContext) -> StepArray:
    arrays = [node.array(at) for at in range(len(node.inputs))]
    axis = node.axis_index(int(node.attributes["axis"]), len(arrays[0].shape))
    if any(value.marks[axis : axis + 1] != ((),) or value.digits or value.answers is not None for value in arrays):
        raise ValueError(MIXED)
    joined = _joined(node, context, [plain_value(value) for value in arrays], axis)
    return StepArray(joined, together(arrays, joined.shape), final=any(value.final for value in arrays))


def _joined(node: Node, context: StepContext, values: list[Any], axis: int) -> Any:
    """Arrays joined along an axis: a known one if all are known."""
    if not all(isinstance(value, np.ndarray) for value in values):
        return context.arithmetic.concatenate([plain_value(node.numbers(at)) for at in range(len(values))], axis)
    if len({value.dtype.kind in "iuO" for value in values}) != 1:
        raise ValueError("of numbers of different types")
    require_entries(sum(value.size for value in values))
    return np.concatenate(values, axis)


def _split(node: Node, context: StepContext) -> tuple[StepArray, ...]:
    del context
    value = node.array(0)
    axis = node.axis_index(int(node.attributes.get("axis", 0)), len(value.shape))
    size = value.shape[axis]
    if "split" in node.attributes:
        parts = [int(part) for part in node.attributes["split"]]
    elif node.input(1) is not None:
        parts = node.integers(1)
    else:
        count = int(node.attributes.get("num_outputs", node.outputs))
        parts = [-(-size // count)] * (count - 1)
        parts.append(size - sum(parts))
    if value.marks[axis] or sum(parts) != size or min(parts) < 1:
        raise ValueError(MIXED if value.marks[axis] else f"of {size} entries into {parts}")
    ends = np.cumsum([0, *parts]).tolist()
    return tuple(_cut(value, axis, slice(start, end)) for start, end in itertools.pairwise(ends))


def _cut(value: StepArray, axis: int, part: slice) -> StepArray:
    if value.answers is not None:
        raise ValueError("of classes or logarithms of shares")
    return value.with_value(plain_value(value)[(slice(None),) * axis + (part,)])


def _slice(node: Node, context: StepContext) -> StepArray:
    value = node.array(0)
    for start, end, axis, step in zip(*_bounds(node), strict=True):
        at = node.axis_index(axis, len(value.shape))
        if context.time is not None and value.marks[at] == (context.time,) and (start, step) == (-1, 1) and end > INT_MANY:
            value = dataclasses.replace(_unmarked(value, at), final=True)
        elif value.marks[at] or not step:
            raise ValueError("which selects steps or words other than the last step")
        else:
            past_front = step < 0 and end < -value.shape[at]
            value = _cut(value, at, slice(start, None if past_front else end, step))
    return value


def _bounds(node: Node) -> tuple[list[int], list[int], list[int], list[int]]:
    """The starts, ends, axes and steps of a Slice."""
    if node.opset < OPSET_OF_SLICE_INPUTS:
        starts, ends = list(node.attributes["starts"]), list(node.attributes["ends"])
        return starts, ends, list(node.attributes.get("axes", range(len(starts)))), [1] * len(starts)
    starts, ends = node.integers(1), node.integers(2)
    axes = node.integers(3) if node.input(3) is not None else list(range(len(starts)))
    steps = node.integers(4) if node.input(4) is not None else [1] * len(starts)
    return starts, ends, axes, steps


INT_MANY = 1 << 30
"""An end of a slice beyond every step."""


def _unmarked(value: StepArray, axis: int) -> StepArray:
    return value.with_value(value.value, (*value.marks[:axis], (), *value.marks[axis + 1 :]))


def _embedded(node: Node, digits: StepArray, context: StepContext) -> StepArray:
    """Rows of a known table for the digits of the symbol."""
    table = node.constant(0)
    if table.ndim != 2 or table.dtype != np.float32 or int(node.attributes.get("axis", 0)) not in (0, -2):
        raise ValueError("which is not an embedding of digits")
    joined = context.embedded(table, digits.value.rows.ravel().tolist(), node.names[0])
    return StepArray(joined.reshape((*digits.shape, table.shape[1])), (*digits.marks, ()), final=digits.final)


def _gather(node: Node, context: StepContext) -> StepArray:
    """Entries of an axis with known numbers, the last step, or rows of an embedding for digits."""
    index: Any = node.input(1)
    if isinstance(index, StepArray) and index.digits:
        return _embedded(node, index, context)
    value = node.array(0)
    axis = node.axis_index(int(node.attributes.get("axis", 0)), len(value.shape))
    places = np.asarray(node.integers(1), np.int64).reshape(node.constant(1).shape)
    if context.time is not None and value.marks[axis] == (context.time,) and places.size == 1 and int(places.ravel()[0]) == -1:
        value = dataclasses.replace(_unmarked(value, axis), final=True)
    if value.marks[axis] or value.answers is not None:
        raise ValueError("which selects steps or words other than the last step")
    size = value.shape[axis]
    if not ((places >= -size) & (places < size)).all():
        raise ValueError("with an index out of range")
    require_entries(places.size * math.prod(value.shape) // max(1, size))
    marks = (*value.marks[:axis], *((),) * places.ndim, *value.marks[axis + 1 :])
    plain = plain_value(value)
    if isinstance(plain, Flat):
        return value.with_value(Flat(plain.source, np.take(plain.rows, places, axis)), marks)
    return value.with_value(np.asarray(np.take(plain, places, axis), plain.dtype), marks)


LAYOUT: Mapping[str, Rule] = {
    "Concat": _concat, "Dropout": _dropout, "Flatten": _flatten, "Gather": _gather, "Identity": _identity, "Reshape": _reshape,
    "Slice": _slice, "Split": _split, "Squeeze": _squeeze, "Transpose": _transpose, "Unsqueeze": _unsqueeze,
}  # fmt: skip
"""The rule for each of these operators: (node, context) → its outputs."""

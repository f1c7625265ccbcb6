"""The operators that move entries of step arrays."""

import dataclasses
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from anylength.interchange.flat_values import Condition, ErfTerm, Flat
from anylength.interchange.onnx.abstract_values import Constant, SymbolicSize
from anylength.interchange.onnx.axis_ops import named_axes
from anylength.interchange.onnx.constant_folding import slice_bounds
from anylength.interchange.onnx.node import Node
from anylength.interchange.onnx.steps.arrays import MIXED, StepArray, known, reshaped, together
from anylength.interchange.onnx.steps.context import StepContext

Rule = Callable[[Node, StepContext], Any]


def array(node: Node, index: int) -> StepArray:
    """An input as a step array; a known one is the same at every step.

    Raises:
        ValueError: It is left out, or holds sizes.
    """
    value: Any = node.input(index)
    if isinstance(value, Constant):
        if value.array.dtype == object:
            raise ValueError("of sizes of the input")
        if value.array.dtype.kind == "f" and value.array.dtype != np.float32:
            raise ValueError(f"with {value.array.dtype} in {node.name(index)}, where a step program has float32")
        return known(value.array)
    if not isinstance(value, StepArray):
        raise ValueError(f"without input {index}")
    return value


def plain_value(step_array: StepArray) -> Any:
    """The value of an array whose entries may be moved: not of a condition."""
    if isinstance(step_array.value, Condition | ErfTerm):
        raise ValueError("of a condition or an error function")
    return step_array.value


def _identity(node: Node, context: StepContext) -> StepArray:
    del context
    return array(node, 0)


def _transpose(node: Node, context: StepContext) -> StepArray:
    del context
    value = array(node, 0)
    rank = len(value.shape)
    order = [int(axis) for axis in node.attributes.get("perm", range(rank)[::-1])]
    if sorted(order) != list(range(rank)):
        raise ValueError(f"whose order {order} is not a permutation of {rank} axes")
    return value.with_value(plain_value(value).transpose(tuple(order)), tuple(value.marks[axis] for axis in order))


def _reshape(node: Node, context: StepContext) -> StepArray:
    del context
    value, target = array(node, 0), node.sizes(1)
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
    value, axis = array(node, 0), int(node.attributes.get("axis", 1))
    rank = len(value.shape)
    split = axis if axis == rank else node.axis_index(axis, rank)
    halves = (slice(None, split), slice(split, None))
    marks = [tuple(label for group in value.marks[half] for label in group) for half in halves]
    return reshaped(value, [(int(np.prod(value.shape[half])), group) for half, group in zip(halves, marks, strict=True)])


def _squeeze(node: Node, context: StepContext) -> StepArray:
    del context
    value, axes = array(node, 0), named_axes(node)
    if axes is None:
        raise ValueError("which does not name its axes")
    removed = {node.axis_index(axis, len(value.shape)) for axis in axes}
    if any(value.marks[axis] or value.shape[axis] != 1 for axis in removed):
        raise ValueError("of an axis that may be longer than 1")
    kept = [axis for axis in range(len(value.shape)) if axis not in removed]
    return reshaped(value, [(value.shape[axis], value.marks[axis]) for axis in kept])


def _unsqueeze(node: Node, context: StepContext) -> StepArray:
    del context
    value, axes = array(node, 0), named_axes(node) or []
    rank = len(value.shape) + len(axes)
    added = {node.axis_index(axis, rank) for axis in axes}
    if len(added) != len(axes) or not axes:
        raise ValueError("which names an axis twice, or none")
    old = iter(zip(value.shape, value.marks, strict=True))
    return reshaped(value, [(1, ()) if at in added else next(old) for at in range(rank)])


def _concat(node: Node, context: StepContext) -> StepArray:
    arrays = [array(node, at) for at in range(len(node.inputs))]
    axis = node.axis_index(int(node.attributes["axis"]), len(arrays[0].shape))
    if any(value.marks[axis] for value in arrays) or any(value.digits for value in arrays):
        raise ValueError(MIXED)
    joined = context.arithmetic.concatenate([plain_value(value) for value in arrays], axis)
    flat_marks = [value.with_value(value.value, value.marks) for value in arrays]
    return StepArray(joined, together(flat_marks, joined.shape), final=any(value.final for value in arrays))


def _split(node: Node, context: StepContext) -> tuple[StepArray, ...]:
    del context
    value = array(node, 0)
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
    return value.with_value(plain_value(value)[(slice(None),) * axis + (part,)])


def _slice(node: Node, context: StepContext) -> StepArray:
    value = array(node, 0)
    for start, end, axis, step in zip(*slice_bounds(node), strict=True):
        at = node.axis_index(axis, len(value.shape))
        if context.time is not None and value.marks[at] == (context.time,) and (start, step) == (-1, 1) and end > INT_MANY:
            value = dataclasses.replace(_unmarked(value, at), final=True)
        elif value.marks[at] or not step:
            raise ValueError("which selects steps or words other than the last step")
        else:
            past_front = step < 0 and end < -value.shape[at]
            value = _cut(value, at, slice(start, None if past_front else end, step))
    return value


INT_MANY = 1 << 30
"""An end of a slice beyond every step."""


def _unmarked(value: StepArray, axis: int) -> StepArray:
    return value.with_value(value.value, (*value.marks[:axis], (), *value.marks[axis + 1 :]))


def embedded(node: Node, digits: StepArray, context: StepContext) -> StepArray:
    """Rows of a known table for the digits of the symbol."""
    table = node.constant(0)
    if table.ndim != 2 or table.dtype != np.float32 or int(node.attributes.get("axis", 0)) not in (0, -2):
        raise ValueError("which is not an embedding of digits")
    if len(table) < context.letters:
        raise ValueError(f"an embedding of {len(table)} digits, where there are {context.letters}")
    vectors = [
        context.arithmetic.times_symbol(table[: context.letters].T, tape * context.letters, node.names[0])
        for tape in digits.value.rows.ravel().tolist()
    ]
    joined = vectors[0] if len(vectors) == 1 else context.arithmetic.concatenate(vectors, 0)
    return StepArray(joined.reshape((*digits.shape, table.shape[1])), (*digits.marks, ()), final=digits.final)


def _gather(node: Node, context: StepContext) -> StepArray:
    """Entries of an axis with known numbers, the last step, or rows of an embedding for digits."""
    index: Any = node.input(1)
    if isinstance(index, StepArray) and index.digits:
        return embedded(node, index, context)
    value = array(node, 0)
    axis = node.axis_index(int(node.attributes.get("axis", 0)), len(value.shape))
    places = np.asarray(node.integers(1), np.int64).reshape(node.constant(1).shape)
    if context.time is not None and value.marks[axis] == (context.time,) and places.size == 1 and int(places.ravel()[0]) == -1:
        value = dataclasses.replace(_unmarked(value, axis), final=True)
    if value.marks[axis]:
        raise ValueError("which selects steps or words other than the last step")
    size = value.shape[axis]
    if not ((places >= -size) & (places < size)).all():
        raise ValueError("with an index out of range")
    marks = (*value.marks[:axis], *((),) * places.ndim, *value.marks[axis + 1 :])
    plain = plain_value(value)
    rows = np.take(plain.rows, places, axis) if isinstance(plain, Flat) else np.take(plain, places, axis)
    return value.with_value(Flat(plain.source, rows) if isinstance(plain, Flat) else rows, marks)


LAYOUT: Mapping[str, Rule] = {
    "Concat": _concat, "Dropout": _identity, "Flatten": _flatten, "Gather": _gather, "Identity": _identity, "Reshape": _reshape,
    "Slice": _slice, "Split": _split, "Squeeze": _squeeze, "Transpose": _transpose, "Unsqueeze": _unsqueeze,
}  # fmt: skip
"""The rule for each of these operators: (node, context) → its outputs."""

"""Reshape and Flatten over labelled axes. A reshape that could mix time, batch and units is refused."""

import math
from collections.abc import Sequence

from anylength.interchange.onnx.abstract_values import (
    AbstractValue,
    Axis,
    AxisSizes,
    Constant,
    FinalState,
    SymbolicSize,
    ZeroTensor,
    flat_labels,
    rank_of,
)
from anylength.interchange.onnx.node import Node

DYNAMIC = "export with dynamic steps and batch: dynamo=False and dynamic_axes={'x': {0: 'T', 1: 'B'}} for an input named x"


def reshape(node: Node) -> AbstractValue:
    """Reshape.

    Raises:
        InputError: The new axes do not provably keep time, batch and units apart.
    """
    value = node.first
    if isinstance(value, ZeroTensor | FinalState):
        return value
    target = node.sizes(1)
    zero_copies = not node.attributes.get("allowzero", 0)
    if isinstance(value, Constant):
        return _reshape_constant(node, value, target, zero_copies)
    copied = [
        value.axes[index] if zero_copies and size == 0 and index < len(value.axes) else size for index, size in enumerate(target)
    ]
    axes = regroup(flat_labels(value.axes), copied, node.axis_sizes)
    if axes is None:
        raise node.unsupported("whose sizes are fixed, or mix time, batch and units", DYNAMIC)
    return value.with_axes(axes)


def _reshape_constant(node: Node, value: Constant, target: list[object], zero_copies: bool) -> Constant:
    """A constant in another shape; with `zero_copies` a 0 stands for the old size of the same axis."""
    shape = value.array.shape
    sizes = [shape[index] if zero_copies and size == 0 and index < len(shape) else size for index, size in enumerate(target)]
    try:
        return Constant(value.array.reshape([int(str(size)) for size in sizes]))
    except ValueError:
        raise node.unsupported("of a constant to another size") from None


def flatten(node: Node) -> AbstractValue:
    """Flatten: merges the axes before the given one, and the axes from it on."""
    value, axis = node.first, int(node.attributes.get("axis", 1))
    if isinstance(value, ZeroTensor | FinalState):
        return value
    rank = rank_of(value)
    split = axis if axis == rank else node.axis_index(axis, rank)
    if isinstance(value, Constant):
        return Constant(value.array.reshape(math.prod(value.array.shape[:split]), -1))
    return value.with_axes([flat_labels(value.axes[:split]), flat_labels(value.axes[split:])])


def regroup(labels: Axis, target: Sequence[object], known: AxisSizes) -> list[Axis] | None:
    """Splits labels in row-major order into axes of the target sizes; None if they do not provably fit.

    A target is a number, a `SymbolicSize`, a tuple of labels, or at most one −1 for the labels that the other targets leave.
    """
    free = [index for index, size in enumerate(target) if not isinstance(size, SymbolicSize | tuple) and size == -1]
    if len(free) > 1:
        return None
    split = free[0] if free else len(target)
    head = _take_front(labels, target[:split], known)
    if head is None:
        return None
    rest = labels[len(flat_labels(tuple(head))) :]
    back = _take_front(rest[::-1], target[:split:-1], known)
    if back is None:
        return None
    middle = rest[: len(rest) - len(flat_labels(tuple(back)))]
    if not free:
        return head if not middle else None
    return [*head, middle, *(axis[::-1] for axis in back[::-1])]


def _take_front(labels: Axis, target: Sequence[object], known: AxisSizes) -> list[Axis] | None:
    """Axes of the target sizes from the front of the labels; None if they do not fit."""
    axes: list[Axis] = []
    for size in target:
        start = len(flat_labels(tuple(axes)))
        count = len(size) if isinstance(size, tuple) else _count(labels[start:], size, known)
        if count is None or (isinstance(size, tuple) and sorted(labels[start : start + count]) != sorted(size)):
            return None
        axes.append(labels[start : start + count])
    return axes


def _count(labels: Axis, size: object, known: AxisSizes) -> int | None:
    """The number of labels from the front whose sizes multiply to `size`; None if there is none."""
    number, symbols = (size.number, list(size.labels)) if isinstance(size, SymbolicSize) else (int(str(size)), [])
    count = 0
    while number != 1 or symbols:
        if count == len(labels):
            return None
        label = labels[count]
        fixed = known.sizes.get(label)
        if label in symbols:
            symbols.remove(label)
        elif fixed and number > 0 and number % fixed == 0:
            number //= fixed
            known.pinned.add(label)
        else:
            return None
        count += 1
    return count

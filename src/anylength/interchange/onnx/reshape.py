"""Reshape and Flatten over labelled axes: what would take time for batch, or units for time, is refused."""

import math
from collections.abc import Sequence

from anylength.interchange.onnx.values import Axis, Known, Labels, Last, Operator, Size, Value, Zeros, rank_of, whole

DYNAMIC = "export with dynamic steps and batch: dynamo=False and dynamic_axes={'x': {0: 'T', 1: 'B'}} for an input named x"


def reshape(op: Operator) -> Value:
    """Reshape.

    Raises:
        InputError: The new axes do not provably keep time, batch and units apart.
    """
    value = op.first
    if isinstance(value, Zeros | Last):
        return value
    target = op.sizes(1)
    copies = not op.attributes.get("allowzero", 0)
    if isinstance(value, Known):
        return _of_constant(op, value, target, copies)
    copied = [value.axes[at] if copies and size == 0 and at < len(value.axes) else size for at, size in enumerate(target)]
    axes = regrouped(whole(value.axes), copied, op.labels)
    if axes is None:
        raise op.refused("whose sizes are fixed, or mix time, batch and units", DYNAMIC)
    return value.moved(axes)


def _of_constant(op: Operator, value: Known, target: list[object], copies: bool) -> Known:
    """A constant in another shape; where 0 copies, it stands for the size of the same axis before."""
    shape = value.array.shape
    sizes = [shape[at] if copies and size == 0 and at < len(shape) else size for at, size in enumerate(target)]
    try:
        return Known(value.array.reshape([int(str(size)) for size in sizes]))
    except ValueError:
        raise op.refused("of a constant to another size") from None


def flatten(op: Operator) -> Value:
    """Flatten: two axes are left."""
    value, axis = op.first, int(op.attributes.get("axis", 1))
    if isinstance(value, Zeros | Last):
        return value
    rank = rank_of(value)
    at = axis if axis == rank else op.place(axis, rank)
    if isinstance(value, Known):
        return Known(value.array.reshape(math.prod(value.array.shape[:at]), -1))
    return value.moved([whole(value.axes[:at]), whole(value.axes[at:])])


def regrouped(labels: Axis, target: Sequence[object], known: Labels) -> list[Axis] | None:
    """Labels in row-major order, cut into axes of the target sizes; None where they do not provably fit.

    A target is a number, a `Size`, the labels themselves, or one −1 for all that the others leave.
    """
    free = [at for at, size in enumerate(target) if not isinstance(size, Size | tuple) and size == -1]
    if len(free) > 1:
        return None
    cut = free[0] if free else len(target)
    front = _taken(labels, target[:cut], known)
    if front is None:
        return None
    rest = labels[len(whole(tuple(front))) :]
    back = _taken(rest[::-1], target[:cut:-1], known)
    if back is None:
        return None
    middle = rest[: len(rest) - len(whole(tuple(back)))]
    if not free:
        return front if not middle else None
    return [*front, middle, *(axis[::-1] for axis in back[::-1])]


def _taken(labels: Axis, target: Sequence[object], known: Labels) -> list[Axis] | None:
    """Axes of these sizes from the front of the labels."""
    axes: list[Axis] = []
    for size in target:
        at = len(whole(tuple(axes)))
        count = len(size) if isinstance(size, tuple) else _count(labels[at:], size, known)
        if count is None or (isinstance(size, tuple) and sorted(labels[at : at + count]) != sorted(size)):
            return None
        axes.append(labels[at : at + count])
    return axes


def _count(labels: Axis, size: object, known: Labels) -> int | None:
    """How many labels from the front make up one size; None where no number of them does."""
    number, names = (size.number, list(size.labels)) if isinstance(size, Size) else (int(str(size)), [])
    count = 0
    while number != 1 or names:
        if count == len(labels):
            return None
        label = labels[count]
        fixed = known.sizes.get(label)
        if label in names:
            names.remove(label)
        elif fixed and number > 0 and number % fixed == 0:
            number //= fixed
            known.pinned.add(label)
        else:
            return None
        count += 1
    return count

"""Operators that only move axes: constants are moved as numbers, zeros stay zeros, and what flows keeps its labels."""

from collections.abc import Callable, Mapping

import numpy as np

from anylength.interchange.onnx.reshape import flatten, reshape
from anylength.interchange.onnx.values import Known, Last, Operator, Value, Zeros, rank_of


def axes_of(op: Operator) -> list[int] | None:
    """The axes that a Squeeze or Unsqueeze names, as an attribute (before version 13) or as an input; None where it names none."""
    if "axes" in op.attributes:
        return [int(axis) for axis in op.attributes["axes"]]
    return op.integers(1) if op.input(1) is not None else None


def _identity(op: Operator) -> Value:
    return op.first


def _transpose(op: Operator) -> Value:
    value = op.first
    if isinstance(value, Zeros | Last):
        return value
    rank = rank_of(value)
    order = [int(axis) for axis in op.attributes.get("perm", range(rank)[::-1])]
    if sorted(order) != list(range(rank)):
        raise op.refused(f"whose order {order} is not one of {rank} axes")
    if isinstance(value, Known):
        return Known(value.array.transpose(order))
    return value.moved([value.axes[axis] for axis in order])


def _squeeze(op: Operator) -> Value:
    value, axes = op.first, axes_of(op)
    if isinstance(value, Zeros | Last):
        return value
    if isinstance(value, Known):
        gone = None if axes is None else tuple(op.place(axis, value.array.ndim) for axis in axes)
        if any(value.array.shape[axis] != 1 for axis in gone or ()):
            raise op.refused("of an axis that is longer than 1")
        return Known(np.squeeze(value.array, gone))
    if axes is None:
        raise op.refused("that does not name its axes: a word of one step would lose its time", "name the axis to squeeze")
    gone = {op.place(axis, len(value.axes)) for axis in axes}
    if any(value.axes[axis] for axis in gone):
        raise op.refused("of an axis that may be longer than 1")
    return value.moved([axis for at, axis in enumerate(value.axes) if at not in gone])


def _unsqueeze(op: Operator) -> Value:
    value, axes = op.first, axes_of(op)
    if axes is None:
        raise op.refused("without axes")
    if isinstance(value, Zeros | Last):
        return value
    rank = rank_of(value) + len(axes)
    new = sorted({op.place(axis, rank) for axis in axes})
    if len(new) != len(axes):
        raise op.refused("that names an axis twice")
    if isinstance(value, Known):
        return Known(np.expand_dims(value.array, tuple(new)))
    old = iter(value.axes)
    return value.moved([() if at in new else next(old) for at in range(rank)])


MOVES: Mapping[str, Callable[[Operator], Value]] = {
    "Flatten": flatten,
    "Identity": _identity,
    "Reshape": reshape,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}

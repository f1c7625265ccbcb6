"""The operators that only move axes: they permute the labels of activations and the values of constants."""

from collections.abc import Callable, Mapping

import numpy as np

from anylength.interchange.onnx.abstract_values import AbstractValue, Constant, FinalState, ZeroTensor, rank_of
from anylength.interchange.onnx.node import Node
from anylength.interchange.onnx.reshape import flatten, reshape


def named_axes(node: Node) -> list[int] | None:
    """The axes that a Squeeze or Unsqueeze names: an attribute before version 13, an input since; None if it names none."""
    if "axes" in node.attributes:
        return [int(axis) for axis in node.attributes["axes"]]
    return node.integers(1) if node.input(1) is not None else None


def _identity(node: Node) -> AbstractValue:
    return node.first


def _transpose(node: Node) -> AbstractValue:
    value = node.first
    if isinstance(value, ZeroTensor | FinalState):
        return value
    rank = rank_of(value)
    order = [int(axis) for axis in node.attributes.get("perm", range(rank)[::-1])]
    if sorted(order) != list(range(rank)):
        raise node.unsupported(f"whose order {order} is not a permutation of {rank} axes")
    if isinstance(value, Constant):
        return Constant(value.array.transpose(order))
    return value.with_axes([value.axes[axis] for axis in order])


def _squeeze(node: Node) -> AbstractValue:
    value, axes = node.first, named_axes(node)
    if isinstance(value, ZeroTensor | FinalState):
        return value
    if isinstance(value, Constant):
        return _squeeze_constant(node, value, axes)
    if axes is None:
        raise node.unsupported(
            "which does not name its axes: a word of one step would lose its time axis", "name the axis to squeeze"
        )
    removed = {node.axis_index(axis, len(value.axes)) for axis in axes}
    if any(value.axes[axis] for axis in removed):
        raise node.unsupported("of an axis that may be longer than 1")
    return value.with_axes([axis for index, axis in enumerate(value.axes) if index not in removed])


def _squeeze_constant(node: Node, value: Constant, axes: list[int] | None) -> Constant:
    removed = None if axes is None else tuple(node.axis_index(axis, value.array.ndim) for axis in axes)
    if any(value.array.shape[axis] != 1 for axis in removed or ()):
        raise node.unsupported("of an axis that is longer than 1")
    return Constant(np.squeeze(value.array, removed))


def _unsqueeze(node: Node) -> AbstractValue:
    value, axes = node.first, named_axes(node)
    if axes is None:
        raise node.unsupported("without axes")
    if isinstance(value, ZeroTensor | FinalState):
        return value
    rank = rank_of(value) + len(axes)
    added = sorted({node.axis_index(axis, rank) for axis in axes})
    if len(added) != len(axes):
        raise node.unsupported("which names an axis twice")
    if isinstance(value, Constant):
        return Constant(np.expand_dims(value.array, tuple(added)))
    old = iter(value.axes)
    return value.with_axes([() if index in added else next(old) for index in range(rank)])


AXIS_OPS: Mapping[str, Callable[[Node], AbstractValue]] = {
    "Flatten": flatten,
    "Identity": _identity,
    "Reshape": reshape,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}

"""The operators that exporters use on constants and shapes: constant folding and shape inference.

Exporters compute weights from constants, and build zero states from the shape of the input. Sizes of the input stay symbolic.
"""

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from anylength.interchange.onnx.abstract_values import (
    AbstractValue,
    Activation,
    Axis,
    AxisSizes,
    Constant,
    FinalState,
    Stage,
    SymbolicSize,
    ZeroTensor,
    input_axis,
    rank_of,
)
from anylength.interchange.onnx.loader import onnx_package
from anylength.interchange.onnx.node import Node
from anylength.interchange.onnx.recurrent_ops import ZERO_STATE_REMEDY

MAX_ENTRIES = 1 << 26
"""Numbers in one folded constant: a net of 1024 units has a sixteenth of them in its largest matrix."""

MAX_SIZE = 1 << 62
"""The largest product of sizes. It fits into int64, in which ONNX keeps sizes."""

MAX_LABELS = 8
"""The largest number of symbols in a product of sizes: more than the input has axes."""

OPSET_OF_SLICE_INPUTS = 10
"""From this version on, Slice takes its bounds as inputs; before, as attributes."""

INTEGER_TYPES = ("INT64", "INT32", "INT16", "INT8", "UINT64", "UINT32", "UINT16", "UINT8")
SIZE_TYPES = ("INT64", "INT32")
REAL_TYPES = ("FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16")
TYPES_OF_STAGE: Mapping[Stage, tuple[str, ...]] = {Stage.INPUT: (*INTEGER_TYPES, *REAL_TYPES), Stage.CLASSES: INTEGER_TYPES}
"""The types that hold all values of an activation. At all other stages only FLOAT does."""


def _shape(node: Node) -> AbstractValue:
    """Shape: sizes of input axes become symbols."""
    value = node.first
    if isinstance(value, Constant):
        sizes: list[object] = list(value.array.shape)
    elif isinstance(value, Activation):
        sizes = [_axis_size(axis, node.axis_sizes) for axis in value.axes]
    else:
        raise node.unsupported("of a state")
    start, end = node.attributes.get("start", 0), node.attributes.get("end", None)
    return Constant(_object_array(sizes)[start:end])


def _axis_size(axis: Axis, known: AxisSizes) -> object:
    """The size of an axis: symbolic if the axis contains an input axis, else a number."""
    inputs = tuple(sorted(label for label in axis if input_axis(label) is not None))
    number = math.prod(known.sizes[label] or 0 for label in axis if label not in inputs)
    return SymbolicSize(number, inputs) if inputs else number


def _object_array(entries: list[object]) -> np.ndarray:
    array = np.empty(len(entries), object)
    array[:] = entries
    return array


def _gather(node: Node) -> AbstractValue:
    """Gather: entries of a constant, or the one entry of an axis of size 1."""
    value, index = node.first, node.constant(1)
    if isinstance(value, ZeroTensor):
        return value
    if isinstance(value, FinalState):
        raise node.unsupported("of the last state")
    axis = node.axis_index(int(node.attributes.get("axis", 0)), rank_of(value))
    indices = node.integers(1)
    if isinstance(value, Activation):
        if value.axes[axis] or any(entry not in (0, -1) for entry in indices) or index.size != 1 or index.ndim > 1:
            raise node.unsupported("which selects steps, examples or units")
        return value.with_axes([*value.axes[:axis], *[()] * index.ndim, *value.axes[axis + 1 :]])
    length = value.array.shape[axis]
    _check_entries(node, index.size * (value.array.size // max(1, length)))
    if not all(-length <= entry < length for entry in indices):
        raise node.unsupported("with an index out of range")
    taken = np.take(value.array, np.reshape(np.array(indices, np.int64), index.shape), axis)
    return Constant(np.asarray(taken, value.array.dtype))


def _slice(node: Node) -> AbstractValue:
    value = node.first
    if isinstance(value, ZeroTensor):
        return value
    if not isinstance(value, Constant):
        raise node.unsupported("which cuts an activation")
    starts, ends, axes, steps = slice_bounds(node)
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise node.unsupported("with bounds of unequal numbers")
    slices = [slice(None)] * value.array.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        if step == 0:
            raise node.unsupported("with a step of 0")
        index = node.axis_index(axis, value.array.ndim)
        past_front = step < 0 and end < -value.array.shape[index]
        slices[index] = slice(start, None if past_front else end, step)
    return Constant(value.array[tuple(slices)])


def slice_bounds(node: Node) -> tuple[list[int], list[int], list[int], list[int]]:
    """The starts, ends, axes and steps of a Slice."""
    if node.opset < OPSET_OF_SLICE_INPUTS:
        starts, ends = list(node.attributes["starts"]), list(node.attributes["ends"])
        return starts, ends, list(node.attributes.get("axes", range(len(starts)))), [1] * len(starts)
    starts, ends = node.integers(1), node.integers(2)
    axes = node.integers(3) if node.input(3) is not None else list(range(len(starts)))
    steps = node.integers(4) if node.input(4) is not None else [1] * len(starts)
    return starts, ends, axes, steps


def _concat(node: Node) -> AbstractValue:
    if all(isinstance(value, ZeroTensor) for value in node.inputs):
        return ZeroTensor()
    arrays = [node.constant(index) for index in range(len(node.inputs))]
    if len({array.dtype.kind in "iuO" for array in arrays}) != 1:
        raise node.unsupported("of numbers of different types")
    _check_entries(node, sum(array.size for array in arrays))
    axis = node.axis_index(int(node.attributes["axis"]), arrays[0].ndim)
    try:
        return Constant(np.concatenate(arrays, axis))
    except ValueError:
        raise node.unsupported("of constants that do not fit") from None


def _cast(node: Node) -> AbstractValue:
    """Cast: constants are rounded as any runtime rounds them; a cast that could change an activation or a size is refused."""
    onnx = onnx_package()
    value, target = node.first, int(node.attributes["to"])
    if isinstance(value, ZeroTensor | FinalState):
        return value
    holds_sizes = isinstance(value, Constant) and value.array.dtype == object
    if isinstance(value, Activation):
        allowed = TYPES_OF_STAGE.get(value.stage, REAL_TYPES[:1])
    else:
        allowed = SIZE_TYPES if holds_sizes else (*INTEGER_TYPES, *REAL_TYPES)
    if target not in {onnx.TensorProto.DataType.Value(name) for name in allowed}:
        raise node.unsupported("to a type that may not hold the values")
    if isinstance(value, Activation):
        return dataclasses.replace(value, element_type=target)
    with np.errstate(all="ignore"):
        return value if holds_sizes else Constant(value.array.astype(onnx.helper.tensor_dtype_to_np_dtype(target)))


def _constant_of_shape(node: Node) -> AbstractValue:
    """ConstantOfShape: zeros of any shape."""
    fill = node.attributes.get("value")
    if fill is None or not np.any(fill):
        return ZeroTensor()
    raise node.unsupported(f"filled with {np.ravel(fill)[0]!r}", ZERO_STATE_REMEDY)


def _expand(node: Node) -> AbstractValue:
    """Expand: zeros of any shape."""
    value = node.first
    if isinstance(value, ZeroTensor) or (isinstance(value, Constant) and value.array.dtype != object and not np.any(value.array)):
        return ZeroTensor()
    if isinstance(value, Constant):
        raise node.unsupported("of numbers other than zeros", ZERO_STATE_REMEDY)
    raise node.unsupported("which repeats an activation")


def _mul(node: Node) -> AbstractValue:
    """Mul: products of sizes."""
    left, right = (np.array([*node.sizes(index), None], object)[:-1].reshape(node.constant(index).shape) for index in (0, 1))
    try:
        pairs = np.broadcast(left, right)
    except ValueError:
        raise node.unsupported("of sizes that do not fit") from None
    products = [_product(node, entries) for entries in pairs]
    return Constant(_object_array(products).reshape(pairs.shape))


def _reduce_prod(node: Node) -> AbstractValue:
    """ReduceProd: the product of a list of sizes."""
    product = _object_array([_product(node, node.sizes(0))])
    if node.constant(0).ndim != 1:
        raise node.unsupported("of more than a list of sizes")
    return Constant(product if node.attributes.get("keepdims", 1) else product.reshape(()))


def _product(node: Node, factors: Iterable[object]) -> object:
    """The product of integers and `SymbolicSize`s, if a tensor may have this size."""
    total = SymbolicSize(1, ())
    for factor in factors:
        total = total * (factor if isinstance(factor, SymbolicSize) else int(str(factor)))
        if abs(total.number) > MAX_SIZE or len(total.labels) > MAX_LABELS:
            raise node.unsupported("of sizes that no tensor can have")
    return total if total.labels else total.number


def _check_entries(node: Node, entries: int) -> None:
    """Refuses a folded constant that is too large."""
    if entries > MAX_ENTRIES:
        raise node.unsupported(f"which would make a constant of {entries:,} numbers")


CONSTANT_OPS: Mapping[str, Callable[[Node], AbstractValue]] = {
    "Cast": _cast,
    "Concat": _concat,
    "ConstantOfShape": _constant_of_shape,
    "Expand": _expand,
    "Gather": _gather,
    "Mul": _mul,
    "ReduceProd": _reduce_prod,
    "Shape": _shape,
    "Slice": _slice,
}

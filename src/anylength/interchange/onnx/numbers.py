"""Operators over the file's own numbers and the input's sizes: how exporters write weights, and states of zeros."""

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from anylength.interchange.onnx.cells import ZERO_START
from anylength.interchange.onnx.file import onnx_package
from anylength.interchange.onnx.values import (
    Axis,
    Flow,
    Known,
    Labels,
    Last,
    Operator,
    Size,
    Stage,
    Value,
    Zeros,
    input_axis,
    rank_of,
)

MOST_ENTRIES = 1 << 26
"""Numbers that one operator may make of the file's constants."""

LARGEST_SIZE, MOST_LABELS = 1 << 62, 8
"""What a product of sizes may be made of."""


def _shape(op: Operator) -> Value:
    """The sizes of what flows, those of the input as symbols."""
    value = op.first
    if isinstance(value, Known):
        sizes: list[object] = list(value.array.shape)
    elif isinstance(value, Flow):
        sizes = [_size(axis, op.labels) for axis in value.axes]
    else:
        raise op.refused("of a state")
    begin, end = op.attributes.get("start", 0), op.attributes.get("end", None)
    return Known(_objects(sizes)[begin:end])


def _size(axis: Axis, known: Labels) -> object:
    """The size of an axis: a number, unless it holds an axis of the input."""
    inputs = tuple(sorted(label for label in axis if input_axis(label) is not None))
    number = math.prod(known.sizes[label] or 0 for label in axis if label not in inputs)
    return Size(number, inputs) if inputs else number


def _objects(entries: list[object]) -> np.ndarray:
    array = np.empty(len(entries), object)
    array[:] = entries
    return array


def _gather(op: Operator) -> Value:
    """Numbers picked from constants, or the one entry of an axis of size 1."""
    value, index = op.first, op.numbers(1)
    if isinstance(value, Zeros):
        return value
    if isinstance(value, Last):
        raise op.refused("of the last state")
    axis = op.place(int(op.attributes.get("axis", 0)), rank_of(value))
    places = op.integers(1)
    if isinstance(value, Flow):
        if value.axes[axis] or any(place not in (0, -1) for place in places) or index.size != 1 or index.ndim > 1:
            raise op.refused("that picks steps, examples or units")
        return value.moved([*value.axes[:axis], *[()] * index.ndim, *value.axes[axis + 1 :]])
    length = value.array.shape[axis]
    _check_room(op, index.size * (value.array.size // max(1, length)))
    if not all(-length <= place < length for place in places):
        raise op.refused("that picks what is not there")
    picked = np.take(value.array, np.reshape(np.array(places, np.int64), index.shape), axis)
    return Known(np.asarray(picked, value.array.dtype))


def _slice(op: Operator) -> Value:
    value = op.first
    if isinstance(value, Zeros):
        return value
    if not isinstance(value, Known):
        raise op.refused("that cuts what flows through the net")
    if op.opset < 10:
        starts, ends = list(op.attributes["starts"]), list(op.attributes["ends"])
        axes, steps = list(op.attributes.get("axes", range(len(starts)))), [1] * len(starts)
    else:
        starts, ends = op.integers(1), op.integers(2)
        axes = op.integers(3) if op.input(3) is not None else list(range(len(starts)))
        steps = op.integers(4) if op.input(4) is not None else [1] * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise op.refused("with bounds of unequal numbers")
    places = [slice(None)] * value.array.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        if step == 0:
            raise op.refused("with a step of 0")
        past_front = step < 0 and end < -value.array.shape[op.place(axis, value.array.ndim)]
        places[op.place(axis, value.array.ndim)] = slice(start, None if past_front else end, step)
    return Known(value.array[tuple(places)])


def _concat(op: Operator) -> Value:
    if all(isinstance(value, Zeros) for value in op.inputs):
        return Zeros()
    arrays = [op.numbers(at) for at in range(len(op.inputs))]
    if len({array.dtype.kind in "iuO" for array in arrays}) != 1:
        raise op.refused("of numbers of different types")
    _check_room(op, sum(array.size for array in arrays))
    axis = op.place(int(op.attributes["axis"]), arrays[0].ndim)
    try:
        return Known(np.concatenate(arrays, axis))
    except ValueError:
        raise op.refused("of constants that do not fit") from None


WHOLE = ("INT64", "INT32", "INT16", "INT8", "UINT64", "UINT32", "UINT16", "UINT8")
REAL = ("FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16")
HOLDS: Mapping[Stage, tuple[str, ...]] = {Stage.INPUT: (*WHOLE, *REAL), Stage.CLASSES: WHOLE}
"""Types that hold what flows; all other stages are float32."""


def _cast(op: Operator) -> Value:
    """Sizes and zeros stay what they are; constants are rounded as any runtime does; what flows keeps its values or is refused."""
    onnx = onnx_package()
    value, wanted = op.first, int(op.attributes["to"])
    if isinstance(value, Zeros | Last):
        return value
    sized = isinstance(value, Known) and value.array.dtype == object
    allowed = WHOLE[:2] if sized else (*WHOLE, *REAL) if isinstance(value, Known) else HOLDS.get(value.stage, REAL[:1])
    if wanted not in {onnx.TensorProto.DataType.Value(name) for name in allowed}:
        raise op.refused("to a type that may not hold the values")
    if isinstance(value, Flow):
        return dataclasses.replace(value, element=wanted)
    with np.errstate(all="ignore"):
        return value if sized else Known(value.array.astype(onnx.helper.tensor_dtype_to_np_dtype(wanted)))


def _constant_of_shape(op: Operator) -> Value:
    """Zeros of any shape, or a few whole numbers."""
    fill = op.attributes.get("value")
    if fill is None or not np.any(fill):
        return Zeros()
    raise op.refused(f"filled with {np.ravel(fill)[0]!r}", ZERO_START)


def _expand(op: Operator) -> Value:
    value = op.first
    if isinstance(value, Zeros) or (isinstance(value, Known) and value.array.dtype != object and not np.any(value.array)):
        return Zeros()
    if isinstance(value, Known):
        raise op.refused("of numbers other than zeros", ZERO_START)
    raise op.refused("that repeats what flows through the net")


def _mul(op: Operator) -> Value:
    """Products of sizes."""
    left, right = (np.array([*op.sizes(at), None], object)[:-1].reshape(op.numbers(at).shape) for at in (0, 1))
    try:
        pairs = np.broadcast(left, right)
    except ValueError:
        raise op.refused("of sizes that do not fit") from None
    products = [_product(op, entries) for entries in pairs]
    return Known(_objects(products).reshape(pairs.shape))


def _reduce_prod(op: Operator) -> Value:
    """The product of a few sizes."""
    product = _objects([_product(op, op.sizes(0))])
    if op.numbers(0).ndim != 1:
        raise op.refused("of more than a list of sizes")
    return Known(product if op.attributes.get("keepdims", 1) else product.reshape(()))


def _product(op: Operator, factors: Iterable[object]) -> object:
    """Whole numbers and `Size`s multiplied, while the product is a size that an array may have."""
    total = Size(1, ())
    for factor in factors:
        total = total * (factor if isinstance(factor, Size) else int(str(factor)))
        if abs(total.number) > LARGEST_SIZE or len(total.labels) > MOST_LABELS:
            raise op.refused("of sizes beyond all measure")
    return total if total.labels else total.number


def _check_room(op: Operator, entries: int) -> None:
    if entries > MOST_ENTRIES:
        raise op.refused(f"that makes {entries:,} numbers of the file's")


NUMBERS: Mapping[str, Callable[[Operator], Value]] = {
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

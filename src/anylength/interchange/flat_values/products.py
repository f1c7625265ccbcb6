"""Products of `Flat` arrays and reductions over their axes."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from anylength.interchange.flat_values.arithmetic import FlatArithmetic
from anylength.interchange.flat_values.factors import largest_row, sum_of_rows
from anylength.interchange.flat_values.flat import Flat, Operand, flat
from anylength.interchange.flat_values.matching import pairs
from anylength.programs import Traced

Axes = Sequence[int]


def dot_general(
    arithmetic: FlatArithmetic,
    left: Operand,
    right: Operand,
    contracted: tuple[Axes, Axes],
    shared: tuple[Axes, Axes],
    hint: str = "",
) -> Flat:
    """The sum of products over the contracted axes, for each index of the shared axes.

    Args:
        arithmetic: The operations.
        left: An array.
        right: An array.
        contracted: Its axes that are summed over, for each of the two.
        shared: The axes that both have in common, for each of the two. They come first in the result.
        hint: The name of the known array of the two, if there is one.
    """
    first, second = (_arranged(array, s, c) for array, s, c in zip((left, right), shared, contracted, strict=True))
    common = [left.shape[axis] for axis in shared[0]]
    free = [[n for axis, n in enumerate(array.shape) if axis not in (*s, *c)]
            for array, s, c in zip((left, right), shared, contracted, strict=True)]  # fmt: skip
    slices = [_product(arithmetic, first[at], second[at], hint) for at in range(first.shape[0])]
    whole = slices[0] if len(slices) == 1 else arithmetic.concatenate(slices, 0)
    return whole.reshape([*common, *free[0], *free[1]])


def matmul(arithmetic: FlatArithmetic, left: Operand, right: Operand, hint: str = "") -> Flat:
    """numpy's `left @ right` for arrays of at most two axes, or with equal leading axes."""
    one_left, one_right = left.ndim == 1, right.ndim == 1
    first, second = (left.reshape((1, -1)) if one_left else left), (right.reshape((-1, 1)) if one_right else right)
    stacked = np.broadcast_shapes(first.shape[:-2], second.shape[:-2])
    first, second = _broadcast(first, (*stacked, *first.shape[-2:])), _broadcast(second, (*stacked, *second.shape[-2:]))
    axes = tuple(range(len(stacked)))
    result = dot_general(arithmetic, first, second, ((first.ndim - 1,), (second.ndim - 2,)), (axes, axes), hint)
    shape = [*stacked, *(() if one_left else (first.shape[-2],)), *(() if one_right else (second.shape[-1],))]
    return result.reshape(shape)


def total(arithmetic: FlatArithmetic, value: Flat, axes: Axes) -> Flat:
    """The sum over some axes; of products with one vector: a product of a matrix and a vector."""
    grouped, shape = _grouped(value, axes)
    found = _as_matvec(grouped)
    if found is not None:
        return flat(found, shape)
    return _reduced(arithmetic, grouped, sum_of_rows).reshape(shape)


def largest(arithmetic: FlatArithmetic, value: Flat, axes: Axes) -> Flat:
    """The largest entry over some axes."""
    grouped, shape = _grouped(value, axes)
    return _reduced(arithmetic, grouped, largest_row).reshape(shape)


def smallest(arithmetic: FlatArithmetic, value: Flat, axes: Axes) -> Flat:
    """The smallest entry over some axes."""
    return arithmetic.unary("negative", largest(arithmetic, arithmetic.unary("negative", value), axes))


def mean(arithmetic: FlatArithmetic, value: Flat, axes: Axes) -> Flat:
    """The mean over some axes."""
    count = np.asarray(math.prod(value.shape[axis] for axis in axes), np.float32)
    return arithmetic.numbers("divide", total(arithmetic, value, axes), count)


def normalised(arithmetic: FlatArithmetic, value: Flat, axes: int, epsilon: float, *, centred: bool) -> Flat:
    """(x − mean) / √(variance + epsilon) over so many last axes; not centred: x / √(mean(x²) + epsilon)."""
    tracer = arithmetic.tracer

    def normal(group: Traced) -> Traced:
        base = tracer.center(group) if centred else group
        return tracer.normalize(base, tracer.mean_square(base), epsilon)

    groups = value.reshape((-1, math.prod(value.shape[value.ndim - axes :])))
    parts = [flat(normal(groups[at].vector()), (1, groups.shape[1])) for at in range(groups.shape[0])]
    return arithmetic.concatenate(parts, 0).reshape(value.shape)


def softmax(arithmetic: FlatArithmetic, value: Flat, axis: int) -> Flat:
    """The softmax along an axis."""
    order = [*(at for at in range(value.ndim) if at != axis % value.ndim), axis % value.ndim]
    moved = value.transpose(order)
    grouped = moved.reshape((-1, value.shape[axis]))
    result = _reduced(arithmetic, grouped, arithmetic.tracer.softmax)
    return result.reshape(moved.shape).transpose(np.argsort(order).tolist())


def _arranged(array: Operand, shared: Axes, contracted: Axes) -> Operand:
    """An array as `[shared, free, contracted]`."""
    free = [axis for axis in range(array.ndim) if axis not in (*shared, *contracted)]
    sizes = [math.prod(array.shape[axis] for axis in axes) for axes in (shared, free, contracted)]
    return array.transpose([*shared, *free, *contracted]).reshape(sizes)


def _product(arithmetic: FlatArithmetic, left: Operand, right: Operand, hint: str) -> Flat:
    """left `[M, K]` times right `[N, K]`, as `[M, N]`."""
    if not isinstance(left, Flat):
        assert isinstance(right, Flat)
        return _product(arithmetic, right, left, hint).transpose((1, 0))
    if not isinstance(right, Flat):
        name = arithmetic.weights.named(right, hint)
        weight = arithmetic.tracer.weight(name)
        rows = [flat(arithmetic.tracer.matmul(weight, left[at].vector()), (1, -1)) for at in range(len(left.rows))]
        return rows[0] if len(rows) == 1 else arithmetic.concatenate(rows, 0)
    if left.shape[1] == 1:
        return arithmetic.product(left, right.transpose((1, 0)))
    if len(left.rows) < len(right.rows):
        return _product(arithmetic, right, left, hint).transpose((1, 0))
    matrix = left.vector()
    columns = [flat(arithmetic.tracer.matvec(matrix, right[at].vector()), (-1, 1)) for at in range(len(right.rows))]
    return columns[0] if len(columns) == 1 else arithmetic.concatenate(columns, 1)


def _broadcast(array: Operand, shape: tuple[int, ...]) -> Operand:
    return array.broadcast_to(shape) if isinstance(array, Flat) else np.broadcast_to(array, shape)


def _grouped(value: Flat, axes: Axes) -> tuple[Flat, list[int]]:
    """The entries as `[groups, entries of each]`, and the shape of an array with one entry for each group."""
    kept = [axis for axis in range(value.ndim) if axis not in axes]
    shape = [value.shape[axis] for axis in kept]
    return value.transpose([*kept, *axes]).reshape((math.prod(shape), -1)), shape


def _reduced(arithmetic: FlatArithmetic, grouped: Flat, reduce: Callable[[Traced], Traced]) -> Flat:
    """A function of each group, one after the other."""
    parts = [flat(reduce(grouped[at].vector())) for at in range(len(grouped.rows))]
    return parts[0] if len(parts) == 1 else arithmetic.concatenate(parts, 0)


def _as_matvec(grouped: Flat) -> Traced | None:
    """The sums of groups of products mᵢⱼ·vⱼ, as matrix times vector; None for other sums."""
    groups, width = grouped.shape
    for matrix, tiled in pairs(grouped.vector(), "multiply") if groups > 1 else []:
        item = tiled.instruction
        if item.op == "take" and item["rows"] == item["rows"][:width] * groups:
            vector = tiled.tracer.take(Traced(tiled.tracer, item.arguments[0]), item["rows"][:width])
            return tiled.tracer.matvec(matrix, vector)
    return None

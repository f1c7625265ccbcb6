"""The operators that compute with step arrays: sums, products, norms, and functions without parameters."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from anylength.interchange.flat_values import (
    UNARY,
    Condition,
    Flat,
    FlatArithmetic,
    largest,
    matmul,
    mean,
    normalised,
    smallest,
    softmax,
    total,
)
from anylength.interchange.onnx.arrays import (
    MIXED,
    StepArray,
    SymbolicSize,
    common_shape,
    is_final,
    known,
    numbers_of,
    of_sizes,
    operand_of,
    require_entries,
    together,
)
from anylength.interchange.onnx.context import StepContext
from anylength.interchange.onnx.layout import Rule
from anylength.interchange.onnx.loader import onnx_package
from anylength.interchange.onnx.node import Node

Function = Callable[[StepContext, Any], Any]


def numbers(context: StepContext, value: StepArray) -> Flat:
    """The numbers of an array.

    Raises:
        ValueError: It holds digits, conditions or an error function.
    """
    return context.arithmetic.flat(numbers_of(value))


def unary(op: str) -> Rule:
    """An operation on each entry; computed at once for known numbers where numpy has it."""
    compute = function(lambda context, value: context.arithmetic.unary(op, value))

    def rule(node: Node, context: StepContext) -> StepArray:
        value = node.numbers(0)
        if op in NUMPY and isinstance(value.value, np.ndarray):
            return value.with_value(folded(NUMPY[op], value.value))
        return compute(node, context)

    return rule


def function(compute: Function) -> Rule:
    """A function of each entry."""

    def rule(node: Node, context: StepContext) -> StepArray:
        value = node.numbers(0)
        return value.with_value(compute(context, numbers(context, value)))

    return rule


def binary(op: str) -> Rule:
    """An operation of two or more arrays, from left to right."""

    def rule(node: Node, context: StepContext) -> StepArray:
        result = node.numbers(0)
        for at in range(1, len(node.inputs)):
            result = pointwise(context, op, result, node.numbers(at))
        return result

    return rule


def pointwise(context: StepContext, op: str, left: StepArray, right: StepArray) -> StepArray:
    """An operation of two arrays, entry by entry."""
    marks = together([left, right], common_shape(left, right))
    final = is_final([left, right], context.time)
    first, second = operand_of(left), operand_of(right)
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return StepArray(folded(NUMPY[op], first, second), marks, final=final)
    return StepArray(context.arithmetic.binary(op, first, second), marks, final=final)


NUMPY: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "maximum": np.maximum,
    "minimum": np.minimum, "negative": np.negative, "reciprocal": np.reciprocal, "sqrt": np.sqrt,
}  # fmt: skip
"""The operations of known arrays."""


def folded(function: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
    """A function of known arrays, entry by entry, in the type of the first one.

    Raises:
        ValueError: The result would be too large.
    """
    require_entries(math.prod(np.broadcast_shapes(*(array.shape for array in arrays))))
    with np.errstate(all="ignore"):
        return np.asarray(function(*arrays), arrays[0].dtype)


def _multiply(node: Node, context: StepContext) -> StepArray:
    """A product of numbers, or of sizes."""
    values = [node.array(at) for at in (0, 1)]
    if not all(isinstance(value.value, np.ndarray) and value.value.dtype.kind in "iuO" for value in values):
        return binary("multiply")(node, context)
    factors = [of_sizes(node.sizes(at)).reshape(value.shape) for at, value in enumerate(values)]
    shape = common_shape(*values)
    require_entries(math.prod(shape))
    products = [_size(pair) for pair in np.broadcast(*factors)]
    return known(of_sizes(products).reshape(shape))


def _reduce_product(node: Node, context: StepContext) -> StepArray:
    """The product of a list of sizes."""
    del context
    total = of_sizes([_size(node.sizes(0))])
    if node.constant(0).ndim != 1:
        raise ValueError("of more than a list of sizes")
    return known(total if node.attributes.get("keepdims", 1) else total.reshape(()))


def _size(factors: Iterable[Any]) -> Any:
    """The product of integers and `SymbolicSize`s.

    Raises:
        ValueError: No tensor has this size.
    """
    total = SymbolicSize(1, ())
    for factor in factors:
        total = total * factor
        if abs(total.number) > MAX_SIZE or len(total.labels) > MAX_LABELS:
            raise ValueError("of sizes that no tensor can have")
    return total if total.labels else total.number


MAX_SIZE = 1 << 62
"""The largest product of sizes. It fits into int64, in which ONNX keeps sizes."""

MAX_LABELS = 8
"""The largest number of symbols in a product of sizes: more than the input has axes."""


def _matmul(node: Node, context: StepContext) -> StepArray:
    return product(context, node.numbers(0), node.numbers(1), node.names)


def product(context: StepContext, left: StepArray, right: StepArray, names: Sequence[str]) -> StepArray:
    """numpy's `left @ right`.

    Raises:
        ValueError: It sums over steps or words, or mixes them.
    """
    if not left.shape or not right.shape:
        raise ValueError("of a single number")
    inner = (left.marks[-1], right.marks[-2 if len(right.marks) > 1 else -1])
    if any(inner) or left.shape[-1] != right.shape[-2 if len(right.shape) > 1 else 0]:
        raise ValueError(MIXED if any(inner) else f"of {left.shape[-1]} columns and other rows")
    rows = left.marks[-2:-1] if len(left.shape) > 1 else ()
    columns = right.marks[-1:] if len(right.shape) > 1 else ()
    stacks = [StepArray(np.zeros(value.shape[:-2]), value.marks[:-2]) for value in (left, right)]
    stacked = common_shape(*stacks)
    marks = (*together(stacks, stacked), *rows, *columns)
    labels = [label for group in marks for label in group]
    if len(set(labels)) != len(labels):
        raise ValueError(MIXED)
    hint = next((name for value, name in zip((left, right), names, strict=False) if isinstance(value.value, np.ndarray)), "")
    first, second = numbers_of(left), numbers_of(right)
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        require_entries(math.prod(stacked) * math.prod(left.shape[-2:-1]) * math.prod(right.shape[1:][-1:]))
        value: Any = first @ second
    else:
        value = matmul(context.arithmetic, first, second, hint)
    return StepArray(value, marks, final=is_final([left, right], context.time))


def _gemm(node: Node, context: StepContext) -> StepArray:
    """α·A'·B' + β·C."""
    sides = [node.numbers(at) for at in (0, 1)]
    for at, name in enumerate(("transA", "transB")):
        if node.attributes.get(name, 0):
            sides[at] = sides[at].with_value(numbers_of(sides[at]).transpose((1, 0)), sides[at].marks[::-1])
    result = _scaled(context, product(context, sides[0], sides[1], node.names), node.attributes.get("alpha", 1.0))
    if node.input(2) is None:
        return result
    return pointwise(context, "add", result, _scaled(context, node.numbers(2), node.attributes.get("beta", 1.0)))


def _scaled(context: StepContext, value: StepArray, factor: float) -> StepArray:
    return value if factor == 1 else pointwise(context, "multiply", value, known(number_array(factor)))


def number_array(number: Any) -> np.ndarray:
    """A number as a known array without axes."""
    return np.asarray(number, np.float32)


def _axes(node: Node, rank: int) -> list[int]:
    """The axes of a reduction, an attribute or an input; all where it names none.

    Raises:
        ValueError: An axis is marked.
    """
    given = node.attributes.get("axes")
    if given is None and node.input(1) is not None:
        given = node.integers(1)
    if given is None or not len(given):
        return [] if node.attributes.get("noop_with_empty_axes", 0) else list(range(rank))
    return [node.axis_index(int(axis), rank) for axis in given]


def _reduction(reduce: Callable[[FlatArithmetic, Flat, list[int]], Flat]) -> Rule:
    def rule(node: Node, context: StepContext) -> StepArray:
        value = node.numbers(0)
        axes = sorted(_axes(node, len(value.shape)))
        if any(value.marks[axis] for axis in axes):
            raise ValueError("over steps or words")
        reduced = reduce(context.arithmetic, numbers(context, value), axes)
        if not node.attributes.get("keepdims", 1):
            return value.with_value(reduced, tuple(group for at, group in enumerate(value.marks) if at not in axes))
        return value.with_value(reduced.reshape([1 if at in axes else n for at, n in enumerate(value.shape)]))

    return rule


def _normalisation(*, centered: bool) -> Rule:
    """LayerNormalization and RMSNormalization: over all axes from the given one on."""

    def rule(node: Node, context: StepContext) -> StepArray:
        value = node.numbers(0)
        rank = len(value.shape)
        axis, epsilon = node.axis_index(int(node.attributes.get("axis", -1)), rank), float(node.attributes.get("epsilon", 1e-5))
        if any(value.marks[axis:]):
            raise ValueError("over steps or words")
        normal = normalised(context.arithmetic, numbers(context, value), rank - axis, epsilon, centred=centered)
        result = pointwise(context, "multiply", value.with_value(normal), node.numbers(1))
        return result if node.input(2) is None else pointwise(context, "add", result, node.numbers(2))

    return rule


def _softmax(node: Node, context: StepContext) -> StepArray:
    value = node.numbers(0)
    return value.with_value(softmax(context.arithmetic, numbers(context, value), softmax_axis(node, value)))


def softmax_axis(node: Node, value: StepArray) -> int:
    """The axis of a softmax: one axis since version 13 of the operators, before all axes from it on."""
    single = node.opset >= FIRST_OPSET_OF_SINGLE_AXIS
    axis = node.axis_index(int(node.attributes.get("axis", -1 if single else 1)), len(value.shape))
    if value.marks[axis] or (not single and axis != len(value.shape) - 1):
        raise ValueError("over steps, words or several axes")
    return axis


FIRST_OPSET_OF_SINGLE_AXIS = 13
"""From this version on, Softmax works along one axis."""


def _cast(node: Node, context: StepContext) -> StepArray:
    """Digits, sizes and classes to types that hold them, known numbers to any type, other numbers to float32 alone."""
    value, target = node.array(0), onnx_package().helper.tensor_dtype_to_np_dtype(int(node.attributes["to"]))
    held = value.value
    if isinstance(held, np.ndarray) and held.dtype != object and target.kind in "iuf":
        with np.errstate(all="ignore"):
            return value.with_value(held.astype(target))
    if isinstance(held, np.ndarray):
        allowed = target in (np.int64, np.int32)
    elif value.digits or value.answers is not None:
        letters = np.arange(context.letters)
        allowed = target.kind in "iuf" and bool((letters.astype(target) == letters).all())
    else:
        allowed = target == np.float32 and not isinstance(held, Condition)
    if not allowed:
        raise ValueError(f"to {target}, which may not hold the values")
    return value


NUMBERS: Mapping[str, Rule] = {
    **{op.title(): unary(op) for op in UNARY}, "Abs": unary("absolute"), "Neg": unary("negative"),
    "Add": binary("add"), "Cast": _cast, "Div": binary("divide"),
    "Erf": function(lambda context, value: context.arithmetic.erf(value)), "Gemm": _gemm,
    "LayerNormalization": _normalisation(centered=True), "MatMul": _matmul, "Max": binary("maximum"), "Min": binary("minimum"),
    "Mul": _multiply, "RMSNormalization": _normalisation(centered=False), "ReduceMax": _reduction(largest),
    "ReduceMean": _reduction(mean), "ReduceMin": _reduction(smallest), "ReduceProd": _reduce_product,
    "ReduceSum": _reduction(total), "Softmax": _softmax, "Sub": binary("subtract"), "Sum": binary("add"),
}  # fmt: skip
"""The rule for each of these operators: (node, context) → its output. A function of each entry has our name, as a rule."""

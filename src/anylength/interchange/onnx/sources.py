"""The operators that make arrays of sizes, of equal numbers, or of digits."""

from collections.abc import Mapping

import numpy as np

from anylength.interchange.flat_values import Flat
from anylength.interchange.onnx.arrays import StepArray, SymbolicSize, common_shape, known, of_sizes, sizes, together
from anylength.interchange.onnx.context import StepContext
from anylength.interchange.onnx.layout import Rule, axis_asked, plain_value
from anylength.interchange.onnx.node import Node


def _one_hot(node: Node, context: StepContext) -> StepArray:
    """Digits as vectors of zeros and a one."""
    digits, depth, values = node.array(0), node.integers(1), np.ravel(node.constant(2))
    if not digits.digits or depth != [context.letters] or values.tolist() != [0, 1]:
        raise ValueError(f"which does not encode digits as vectors of {context.letters} numbers 0 and 1")
    axis = node.axis_index(int(node.attributes.get("axis", -1)), len(digits.shape) + 1)
    rows = digits.value.rows[..., None] * context.letters + np.arange(context.letters)
    marks = (*digits.marks[:axis], (), *digits.marks[axis:])
    symbol = Flat(context.arithmetic.tracer.symbol(), np.moveaxis(rows, -1, axis))
    return StepArray(symbol, marks, final=digits.final)


def _expand(node: Node, context: StepContext) -> StepArray:
    del context
    value, target = node.array(0), node.sizes(1)
    axes = [axis_asked(value, at, size, False) for at, size in enumerate(target)]
    frame = StepArray(np.broadcast_to(np.float32(0), [n for n, _ in axes]), tuple(group for _, group in axes))
    shape = common_shape(value, frame)
    plain = plain_value(value)
    spread = plain.broadcast_to(shape) if isinstance(plain, Flat) else np.broadcast_to(plain, shape)
    return value.with_value(spread, together([value, frame], shape))


def _shape(node: Node, context: StepContext) -> StepArray:
    del context
    return known(of_sizes(sizes(node.array(0)))[node.attributes.get("start", 0) : node.attributes.get("end", None)])


def _constant_of_shape(node: Node, context: StepContext) -> StepArray:
    """A known array of equal numbers: usually a start state."""
    del context
    fill = np.ravel(np.asarray(node.attributes.get("value", np.zeros(1, np.float32))))[0]
    axes = [(size.number, size.labels) if isinstance(size, SymbolicSize) else (int(size), ()) for size in node.sizes(0)]
    if not 0 < np.prod([float(n) for n, _ in axes]) <= MAX_FILLED:
        raise ValueError(f"of more than {MAX_FILLED:,} numbers, or none")
    return StepArray(np.full([n for n, _ in axes], fill), tuple(group for _, group in axes))


MAX_FILLED = 1 << 20
"""Numbers in an array of equal numbers: a state has at most 65,536."""

SOURCES: Mapping[str, Rule] = {"ConstantOfShape": _constant_of_shape, "Expand": _expand, "OneHot": _one_hot, "Shape": _shape}
"""The rule for each of these operators: (node, context) → its output."""

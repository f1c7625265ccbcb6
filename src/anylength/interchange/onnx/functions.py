"""The operators that are functions of each entry with parameters: bounds, powers, slopes; and choices by a comparison."""

from collections.abc import Mapping

import numpy as np

from anylength.interchange.flat_values import Condition
from anylength.interchange.onnx.arrays import StepArray, common_shape, known, together
from anylength.interchange.onnx.context import StepContext
from anylength.interchange.onnx.layout import Rule
from anylength.interchange.onnx.node import Node
from anylength.interchange.onnx.numbers import folded, number_array, numbers, pointwise


def _clip(node: Node, context: StepContext) -> StepArray:
    result = node.numbers(0)
    for at, name, op in ((1, "min", "maximum"), (2, "max", "minimum")):
        if name in node.attributes or node.input(at) is not None:
            bound = node.numbers(at) if node.input(at) is not None else known(number_array(node.attributes[name]))
            result = pointwise(context, op, result, bound)
    return result


def _power(node: Node, context: StepContext) -> StepArray:
    value, exponent = node.numbers(0), node.numbers(1).value
    if isinstance(value.value, np.ndarray) and isinstance(exponent, np.ndarray):
        return value.with_value(folded(np.power, value.value, exponent))
    if not isinstance(exponent, np.ndarray) or exponent.size != 1:
        raise ValueError("with an exponent that is not one known number")
    return value.with_value(context.arithmetic.power(numbers(context, value), float(exponent.ravel()[0])))


def _gelu(node: Node, context: StepContext) -> StepArray:
    if node.attributes.get("approximate", b"none") not in (b"none", "none"):
        raise ValueError("by an approximation: export it with approximate='none'")
    value = node.numbers(0)
    return value.with_value(context.arithmetic.unary("gelu", numbers(context, value)))


def _leaky(node: Node, context: StepContext) -> StepArray:
    value, slope = node.numbers(0), float(node.attributes.get("alpha", 0.01))
    below = context.arithmetic.product(numbers(context, value), number_array(slope))
    return value.with_value(context.arithmetic.numbers("maximum" if slope <= 1 else "minimum", numbers(context, value), below))


def _elu(node: Node, context: StepContext) -> StepArray:
    """relu(x) + α·(e^min(x, 0) − 1)."""
    value, arithmetic, zero = node.numbers(0), context.arithmetic, np.zeros((), np.float32)
    below = arithmetic.unary("expm1", arithmetic.numbers("minimum", numbers(context, value), zero))
    below = arithmetic.product(below, number_array(node.attributes.get("alpha", 1.0)))
    return value.with_value(arithmetic.numbers("add", arithmetic.unary("relu", numbers(context, value)), below))


def _hard_sigmoid(node: Node, context: StepContext) -> StepArray:
    """max(0, min(1, α·x + β))."""
    value, arithmetic = node.numbers(0), context.arithmetic
    factors = [number_array(node.attributes.get(name, default)) for name, default in (("alpha", 0.2), ("beta", 0.5))]
    line = arithmetic.numbers("add", arithmetic.product(numbers(context, value), factors[0]), factors[1])
    return value.with_value(arithmetic.unary("relu", arithmetic.numbers("minimum", line, np.ones((), np.float32))))


def _compared(*, swapped: bool) -> Rule:
    def rule(node: Node, context: StepContext) -> StepArray:
        left, right = (node.numbers(at) for at in ((1, 0) if swapped else (0, 1)))
        marks = together([left, right], common_shape(left, right))
        return StepArray(context.arithmetic.above(numbers(context, left), numbers(context, right)), marks)

    return rule


def _where(node: Node, context: StepContext) -> StepArray:
    which, yes, no = (node.numbers(at) for at in range(3))
    marks = together([which, yes, no], common_shape(which, yes, no))
    if not isinstance(which.value, Condition):
        raise ValueError("by a condition that does not compare numbers of the state")
    return StepArray(context.arithmetic.choice(which.value, numbers(context, yes), numbers(context, no)), marks)


FUNCTIONS: Mapping[str, Rule] = {
    "Clip": _clip, "Elu": _elu, "Gelu": _gelu, "Greater": _compared(swapped=False), "GreaterOrEqual": _compared(swapped=False),
    "HardSigmoid": _hard_sigmoid, "LeakyRelu": _leaky, "Less": _compared(swapped=True), "LessOrEqual": _compared(swapped=True),
    "Pow": _power, "Where": _where,
}  # fmt: skip
"""The rule for each of these operators: (node, context) → its output."""

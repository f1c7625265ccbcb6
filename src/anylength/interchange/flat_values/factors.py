"""Products and quotients of values, with what a program has as one operation: normalisation, softmax, SiLU, the logistic.

What is rewritten is the same for every float32 number, infinities and NaN too; or the operand stays in the program, where the
checker bounds it: 0·x is a multiple of x.
"""

import math
from typing import NamedTuple

import numpy as np

from anylength.interchange.flat_values.matching import (
    argument,
    arguments,
    constant_of,
    is_constant,
    pairs,
    repeated_row,
)
from anylength.interchange.flat_values.overflow import while_at_most
from anylength.interchange.flat_values.sums import negative
from anylength.programs import Traced


def product(left: Traced, right: Traced) -> Traced:
    """left · right."""
    for one, other in ((left, right), (right, left)):
        number = constant_of(other)
        if number is not None:
            return times(one, number)
        found = _normalized(one, other)
        if found is not None:
            return found
        if argument(one, "sigmoid") == other:
            return left.tracer.silu(other)
    if argument(right, "rsqrt") == left:  # the other order is a root, see `root_of`
        left, right = right, left
    return left.tracer.square(left) if left == right else left * right


def times(value: Traced, number: float) -> Traced:
    """A number times a value."""
    if number == 1:
        return value
    if number == -1:
        return negative(value)
    item = value.instruction
    if item.op == "scale" and np.float32(item["factor"] * number) == 1 and _may_cancel(value):
        return Traced(value.tracer, item.arguments[0])
    if item.op in ("mean", "mean_square") and number == value.tracer.instructions[item.arguments[0]].rows:
        return value * value.tracer.value(number, value.rows)  # as a multiple it would be a sum, see `sum_of_rows`
    return value * number


MAX_GROWTH = 2.0**26
"""The largest factor that may cancel: numbers of a program are at most 2¹⁰⁰, so the product is finite."""


def _may_cancel(value: Traced) -> bool:
    """Whether a factor of a value and its inverse cancel in float32, too: a power of two by which the value first grows, or that of
    a sum: as many times a mean."""
    factor = value.instruction["factor"]
    return _is_sum(value) or (_is_power_of_two(factor) and 1 <= factor <= MAX_GROWTH)


def _is_sum(value: Traced) -> bool:
    """Whether a value is as many times the mean of rows as there are rows."""
    item = value.instruction
    mean = value.tracer.instructions[item.arguments[0]]
    return mean.op in ("mean", "mean_square") and item["factor"] == value.tracer.instructions[mean.arguments[0]].rows


def _is_power_of_two(number: float) -> bool:
    return abs(math.frexp(number)[0]) == 0.5


def quotient(left: Traced, right: Traced) -> Traced:
    """left / right."""
    number = constant_of(right)
    if number is not None:
        return divided(left, number)
    row, power = repeated_row(right), argument(left, "exp")
    if row is not None and power is not None and row == sum_of_rows(left):
        return _softmax(power)
    inverse = inverse_of(right)
    return inverse if is_constant(left, 1) else product(left, inverse)


def divided(value: Traced, number: float) -> Traced:
    """A value divided by a number: a factor where float32 holds the inverse exactly, else a product with 1/number.

    Raises:
        ValueError: The number is 0.
    """
    if number == 0:
        raise ValueError("a division by 0")
    item = value.instruction
    if item.op == "scale" and item["factor"] == number and _may_cancel(value):
        return Traced(value.tracer, item.arguments[0])
    if _is_power_of_two(number):
        return times(value, 1 / number)
    return value * value.tracer.reciprocal(value.tracer.value(number, value.rows))


def inverse_of(value: Traced) -> Traced:
    """1 / value, where a library may have written 1 / √v or the logistic function."""
    tracer, row = value.tracer, repeated_row(value)
    if row is not None and row != value:
        return tracer.take(inverse_of(row), [0] * value.rows)
    root = _under_root(value)
    if root is not None:
        return tracer.rsqrt(root)
    power = exponent_beside_one(value)
    return tracer.reciprocal(value) if power is None else tracer.sigmoid(negative(power))


def root_of(value: Traced) -> Traced:
    """√value as value · 1/√value, in this order."""
    return value * value.tracer.rsqrt(value)


def sum_of_rows(value: Traced) -> Traced:
    """The sum of the rows: as many times their mean."""
    tracer, squared = value.tracer, argument(value, "square")
    mean = tracer.mean(value) if squared is None else tracer.mean_square(squared)
    return value if value.rows == 1 else tracer.scale(mean, float(value.rows))


def exponent_beside_one(value: Traced) -> Traced | None:
    """t of 1 + e^t."""
    for one, power in pairs(value, "add"):
        if is_constant(one, 1):
            return argument(power, "exp")
    return None


class _Variance(NamedTuple):
    """mean_square · factor + epsilon, as it stands under a root."""

    mean_square: Traced
    factor: float
    epsilon: float


def _normalized(value: Traced, inverse: Traced) -> Traced | None:
    """x / √(mean(x²) + epsilon), or x / √(Σ x² + epsilon), of a value x and a repeated 1/√."""
    row = repeated_row(inverse)
    under = None if row is None else argument(row, "rsqrt")
    found = None if under is None else _variance(under)
    if found is None or value.rows == 1 or argument(found.mean_square, "mean_square") != value:
        return None
    tracer = value.tracer
    result = tracer.normalize(value, found.mean_square, found.epsilon / found.factor)
    return result if found.factor == 1 else result * tracer.rsqrt(tracer.value(found.factor, value.rows))


def _variance(value: Traced) -> _Variance | None:
    """The parts of a value under a root, where it is a mean of squares or a sum of squares, plus a number."""
    tracer, item = value.tracer, value.instruction
    for base, epsilon in pairs(value, "add"):
        found, number = _variance(base), constant_of(epsilon)
        if found is not None and number is not None and number > 0 and found.epsilon == 0:
            return found._replace(epsilon=number)
    if item.op == "scale" and _is_sum(value):
        base = Traced(tracer, item.arguments[0])
        return _Variance(base, item["factor"], 0.0) if base.instruction.op == "mean_square" else None
    return _Variance(value, 1.0, 0.0) if item.op == "mean_square" else None


def _under_root(value: Traced) -> Traced | None:
    """v of v · 1/√v."""
    found = arguments(value, "multiply")
    return found[0] if found and argument(found[1], "rsqrt") == found[0] else None


def _softmax(power: Traced) -> Traced:
    """The softmax of x for powers of x − c with one number c for all rows: it is the same for all c. The largest x is a safe c."""
    found = arguments(power, "subtract")
    shift = repeated_row(found[1]) if found else None
    value = found[0] if found and shift is not None else power
    if shift is None or shift != largest_row(value):
        value = while_at_most(power.tracer.absolute(power), value)
    return power.tracer.softmax(value)


def largest_row(value: Traced) -> Traced:
    """The largest row: one row, in as few rounds as possible."""
    while value.rows > 1:
        half = value.rows // 2
        larger = value.tracer.maximum(value[:half], value[half : 2 * half])
        value = larger if value.rows % 2 == 0 else value.tracer.concatenate([larger, value[2 * half :]])
    return value

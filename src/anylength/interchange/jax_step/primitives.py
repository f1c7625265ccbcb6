"""JAX's primitives of numbers as operations on `Flat` arrays: one rule for each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from anylength.interchange.flat_values import UNARY, Condition, Flat, FlatArithmetic, dot_general, flat, largest, smallest, total

Rule = Callable[[FlatArithmetic, Mapping[str, Any], Sequence[Any]], Any]


def _unary(op: str) -> Rule:
    return lambda arithmetic, params, operands: arithmetic.unary(op, operands[0])


def _binary(op: str) -> Rule:
    return lambda arithmetic, params, operands: arithmetic.binary(op, *operands)


def _above(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    del params
    return arithmetic.above(operands[0], operands[1])


def _below(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    del params
    return arithmetic.above(operands[1], operands[0])


def _equality(answer: bool) -> Rule:
    """x = x, and x ≠ x: how libraries ask for NaN. A finite number is none."""

    def rule(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
        del params
        left, right = operands
        if isinstance(left, Flat) and isinstance(right, Flat) and left.vector() == right.vector():
            arithmetic.watch(left)
            return np.full(left.shape, answer)
        raise ValueError("the equality of numbers that depend on the state")

    return rule


def _finite(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    del params
    arithmetic.watch(operands[0])
    return np.ones(operands[0].shape, bool)


def _not(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    del arithmetic, params
    return operands[0].negated()


def _select(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    """select_n(condition, no, yes): by a condition on the state, by the symbol, or by a known one."""
    del params
    which, cases = operands[0], operands[1:]
    if len(cases) != 2:
        raise ValueError(f"a choice between {len(cases)} arrays")
    if isinstance(which, Condition):
        return arithmetic.choice(which, cases[1], cases[0])
    if isinstance(which, Flat):
        return arithmetic.blend(which, cases[0], cases[1])
    if which.all() or not which.any():
        return cases[int(which.all())]
    joined = arithmetic.concatenate([arithmetic.flat(case).reshape((-1,)) for case in cases], 0)
    places = np.arange(which.size).reshape(which.shape)
    return joined[np.where(which, places + which.size, places)]


def _integer_power(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    return arithmetic.whole_power(operands[0], int(params["y"]))


def _power(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    """x^c of a known number c: a whole number or a half."""
    del params
    base, exponent = operands
    if isinstance(exponent, Flat) or np.unique(exponent).size != 1 or not isinstance(base, Flat):
        raise ValueError("a power with an exponent that is not one known number")
    return arithmetic.power(base, float(np.ravel(exponent)[0]))


def _clamp(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    del params
    low, value, high = operands
    return arithmetic.binary("minimum", arithmetic.binary("maximum", value, low), high)


def _erf(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    del params
    return arithmetic.erf(operands[0])


def _erfc(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    """1 − erf."""
    del params
    return arithmetic.erf(operands[0]).changed(-1.0, 1.0)


def _converted(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    del arithmetic
    if isinstance(operands[0], Condition) and np.issubdtype(params["new_dtype"], np.integer):
        return operands[0]  # the index of a branch of `cond`, which is refused there
    if isinstance(operands[0], Condition) or np.dtype(params["new_dtype"]) != np.float32:
        raise ValueError(f"a conversion to {np.dtype(params['new_dtype'])}")
    return operands[0]


def _reduction(reduce: Callable[[FlatArithmetic, Flat, Sequence[int]], Flat]) -> Rule:
    return lambda arithmetic, params, operands: reduce(arithmetic, operands[0], params["axes"])


def _dot(arithmetic: FlatArithmetic, params: Mapping[str, Any], operands: Sequence[Any]) -> Any:
    if isinstance(params.get("precision"), jax.lax.DotAlgorithm | jax.lax.DotAlgorithmPreset):
        raise ValueError("a product by a given algorithm, which may round to other numbers than float32")
    contracted, shared = params["dimension_numbers"]
    return dot_general(arithmetic, operands[0], operands[1], contracted, shared)


def linear(arithmetic: FlatArithmetic, equation: Any, operands: Sequence[Any]) -> Flat:
    """A primitive that is linear in its first operand, with known others: the matrix that JAX itself computes of it.

    Raises:
        ValueError: Another operand depends on the state, or the matrix would be too large.
    """
    value, others = operands[0], operands[1:]
    if not isinstance(value, Flat) or any(isinstance(other, Flat) for other in others):
        raise ValueError("a kernel that depends on the state")
    shape = equation.outvars[0].aval.shape
    if value.size * int(np.prod(shape)) > MAX_MATRIX:
        raise ValueError(f"a matrix of more than {MAX_MATRIX:,} numbers")
    units = np.eye(value.size, dtype=np.float32).reshape(value.size, *value.shape)
    columns = jax.vmap(lambda unit: equation.primitive.bind(unit, *others, **equation.params))(units)
    weight = np.asarray(columns, np.float32).reshape(value.size, -1).T
    return flat(arithmetic.tracer.matmul(arithmetic.tracer.weight(arithmetic.weights.named(weight)), value.vector()), shape)


MAX_MATRIX = 1 << 22
"""Numbers in a matrix that stands for a convolution or a running sum: 16 MiB."""

LINEAR = ("conv_general_dilated", "cumsum", "reduce_window_sum")
"""Primitives that are linear in their first operand."""

RULES: Mapping[str, Rule] = {
    **{name: _unary(name) for name in UNARY},
    "abs": _unary("absolute"), "add": _binary("add"), "add_any": _binary("add"), "clamp": _clamp,
    "convert_element_type": _converted, "div": _binary("divide"), "dot_general": _dot, "eq": _equality(True), "erf": _erf,
    "erfc": _erfc, "ge": _above, "gt": _above, "integer_pow": _integer_power,
    "is_finite": _finite, "le": _below, "logistic": _unary("sigmoid"),
    "lt": _below, "max": _binary("maximum"), "min": _binary("minimum"), "mul": _binary("multiply"), "ne": _equality(False),
    "neg": _unary("negative"), "not": _not, "pow": _power, "reduce_max": _reduction(largest),
    "reduce_min": _reduction(smallest), "reduce_sum": _reduction(total), "select_n": _select,
    "sub": _binary("subtract"),
}  # fmt: skip
"""The rule for each primitive: (operations, parameters, operands) → result. Operands are known arrays, `Flat`s or conditions."""

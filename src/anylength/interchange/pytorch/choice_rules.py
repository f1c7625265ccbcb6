"""Rules for choices: maxima, clamps, rectifiers, `where`. All of them are continuous; a choice that jumps is refused."""

from collections.abc import Mapping
from typing import Any

from anylength.interchange.flat_values import Condition
from anylength.interchange.pytorch.elementwise_rules import Rule
from anylength.interchange.pytorch.operands import Scope


def clamp(scope: Scope, value: Any, low: Any = None, high: Any = None) -> Any:
    """min(max(x, low), high)."""
    if low is not None:
        value = scope.binary("maximum", value, low)
    return value if high is None else scope.binary("minimum", value, high)


def _hard_tanh(scope: Scope, value: Any, low: float = -1.0, high: float = 1.0) -> Any:
    return clamp(scope, value, low, high)


def _leaky_relu(scope: Scope, value: Any, slope: float = 0.01) -> Any:
    """max(x, slope·x) for slopes up to 1, else the minimum."""
    return scope.binary("maximum" if slope <= 1 else "minimum", value, scope.times(value, slope))


def _prelu(scope: Scope, value: Any, slope: Any) -> Any:
    """max(x, 0) + slope·min(x, 0), with a slope for each entry of axis 1, or one for all."""
    array, slopes = scope.array(value), scope.array(slope)
    if slopes.ndim == 1 and array.ndim > 1:
        slopes = slopes.reshape((-1, *([1] * (array.ndim - 2))))
    below = scope.binary("multiply", scope.binary("minimum", array, 0.0), slopes)
    return scope.binary("add", scope.unary("relu", array), below)


def _elu(scope: Scope, value: Any, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> Any:
    """scale·(max(x, 0) + alpha·(e^(input_scale·min(x, 0)) − 1))."""
    inner = scope.times(scope.binary("minimum", value, 0.0), input_scale)
    below = scope.times(scope.unary("expm1", inner), alpha)
    return scope.times(scope.binary("add", scope.unary("relu", value), below), scale)


def _compare(swapped: bool) -> Rule:
    """A comparison. It matters only in a choice that is the same where both are equal, so > and ≥ are one."""

    def rule(scope: Scope, left: Any, right: Any) -> Condition:
        first, second = (right, left) if swapped else (left, right)
        return scope.arithmetic.above(scope.array(first), scope.array(second))

    return rule


def _where(scope: Scope, condition: Any, yes: Any, no: Any) -> Any:
    """A choice by a condition on the state: a maximum, a minimum or a rectifier."""
    if not isinstance(condition, Condition):
        raise ValueError("a choice by this condition")
    return scope.arithmetic.choice(condition, scope.array(yes), scope.array(no))


def _negated(scope: Scope, condition: Any) -> Condition:
    del scope
    if not isinstance(condition, Condition):
        raise ValueError("a logical operation on the state")
    return condition.negated()


def _binary(op: str) -> Rule:
    return lambda scope, left, right: scope.binary(op, left, right)


def _clamp_below(scope: Scope, value: Any, high: Any) -> Any:
    return scope.binary("minimum", value, high)


CHOICES: Mapping[str, Rule] = {
    "maximum": _binary("maximum"), "minimum": _binary("minimum"), "clamp": clamp, "clamp_min": clamp, "clamp_max": _clamp_below,
    "hardtanh": _hard_tanh, "leaky_relu": _leaky_relu, "prelu": _prelu, "_prelu_kernel": _prelu, "elu": _elu,
    "celu": lambda scope, value, alpha=1.0: _elu(scope, value, alpha, 1.0, 1 / alpha), "where": _where,
    "gt": _compare(swapped=False), "ge": _compare(swapped=False), "lt": _compare(swapped=True), "le": _compare(swapped=True),
    "logical_not": _negated, "bitwise_not": _negated, "getitem": lambda scope, values, index: values[index],
}  # fmt: skip
"""The rules by the name of the operation."""

"""Rules for operations on each entry."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from anylength.interchange.flat_values import UNARY
from anylength.interchange.pytorch.known import Known
from anylength.interchange.pytorch.operands import Scope, number

Rule = Callable[..., Any]

THRESHOLDS = 12.0, 88.0
"""Between these thresholds PyTorch's softplus is log(1 + eˣ) within the rounding errors of a softplus, (1 + |x|)·2⁻²⁰. Below, x
differs from log(1 + eˣ) by more (at 12 by half of that, at 10 by four times as much); above, eˣ overflows."""


def _unary(op: str) -> Rule:
    return lambda scope, value: scope.unary(op, value)


def _gelu(scope: Scope, value: Any, *, approximate: str = "none") -> Any:
    """x·Φ(x); the approximation x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))) by its parts."""
    if approximate == "none":
        return scope.unary("gelu", value)
    cubic = scope.times(scope.binary("multiply", scope.unary("square", value), value), 0.044715)
    inner = scope.unary("tanh", scope.times(scope.binary("add", value, cubic), math.sqrt(2 / math.pi)))
    return scope.binary("multiply", scope.times(value, 0.5), scope.binary("add", inner, 1.0))


def _softplus(scope: Scope, value: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """log(1 + e^(beta·x)) / beta."""
    if not beta > 0 or not THRESHOLDS[0] <= threshold <= THRESHOLDS[1]:
        expected = f"beta above 0 and a threshold from {THRESHOLDS[0]:g} to {THRESHOLDS[1]:g}, where it is log(1 + eˣ)"
        raise ValueError(f"a softplus with beta {beta:g} and threshold {threshold:g} (expected {expected})")
    inner = scope.unary("softplus", scope.times(value, beta))
    return inner if beta == 1 else scope.binary("divide", inner, beta)


def _log_sigmoid(scope: Scope, value: Any) -> Any:
    """log σ(x) = −softplus(−x), and a buffer that nobody reads."""
    return [scope.unary("negative", scope.unary("softplus", scope.unary("negative", value))), None]


def _add(scope: Scope, left: Any, right: Any, *, alpha: float = 1) -> Any:
    return scope.binary("add", left, scope.times(right, alpha))


def _subtract(scope: Scope, left: Any, right: Any, *, alpha: float = 1) -> Any:
    return scope.binary("subtract", left, scope.times(right, alpha))


def _subtract_from(scope: Scope, left: Any, right: Any, alpha: float = 1) -> Any:
    return scope.binary("subtract", right, scope.times(left, alpha))


def _divide(scope: Scope, left: Any, right: Any, *, rounding_mode: str | None = None) -> Any:
    if rounding_mode is not None:
        raise ValueError("a division that rounds to whole numbers")
    return scope.binary("divide", left, right)


def _power(scope: Scope, base: Any, exponent: Any) -> Any:
    """Whole powers, square roots and their inverses."""
    wanted = number(exponent)
    if wanted is None or isinstance(base, int | float | Known):
        raise ValueError("a power with this exponent")
    return scope.arithmetic.power(scope.array(base), wanted)


def _lerp(scope: Scope, zero: Any, one: Any, weight: Any) -> Any:
    """zero + weight·(one − zero)."""
    return scope.binary("add", zero, scope.binary("multiply", weight, scope.binary("subtract", one, zero)))


def _logaddexp(scope: Scope, left: Any, right: Any) -> Any:
    """log(eᵃ + eᵇ) = b + softplus(a − b)."""
    return scope.binary("add", right, scope.unary("softplus", scope.binary("subtract", left, right)))


def _to_float(scope: Scope, value: Any, *arguments: Any, dtype: Any = None, **keywords: Any) -> Any:
    """A conversion to float32, which changes nothing. One to bool jumps at 0."""
    import torch

    del keywords
    if any(kind not in (None, torch.float32) for kind in (dtype, *arguments) if kind is None or isinstance(kind, torch.dtype)):
        raise ValueError("a conversion to other numbers than float32")
    return scope.array(value)


ELEMENTWISE: Mapping[str, Rule] = {
    **{name: _unary(name) for name in UNARY}, "abs": _unary("absolute"), "neg": _unary("negative"), "gelu": _gelu,
    "softplus": _softplus, "log_sigmoid_forward": _log_sigmoid, "add": _add, "sub": _subtract, "rsub": _subtract_from,
    "mul": lambda scope, left, right: scope.binary("multiply", left, right), "div": _divide, "pow": _power, "lerp": _lerp,
    "logaddexp": _logaddexp, "_to_copy": _to_float, "to": _to_float,
    "erf": lambda scope, value: scope.arithmetic.erf(scope.array(value)),
}  # fmt: skip
"""The rules by the name of the operation."""

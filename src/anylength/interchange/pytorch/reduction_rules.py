"""Rules for sums, means, norms and softmax over axes."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anylength.interchange.flat_values import Flat, FlatArithmetic, largest, mean, normalised, smallest, softmax, total
from anylength.interchange.pytorch.elementwise_rules import Rule
from anylength.interchange.pytorch.known import Known
from anylength.interchange.pytorch.operands import Scope


def _reduction(reduce: Callable[[FlatArithmetic, Flat, Sequence[int]], Flat]) -> Rule:
    """A function of the entries along some axes; None or none means all."""

    def rule(scope: Scope, value: Any, axes: Any = None, keep: bool = False, **keywords: Any) -> Flat:
        del keywords
        array = scope.array(value)
        listed = _axes(array, axes)
        result = reduce(scope.arithmetic, array, listed)
        return result.reshape([1 if axis in listed else length for axis, length in enumerate(array.shape)]) if keep else result

    return rule


_sum, _mean = _reduction(total), _reduction(mean)


def _variance(scope: Scope, value: Any, axes: Any = None, *, correction: float | None = 1, keepdim: bool = False) -> Any:
    """Σ(x − mean)² / (n − correction)."""
    array = scope.array(value)
    count = math.prod(array.shape[axis] for axis in _axes(array, axes))
    divisor = count - (1 if correction is None else correction)
    if divisor <= 0:
        raise ValueError(f"the variance of {count} numbers, divided by {divisor:g}")
    centred = scope.binary("subtract", array, _mean(scope, array, axes, True))
    return scope.binary("divide", _sum(scope, scope.unary("square", centred), axes, keepdim), float(divisor))


def _layer_norm(
    scope: Scope, value: Any, shape: Any, weight: Any = None, bias: Any = None, epsilon: float = 1e-5, *rest: Any
) -> Any:
    """(x − mean) / √(variance + epsilon) · weight + bias over the last axes."""
    del rest
    return _scaled(scope, normalised(scope.arithmetic, scope.array(value), len(shape), epsilon, centred=True), weight, bias)


def _scaled(scope: Scope, value: Any, weight: Any, bias: Any) -> Any:
    product = value if weight is None else scope.binary("multiply", value, weight)
    return product if bias is None else scope.binary("add", product, bias)


def _group_norm(scope: Scope, value: Any, weight: Any, bias: Any, n: int, c: int, size: int, groups: int, epsilon: float) -> Any:
    """Layer normalisation of groups of channels."""
    del n
    array = scope.array(value)
    grouped = array.reshape((groups, c // groups * size))
    normal = normalised(scope.arithmetic, grouped, 1, epsilon, centred=True).reshape((1, c, size))
    return [_scaled(scope, normal, _channels(weight), _channels(bias)).reshape(array.shape)]


def _channels(value: Any) -> Any:
    return Known(value.tensor.reshape(1, -1, 1), value.name) if isinstance(value, Known) else value


def _batch_norm(scope: Scope, value: Any, weight: Any, bias: Any, mean: Any, variance: Any, momentum: float, epsilon: float) -> Any:
    """x·w + (bias − mean·w) with w = weight / √(variance + epsilon) of the training's means and variances, as PyTorch computes."""
    del momentum
    array = scope.array(value)
    axes = (1, -1, *([1] * (array.ndim - 2)))
    factor = (1 if weight is None else weight.tensor) / (variance.tensor + epsilon).sqrt()
    shift = (0 if bias is None else bias.tensor) - mean.tensor * factor
    named = {"factor": factor, "shift": shift}
    return [_scaled(scope, array, *(Known(part.reshape(axes), f"{variance.name}.{name}") for name, part in named.items()))]


def _softmax(scope: Scope, value: Any, axis: int, *rest: Any) -> Flat:
    del rest
    return softmax(scope.arithmetic, scope.array(value), axis)


def _norm(scope: Scope, value: Any, order: float = 2, axes: Any = None, keep: bool = False, **keywords: Any) -> Flat:
    """√Σx² or Σ|x|."""
    if order not in (1, 2):
        raise ValueError(f"a norm of order {order}")
    entries = scope.unary("square" if order == 2 else "absolute", value)
    result = _sum(scope, entries, axes, keep, **keywords)
    return scope.unary("sqrt", result) if order == 2 else result


def _running_sum(scope: Scope, value: Any, axis: int, **keywords: Any) -> Flat:
    """The sums of each entry and all before it."""
    del keywords
    array = scope.array(value)
    rows = [array[(slice(None),) * (axis % array.ndim) + (slice(at, at + 1),)] for at in range(array.shape[axis])]
    sums = rows[:1]
    for row in rows[1:]:
        sums.append(scope.binary("add", sums[-1], row))
    return scope.arithmetic.concatenate(sums, axis)


def _axes(array: Flat, axes: Any) -> list[int]:
    """The axes as numbers from 0; None or none means all."""
    listed: Sequence[int] = [axes] if isinstance(axes, int) else (axes or [])
    return sorted({axis % array.ndim for axis in listed}) or list(range(array.ndim))


def _first(rule: Rule) -> Rule:
    """A rule for an operation that also returns statistics, which only training reads."""
    return lambda scope, *arguments, **keywords: [rule(scope, *arguments, **keywords)]


REDUCTIONS: Mapping[str, Rule] = {
    "sum": _sum, "mean": _mean, "var": _variance, "native_layer_norm": _first(_layer_norm),
    "native_group_norm": _group_norm,
    "_native_batch_norm_legit_no_training": _batch_norm, "_softmax": _softmax, "softmax": _softmax, "amax": _reduction(largest),
    "amin": _reduction(smallest), "linalg_vector_norm": _norm, "cumsum": _running_sum,
}  # fmt: skip
"""The rules by the name of the operation."""

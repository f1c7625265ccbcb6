"""Interpreter of `Ops` over dual numbers: forward-mode differentiation of a whole batch in numpy, without compilation.

A `Dual` holds a quantity and its partial derivatives with respect to m variables. It does not bound rounding errors; `slopes` does.
Every operation also takes an array, which depends on no variable.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.ops import numpy_arrays
from anylength.ops.dual import Dual as Dual
from anylength.ops.dual import Operand, known
from anylength.ops.dual import variables as variables

_silent = np.errstate(over="ignore", divide="ignore", invalid="ignore")


def constant(value: NDArray[Any], columns: int) -> Dual:
    """Known numbers `[rows]` in each of the columns."""
    return known(numpy_arrays.constant(value, columns))


def tensor(value: NDArray[Any], columns: int) -> Dual:
    """A vector of weights `[rows]` in each of the columns."""
    return constant(value, columns)


def take(value: Operand, rows: Sequence[int]) -> Dual:
    """The rows with these numbers."""
    return _dual(value)[np.asarray(rows, np.int64)]


def concatenate(values: Sequence[Operand]) -> Dual:
    """Quantities stacked along the rows. Those that depend on no variable get slopes of 0."""
    duals = [_dual(value) for value in values]
    variable_count = max(dual.slope.shape[0] for dual in duals)
    slopes = [np.broadcast_to(dual.slope, (variable_count, *dual.slope.shape[1:])) for dual in duals]
    return Dual(np.concatenate([dual.value for dual in duals]), np.concatenate(slopes, axis=1))


def matmul(weight: NDArray[Any], value: Operand) -> Dual:
    """weight `[M, N]` times a quantity of N rows, or times an array that depends on nothing."""
    factor = _dual(value)
    return Dual(weight @ factor.value, weight @ factor.slope)


def scale(value: Operand, factor: float) -> Dual:
    """A known number times the value."""
    return _dual(value) * factor


def maximum(left: Operand, right: Operand) -> Dual:
    """The larger one, with its slope; where both are equal, the mean of their slopes."""
    return _chosen(numpy_arrays.maximum, _dual(left), _dual(right))


def minimum(left: Operand, right: Operand) -> Dual:
    """The smaller one, with its slope; where both are equal, the mean of their slopes."""
    return _chosen(numpy_arrays.minimum, _dual(left), _dual(right))


def mean(value: Operand) -> Dual:
    """The mean of the rows: one row."""
    dual = _dual(value)
    return Dual(numpy_arrays.mean(dual.value), dual.slope.mean(axis=1, keepdims=True))


def center(value: Operand) -> Dual:
    """Each row minus the mean of the rows."""
    return _dual(value) - mean(value)


def mean_square(value: Operand) -> Dual:
    """The mean of the squares of the rows: one row."""
    return mean(square(value))


@_silent
def normalize(value: Operand, mean_square: Operand, epsilon: float) -> Dual:
    """value / √(mean_square + epsilon)."""
    return _dual(value) * rsqrt(_dual(mean_square) + epsilon)


@_silent
def softmax(value: Operand) -> Dual:
    """Softmax y over the rows; its slope is yᵢ·(xᵢ' − Σⱼ yⱼ·xⱼ')."""
    dual = _dual(value)
    result = numpy_arrays.softmax(dual.value)
    return Dual(result, result * (dual.slope - (result * dual.slope).sum(axis=1, keepdims=True)))


@_silent
def matvec(matrix: Operand, vector: Operand) -> Dual:
    """A matrix, row by row `[M·N, B]`, times a vector `[N, B]`."""
    left, right = _dual(matrix), _dual(vector)
    rows, columns = right.shape
    results = left.shape[0] // rows
    numbers = left.value.reshape(results, rows, columns)
    slopes = left.slope.reshape(len(left.slope), results, rows, columns)
    slope = (slopes * right.value + numbers * right.slope[:, None]).sum(axis=2)
    return Dual(numpy_arrays.matvec(left.value, right.value), slope)


def lerp(weight: Operand, zero: Operand, one: Operand) -> Dual:
    """(1 − z)·zero + z·one."""
    low, high = _dual(zero), _dual(one)
    return low + _dual(weight) * (high - low)


def tanh(value: Operand) -> Dual:
    """Hyperbolic tangent; its slope is 1 − tanh²."""
    dual = _dual(value)
    result = numpy_arrays.tanh(dual.value)
    return Dual(result, dual.slope * (1.0 - result * result))


def sigmoid(value: Operand) -> Dual:
    """Logistic function σ; its slope is σ·(1 − σ)."""
    dual = _dual(value)
    result = numpy_arrays.sigmoid(dual.value)
    return Dual(result, dual.slope * (result * (1.0 - result)))


def relu(value: Operand) -> Dual:
    """max(0, value); its slope is 1 above 0 and 0 elsewhere."""
    dual = _dual(value)
    return Dual(numpy_arrays.relu(dual.value), dual.slope * (dual.value > 0))


@_silent
def exp(value: Operand) -> Dual:
    """Exponential; its slope is itself."""
    dual = _dual(value)
    result = numpy_arrays.exp(dual.value)
    return Dual(result, dual.slope * result)


def softplus(value: Operand) -> Dual:
    """log(1 + e^value); its slope is the logistic function."""
    dual = _dual(value)
    return Dual(numpy_arrays.softplus(dual.value), dual.slope * numpy_arrays.sigmoid(dual.value))


def silu(value: Operand) -> Dual:
    """value · σ(value); its slope is σ·(1 + value·(1 − σ))."""
    dual = _dual(value)
    gate = numpy_arrays.sigmoid(dual.value)
    return Dual(numpy_arrays.silu(dual.value), dual.slope * (gate * (1.0 + dual.value * (1.0 - gate))))


@_silent
def gelu(value: Operand) -> Dual:
    """value · Φ(value); its slope is Φ(value) + value·φ(value), with the normal distribution's density φ."""
    from scipy.special import ndtr

    dual = _dual(value)
    density = np.exp(-0.5 * dual.value * dual.value) / np.sqrt(2 * np.pi)
    return Dual(numpy_arrays.gelu(dual.value), dual.slope * (ndtr(dual.value) + dual.value * density))


def absolute(value: Operand) -> Dual:
    """|value|; its slope is −1 below 0 and 1 elsewhere."""
    dual = _dual(value)
    return Dual(np.abs(dual.value), dual.slope * np.where(dual.value < 0, -1.0, 1.0))


@_silent
def square(value: Operand) -> Dual:
    """value²; its slope is 2·value."""
    dual = _dual(value)
    return Dual(numpy_arrays.square(dual.value), dual.slope * (2.0 * dual.value))


@_silent
def reciprocal(value: Operand) -> Dual:
    """1 / value; its slope is −1 / value²."""
    dual = _dual(value)
    result = numpy_arrays.reciprocal(dual.value)
    return Dual(result, dual.slope * (-result * result))


@_silent
def rsqrt(value: Operand) -> Dual:
    """1 / √value; its slope is −value^(−3/2) / 2."""
    dual = _dual(value)
    result = numpy_arrays.rsqrt(dual.value)
    return Dual(result, dual.slope * (-0.5 * result * result * result))


def stored(value: Dual) -> Dual:
    """The value itself: storage is exact here."""
    return value


def _dual(value: Operand) -> Dual:
    """The value itself; an array as a quantity that depends on no variable."""
    return value if isinstance(value, Dual) else known(np.asarray(value))


def _chosen(function: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]], left: Dual, right: Dual) -> Dual:
    """The larger or the smaller one."""
    result = function(left.value, right.value)
    share = 0.5 * (1.0 + (result == left.value) - (result == right.value))
    return Dual(result, left.slope * share + right.slope * (1.0 - share))

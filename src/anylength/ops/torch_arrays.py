"""Interpreter of `Ops` over PyTorch tensors `[rows, B]`. Needs PyTorch: only what has PyTorch imports it.

Values keep their float type. Known numbers go to PyTorch's default device: `with torch.device(…)` sets it.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def constant(value: Any, columns: int) -> Tensor:
    """Known numbers `[rows]` in each of the columns."""
    return torch.as_tensor(value)[:, None].expand(-1, columns)


def tensor(value: Tensor, columns: int) -> Tensor:
    """A vector of weights `[rows]` in each of the columns."""
    return value[:, None].expand(-1, columns)


def take(value: Tensor, rows: Sequence[int]) -> Tensor:
    """The rows with these numbers."""
    return value[list(rows)]


def concatenate(values: Sequence[Tensor]) -> Tensor:
    """Values stacked along the rows."""
    return torch.cat(list(values))


def matmul(weight: Tensor, value: Tensor) -> Tensor:
    """Weight `[M, N]` times value `[N, B]`."""
    return weight @ value


def scale(value: Tensor, factor: float) -> Tensor:
    """A known number times the value."""
    return factor * value


def maximum(left: Tensor, right: Any) -> Tensor:
    """The larger one, elementwise."""
    return torch.maximum(left, _like(left, right))


def minimum(left: Tensor, right: Any) -> Tensor:
    """The smaller one, elementwise."""
    return torch.minimum(left, _like(left, right))


def mean(value: Tensor) -> Tensor:
    """The mean of the rows: one row."""
    return value.mean(0, keepdim=True)


def center(value: Tensor) -> Tensor:
    """Each row minus the mean of the rows."""
    return value - mean(value)


def mean_square(value: Tensor) -> Tensor:
    """The mean of the squares of the rows: one row."""
    return mean(value * value)


def normalize(value: Tensor, mean_square: Tensor, epsilon: float) -> Tensor:
    """value / √(mean_square + epsilon), for the mean square of this value."""
    return value / torch.sqrt(mean_square + epsilon)


def softmax(value: Tensor) -> Tensor:
    """e^xᵢ / Σⱼ e^xⱼ over the rows, from differences to the largest row, which cannot overflow."""
    return torch.softmax(value, 0)


def matvec(matrix: Tensor, vector: Tensor) -> Tensor:
    """A matrix, row by row `[M·N, B]`, times a vector `[N, B]`."""
    return (matrix.reshape(-1, vector.shape[0], matrix.shape[1]) * vector).sum(1)


def lerp(weight: Tensor, zero: Tensor, one: Tensor) -> Tensor:
    """(1 − weight)·zero + weight·one, elementwise, for weight in [0, 1]."""
    return zero + weight * (one - zero)


def tanh(value: Tensor) -> Tensor:
    """Hyperbolic tangent, elementwise."""
    return torch.tanh(value)


def sigmoid(value: Tensor) -> Tensor:
    """Logistic function, elementwise."""
    return torch.sigmoid(value)


def relu(value: Tensor) -> Tensor:
    """max(0, value), elementwise."""
    return torch.relu(value)


def exp(value: Tensor) -> Tensor:
    """Exponential, elementwise."""
    return torch.exp(value)


def softplus(value: Tensor) -> Tensor:
    """log(1 + e^value), elementwise."""
    return torch.logaddexp(value, torch.zeros_like(value))


def silu(value: Tensor) -> Tensor:
    """value · σ(value), elementwise."""
    return functional.silu(value)


def gelu(value: Tensor) -> Tensor:
    """value · Φ(value), elementwise: the form with the error function."""
    return functional.gelu(value)


def absolute(value: Any) -> Any:
    """|value|, elementwise; also of a number."""
    return abs(value)


def square(value: Tensor) -> Tensor:
    """value², elementwise."""
    return value * value


def reciprocal(value: Tensor) -> Tensor:
    """1 / value, elementwise."""
    return torch.reciprocal(value)


def rsqrt(value: Tensor) -> Tensor:
    """1 / √value, elementwise."""
    return torch.rsqrt(value)


def stored(value: Tensor) -> Tensor:
    """The value itself: storage is exact here."""
    return value


def _like(value: Tensor, other: Any) -> Tensor:
    """A tensor as it is; a number in every entry of the value's shape."""
    return other if isinstance(other, Tensor) else torch.full_like(value, other)

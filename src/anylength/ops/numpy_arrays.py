"""Interpreter of `Ops` over numpy arrays `[rows, B]`: the one that searches, without compilation.

Values keep their float type. Over float32 columns the results agree with `jax_arrays` up to rounding.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def matmul(weight: NDArray[np.floating], value: NDArray[np.floating]) -> NDArray[np.floating]:
    """Weight `[M, N]` times value `[N, B]`."""
    return weight @ value


def tanh(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """Hyperbolic tangent, elementwise."""
    return np.tanh(value)


def sigmoid(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """Logistic function, elementwise: (1 + tanh(x / 2)) / 2, which cannot overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * value)


def lerp(weight: NDArray[np.floating], zero: NDArray[np.floating], one: NDArray[np.floating]) -> NDArray[np.floating]:
    """(1 − weight)·zero + weight·one, elementwise, for weight in [0, 1]."""
    return zero + weight * (one - zero)


def relu(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """max(0, value), elementwise."""
    return np.maximum(value, 0)


def stored(value: NDArray[np.floating]) -> NDArray[np.floating]:
    """The value itself: storage is exact here."""
    return value


def concatenate(values: Sequence[NDArray[np.floating]]) -> NDArray[np.floating]:
    """Values stacked along the rows."""
    return np.concatenate(values)

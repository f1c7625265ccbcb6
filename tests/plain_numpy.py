"""An interpreter of `Ops` over plain numpy, written again as an oracle: a cell's step without JAX."""

import numpy as np

matmul = np.matmul
tanh = np.tanh
concatenate = np.concatenate
exp = np.exp
absolute = np.abs
reciprocal = np.reciprocal


def sigmoid(value: np.ndarray) -> np.ndarray:
    """Logistic function, elementwise."""
    return 1 / (1 + np.exp(-value))


def lerp(weight: np.ndarray, zero: np.ndarray, one: np.ndarray) -> np.ndarray:
    """(1 − weight)·zero + weight·one, elementwise."""
    return (1 - weight) * zero + weight * one


def relu(value: np.ndarray) -> np.ndarray:
    """max(0, value), elementwise."""
    return np.where(value > 0, value, 0 * value)


def stored(value: np.ndarray) -> np.ndarray:
    """The value itself."""
    return value


def softplus(value: np.ndarray) -> np.ndarray:
    """log(1 + e^value), elementwise."""
    return np.logaddexp(0, value)


def silu(value: np.ndarray) -> np.ndarray:
    """value · σ(value), elementwise."""
    return value * sigmoid(value)


def scale(value: np.ndarray, factor: float) -> np.ndarray:
    """factor · value."""
    return factor * value


def take(value: np.ndarray, rows: list[int]) -> np.ndarray:
    """The rows with these numbers."""
    return value[np.array(rows)]


def tensor(value: np.ndarray, columns: int) -> np.ndarray:
    """A vector in each of the columns."""
    return np.repeat(value[:, None], columns, axis=1)


def mean_square(value: np.ndarray) -> np.ndarray:
    """The mean of the squares of the rows."""
    return (value**2).mean(axis=0, keepdims=True)


def normalize(value: np.ndarray, mean_square: np.ndarray, epsilon: float) -> np.ndarray:
    """value / √(mean_square + epsilon)."""
    return value / np.sqrt(mean_square + epsilon)


def matvec(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """A matrix, row by row, times a vector, column by column of the batch."""
    return np.stack([m.reshape(-1, len(v)) @ v for m, v in zip(matrix.T, vector.T, strict=True)], axis=1)

"""An interpreter of `Ops` over plain numpy, written again as an oracle: a cell's step without JAX."""

import numpy as np

matmul = np.matmul
tanh = np.tanh
concatenate = np.concatenate


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

"""The vocabulary of operations read over plain numpy: a cell's step with no JAX in it, as an oracle."""

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

"""An interpreter of `Ops` over float32 arrays that errs wherever the rounding model of the certificate lets a machine err.

Sums are made in a random order, with or without fused multiply-add. Subnormal numbers are kept or flushed to zero. Functions err by
nearly as much as the model allows, with random signs. Weights are stored in a format before the machine gets them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import erf, expit

LARGE = 0.85
"""The share of the allowed error that a function makes: the float32 rounding of the result comes on top."""


def single(value: Any) -> np.ndarray:
    """Rounded to float32."""
    return np.asarray(value, np.float64).astype(np.float32)


@dataclass(frozen=True)
class Float32Machine:
    """One machine: all its choices are drawn from `rng`. `store` rounds an array to the storage format."""

    rng: np.random.Generator
    store: Callable[[np.ndarray], np.ndarray] = single

    def flushed(self, value: np.ndarray) -> np.ndarray:
        """Some subnormal numbers become zero."""
        drop = (np.abs(value) < 2.0**-126) & (self.rng.random(value.shape) < 0.5)
        return np.where(drop, np.float32(0), value)

    def constant(self, value: Any, columns: int) -> np.ndarray:
        return np.tile(self.flushed(single(value))[:, None], (1, columns))

    def tensor(self, value: Any, columns: int) -> np.ndarray:
        return np.tile(self.store(single(value))[:, None], (1, columns))

    def take(self, value: np.ndarray, rows: Sequence[int]) -> np.ndarray:
        return value[list(rows)]

    def concatenate(self, values: Sequence[np.ndarray]) -> np.ndarray:
        return np.concatenate(values)

    def stored(self, value: np.ndarray) -> np.ndarray:
        return self.store(value) if self.rng.random() < 0.5 else value

    def _sum(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Σ over axis 0 of the products, in a random order; some products are rounded first."""
        total = np.zeros(left.shape[1:], np.float32)
        for k in self.rng.permutation(len(left)):
            product = left[k].astype(np.float64) * right[k]
            if self.rng.random() < 0.5:
                product = self.flushed(single(product))
            total = self.flushed(single(total + product))
        return total

    def matmul(self, weight: np.ndarray, value: np.ndarray) -> np.ndarray:
        stored = self.store(single(weight))
        return self._sum(stored.T[:, :, None], value[:, None, :])

    def matvec(self, matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
        by_row = matrix.reshape(-1, *vector.shape)
        return self._sum(by_row.swapaxes(0, 1), vector[:, None])

    def _mean(self, total: np.ndarray, rows: int) -> np.ndarray:
        if self.rng.random() < 0.5:
            return self.flushed(single(total.astype(np.float64) * self._quotient(np.ones_like(total), rows)))[None]
        return self._quotient(total, rows)[None]

    def _quotient(self, left: np.ndarray, right: Any) -> np.ndarray:
        """left / right, which errs by nearly 2^-22 relatively."""
        exact = left.astype(np.float64) / right
        return self._errs(exact, 0.8 * 2.0**-22 * np.abs(exact))

    def mean(self, value: np.ndarray) -> np.ndarray:
        return self._mean(self._sum(value, np.ones_like(value)), len(value))

    def center(self, value: np.ndarray) -> np.ndarray:
        return self.flushed(value - self.mean(value))

    def mean_square(self, value: np.ndarray) -> np.ndarray:
        return self._mean(self._sum(value, value), len(value))

    def normalize(self, value: np.ndarray, mean_square: np.ndarray, epsilon: float) -> np.ndarray:
        total = mean_square + self.flushed(single(epsilon))
        if self.rng.random() < 0.5:
            return self.flushed(value * self.rsqrt(total))
        root = np.sqrt(total.astype(np.float64))
        return self._quotient(value, self._errs(root, 0.8 * 2.0**-22 * root))

    def softmax(self, value: np.ndarray) -> np.ndarray:
        powers = self.exp(value - value.max(axis=0))
        return self._quotient(powers, self._sum(powers, np.ones_like(powers)))

    def scale(self, value: np.ndarray, factor: float) -> np.ndarray:
        return self.flushed(value * self.flushed(single(factor)))

    def lerp(self, weight: np.ndarray, zero: np.ndarray, one: np.ndarray) -> np.ndarray:
        formula = self.rng.integers(3)
        if formula == 0:
            return (1 - weight) * zero + weight * one
        return zero + weight * (one - zero) if formula == 1 else zero - weight * zero + weight * one

    def _errs(self, exact: np.ndarray, most: Any) -> np.ndarray:
        """The exact value, with an error of `LARGE` times the most that is allowed."""
        signs = self.rng.choice([-1.0, 1.0], exact.shape)
        return self.flushed(single(exact + LARGE * signs * most))

    def tanh(self, value: np.ndarray) -> np.ndarray:
        return self._errs(np.tanh(value.astype(np.float64)), 2.0**-20)

    def sigmoid(self, value: np.ndarray) -> np.ndarray:
        return self._errs(expit(value.astype(np.float64)), 2.0**-21)

    def exp(self, value: np.ndarray) -> np.ndarray:
        exact = np.exp(value.astype(np.float64))
        return self._errs(exact, 2.0**-20 * exact)

    def softplus(self, value: np.ndarray) -> np.ndarray:
        x = value.astype(np.float64)
        return self._errs(np.logaddexp(0, x), 2.0**-20 * (1 + np.abs(x)))

    def silu(self, value: np.ndarray) -> np.ndarray:
        x = value.astype(np.float64)
        return self._errs(x * expit(x), 2.0**-20 * np.abs(x))

    def gelu(self, value: np.ndarray) -> np.ndarray:
        x = value.astype(np.float64)
        return self._errs(x * (1 + erf(x / np.sqrt(2))) / 2, 2.0**-20 * np.abs(x))

    def reciprocal(self, value: np.ndarray) -> np.ndarray:
        exact = 1 / value.astype(np.float64)
        return self._errs(exact, 0.7 * 2.0**-22 * np.abs(exact))

    def rsqrt(self, value: np.ndarray) -> np.ndarray:
        exact = 1 / np.sqrt(value.astype(np.float64))
        return self._errs(exact, 2.0**-20 * exact)

    def relu(self, value: np.ndarray) -> np.ndarray:
        return np.maximum(value, 0)

    def absolute(self, value: np.ndarray) -> np.ndarray:
        return np.abs(value)

    def square(self, value: np.ndarray) -> np.ndarray:
        return self.flushed(value * value)

    def maximum(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return np.maximum(left, right)

    def minimum(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return np.minimum(left, right)

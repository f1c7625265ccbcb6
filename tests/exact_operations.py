"""An interpreter of `Ops` over numbers of 300 bits, an oracle for ranges and slopes. Values are arrays `[rows, B]` of `mpfr`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import gmpy2
import numpy as np

Exact = np.ndarray
"""An array of objects."""


@contextmanager
def precise() -> Iterator[None]:
    """Numbers of 300 bits, and exponents that nothing here leaves."""
    with gmpy2.context(gmpy2.get_context(), precision=300, emin=-(2**60), emax=2**60):
        yield


def exact(value: Any) -> Exact:
    """float64 numbers, exactly."""
    return np.frompyfunc(lambda number: gmpy2.mpfr(float(number)), 1, 1)(np.asarray(value, np.float64))


def _by_row(function: Callable[[Any], Any]) -> Callable[[Exact], Exact]:
    return np.frompyfunc(function, 1, 1)


def _normal(x: Any) -> Any:
    return gmpy2.erfc(-x / gmpy2.sqrt(gmpy2.mpfr(2))) / 2


def _logistic(x: Any) -> Any:
    return 1 / (1 + gmpy2.exp(-x))


tanh = _by_row(gmpy2.tanh)
sigmoid = _by_row(_logistic)
relu = _by_row(lambda x: max(x, gmpy2.mpfr(0)))
exp = _by_row(gmpy2.exp)
softplus = _by_row(lambda x: max(x, gmpy2.mpfr(0)) + gmpy2.log1p(gmpy2.exp(-abs(x))))
silu = _by_row(lambda x: x * _logistic(x))
gelu = _by_row(lambda x: x * _normal(x))
absolute = _by_row(abs)
square = _by_row(lambda x: x * x)
reciprocal = _by_row(lambda x: 1 / x)
rsqrt = _by_row(lambda x: 1 / gmpy2.sqrt(x))
maximum = np.frompyfunc(max, 2, 1)
minimum = np.frompyfunc(min, 2, 1)


def constant(value: Any, columns: int) -> Exact:
    return exact(np.tile(np.asarray(value, np.float64)[:, None], (1, columns)))


tensor = constant


def take(value: Exact, rows: Sequence[int]) -> Exact:
    return value[list(rows)]


def concatenate(values: Sequence[Exact]) -> Exact:
    return np.concatenate(values)


def stored(value: Exact) -> Exact:
    return value


def matmul(weight: Any, value: Exact) -> Exact:
    return exact(weight) @ value


def matvec(matrix: Exact, vector: Exact) -> Exact:
    return (matrix.reshape(-1, *vector.shape) * vector).sum(axis=1)


def scale(value: Exact, factor: float) -> Exact:
    return value * gmpy2.mpfr(factor)


def mean(value: Exact) -> Exact:
    return value.sum(axis=0)[None] / len(value)


def center(value: Exact) -> Exact:
    return value - mean(value)


def mean_square(value: Exact) -> Exact:
    return mean(value * value)


def normalize(value: Exact, mean_square: Exact, epsilon: float) -> Exact:
    return value * rsqrt(mean_square + gmpy2.mpfr(epsilon))


def softmax(value: Exact) -> Exact:
    powers = exp(value - value.max(axis=0))
    return powers / powers.sum(axis=0)


def lerp(weight: Exact, zero: Exact, one: Exact) -> Exact:
    return (1 - weight) * zero + weight * one

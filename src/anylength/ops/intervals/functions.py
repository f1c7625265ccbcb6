"""Increasing functions of one row. They are computed at both ends; each end allows for the library's error."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.ops.intervals.interval import FUNCTION_ERROR, Interval, above, below

SOFTPLUS_ERROR = 4 * FUNCTION_ERROR
"""Relative error allowed to max(x, 0) + log1p(e^−|x|). The exponential, log1p and the sum err in turn. A relative error of log1p's
argument becomes no larger one of its result, and both terms of the sum are ≥ 0."""


def tanh(value: Interval) -> Interval:
    """Hyperbolic tangent. Its values lie in [−1, 1]."""
    return _increasing(np.tanh, value, -1.0, 1.0)


def sigmoid(value: Interval) -> Interval:
    """Logistic function. Its values lie in [0, 1]."""
    from scipy.special import expit

    return _increasing(expit, value, 0.0, 1.0)


def exp(value: Interval) -> Interval:
    """Exponential. Its values are at least 0. It may overflow to ∞."""
    with np.errstate(over="ignore"):
        return _increasing(np.exp, value, 0.0, np.inf)


def softplus(value: Interval) -> Interval:
    """log(1 + e^value). Its values are at least 0."""
    return _increasing(_softplus, value, 0.0, np.inf, SOFTPLUS_ERROR)


def _softplus(value: NDArray[Any]) -> NDArray[Any]:
    return np.maximum(value, 0.0) + np.log1p(np.exp(-np.abs(value)))


def _increasing(
    function: Callable[[NDArray[Any]], NDArray[Any]], value: Interval, least: float, largest: float, error: float = FUNCTION_ERROR
) -> Interval:
    """The range of an increasing function with values in [least, largest], computed with at most this relative error."""
    low, high = below(function(value.low), error), above(function(value.high), error)
    return Interval(np.maximum(low, least), np.minimum(high, largest))

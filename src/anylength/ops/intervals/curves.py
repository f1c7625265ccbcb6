"""Functions with a lowest or a highest point: silu and gelu, and their derivatives.

Between two ends such a function has its extremes at the ends, or at its lowest or highest point if that lies between them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.ops.intervals.interval import FUNCTION_ERROR, Interval, around

SILU_END, GELU_END = 1000.0, 40.0
"""Below −1000 silu, and below −40 gelu, lie between −2⁻¹⁰⁰⁰ and 0. There the derivatives are as close to 0, and beyond 1000 and 40
to 1."""

VALUE_ERROR = 2 * FUNCTION_ERROR
"""Error allowed to a computed silu or gelu, as a multiple of |x|. σ(x) or Φ(x) errs by at most half of that. The product rounds.
The argument x/√2 of erf has a relative error of 2u, which becomes a relative error of erf of at most 2u."""

DERIVATIVE_ERROR = 8 * FUNCTION_ERROR
"""Absolute error allowed to a computed derivative of silu or gelu. In σ(x) + x·σ(x)·σ(−x) and in Φ(x) + x·φ(x) both terms are at
most 1.1. At most three of their factors err by `FUNCTION_ERROR`."""


@dataclass(frozen=True)
class Extreme:
    """The lowest or highest point of a function: it lies between left and right, and `bound` bounds its value."""

    left: float
    right: float
    bound: float


SILU_LOWEST = Extreme(-1.27846454276108, -1.27846454276107, -0.27846454276108)
"""At −1.278464542761073795…, where silu is −0.278464542761073795…"""

GELU_LOWEST = Extreme(-0.751791524693565, -0.751791524693564, -0.169971207479904)
"""At −0.751791524693564457…, where gelu is −0.169971207479903661…"""

SILU_DERIVATIVE_LOWEST = Extreme(-2.39935728051547, -2.39935728051546, -0.0998393201288670)
SILU_DERIVATIVE_HIGHEST = Extreme(2.39935728051546, 2.39935728051547, 1.0998393201288670)
"""At ±2.39935728051546766…, where the derivative of silu is 1.09983932012886691… and −0.0998393201288669169…"""

GELU_DERIVATIVE_LOWEST = Extreme(-1.4142135623731, -1.4142135623730, -0.128904145185155)
GELU_DERIVATIVE_HIGHEST = Extreme(1.4142135623730, 1.4142135623731, 1.128904145185155)
"""At ±√2, where the derivative of gelu is 1.12890414518515478… and −0.128904145185154786…"""


def silu(value: Interval) -> Interval:
    """value · σ(value). It decreases up to its lowest point, and increases from there."""
    return _range(value, _silu, SILU_LOWEST)


def gelu(value: Interval) -> Interval:
    """value · Φ(value). It decreases up to its lowest point, and increases from there."""
    return _range(value, _gelu, GELU_LOWEST)


def silu_derivative(value: Interval) -> Interval:
    """σ(x)·(1 + x·σ(−x)). It increases between its lowest and its highest point, and decreases elsewhere."""
    return _range(value, _silu_derivative, SILU_DERIVATIVE_LOWEST, SILU_DERIVATIVE_HIGHEST)


def gelu_derivative(value: Interval) -> Interval:
    """Φ(x) + x·φ(x). It increases between its lowest and its highest point, and decreases elsewhere."""
    return _range(value, _gelu_derivative, GELU_DERIVATIVE_LOWEST, GELU_DERIVATIVE_HIGHEST)


def _range(
    value: Interval, function: Callable[[NDArray[Any]], Interval], lowest: Extreme, highest: Extreme | None = None
) -> Interval:
    """The hull of the function's values at both ends and at those of its extremes that the interval may contain."""
    hull = function(value.low).hull(function(value.high))
    low = np.where(_may_contain(value, lowest), np.minimum(hull.low, lowest.bound), hull.low)
    if highest is None:
        return Interval(low, hull.high)
    return Interval(low, np.where(_may_contain(value, highest), np.maximum(hull.high, highest.bound), hull.high))


def _may_contain(value: Interval, extreme: Extreme) -> NDArray[np.bool_]:
    return (value.low <= extreme.right) & (extreme.left <= value.high)


def _silu(value: NDArray[Any]) -> Interval:
    from scipy.special import expit

    x = np.maximum(value, -SILU_END)
    return around(x * expit(x), relative_error=VALUE_ERROR)


def _gelu(value: NDArray[Any]) -> Interval:
    from scipy.special import erf

    x = np.maximum(value, -GELU_END)
    finite = np.minimum(np.abs(x), np.finfo(np.float64).max)
    return around(x * (0.5 + 0.5 * erf(x * np.sqrt(0.5))), error=VALUE_ERROR * finite)


def _silu_derivative(value: NDArray[Any]) -> Interval:
    from scipy.special import expit

    x = np.clip(value, -SILU_END, SILU_END)
    return around(expit(x) * (1 + x * expit(-x)), error=DERIVATIVE_ERROR)


def _gelu_derivative(value: NDArray[Any]) -> Interval:
    from scipy.special import erf

    x = np.clip(value, -GELU_END, GELU_END)
    density = np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
    return around(0.5 + 0.5 * erf(x * np.sqrt(0.5)) + x * density, error=DERIVATIVE_ERROR)

"""Interpreter of `Ops` over arrays of closed float64 intervals, always rounded outward: the one that proofs use. No JAX.

Contract: the results of all real numbers between the arguments' ends lie between the result's ends. Every comparison with a NaN is
false, so a NaN proves nothing. Where an operation is not defined for all numbers between the ends, the result has no bound: its
ends are −∞ and ∞.

Assumptions about the machine:

- +, −, ×, ÷ and the square root are IEEE 754 float64 operations that round to nearest.
- Sums of products may be computed in any order, with or without fused multiply-add.
- `numpy.tanh`, `numpy.exp`, `numpy.log1p`, `scipy.special.expit` and `scipy.special.erf` err by at most 16 units in the last place.

The independent checker repeats every proof in exact integers, without these assumptions.
"""

from anylength.ops.intervals.curves import gelu, gelu_derivative, silu, silu_derivative
from anylength.ops.intervals.elementwise import absolute, lerp, maximum, minimum, reciprocal, relu, rsqrt, scale, square
from anylength.ops.intervals.functions import exp, sigmoid, softplus, tanh
from anylength.ops.intervals.interval import FUNCTION_ERROR, UNDERFLOW, UNIT_ROUNDOFF, Interval
from anylength.ops.intervals.rows import concatenate, constant, stored, take, tensor
from anylength.ops.intervals.shares import normalize, softmax
from anylength.ops.intervals.sums import (
    EXTRA_TERMS,
    GAMMA_FACTOR,
    center,
    matmul,
    matmul_of_intervals,
    matvec,
    mean,
    mean_square,
    total,
)

__all__ = [
    "Interval", "UNIT_ROUNDOFF", "UNDERFLOW", "FUNCTION_ERROR", "GAMMA_FACTOR", "EXTRA_TERMS",
    "constant", "tensor", "take", "concatenate", "stored",
    "matmul", "matmul_of_intervals", "matvec", "total", "mean", "center", "mean_square", "normalize", "softmax",
    "scale", "maximum", "minimum", "absolute", "square", "reciprocal", "rsqrt", "lerp",
    "tanh", "sigmoid", "relu", "exp", "softplus", "silu", "silu_derivative", "gelu", "gelu_derivative",
]  # fmt: skip

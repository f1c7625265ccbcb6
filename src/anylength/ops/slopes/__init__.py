"""Interpreter of `Ops` over values with slopes: forward-mode differentiation in outward-rounded intervals.

A `Slope` bounds a quantity for all y in [−1, 1]^m: one interval for its value and one for each partial derivative. By the mean
value theorem, f(c + G·y) lies in f(c) + f'·y, where f' is the slope that this interpreter computes for the value c + G·[−1, 1] and
the slope G. A rectifier has no derivative at 0. Its slope there is the interval [0, 1] (its Clarke derivative), with which the
theorem holds for every Lipschitz function. The same goes for |x|, the larger and the smaller of two values.
"""

from anylength.ops.slopes.functions import (
    absolute,
    exp,
    gelu,
    lerp,
    maximum,
    minimum,
    reciprocal,
    relu,
    rsqrt,
    sigmoid,
    silu,
    softplus,
    square,
    tanh,
)
from anylength.ops.slopes.linear import center, concatenate, constant, matmul, matvec, mean, scale, stored, take, tensor
from anylength.ops.slopes.shares import mean_square, normalize, softmax
from anylength.ops.slopes.slope import Slope

__all__ = [
    "Slope",
    "constant", "tensor", "take", "concatenate", "stored",
    "matmul", "matvec", "mean", "center", "mean_square", "normalize", "softmax",
    "scale", "maximum", "minimum", "absolute", "square", "reciprocal", "rsqrt", "lerp",
    "tanh", "sigmoid", "relu", "exp", "softplus", "silu", "gelu",
]  # fmt: skip

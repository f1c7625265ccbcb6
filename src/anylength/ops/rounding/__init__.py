"""Interpreter of `Ops` over bounds on rounding errors: how far a computed step may be from the exact step.

The error model is the one of `docs/certificate.md`:

- Products and sums are float32, in any order, with or without fused multiply-add. Subnormal numbers are kept or flushed to zero.
- tanh and the logistic function err by at most the bounds in `FunctionErrors`, the other functions by the constants in `model`.
- Weights, states and logits are stored in a `Format`, which may be coarser than float32. A row of the new state from which the same
  step computes another row (an LSTM's c', from which it computes h') is read either before or after it is stored.

The interpreter is an object `Rounding(number_format)`. A value has one column for each symbol. Beside the bounds it carries the
range of the exact value, which `intervals` computes; `Rounded.within` narrows it to what the caller knows. Where a rule does not
apply, for example to a reciprocal near 0, the error is infinite: the format is then not covered.

The bounds themselves are computed in float64. Whoever compares a bound with a limit first multiplies it by `SAFETY_FACTOR`. Callers
silence numpy's warnings about infinite bounds.
"""

from anylength.ops.rounding.functions import (
    absolute,
    exp,
    gelu,
    lerp,
    maximum,
    minimum,
    reciprocal,
    relu,
    rsqrt,
    scale,
    sigmoid,
    silu,
    softplus,
    square,
    tanh,
)
from anylength.ops.rounding.interpreter import Rounding
from anylength.ops.rounding.model import (
    LARGEST_FUNCTION_VALUE,
    LARGEST_SIZE,
    LERP_FLUSHES,
    LERP_ROUNDINGS,
    MODEL_ERRORS,
    SAFETY_FACTOR,
    SMALLEST_NORMAL,
    UNIT_ROUNDOFF,
    Format,
    FunctionErrors,
)
from anylength.ops.rounding.rounded import Rounded
from anylength.ops.rounding.rows import concatenate, encoded_symbols, stored, stored_state, take
from anylength.ops.rounding.shares import normalize, softmax
from anylength.ops.rounding.sums import center, matmul, matvec, mean, mean_square

__all__ = [
    "Rounding", "Rounded", "Format", "FunctionErrors", "MODEL_ERRORS", "SAFETY_FACTOR",
    "UNIT_ROUNDOFF", "SMALLEST_NORMAL", "LARGEST_SIZE", "LARGEST_FUNCTION_VALUE", "LERP_ROUNDINGS", "LERP_FLUSHES",
    "stored_state", "encoded_symbols", "take", "concatenate", "stored",
    "matmul", "matvec", "mean", "center", "mean_square", "normalize", "softmax",
    "scale", "maximum", "minimum", "absolute", "square", "reciprocal", "rsqrt", "lerp",
    "tanh", "sigmoid", "relu", "exp", "softplus", "silu", "gelu",
]  # fmt: skip

"""Interpreter of `Ops` over bounds on rounding errors: how far a computed step may be from the exact step.

The error model is the one of `docs/reference/certificate-formats.md`:

- Products and sums are float32, in any order, with or without fused multiply-add. Subnormal numbers are kept or flushed to zero.
- tanh and the logistic function err by at most the bounds in `FunctionErrors`, the other functions by the constants in `model`.
- Weights, states and logits are stored in a `Format`, which may be coarser than float32. A row of the new state from which the same
  step computes another row (an LSTM's c', from which it computes h') is read either before or after it is stored.

The interpreter is an object `Rounding(number_format)`. A value has one column for each symbol. Beside the bounds it carries the
range of the exact value, which `intervals` computes; `Rounded.within` narrows it to what the caller knows. Where a rule does not
apply, for example to a reciprocal near 0, the error is infinite: the format is then not covered.

The bounds themselves are computed in float64. Whoever compares a bound with a limit first multiplies it by `SAFETY_FACTOR`. Callers
silence numpy's warnings about infinite bounds. Which formats a proof covers, the independent checker decides, by the same model.
"""

from anylength.ops.rounding.interpreter import Rounding
from anylength.ops.rounding.model import MODEL_ERRORS, SAFETY_FACTOR, Format, FunctionErrors
from anylength.ops.rounding.rounded import Rounded

__all__ = ["MODEL_ERRORS", "SAFETY_FACTOR", "Format", "FunctionErrors", "Rounded", "Rounding"]

"""The error model: number formats, and the largest errors of the machine's operations (docs/reference/certificate-formats.md)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAFETY_FACTOR = 1 + 1e-9
"""Factor that covers the float64 roundings made while a bound is computed. A bound is a few sums in a row, of non-negative numbers
and of at most 4,096 terms each. Their roundings (2⁻⁵³ ≈ 1.1·10⁻¹⁶ per term) add up to less than 10⁻¹¹, so 10⁻⁹ is ample."""

UNIT_ROUNDOFF = 2.0**-24
"""u: the largest relative error of one float32 operation that rounds to nearest."""

SMALLEST_NORMAL = 2.0**-126
"""τ: the smallest normal float32 number. Flushing a subnormal number to zero errs by at most this."""

LARGEST_SIZE = 2.0**100
"""Largest size of a row. Larger rows are not covered: float32 overflows at 2¹²⁸, and a sum of them might."""

LARGEST_FUNCTION_VALUE = 1 + 2.0**-20
"""Bounds every computed value of tanh and of the logistic function: 1 plus the largest error in `MODEL_ERRORS`."""

FUNCTION_ERROR = 2.0**-20
"""Error of the exponential and of 1/√x (relative), of softplus (as a multiple of 1 + |x|), and of silu and gelu (of |x|)."""

DIVISION_ERROR = 2.0**-22
"""Relative error of a quotient, such as 1/x, and of a square root: four units of roundoff, as of a reciprocal and a product."""

SILU_SLOPE, GELU_SLOPE = 1.1, 1.13
"""Bounds on the slopes of silu (at most 1.0999) and of gelu (at most 1.1290)."""

LERP_ROUNDINGS = 7
"""Roundings of `lerp`, in units of u·(|a| + |b|). It bounds the three usual formulas (`docs/reference/certificate-formats.md`)."""

LERP_FLUSHES = 16
"""Flushes to zero of `lerp`, in units of `SMALLEST_NORMAL`. It bounds each of the three usual formulas."""

MEAN_ROUNDINGS = 6
"""Roundings of the division of a sum by n, in units of u. A quotient errs by 4u; a product with a computed 1/n by less than 6u."""


@dataclass(frozen=True)
class FunctionErrors:
    """The largest absolute error of a computed tanh and of a computed logistic function. The defaults are the certificate's model.

    Attributes:
        tanh: 2⁻²⁰ is 8 units in the last place of 1. XLA was measured at 4.9 to 6.9 units.
        sigmoid: 2⁻²¹ is 4 units in the last place of 1.
    """

    tanh: float = 2.0**-20
    sigmoid: float = 2.0**-21


MODEL_ERRORS = FunctionErrors()
"""The function errors that a certificate assumes."""


@dataclass(frozen=True)
class Format:
    """A storage format, and the other errors of a runtime.

    Storing a number x errs by at most `relative_error`·|x| + `absolute_error`, and storing a weight that it holds by nothing.

    Attributes:
        relative_error: v in `docs/reference/certificate-formats.md`.
        absolute_error: t in `docs/reference/certificate-formats.md`.
        largest: The largest magnitude that the format is asked to hold.
        function_errors: The errors of tanh and of the logistic function.
        input_error: An extra error of each row of W_ih x. It covers imported nets whose W_ih x differs from ours before rounding.
    """

    relative_error: float
    absolute_error: float
    largest: float
    function_errors: FunctionErrors = MODEL_ERRORS
    input_error: float = 0.0

    @staticmethod
    def given_error(value: Any) -> Any:
        """Bounds |computed with − exact| of float32 numbers of a program: 0 but for subnormal ones, which may be flushed."""
        size = np.abs(value)
        return np.where((size > 0) & (size < SMALLEST_NORMAL), SMALLEST_NORMAL, 0.0)

    def storing_error(self, size: Any) -> Any:
        """Bounds |stored − computed| of numbers of at most these magnitudes."""
        return self.relative_error * size + self.absolute_error

    def weight_error(self, value: Any) -> NDArray[np.float64]:
        """Bounds |stored − exact| of float32 weights: 0 for those that the format holds exactly."""
        size = np.abs(np.asarray(value, np.float64))
        scaled = np.frexp(size)[0] / self.relative_error if self.relative_error else np.zeros_like(size)
        held = (size == 0) | ((size >= self.absolute_error) & (scaled == np.round(scaled)))
        return np.where(held, 0.0, self.storing_error(size))

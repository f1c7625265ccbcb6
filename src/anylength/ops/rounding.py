"""Interpreter of `Ops` over bounds on rounding errors: how far a computed step may be from the exact step.

The error model is the one of `docs/certificate.md`:

- Products and sums are float32, in any order, with or without fused multiply-add. Subnormal numbers are kept or flushed to zero.
- tanh and the logistic function err by at most the bounds in `FunctionErrors`.
- Weights, states and logits are stored in a `Format`, which may be coarser than float32. A row of the new state from which the same
  step computes another row (an LSTM's c', from which it computes h') is read either before or after it is stored.

A value has one column `[rows, 1]`, which bounds the columns of all symbols. The bounds themselves are computed in float64. Whoever
compares a bound with a limit first multiplies it by `SAFETY_FACTOR`.
"""

from collections.abc import Sequence
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

LARGEST_FUNCTION_VALUE = 1 + 2.0**-20
"""Bounds every computed value of tanh and of the logistic function: 1 plus the largest error in `MODEL_ERRORS`."""

LERP_ROUNDINGS = 6
"""Roundings of `lerp`, in units of u·(|a| + |b|). It bounds each of the three usual formulas (table in `docs/certificate.md`)."""

LERP_FLUSHES = 8
"""Flushes to zero of `lerp`, in units of `SMALLEST_NORMAL`. It bounds each of the three usual formulas."""


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

    Storing a number x errs by at most `relative_error`·|x| + `absolute_error`.

    Attributes:
        relative_error: v in `docs/certificate.md`.
        absolute_error: t in `docs/certificate.md`.
        largest: The largest magnitude that the format is asked to hold.
        function_errors: The errors of tanh and of the logistic function.
        input_error: An extra error of each row of W_ih x. It covers imported nets whose W_ih x differs from ours before rounding.
    """

    relative_error: float
    absolute_error: float
    largest: float
    function_errors: FunctionErrors = MODEL_ERRORS
    input_error: float = 0.0


@dataclass(frozen=True, eq=False)
class Rounded:
    """Bounds on a quantity `[rows, 1]`, row by row.

    A quantity is a finished value, or a sum whose terms the machine has yet to add in an unknown order.

    Attributes:
        number_format: How weights are stored.
        size: Finished value: bounds the magnitudes of the exact and of the computed value. Sum: bounds the sum of the magnitudes of
            its exact terms.
        error: Finished value: bounds |computed − exact|. Sum: bounds the sum of |computed − exact| over its terms, without the
            roundings of the sum itself.
        terms: Number of terms of the sum; 0 for a finished value.
    """

    number_format: Format
    size: NDArray[np.float64]
    error: NDArray[np.float64]
    terms: NDArray[np.float64]

    __array_ufunc__ = None  # type: ignore[assignment]  # numpy arrays on the left leave + and * to this class

    def __add__(self, other: "Operand") -> "Rounded":
        right = _as_rounded(self.number_format, other)
        size = self.size + right.size
        error = self.error + right.error
        # A finished value counts as one term.
        terms = np.maximum(self.terms, 1) + np.maximum(right.terms, 1)
        return Rounded(self.number_format, size, error, terms)

    __radd__ = __add__

    def __mul__(self, other: "Operand") -> "Rounded":
        left = self.finished()
        right = _as_rounded(self.number_format, other).finished()
        product = left.size * right.size
        error = left.error * right.size + left.size * right.error + UNIT_ROUNDOFF * product + SMALLEST_NORMAL
        size = product * (1 + UNIT_ROUNDOFF) + SMALLEST_NORMAL
        return _finished_value(self.number_format, size, error)

    __rmul__ = __mul__

    def __getitem__(self, rows: slice) -> "Rounded":
        return Rounded(self.number_format, self.size[rows], self.error[rows], self.terms[rows])

    def finished(self) -> "Rounded":
        """The value after the machine has made the sum.

        A sum of n terms errs by at most γ(n) = n·u / (1 − n·u) times the sum of its terms' magnitudes (Higham 2002, section 3.1).
        Each term and each partial sum may also be flushed to zero.
        """
        is_sum = self.terms > 0
        gamma = self.terms * UNIT_ROUNDOFF / (1 - self.terms * UNIT_ROUNDOFF)
        term_errors = self.error + 2 * self.terms * SMALLEST_NORMAL
        sum_error = term_errors + gamma * (self.size + term_errors)
        error = np.where(is_sum, sum_error, self.error)
        size = np.where(is_sum, self.size + sum_error, self.size)
        return _finished_value(self.number_format, size, error)

    def stored_error(self) -> NDArray[np.float64]:
        """Bounds |stored − exact| `[rows, 1]` after the finished value is stored in the format."""
        value = self.finished()
        return value.error + self.number_format.relative_error * value.size + self.number_format.absolute_error


@dataclass(frozen=True, eq=False)
class SymbolColumns:
    """All encoded symbols `[E, A]` at once. Each column has one 1 per tape, and zeros elsewhere."""

    number_format: Format
    table: NDArray[np.float64]


Operand = Rounded | NDArray[Any]


def stored_state(number_format: Format, state_bound: NDArray[np.float64]) -> Rounded:
    """Every stored state whose coordinates have magnitudes of at most `state_bound` `[D]`.

    The next step starts from the stored state, so the state's only error is a flush to zero.
    """
    size = state_bound[:, None]
    return _finished_value(number_format, size, np.full(size.shape, SMALLEST_NORMAL))


def matmul(weight: Any, value: Rounded | SymbolColumns) -> Rounded:
    """Stored weights `[M, N]` times N rows: in each of M rows a sum of N terms."""
    size = np.abs(np.asarray(weight, np.float64))
    rows, columns = size.shape
    terms = np.full((rows, 1), float(columns))
    if isinstance(value, SymbolColumns):
        return _matmul_symbols(size, value, terms)
    number_format = value.number_format
    factor = value.finished()
    storing = number_format.relative_error * size + number_format.absolute_error
    return Rounded(number_format, size @ factor.size, storing @ factor.size + size @ factor.error, terms)


def _matmul_symbols(size: NDArray[np.float64], symbols: SymbolColumns, terms: NDArray[np.float64]) -> Rounded:
    """Weights of magnitudes `size` times the symbols: in each row the bounds of the worst symbol."""
    number_format = symbols.number_format
    largest_sum = (size @ symbols.table).max(axis=1, keepdims=True)
    tapes = symbols.table.sum(axis=0).max()
    error = number_format.relative_error * largest_sum + number_format.absolute_error * tapes + number_format.input_error
    return Rounded(number_format, largest_sum + number_format.input_error, error, terms)


def tanh(value: Rounded) -> Rounded:
    """Hyperbolic tangent. Its slope is at most 1."""
    return _squashed(value, 1.0, value.number_format.function_errors.tanh)


def sigmoid(value: Rounded) -> Rounded:
    """Logistic function. Its slope is at most 1/4."""
    return _squashed(value, 0.25, value.number_format.function_errors.sigmoid)


def relu(value: Rounded) -> Rounded:
    """max(0, value). It makes no rounding, and its slope is at most 1."""
    return value.finished()


def lerp(weight: Rounded, zero: Rounded, one: Rounded) -> Rounded:
    """(1 − z)·a + z·b, where the exact z lies in [0, 1].

    The machine may compute (1 − z)·a + z·b, a + z·(b − a) or a − z·a + z·b.
    """
    z = weight.finished()
    a = zero.finished()
    b = one.finished()
    magnitudes = a.size + b.size
    rounding = LERP_ROUNDINGS * UNIT_ROUNDOFF * magnitudes + LERP_FLUSHES * SMALLEST_NORMAL
    error = np.maximum(a.error, b.error) + z.error * magnitudes + (1 + z.error) * rounding
    size = np.maximum(a.size, b.size) + error
    return _finished_value(a.number_format, size, error)


def stored(value: Rounded) -> Rounded:
    """A row of the new state that the rest of the step reads, either as computed or as the format stores it."""
    finished = value.finished()
    number_format = value.number_format
    storing = number_format.relative_error * finished.size + number_format.absolute_error
    return _finished_value(number_format, finished.size + storing, finished.error + storing)


def concatenate(values: Sequence[Rounded]) -> Rounded:
    """Quantities stacked along the rows."""
    size = np.concatenate([value.size for value in values])
    error = np.concatenate([value.error for value in values])
    terms = np.concatenate([value.terms for value in values])
    return Rounded(values[0].number_format, size, error, terms)


def _as_rounded(number_format: Format, value: Operand) -> Rounded:
    """The value itself; an array is taken as stored weights, each of them one term of a sum."""
    if isinstance(value, Rounded):
        return value
    size = np.abs(np.asarray(value, np.float64))
    error = number_format.relative_error * size + number_format.absolute_error
    return Rounded(number_format, size, error, np.ones(size.shape))


def _finished_value(number_format: Format, size: NDArray[np.float64], error: NDArray[np.float64]) -> Rounded:
    """A value with no sum left to make."""
    return Rounded(number_format, size, error, np.zeros(size.shape))


def _squashed(value: Rounded, slope: float, function_error: float) -> Rounded:
    """A function with values in [−1, 1] and at most this slope, computed with at most this absolute error."""
    error = slope * value.finished().error + function_error
    size = np.full(error.shape, max(LARGEST_FUNCTION_VALUE, 1 + function_error))
    return _finished_value(value.number_format, size, error)

"""The values: for each row and each symbol, the range of the exact value and bounds on the computed one."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.ops.intervals import Interval
from anylength.ops.rounding.model import LARGEST_SIZE, SMALLEST_NORMAL, UNIT_ROUNDOFF, Format

Bounds = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rounded:
    """Bounds on a quantity `[rows, A]`, row by row and symbol by symbol.

    A quantity is a finished value, or a sum whose terms the machine has yet to add in an unknown order.

    Attributes:
        number_format: How weights are stored.
        range: Contains the exact value.
        size: Finished value: bounds the magnitudes of the exact and of the computed value. Sum: bounds the sum of the magnitudes of
            its exact terms.
        error: Finished value: bounds |computed − exact|. Sum: bounds the sum of |computed − exact| over its terms, without the
            roundings of the sum itself. Size and error are infinite where a rule does not apply; they are never NaN.
        terms: Number of terms of the sum; 0 for a finished value.
        is_symbol: Whether these are rows of the encoded symbol, whose products have the format's `input_error`.
    """

    number_format: Format
    range: Interval
    size: Bounds
    error: Bounds
    terms: Bounds
    is_symbol: bool = False

    __array_ufunc__ = None  # type: ignore[assignment]  # numpy arrays on the left leave + and * to this class

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""
        return self.size.shape

    def __add__(self, other: "Operand") -> "Rounded":
        right = _as_rounded(self.number_format, other)
        size = self.size + right.size
        error = self.error + right.error
        # A finished value counts as one term.
        terms = np.maximum(self.terms, 1) + np.maximum(right.terms, 1)
        return bounded(self.number_format, self.range + right.range, size, error, terms)

    __radd__ = __add__

    def __neg__(self) -> "Rounded":
        return Rounded(self.number_format, -self.range, self.size, self.error, self.terms)

    def __sub__(self, other: "Operand") -> "Rounded":
        return self + (-_as_rounded(self.number_format, other))

    def __rsub__(self, other: "Operand") -> "Rounded":
        return _as_rounded(self.number_format, other) + (-self)

    def __mul__(self, other: "Operand") -> "Rounded":
        right = _as_rounded(self.number_format, other)
        return product(self, right, self.range * right.range)

    __rmul__ = __mul__

    def __getitem__(self, rows: slice | NDArray[Any]) -> "Rounded":
        parts = (self.range[rows], self.size[rows], self.error[rows], self.terms[rows])
        return Rounded(self.number_format, *parts, self.is_symbol)

    def within(self, range: Interval) -> "Rounded":
        """The same quantity, whose exact value is known to lie in this range too. This lowers the size of a finished value."""
        narrowed = Interval(np.maximum(self.range.low, range.low), np.minimum(self.range.high, range.high))
        lowered = np.minimum(self.size, narrowed.magnitude + self.error)
        size = np.where(self.terms > 0, self.size, lowered)
        return replace(bounded(self.number_format, narrowed, size, self.error, self.terms), is_symbol=self.is_symbol)

    def finished(self) -> "Rounded":
        """The value after the machine has made the sum. Its size is at most the magnitude of the exact value, plus the error."""
        is_sum = self.terms > 0
        made = sum_error(self.size, self.error, self.terms)
        error = np.where(is_sum, made, self.error)
        size = np.minimum(np.where(is_sum, self.size + made, self.size), self.range.magnitude + error)
        return bounded(self.number_format, self.range, size, error, 0.0)

    def stored_error(self) -> Bounds:
        """Bounds |stored − exact| `[rows, A]` after the finished value is stored in the format."""
        value = self.finished()
        return np.where(value.error < np.inf, value.error + self.number_format.storing_error(value.size), np.inf)


Operand = Rounded | NDArray[Any]


def sum_error(size: Bounds, error: Bounds, terms: Any) -> Bounds:
    """Bounds |computed − exact| of a sum of terms with these sums of magnitudes and errors.

    A sum of n terms errs by at most γ(n) = n·u / (1 − n·u) times the sum of its terms' magnitudes (Higham 2002, section 3.1).
    Each term and each partial sum may also be flushed to zero.
    """
    gamma = terms * UNIT_ROUNDOFF / (1 - terms * UNIT_ROUNDOFF)
    term_errors = error + 2 * terms * SMALLEST_NORMAL
    return term_errors + gamma * (size + term_errors)


def product(left: Rounded, right: Rounded, range: Interval) -> Rounded:
    """The product of two values, whose exact value lies in this range."""
    a, b = left.finished(), right.finished()
    size = a.size * b.size
    error = a.error * b.size + a.size * b.error + UNIT_ROUNDOFF * size + SMALLEST_NORMAL
    size = np.minimum(size * (1 + UNIT_ROUNDOFF) + SMALLEST_NORMAL, range.magnitude + error)
    return bounded(a.number_format, range, size, error, 0.0)


def bounded(number_format: Format, range: Interval, size: Any, error: Any, terms: Any) -> Rounded:
    """A quantity with these bounds. Where one is unknown (infinite or NaN), or the size too large, both are infinite."""
    size, error, terms = np.broadcast_arrays(size, error, terms)
    known = (size <= LARGEST_SIZE) & (error < np.inf)
    return Rounded(number_format, range, np.where(known, size, np.inf), np.where(known, error, np.inf), terms.astype(np.float64))


def where_covered(applies: NDArray[np.bool_], error: Bounds) -> Bounds:
    """The error where a rule applies, else ∞."""
    return np.where(applies, error, np.inf)


def stored_weights(number_format: Format, value: Any) -> Rounded:
    """Weights as the format stores them, each of them one term of a sum: so its size is that of the exact weight."""
    exact = Interval.exact(value)
    return bounded(number_format, exact, exact.magnitude, number_format.weight_error(value), 1.0)


def _as_rounded(number_format: Format, value: Operand) -> Rounded:
    """The value itself; an array is taken as stored weights."""
    return value if isinstance(value, Rounded) else stored_weights(number_format, value)

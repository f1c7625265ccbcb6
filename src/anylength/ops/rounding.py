"""The vocabulary of operations read over bounds on rounding errors: how far a computed step may be from the exact one.

The model is that of `docs/certificate.md`: products and sums in float32 in any order, with or without fused multiply-add,
subnormals kept or flushed; tanh and the logistic function within a few units in the last place (or as a runtime has them:
`Functions`); weights, states and logits *stored* in a format. Columns stand for all symbols at once. Computed in float64; who
compares the outcome leaves `SAFETY` for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAFETY = 1 + 1e-9
"""More than all roundings of the bounds themselves."""

_U = 2.0**-24
_SMALL = 2.0**-126
_SQUASHED = 1 + 2.0**-20
"""No computed tanh or logistic function is above this, where they err by no more than the model lets them."""


@dataclass(frozen=True)
class Functions:
    """How far computed values of tanh and of the logistic function may be from the true ones: by default as the model has it."""

    tanh: float = 2.0**-20
    sigmoid: float = 2.0**-21


MODEL = Functions()


@dataclass(frozen=True)
class Format:
    """A storage format, and what else may be off.

    Attributes:
        v: The relative error of storing a number.
        t: The absolute error of that.
        largest: The largest number that it may be asked to hold.
        functions: The errors of tanh and of the logistic function.
        drive: How far W_ih x may be from that of the net in question before any of its own roundings.
    """

    v: float
    t: float
    largest: float
    functions: Functions = MODEL
    input_term: float = 0.0


@dataclass(frozen=True, eq=False)
class Rounded:
    """What is known of a quantity `[rows, 1]`, row by row, in a format.

    Attributes:
        form: How weights are stored.
        size: Bounds the exact value and the computed one; for a sum that is still to be made, the sum of its terms' magnitudes.
        slack: How far the computed terms are, in all, from the exact ones; the roundings of the sum itself come on top.
        terms: How many terms are still to be summed, in an order that is not known; 0: none, the value is finished.
    """

    form: Format
    size: NDArray[np.float64]
    slack: NDArray[np.float64]
    terms: NDArray[np.float64]

    __array_ufunc__ = None  # type: ignore[assignment]  # numpy arrays on the left leave + and * to us

    def __add__(self, other: "Operand") -> "Rounded":
        right = _rounded(self.form, other)
        terms = np.maximum(self.terms, 1) + np.maximum(right.terms, 1)
        return Rounded(self.form, self.size + right.size, self.slack + right.slack, terms)

    __radd__ = __add__

    def __mul__(self, other: "Operand") -> "Rounded":
        a, b = self.finished(), _rounded(self.form, other).finished()
        size = a.size * b.size
        slack = a.slack * b.size + a.size * b.slack + _U * size + _SMALL
        return _value(self.form, size * (1 + _U) + _SMALL, slack)

    __rmul__ = __mul__

    def __getitem__(self, rows: slice) -> "Rounded":
        return Rounded(self.form, self.size[rows], self.slack[rows], self.terms[rows])

    def finished(self) -> "Rounded":
        """The value once its sum has been made: a sum of n errs by at most γ(n) = n·u / (1 − n·u) of its terms' magnitudes."""
        gamma = self.terms * _U / (1 - self.terms * _U)
        flushed = self.slack + 2 * self.terms * _SMALL
        error = flushed + gamma * (self.size + flushed)
        error = np.where(self.terms > 0, error, self.slack)
        return _value(self.form, np.where(self.terms > 0, self.size + error, self.size), error)

    def stored(self) -> NDArray[np.float64]:
        """How far the value, stored in the format, may be from the exact one `[rows, 1]`."""
        value = self.finished()
        return value.slack + self.form.v * value.size + self.form.t


@dataclass(frozen=True, eq=False)
class Symbols:
    """All encoded symbols `[E, A]` at once: each column has a 1 per tape."""

    form: Format
    table: NDArray[np.float64]


Operand = Rounded | NDArray[Any]


def state(form: Format, state_bound: NDArray[np.float64]) -> Rounded:
    """Stored states of coordinates no larger than reach `[D]`: the next step finds them with no error but a flush."""
    return _value(form, state_bound[:, None], np.full((len(state_bound), 1), _SMALL))


def matmul(weight: Any, value: Rounded | Symbols) -> Rounded:
    """Stored weights `[M, N]` times N rows: a sum of N terms for each of M rows."""
    size = np.abs(np.asarray(weight, np.float64))
    form, terms = value.form, np.full((size.shape[0], 1), float(size.shape[1]))
    if isinstance(value, Symbols):
        most = (size @ value.table).max(axis=1, keepdims=True)
        slack = form.v * most + form.t * value.table.sum(axis=0).max() + form.input_term
        return Rounded(form, most + form.input_term, slack, terms)
    factor = value.finished()
    return Rounded(form, size @ factor.size, (form.v * size + form.t) @ factor.size + size @ factor.slack, terms)


def tanh(value: Rounded) -> Rounded:
    """Hyperbolic tangent: its slope is at most 1."""
    return _squashed(value, 1.0, value.form.functions.tanh)


def sigmoid(value: Rounded) -> Rounded:
    """Logistic function: its slope is at most 1/4."""
    return _squashed(value, 0.25, value.form.functions.sigmoid)


def relu(value: Rounded) -> Rounded:
    """max(0, value): exact, its slope at most 1."""
    return value.finished()


def lerp(weight: Rounded, zero: Rounded, one: Rounded) -> Rounded:
    """(1 − z)·a + z·b for an exact z in [0, 1], in any of the usual forms."""
    z, a, b = weight.finished(), zero.finished(), one.finished()
    spread = a.size + b.size
    slack = np.maximum(a.slack, b.slack) + z.slack * spread + (1 + z.slack) * (6 * _U * spread + 8 * _SMALL)
    return _value(a.form, np.maximum(a.size, b.size) + slack, slack)


def concatenate(values: Sequence[Rounded]) -> Rounded:
    """Quantities stacked along the rows."""
    stacked = (np.concatenate([getattr(value, name) for value in values]) for name in ("size", "slack", "terms"))
    return Rounded(values[0].form, *stacked)


def _rounded(form: Format, value: Operand) -> Rounded:
    """The value itself, or stored weights, each of which is one term of a sum."""
    if isinstance(value, Rounded):
        return value
    size = np.abs(np.asarray(value, np.float64))
    return Rounded(form, size, form.v * size + form.t, np.ones(size.shape))


def _value(form: Format, size: NDArray[np.float64], slack: NDArray[np.float64]) -> Rounded:
    return Rounded(form, size, slack, np.zeros(size.shape))


def _squashed(value: Rounded, slope: float, error: float) -> Rounded:
    """A function with values in [−1, 1], of this largest slope, that the machine computes with this error."""
    slack = slope * value.finished().slack + error
    return _value(value.form, np.full(slack.shape, max(_SQUASHED, 1 + error)), slack)

"""Interpreter of `Ops` over float64 intervals: boxes with two ends, rounded outward by a slack.

The slack is many times what float64 and its functions lose, so that the exact result lies inside. Nothing is PROVED with it: the
search for boxes computes with it, and the independent checker judges what was found. The analysis of a net's dynamics and the
families of wrong inputs rely on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

from anylength.ops.arrays import Arrays, numpy_gelu, numpy_relu, numpy_softmax
from anylength.ops.boxes import BoxInterpreter

SLACK = 2.0**-48
"""Relative error allowed to an operation or a function of a library: 16 units in the last place. A few operations lose less."""

TERM_SLACK = 2.0**-51
"""Relative error allowed for each term of a sum, beside the sum of magnitudes: four times what float64 loses in any order."""

UNDERFLOW = 2.0**-1000
"""More than all that underflow takes from a sum."""

LARGEST = float(np.finfo(np.float64).max)
"""The largest finite float64 number. What overflows to ∞ is at least this, up to the relative error of its computation."""

LARGE_MATRIX = 1 << 17
"""Entries of a matrix from which a sparse product is tried: one of 362 × 362 has as many. Smaller products take milliseconds."""

FEW = 0.05
"""Share of entries that are not 0 up to which a large matrix is stored sparsely. Then a sparse product is at least as fast."""

Ends = NDArray[np.float64]
Operand = Union["Interval", NDArray[Any], float]


def _sigmoid(value: Any) -> Any:
    """The logistic function, with a small relative error everywhere."""
    from scipy.special import expit

    return expit(value)


@dataclass(frozen=True, eq=False)
class Interval:
    """All x with low ≤ x ≤ high, elementwise: two float64 arrays of one shape. Made with `exact`, `between` or `around`."""

    low: Ends
    high: Ends

    arrays = Arrays(np, _sigmoid, numpy_relu, numpy_gelu, numpy_softmax)
    largest_exponent = unbounded = np.inf

    __array_ufunc__ = None  # type: ignore[assignment]  # numpy arrays on the left leave +, − and * to this class

    @staticmethod
    def exact(value: Any) -> "Interval":
        """The interval that holds only `value`. Every float32 number is exactly a float64 number."""
        array = np.asarray(value, np.float64)
        return Interval(array, array)

    known = exact

    @staticmethod
    def of(value: Operand) -> "Interval":
        """The value itself; an array or a number as the interval that holds only it."""
        return value if isinstance(value, Interval) else Interval.exact(value)

    @staticmethod
    def between(low: Any, high: Any) -> "Interval":
        """The interval with these ends. They are not rounded outward."""
        return Interval(np.asarray(low, np.float64), np.asarray(high, np.float64))

    @staticmethod
    def around(
        low: Ends, high: Ends, *, of: Sequence["Interval"] = (), terms: int = 0, least: float = -np.inf, most: float = np.inf,
        positive: Sequence[Ends] = (),
    ) -> "Interval":  # fmt: skip
        """The interval with these computed ends, rounded outward.

        Each end errs by little beside itself and the magnitudes of `of`, from which they were computed with a sum of so many terms.
        The exact values lie between `least` and `most` anyway. There is no bound where a number of `positive` is not positive and
        finite.
        """
        share = SLACK + terms * TERM_SLACK
        added = UNDERFLOW + share * sum(part.magnitude for part in of)
        low, high = np.minimum(low, LARGEST), np.maximum(high, -LARGEST)
        low, high = low - (share * np.abs(low) + added), high + (share * np.abs(high) + added)
        for number in positive:
            low, high = (np.where((number > 0) & (number < np.inf), end, np.nan) for end in (low, high))
        low = low if least == -np.inf else np.maximum(low, least)
        return Interval(low, high if most == np.inf else np.minimum(high, most))

    @staticmethod
    def stacked(boxes: Sequence["Interval"]) -> "Interval":
        """Intervals stacked along the rows."""
        return Interval(np.concatenate([box.low for box in boxes]), np.concatenate([box.high for box in boxes]))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of both ends."""
        return self.low.shape

    @property
    def magnitude(self) -> Ends:
        """The largest magnitude in each interval."""
        return np.maximum(np.abs(self.low), np.abs(self.high))

    @property
    def centre(self) -> Ends:
        """The middle of each interval, rounded."""
        return (self.low + self.high) / 2

    @property
    def radius(self) -> Ends:
        """The distance of the ends from the computed centre, rounded up."""
        centre = self.centre
        return np.maximum(self.high - centre, centre - self.low) * (1 + SLACK) + UNDERFLOW

    def __add__(self, other: Operand) -> "Interval":
        right = Interval.of(other)
        return Interval.around(self.low + right.low, self.high + right.high)

    __radd__ = __add__

    def __neg__(self) -> "Interval":
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Operand) -> "Interval":
        return self + (-Interval.of(other))

    def __rsub__(self, other: Operand) -> "Interval":
        return Interval.of(other) + (-self)

    def __mul__(self, other: Operand) -> "Interval":
        right = Interval.of(other)
        corners = (self.low * right.low, self.low * right.high, self.high * right.low, self.high * right.high)
        return Interval.around(np.minimum.reduce(corners), np.maximum.reduce(corners))

    __rmul__ = __mul__

    def __getitem__(self, key: Any) -> "Interval":
        return Interval(self.low[key], self.high[key])

    def mapped(self, function: Callable[[Ends], Ends]) -> "Interval":
        """The same function of both ends: one that moves entries."""
        return Interval(function(self.low), function(self.high))

    def widened(self, epsilon: float) -> "Interval":
        """Both ends moved outward by epsilon ≥ 0."""
        return Interval.around(self.low - epsilon, self.high + epsilon)

    def inside(self, other: "Interval") -> NDArray[np.bool_]:
        """Elementwise: whether this interval lies inside the other. False where an end is NaN."""
        return (other.low <= self.low) & (self.high <= other.high)

    def hull(self, other: "Interval") -> "Interval":
        """The smallest intervals that contain both."""
        return Interval(np.minimum(self.low, other.low), np.maximum(self.high, other.high))

    def times(self, weight: "Interval | NDArray[Any]") -> "Interval":
        """A weight `[M, N]`, an array or known within bounds, times the intervals `[N, B]`.

        The weight's centre times that of the intervals, plus or minus what their radii add. All errors are small beside |w|·|x|.
        """
        if isinstance(weight, Interval):
            middle, size = self.times(weight.centre), weight.radius @ self.magnitude
            return Interval.around(middle.low - size, middle.high + size, terms=self.shape[0])
        exact = np.asarray(weight, np.float64)
        sizes = _stored(np.abs(exact))
        with np.errstate(invalid="ignore"):  # of what has no bound, the sum has none
            centre, radius = _stored(exact) @ self.centre, sizes @ self.radius
            error = (SLACK + exact.shape[1] * TERM_SLACK) * (sizes @ self.magnitude)
            return Interval.around(centre - radius - error, centre + radius + error)

    def summed(self) -> "Interval":
        """The sums along the second axis."""
        error = (SLACK + self.shape[1] * TERM_SLACK) * self.magnitude.sum(1)
        return Interval.around(self.low.sum(1) - error, self.high.sum(1) + error)

    def mean(self) -> "Interval":
        """The mean of the rows: one row."""
        return Interval(self.low[None], self.high[None]).summed() * (1 / self.shape[0])

    def centered(self) -> "Interval":
        """Each row minus the mean of the rows: ((n − 1)·xᵢ − Σ_{j≠i} xⱼ) / n, with xᵢ counted once."""
        rows = self.shape[0]
        share = 1 / rows
        matrix = np.eye(rows) - share
        return self.times(matrix)

    def share(self) -> "Interval":
        """The interval as the weight of a `lerp`: no bound where the weight may lie outside [0, 1]."""
        defined = (self.low >= 0) & (self.high <= 1)
        return Interval(np.where(defined, self.low, np.nan), np.where(defined, self.high, np.nan))


def _stored(matrix: Ends) -> Any:
    """The matrix; stored sparsely if it is large and nearly all 0, so that a product leaves out what is 0 for any number."""
    if matrix.size < LARGE_MATRIX or np.count_nonzero(matrix) > FEW * matrix.size:
        return matrix
    from scipy.sparse import csr_array

    return csr_array(matrix)


intervals = BoxInterpreter(Interval)
"""The interpreter."""

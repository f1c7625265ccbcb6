"""Interpreter of `Ops` over boxes of any kind: the range of each operation. Differentiable where the arrays are.

Linear operations are methods of the boxes; the others act on the ends. A plain array stands for a value that is known exactly:
every operation takes one in place of a box, and returns a plain array where all its arguments are plain. Gradients are finite
where a box is a point, at kinks, and where a function overflows or has no bound.
"""

from collections.abc import Callable, Sequence
from typing import Any

SILU_MINIMISER = -1.2784645
"""silu has one minimum, here: it falls before and rises after."""

GELU_MINIMISER = -0.7517916
"""gelu has one minimum, here: it falls before and rises after."""

MOST_DIFFERENCE = 1024
"""Differences of arguments of a softmax beyond this underflow. Each unit of a difference counts like a term of a sum."""


class BoxInterpreter:
    """The operations over boxes of one kind.

    Args:
        box: The class of the boxes.
    """

    def __init__(self, box: Any) -> None:
        self._box, self._arrays = box, box.arrays

    def constant(self, value: Any, columns: int) -> Any:
        """Known numbers in each of the columns."""
        return self._box.known(self._arrays.constant(value, columns))

    def tensor(self, value: Any, columns: int) -> Any:
        """A vector of weights in each of the columns."""
        return self._box.known(self._arrays.tensor(value, columns))

    def take(self, value: Any, rows: Sequence[int]) -> Any:
        """The rows with these numbers."""
        return self._arrays.take(value, rows) if self._plain(value) else value.mapped(lambda part: self._arrays.take(part, rows))

    def concatenate(self, values: Sequence[Any]) -> Any:
        """Boxes and arrays stacked along the rows."""
        if self._plain(*values):
            return self._arrays.concatenate(values)
        return self._box.stacked([self._box.of(value) for value in values])

    def matmul(self, weight: Any, value: Any) -> Any:
        """Weight `[M, N]` times a box or an array `[N, B]`."""
        return self._arrays.matmul(weight, value) if self._plain(value) else value.times(weight)

    def scale(self, value: Any, factor: float) -> Any:
        """A known number times the value."""
        return self._arrays.scale(value, factor) if self._plain(value) else value * factor

    def maximum(self, left: Any, right: Any) -> Any:
        """The larger one: of the low ends, and of the high ends."""
        return self._of_ends(self._arrays.maximum, left, right)

    def minimum(self, left: Any, right: Any) -> Any:
        """The smaller one: of the low ends, and of the high ends."""
        return self._of_ends(self._arrays.minimum, left, right)

    def mean(self, value: Any) -> Any:
        """The mean of the rows: one row."""
        return self._arrays.mean(value) if self._plain(value) else value.mean()

    def center(self, value: Any) -> Any:
        """Each row minus the mean of the rows."""
        return self._arrays.center(value) if self._plain(value) else value.centered()

    def mean_square(self, value: Any) -> Any:
        """The mean of the squares of the rows: one row."""
        return self.mean(self.square(value))

    def normalize(self, value: Any, mean_square: Any, epsilon: float) -> Any:
        """value / √(mean_square + epsilon) for its own mean square: row i rises in xᵢ, its size falls in each other |xⱼ|."""
        if self._plain(value):
            return self._arrays.normalize(value, mean_square, epsilon)
        squares, rows = self.square(value), value.shape[0]
        fewest, most = (self._others(end).sum(0) for end in (squares.low, squares.high))

        def at(end: Any, others: Any) -> Any:
            return self._arrays.normalize(end, (self._arrays.square(end) + others) / rows, epsilon)

        low, high = value.low, value.high
        ends = at(low, fewest * (low < 0) + most * (low >= 0)), at(high, fewest * (high > 0) + most * (high <= 0))
        roots = (squares.low.sum(0) / rows + epsilon, squares.high.sum(0) / rows + epsilon)
        return self._box.around(*ends, terms=rows, positive=roots)

    def softmax(self, value: Any) -> Any:
        """e^xᵢ / Σⱼ e^xⱼ: row i rises in xᵢ and falls in the others."""
        if self._plain(value):
            return self._arrays.softmax(value)

        def corner(own: Any, others: Any) -> Any:
            return self._arrays.softmax(self._arrays.concatenate([own[None], self._others(others)]))[0]

        terms = value.shape[0] + MOST_DIFFERENCE
        return self._box.around(corner(value.low, value.high), corner(value.high, value.low), terms=terms, least=0.0, most=1.0)

    def matvec(self, matrix: Any, vector: Any) -> Any:
        """A matrix, row by row `[M·N, B]`, times a vector `[N, B]`: sums of products of boxes."""
        if self._plain(matrix, vector):
            return self._arrays.matvec(matrix, vector)
        shape = (matrix.shape[0] // vector.shape[0], vector.shape[0], matrix.shape[1])
        by_row = matrix.reshape(shape) if self._plain(matrix) else matrix.mapped(lambda part: part.reshape(shape))
        return (by_row * vector).summed()

    def lerp(self, weight: Any, zero: Any, one: Any) -> Any:
        """(1 − z)·zero + z·one for z in [0, 1]. The range over independent arguments is exact: extremes lie at ends of z."""
        if self._plain(weight, zero, one):
            return self._arrays.lerp(weight, zero, one)
        weight, zero, one = self._box.of(weight).share(), self._box.of(zero), self._box.of(one)
        lows = [self._arrays.lerp(z, zero.low, one.low) for z in (weight.low, weight.high)]
        highs = [self._arrays.lerp(z, zero.high, one.high) for z in (weight.low, weight.high)]
        return self._box.around(self._arrays.minimum(*lows), self._arrays.maximum(*highs), of=(zero, one))

    def tanh(self, value: Any) -> Any:
        """Hyperbolic tangent, applied to the ends."""
        return self._of_ends(self._arrays.tanh, value, least=-1.0, most=1.0)

    def sigmoid(self, value: Any) -> Any:
        """Logistic function, applied to the ends."""
        return self._of_ends(self._arrays.sigmoid, value, least=0.0, most=1.0)

    def relu(self, value: Any) -> Any:
        """max(0, value), applied to the ends."""
        return self._of_ends(self._arrays.relu, value, least=0.0)

    def exp(self, value: Any) -> Any:
        """Exponential, applied to the ends."""
        if self._plain(value):
            return self._arrays.exp(value)
        most = self._box.largest_exponent
        return self._of_ends(lambda end: self._arrays.exp(self._arrays.minimum(end, most)), value, least=0.0)

    def softplus(self, value: Any) -> Any:
        """log(1 + e^value), applied to the ends."""
        return self._of_ends(self._arrays.softplus, value, least=0.0)

    def silu(self, value: Any) -> Any:
        """value · σ(value), which has one minimum."""
        return self._with_minimum(self._arrays.silu, SILU_MINIMISER, value)

    def gelu(self, value: Any) -> Any:
        """value · Φ(value), which has one minimum."""
        return self._with_minimum(self._arrays.gelu, GELU_MINIMISER, value)

    def absolute(self, value: Any) -> Any:
        """|value|, which has its minimum at 0."""
        return self._with_minimum(self._arrays.absolute, 0.0, value, least=0.0)

    def square(self, value: Any) -> Any:
        """value², which has its minimum at 0."""
        return self._with_minimum(self._arrays.square, 0.0, value, least=0.0)

    def reciprocal(self, value: Any) -> Any:
        """1 / value, which falls on each side of 0. A box with 0 has no bound."""
        if self._plain(value):
            return self._arrays.reciprocal(value)
        low, high = value.low, value.high
        nearest = self._arrays.maximum(self._arrays.maximum(low, -high), 1 / self._box.unbounded)
        farthest = self._arrays.maximum(self._arrays.maximum(-low, high), 1 / self._box.unbounded)
        largest, smallest = self._arrays.reciprocal(nearest), self._arrays.reciprocal(farthest)
        where = self._arrays.namespace.where
        return self._box.around(where(low > 0, smallest, -largest), where(high < 0, -smallest, largest))

    def rsqrt(self, value: Any) -> Any:
        """1 / √value, which falls. A box with 0 has no bound."""
        if self._plain(value):
            return self._arrays.rsqrt(value)
        ends = [self._arrays.rsqrt(self._arrays.maximum(end, self._box.unbounded**-2)) for end in (value.high, value.low)]
        return self._box.around(*ends, least=0.0)

    def stored(self, value: Any) -> Any:
        """The value itself: storage is exact here."""
        return value

    def _plain(self, *values: Any) -> bool:
        """Whether all values are known exactly."""
        return not any(isinstance(value, self._box) for value in values)

    def _of_ends(self, function: Callable[..., Any], *values: Any, **errors: Any) -> Any:
        """The range of a function that rises in each argument."""
        if self._plain(*values):
            return function(*values)
        boxes = [self._box.of(value) for value in values]
        return self._box.around(function(*(box.low for box in boxes)), function(*(box.high for box in boxes)), **errors)

    def _with_minimum(self, function: Callable[[Any], Any], minimiser: float, value: Any, **errors: Any) -> Any:
        """The range of a function that falls before its minimiser and rises after: least at the point nearest to it."""
        if self._plain(value):
            return function(value)
        nearest = self._arrays.maximum(value.low, self._arrays.minimum(value.high, minimiser))
        highest = self._arrays.maximum(function(value.low), function(value.high))
        return self._box.around(function(nearest), highest, of=(value,), **errors)

    def _others(self, value: Any) -> Any:
        """For each of n rows the n − 1 others: `[n, B]` → `[n − 1, n, B]`."""
        rows, columns = value.shape
        others = [(row + distance) % rows for distance in range(1, rows) for row in range(rows)]
        return self._arrays.take(value, others).reshape(rows - 1, rows, columns)

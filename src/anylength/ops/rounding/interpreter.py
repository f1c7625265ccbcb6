"""The interpreter in one number format: the argument's error times a bound on the slope, plus the error of the operation itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.ops.intervals import Interval, intervals
from anylength.ops.rounding.model import (
    DIVISION_ERROR,
    FUNCTION_ERROR,
    GELU_SLOPE,
    LARGEST_FUNCTION_VALUE,
    LERP_FLUSHES,
    LERP_ROUNDINGS,
    MEAN_ROUNDINGS,
    SAFETY_FACTOR,
    SILU_SLOPE,
    SMALLEST_NORMAL,
    UNIT_ROUNDOFF,
    Format,
)
from anylength.ops.rounding.rounded import Bounds, Rounded, bounded, product, stored_weights, sum_error, where_covered


@dataclass(frozen=True)
class Rounding:
    """The operations of a step over `Rounded` values. The format says how weights are stored."""

    number_format: Format

    def state(self, states: Interval) -> Rounded:
        """Every stored state within these bounds `[D, A]`, or `[D, 1]` for all symbols.

        The next step starts from the stored state, so the state's only error is a flush to zero.
        """
        return self._value(states, states.magnitude, np.full(states.shape, SMALLEST_NORMAL))

    def symbols(self, table: NDArray[Any]) -> Rounded:
        """The encoded symbols `[E, A]`, one a column: 0 and 1, known exactly."""
        return replace(self._exact(table), is_symbol=True)

    def constant(self, value: Any, columns: int) -> Rounded:
        """Known float32 numbers `[rows]`, kept exactly but for flushes of subnormal ones."""
        return self._exact(intervals.constant(value, columns).low)

    def tensor(self, value: Any, columns: int) -> Rounded:
        """Stored weights `[rows]`, each of them one term of a sum."""
        return stored_weights(self.number_format, intervals.tensor(value, columns).low)

    def take(self, value: Rounded, rows: Sequence[int]) -> Rounded:
        """The rows with these numbers."""
        return value[np.asarray(rows)]

    def concatenate(self, values: Sequence[Rounded]) -> Rounded:
        """Quantities stacked along the rows. One of a single column stands for all columns."""
        columns = max(value.shape[1] for value in values)

        def stacked(part: Callable[[Rounded], Bounds]) -> Bounds:
            return np.concatenate([np.broadcast_to(part(value), (value.shape[0], columns)) for value in values])

        range = Interval(stacked(lambda value: value.range.low), stacked(lambda value: value.range.high))
        bounds = (stacked(lambda value: value.size), stacked(lambda value: value.error), stacked(lambda value: value.terms))
        return Rounded(self.number_format, range, *bounds, all(value.is_symbol for value in values))

    def stored(self, value: Rounded) -> Rounded:
        """A row of the new state that the rest of the step reads, either as computed or as the format stores it."""
        finished, form = value.finished(), self.number_format
        storing = form.storing_error(finished.size)
        size, error = finished.size + storing, finished.error + storing
        return self._value(finished.range, size, where_covered(SAFETY_FACTOR * size <= form.largest, error))

    def matmul(self, weight: Any, value: Rounded) -> Rounded:
        """Stored weights `[M, N]` times N rows: in each of M rows a sum of the products of which neither factor is exactly 0.

        A weight of 0 is stored as 0 in every format. Its product with a finite number is 0 or −0, whatever the machine does with
        subnormal numbers, and a sum or a fused multiply-add with it has the value of its other summand: there is nothing to round.
        If that summand is a subnormal number, it may be flushed. But it is a product or a sum that counts as flushed already, and
        once it is 0 it stays 0 up to the next term. So products with 0 add no error, at any place of the sum. Nor are they infinite
        or NaN: the other factor is finite where its size is known, and where it is not, nor is that of the sum.

        With an `input_error`, a weight may stand for another number in the imported net: then one of 0 is a term, and none counts
        as stored exactly.
        """
        magnitudes, factor, form = np.abs(np.asarray(weight, np.float64)), value.finished(), self.number_format
        input_error = form.input_error if value.is_symbol else 0.0
        is_term = ((magnitudes > 0) | (input_error > 0)).astype(np.float64)
        storing = form.storing_error(magnitudes) if input_error > 0 else form.weight_error(weight)
        size = magnitudes @ factor.size + input_error
        error = storing @ factor.size + magnitudes @ factor.error + input_error
        terms = is_term @ (factor.size > 0).astype(np.float64)
        return bounded(form, factor.range.times(weight), size, error, terms)

    def matvec(self, matrix: Rounded, vector: Rounded) -> Rounded:
        """A matrix, kept row by row in `[M·N, A]`, times a vector `[N, A]`: in each of M rows a sum of N products."""
        left, right = matrix.finished(), vector.finished()
        columns = right.shape[0]

        def by_row(bounds: Bounds) -> Bounds:
            return bounds.reshape(-1, columns, bounds.shape[1])

        size = (by_row(left.size) * right.size).sum(axis=1)
        error = (by_row(left.error) * right.size + by_row(left.size) * right.error).sum(axis=1)
        return bounded(self.number_format, intervals.matvec(left.range, right.range), size, error, columns)

    def mean(self, value: Rounded) -> Rounded:
        """The mean of the rows: one row. The machine adds up the rows and divides by n."""
        rows = value.finished()
        return self._value(rows.range.mean(), np.inf, _mean_error(rows.size, rows.error))

    def mean_square(self, value: Rounded) -> Rounded:
        """The mean of the squares of the rows: one row. The machine adds up the squares and divides by n."""
        rows = value.finished()
        error = _mean_error(rows.size * rows.size, 2 * rows.size * rows.error)
        return self._value(intervals.mean_square(rows.range), np.inf, error)

    def center(self, value: Rounded) -> Rounded:
        """Each row minus the mean of the rows: a sum of two terms."""
        rows, average = value.finished(), self.mean(value)
        size, error = rows.size + average.size, rows.error + average.error
        return bounded(self.number_format, rows.range.centered(), size, error, 2.0)

    def normalize(self, value: Rounded, mean_square: Rounded, epsilon: float) -> Rounded:
        """x / √(m + epsilon). The error d of the computed m + epsilon is at most a quarter of its least exact value l.

        Then the computed 1/√(m + epsilon) has a relative error of at most d/l and two function errors, and a flush. A quotient by a
        computed root is a product with an inverse that errs by no more. The product, or the quotient, errs as a quotient does.
        """
        x, m = value.finished(), mean_square.finished()
        least, flushed = (m.range + epsilon).low, self.number_format.given_error(epsilon)
        sum_size = m.range.magnitude + m.error + epsilon + flushed
        change = m.error + flushed + UNIT_ROUNDOFF * sum_size + 2 * SMALLEST_NORMAL
        applies, (least, change) = _where((least > 0) & (change <= least / 4), least, change)
        relative = change / least + 2 * FUNCTION_ERROR
        result = intervals.normalize(x.range, m.range, epsilon)
        size = result.magnitude
        moved = x.error * (1 / np.sqrt(least)) * (1 + relative) + size * relative + (x.size + x.error) * SMALLEST_NORMAL
        error = moved + DIVISION_ERROR * (size + moved) + SMALLEST_NORMAL
        return self._value(result, np.inf, where_covered(applies, error))

    def softmax(self, value: Rounded) -> Rounded:
        """e^xᵢ / Σⱼ e^xⱼ over n rows. The machine first subtracts the largest row.

        Every difference errs by at most d = s + 2uX + τ, for the largest error s and the largest size X of the rows. So an
        exponential errs relatively by at most k = (d + d²)(1 + 2⁻²⁰) + 2⁻²⁰, and the sum of all by at most m, which has to be ½ or
        less. What a quotient of the two errs by is a theorem, `softmax_rule` (formal/binary32/Shares.v).
        """
        x = value.finished()
        rows = len(x.size)
        exponent = x.error.max(axis=0, keepdims=True) + 2 * UNIT_ROUNDOFF * x.size.max(axis=0, keepdims=True) + SMALLEST_NORMAL
        exponential = (exponent + exponent * exponent) * (1 + FUNCTION_ERROR) + FUNCTION_ERROR
        total = sum_error(np.ones_like(exponential), exponential, rows) + 16 * rows * SMALLEST_NORMAL
        applies = total <= 0.5
        exponential, total = np.where(applies, exponential, 0.0), np.where(applies, total, 0.0)
        relative = (exponential + total + FUNCTION_ERROR / 2) / (1 - total) + FUNCTION_ERROR
        result = intervals.softmax(x.range)
        error = result.magnitude * relative + 16 * SMALLEST_NORMAL
        return self._value(result, np.inf, where_covered(applies, error))

    def lerp(self, weight: Rounded, zero: Rounded, one: Rounded) -> Rounded:
        """(1 − z)·a + z·b, where the exact z lies in [0, 1].

        The machine may compute (1 − z)·a + z·b, a + z·(b − a) or a − z·a + z·b.
        """
        z, a, b = weight.finished(), zero.finished(), one.finished()
        applies = (z.range.low >= 0) & (z.range.high <= 1)
        magnitudes = a.size + b.size
        rounding = LERP_ROUNDINGS * UNIT_ROUNDOFF * magnitudes + LERP_FLUSHES * SMALLEST_NORMAL
        error = np.maximum(a.error, b.error) + z.error * magnitudes + (1 + z.error) * rounding
        size = np.maximum(a.size, b.size) + error
        return self._value(intervals.lerp(z.range, a.range, b.range), size, where_covered(applies, error))

    def scale(self, value: Rounded, factor: float) -> Rounded:
        """A known float32 number times the value: one rounding. A subnormal number may be flushed."""
        argument, flushed = value.finished(), self.number_format.given_error(factor)
        size = abs(factor) + flushed
        error = size * (argument.error + UNIT_ROUNDOFF * argument.size) + flushed * argument.size + SMALLEST_NORMAL
        return self._value(argument.range * factor, np.inf, error)

    def square(self, value: Rounded) -> Rounded:
        """value²: the product of the value with itself."""
        return product(value, value, intervals.square(value.range))

    def maximum(self, left: Rounded, right: Rounded) -> Rounded:
        """The larger one. It makes no rounding, and errs by at most the larger error."""
        return self._chosen(left, right, intervals.maximum)

    def minimum(self, left: Rounded, right: Rounded) -> Rounded:
        """The smaller one. It makes no rounding, and errs by at most the larger error."""
        return self._chosen(left, right, intervals.minimum)

    def relu(self, value: Rounded) -> Rounded:
        """max(0, value). It makes no rounding, and its slope is at most 1."""
        argument = value.finished()
        return self._value(intervals.relu(argument.range), argument.size, argument.error)

    def absolute(self, value: Rounded) -> Rounded:
        """|value|. It makes no rounding, and its slope is at most 1."""
        argument = value.finished()
        return self._value(intervals.absolute(argument.range), argument.size, argument.error)

    def tanh(self, value: Rounded) -> Rounded:
        """Hyperbolic tangent. Its slope is at most 1."""
        return self._squashed(value, intervals.tanh, 1.0, self.number_format.function_errors.tanh)

    def sigmoid(self, value: Rounded) -> Rounded:
        """Logistic function. Its slope is at most 1/4."""
        return self._squashed(value, intervals.sigmoid, 0.25, self.number_format.function_errors.sigmoid)

    def silu(self, value: Rounded) -> Rounded:
        """value · σ(value)."""
        return self._sloped(value, intervals.silu, SILU_SLOPE)

    def gelu(self, value: Rounded) -> Rounded:
        """value · Φ(value)."""
        return self._sloped(value, intervals.gelu, GELU_SLOPE)

    def exp(self, value: Rounded) -> Rounded:
        """Exponential. For an error s ≤ 1 of the argument, e^s − 1 ≤ s + s²."""
        argument = value.finished()
        result = intervals.exp(argument.range)
        change = argument.error + argument.error * argument.error
        error = result.high * change * (1 + 2 * FUNCTION_ERROR) + result.high * (2 * FUNCTION_ERROR) + SMALLEST_NORMAL
        return self._value(result, np.inf, where_covered(argument.error <= 1, error))

    def softplus(self, value: Rounded) -> Rounded:
        """log(1 + e^value). Its slope is at most 1. A flush to zero is nothing beside its error."""
        argument = value.finished()
        error = argument.error + FUNCTION_ERROR * (1 + argument.size)
        return self._value(intervals.softplus(argument.range), np.inf, error)

    def reciprocal(self, value: Rounded) -> Rounded:
        """1 / value. The argument's error is at most half of its least magnitude l: |1/X − 1/x| ≤ |X − x| / (l·(l − error))."""
        argument = value.finished()
        least = intervals.absolute(argument.range).low
        applies, (least, change) = _where((least > 0) & (argument.error <= least / 2), least, argument.error)
        error = change / (least * (least - change)) + DIVISION_ERROR / (least - change) + SMALLEST_NORMAL
        return self._value(intervals.reciprocal(argument.range), np.inf, where_covered(applies, error))

    def rsqrt(self, value: Rounded) -> Rounded:
        """1 / √value. For a least value l and an error of at most l/4, the result changes by less than error / (l·√l)."""
        argument = value.finished()
        least = argument.range.low
        applies, (least, change) = _where((least > 0) & (argument.error <= least / 4), least, argument.error)
        error = (change / least + 2 * FUNCTION_ERROR) / np.sqrt(least) + SMALLEST_NORMAL
        return self._value(intervals.rsqrt(argument.range), np.inf, where_covered(applies, error))

    def _value(self, range: Interval, size: Any, error: Bounds) -> Rounded:
        """A value with no sum left to make. Its size is at most the magnitude of the exact value, plus the error."""
        return bounded(self.number_format, range, np.minimum(size, range.magnitude + error), error, 0.0)

    def _exact(self, value: NDArray[Any]) -> Rounded:
        """Known numbers, but for flushes."""
        range, error = Interval.exact(value), self.number_format.given_error(value)
        return self._value(range, range.magnitude + error, error)

    def _chosen(self, left: Rounded, right: Rounded, choose: Callable[[Interval, Interval], Interval]) -> Rounded:
        a, b = left.finished(), right.finished()
        return self._value(choose(a.range, b.range), np.inf, np.maximum(a.error, b.error))

    def _squashed(self, value: Rounded, function: Callable[[Interval], Interval], slope: float, function_error: float) -> Rounded:
        """A function with values in [−1, 1] and at most this slope, computed with at most this absolute error and a flush."""
        argument = value.finished()
        error = slope * argument.error + function_error + SMALLEST_NORMAL
        return self._value(function(argument.range), max(LARGEST_FUNCTION_VALUE, 1 + function_error), error)

    def _sloped(self, value: Rounded, function: Callable[[Interval], Interval], slope: float) -> Rounded:
        """A function with at most this slope, computed with an error of at most `FUNCTION_ERROR`·|x|."""
        argument = value.finished()
        error = slope * argument.error + FUNCTION_ERROR * argument.size + SMALLEST_NORMAL
        return self._value(function(argument.range), np.inf, error)


def _mean_error(size: Bounds, error: Bounds) -> Bounds:
    """Bounds the error `[1, A]` of a computed mean of n terms with these magnitudes and errors `[n, A]`."""
    rows = len(size)
    total = size.sum(axis=0, keepdims=True)
    made = sum_error(total, error.sum(axis=0, keepdims=True), rows)
    return made / rows + MEAN_ROUNDINGS * UNIT_ROUNDOFF * (total + made) / rows + SMALLEST_NORMAL


def _where(applies: NDArray[np.bool_], least: Bounds, change: Bounds) -> tuple[NDArray[np.bool_], tuple[Bounds, Bounds]]:
    """Where a rule applies, with 1 and 0 for the least value and its change elsewhere."""
    return applies, (np.where(applies, least, 1.0), np.where(applies, change, 0.0))

"""The words of `cells` over boxes: a row is an interval (low, high) of integers, in units of 2^-352.

Sums, relu, and products of weights with numbers on the grid of 2^-96 are exact. All else is rounded outward to that grid, that is,
to multiples of 2^256 units. A word's result holds the true value for any numbers within its arguments: tanh, sigmoid, relu and sums
grow with each argument; mul is linear in each, so it is least and largest at corners; lerp grows with a and with b, as z, from
sigmoid, is within [0, 1], and for fixed a and b it is linear in z.
"""

from collections.abc import Callable
from functools import partial
from operator import mul

from anylength_check.cells import Value, rowwise
from anylength_check.dyadic import BOX_BITS, WEIGHT_BITS, sigmoid_bounds, tanh_bounds

GRID, ONE = BOX_BITS - 96, 1 << BOX_BITS
Row = tuple[int, int]


def outward(low: int, high: int, bits: int = 0) -> Row:
    """The interval, given in units of 2^-352 / 2^bits, rounded to the grid."""
    return low >> GRID + bits << GRID, -(-high >> GRID + bits) << GRID


def _between(bounds: Callable[[int], Row], a: Row) -> Row:
    return bounds(a[0] >> GRID)[0] << GRID, bounds(-(-a[1] >> GRID))[1] << GRID


def _lerp(z: Row, a: Row, b: Row) -> Row:
    low, high = ([(ONE - x) * a[end] + x * b[end] for x in z] for end in (0, 1))
    return outward(min(low), max(high), BOX_BITS)


def _mul(a: Row, b: Row) -> Row:
    corners = [x * y for x in a for y in b]
    return outward(min(corners), max(corners), BOX_BITS)


class Boxes:
    """The reading of the words as intervals."""

    one = (ONE, ONE)
    add, mul, lerp = rowwise(lambda a, b: (a[0] + b[0], a[1] + b[1])), rowwise(_mul), rowwise(_lerp)
    tanh, sigmoid = rowwise(partial(_between, tanh_bounds)), rowwise(partial(_between, sigmoid_bounds))
    relu = rowwise(lambda a: (max(a[0], 0), max(a[1], 0)))

    def matmul(self, matrix: list[list[int]], value: Value) -> Value:
        """(sum w (low + high) -+ sum |w| (high - low)) / 2 for each row of weights, the value first rounded to the grid."""
        ends = [(low >> GRID, -(-high >> GRID)) for low, high in value]
        total, width, half = [a + b for a, b in ends], [b - a for a, b in ends], GRID - WEIGHT_BITS - 1
        pairs = [(sum(map(mul, row, total)), sum(map(mul, map(abs, row), width))) for row in matrix]
        return [(center - radius << half, center + radius << half) for center, radius in pairs]

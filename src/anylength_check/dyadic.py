"""Exact binary fractions as integers, tanh and sigmoid with proved error, and intervals. No floating point.

Three grids, each named by its count of fractional bits: every finite float32 is an integer times 2^-149; every double of magnitude
2^-300 or more (53 significant bits) is an integer times 2^-352; what is rounded, always outward, is an integer times 2^-96.
"""

import re
from functools import partial
from operator import mul
from typing import Any

from anylength_check.strict import Refused, require

WEIGHT_BITS, BOX_BITS, GRID, ONE = 149, 352, 352 - 96, 1 << 96
Value = list[Any]  # of rows
_HEX = re.compile(r"(-?)0x1\.([0-9a-f]{13})p(\+0|[+-][1-9][0-9]{0,2})")


def from_hex(text: Any, where: str) -> int:
    """n for a double n * 2^-352 spelt as by Python's float.hex(), if it is 0 or of magnitude 2^-300 to 2^300."""
    if text == "0x0.0p+0":
        return 0
    match = _HEX.fullmatch(text) if type(text) is str else None
    if match is None or not -300 <= int(match[3]) <= 300:
        raise Refused(f"{where} is not the canonical hex of a double that is 0 or within 2^-300 to 2^300")
    units = (1 << 52 | int(match[2], 16)) << (int(match[3]) + 300)
    require(units <= 1 << (300 + BOX_BITS), f"{where} is above 2^300")
    return -units if match[1] else units


def from_float32(bits: int) -> int:
    """n for the float32 n * 2^-149 with this 32-bit pattern; NaN and infinity are refused."""
    exponent, fraction = bits >> 23 & 0xFF, bits & 0x7FFFFF
    require(exponent != 0xFF, "the weights hold a NaN or an infinity")
    units = (1 << 23 | fraction) << (exponent - 1) if exponent else fraction
    return -units if bits >> 31 else units


def tanh_bounds(x: int) -> tuple[int, int]:
    """Integers l, u with l <= 2^96 * tanh(x * 2^-96) <= u.

    tanh is odd, and 0 at 0. For real x >= 34: 1 - tanh x = 2 / (e^2x + 1) < 2 e^-68 < 2^-96, hence (2^96 - 1, 2^96). Otherwise
    tanh x = (1 - a) / (1 + a) with a = e^-2x, found within 2^-126, in units of 2^-144. The derivative by a, -2 / (1 + a)^2, is at
    most 2 in size, so the quotient is within 2^-125 of tanh x, less than a unit of 2^-96; with the floor,
    q - 1 <= 2^96 tanh x <= q + 2. Besides, 0 <= tanh x <= min(x, 1).

    For a, let s = 2x / 2^16 < 68 / 65536 < 2^-9; it is an exact multiple of 2^-144. Then e^-s = t_1, where
    t_n = 1 - (s / n) t_(n+1) lies in [1 - s, 1]. Starting from t_14 = 1, wrong by at most s, gives t_1 wrong by at most
    s^14 / 13! < 2^-144. Each of the 13 floors errs by less than 1 unit, and earlier errors shrink by s / n < 1/2: in all less than
    3 units. Sixteen squarings give e^(-s * 2^16): both the true and the computed number are in [0, 1], where
    |p^2 - q^2| <= 2 |p - q|, and the floor adds 1: the error d becomes at most 2d + 1, after sixteen at most 2^16 (3 + 1) = 2^18.
    """
    if x < 0:
        low, high = tanh_bounds(-x)
        return -high, -low
    if x == 0 or x >= 34 << 96:
        return (0, 0) if x == 0 else (ONE - 1, ONE)
    s, a, one = x << (1 - 96 - 16 + 144), 1 << 144, 1 << 144
    for n in range(13, 0, -1):
        a = one - s * a // (n << 144)
    for _ in range(16):
        a = a * a >> 144
    quotient = ((one - a) << 96) // (one + a)
    return max(0, quotient - 1), min(x, ONE, quotient + 2)


def sigmoid_bounds(x: int) -> tuple[int, int]:
    """Integers l, u with 0 <= l <= 2^96 / (1 + e^(-x * 2^-96)) <= u <= 2^96.

    The sigmoid is (1 + tanh(x / 2)) / 2. For y = floor(x / 2), x / 2 is y or y + 1/2, so 2^96 tanh(x / 2 * 2^-96) is at least the
    low bound for y and, as tanh has slopes up to 1, at most 1/2 above the high one, h; and half of 2^96 + h + 1/2 is at most the
    floor of half of 2^96 + h + 2.
    """
    low, high = tanh_bounds(x >> 1)
    return (ONE + low) >> 1, min(ONE, (ONE + high + 2) >> 1)


def outward(low: int, high: int, bits: int = GRID) -> tuple[int, int]:
    """The interval, given in units of 2^-96 / 2^bits, rounded to the grid of 2^-96, but in units of 2^-352."""
    return low >> bits << GRID, -(-high >> bits) << GRID


def rowwise(word: Any) -> Any:
    """A reading's word (`cells`) for whole values, made from one for single rows."""
    return lambda w, *values: [word(*rows) for rows in zip(*values, strict=True)]


def _hull(corners: list[int]) -> tuple[int, int]:
    return outward(min(corners), max(corners), GRID + BOX_BITS)


def _between(bounds: Any, a: tuple[int, int]) -> tuple[int, int]:
    return bounds(a[0] >> GRID)[0] << GRID, bounds(-(-a[1] >> GRID))[1] << GRID


class Boxes:
    """The words of `cells` as intervals: a row is (low, high), in units of 2^-352.

    Sums, relu, and products of weights with numbers on the grid of 2^-96 are exact; all else is rounded outward to that grid. A
    word's result holds the true value for any numbers within its arguments: tanh, sigmoid, relu and sums grow with each argument;
    mul is linear in each, so it is least and largest at corners; lerp grows with a and with b, as z, from sigmoid, is within
    [0, 1], and for fixed a and b it is linear in z: at corners it is (1 - z) u + z v with (u, v) both low or both high ends.
    """

    one = (1 << BOX_BITS, 1 << BOX_BITS)
    add, relu = rowwise(lambda a, b: (a[0] + b[0], a[1] + b[1])), rowwise(lambda a: (max(a[0], 0), max(a[1], 0)))
    tanh, sigmoid = rowwise(partial(_between, tanh_bounds)), rowwise(partial(_between, sigmoid_bounds))
    mul = rowwise(lambda a, b: _hull([x * y for x in a for y in b]))
    lerp = rowwise(lambda z, a, b: _hull([((1 << BOX_BITS) - x) * u + x * v for x in z for u, v in zip(a, b, strict=True)]))

    def matmul(self, matrix: list[list[int]], value: Value) -> Value:
        """(sum w (low + high) -+ sum |w| (high - low)) / 2 for each row of weights, the value first rounded to the grid."""
        ends = [(low >> GRID, -(-high >> GRID)) for low, high in value]
        total, width, half = [a + b for a, b in ends], [b - a for a, b in ends], GRID - WEIGHT_BITS - 1
        pairs = [(sum(map(mul, row, total)), sum(map(mul, map(abs, row), width))) for row in matrix]
        return [(center - radius << half, center + radius << half) for center, radius in pairs]

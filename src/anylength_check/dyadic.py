"""Exact binary fractions as integers, bounds on tanh and the sigmoid with a proved error, and boxes. No floating point.

Three grids, each named by its count of fractional bits. Every finite float32 is an integer times 2^-149. Every double of magnitude
2^-300 or more (53 significant bits) is an integer times 2^-352. Whatever is rounded, always outward, is an integer times 2^-96.
Over boxes, sums, relu, and products of weights with numbers on the grid of 2^-96 are exact; all else is rounded to that grid.
"""

import re
from operator import mul
from typing import Any

from anylength_check.strict import Refused, require

WEIGHT_BITS, BOX_BITS, GRID_BITS = 149, 352, 96
GRID_SHIFT = BOX_BITS - GRID_BITS
ONE, UNIT = 1 << GRID_BITS, 1 << BOX_BITS  # the number 1 in units of 2^-96 and of 2^-352
HALF_SHIFT = BOX_BITS - WEIGHT_BITS - GRID_BITS - 1  # from half of (weight times number on the grid of 2^-96) to units of 2^-352
Interval = tuple[int, int]  # low and high, in units of 2^-352 where nothing else is said
Box = list[Interval]
HEX = re.compile(r"(-?)0x1\.([0-9a-f]{13})p(\+0|[+-][1-9][0-9]{0,2})")


def from_hex(text: Any, where: str) -> int:
    """n for a double n * 2^-352 spelt as by Python's float.hex(), if it is 0 or of magnitude 2^-300 to 2^300."""
    if text == "0x0.0p+0":
        return 0
    match = HEX.fullmatch(text) if type(text) is str else None
    if match is None or not -300 <= int(match[3]) <= 300:
        raise Refused(f"{where} is not the canonical hex of a double that is 0 or within 2^-300 to 2^300")
    mantissa, exponent = 1 << 52 | int(match[2], 16), int(match[3])
    units = mantissa << (exponent - 52 + BOX_BITS)
    require(units <= 1 << (300 + BOX_BITS), f"{where} is above 2^300")
    return -units if match[1] else units


def from_float32(bits: int) -> int:
    """n for the float32 n * 2^-149 with this 32-bit pattern; NaN and infinity are refused."""
    sign, exponent, fraction = bits >> 31, bits >> 23 & 0xFF, bits & 0x7FFFFF
    require(exponent != 0xFF, "the weights hold a NaN or an infinity")
    units = (1 << 23 | fraction) << (exponent - 1) if exponent else fraction
    return -units if sign else units


def tanh_bounds(x: int) -> Interval:
    """Integers l, u with l <= 2^96 * tanh(x * 2^-96) <= u.

    tanh is odd. For real x >= 34: 1 - tanh x = 2 / (e^2x + 1) < 2 e^-68 < 2^-96, hence (2^96 - 1, 2^96). From 0 to 34, tanh x =
    (1 - a) / (1 + a) with a = e^-2x, found within 2^-126, in units of 2^-144. The derivative by a, -2 / (1 + a)^2, is at most 2 in
    size, so the quotient q is within 2^-125 of tanh x, less than a unit of 2^-96. With the floor, q - 1 <= 2^96 tanh x <= q + 2.
    Besides, 0 <= tanh x <= min(x, 1).

    For a, let s = 2x / 2^16 < 68 / 65536 < 2^-9; it is an exact multiple of 2^-144. Then e^-s = t_1, where
    t_n = 1 - (s / n) t_(n+1) lies in [1 - s, 1]. Starting from t_14 = 1, wrong by at most s, gives t_1 wrong by at most
    s^14 / 13! < 2^-144. Each of the 13 floors errs by less than 1 unit, and earlier errors shrink by s / n < 1/2: in all less than
    3 units. Sixteen squarings give e^(-s * 2^16). Both the true and the computed number are in [0, 1], where
    |p^2 - q^2| <= 2 |p - q|, and the floor adds 1: the error d becomes at most 2d + 1, after sixteen at most 2^16 (3 + 1) = 2^18.
    """
    if x < 0:
        low, high = tanh_bounds(-x)
        return -high, -low
    if x >= 34 << 96:
        return ONE - 1, ONE
    one, s = 1 << 144, x << (1 - 96 - 16 + 144)
    power = one  # t_14, then t_13 to t_1, then its squares up to a
    for n in range(13, 0, -1):
        power = one - s * power // (n << 144)
    for _ in range(16):
        power = power * power >> 144
    quotient = ((one - power) << 96) // (one + power)
    return max(0, quotient - 1), min(x, ONE, quotient + 2)


def sigmoid_bounds(x: int) -> Interval:
    """Integers l, u with 0 <= l <= 2^96 / (1 + e^(-x * 2^-96)) <= u <= 2^96: the sigmoid is (1 + tanh(x / 2)) / 2.

    For y = floor(x / 2), x / 2 is y or y + 1/2. So 2^96 tanh(x / 2 * 2^-96) is at least the low bound for y. With slopes up to 1 it
    is at most 1/2 above the high bound h for y, and half of 2^96 + h + 1/2 is at most the floor of half of 2^96 + h + 2.
    """
    low, high = tanh_bounds(x >> 1)
    return (ONE + low) >> 1, min(ONE, (ONE + high + 2) >> 1)


def to_grid(interval: Interval, shift: int) -> Interval:
    """The interval divided by 2^shift, rounded outward to integers."""
    low, high = interval
    return low >> shift, -(-high >> shift)  # >> rounds down, so this rounds high up


def outward(interval: Interval, shift: int = GRID_SHIFT) -> Interval:
    """An interval in units of 2^-96 / 2^shift, rounded outward to the grid of 2^-96, in units of 2^-352."""
    low, high = to_grid(interval, shift)
    return low << GRID_SHIFT, high << GRID_SHIFT


class Boxes:
    """The operations that `cells` names, over boxes: a result holds the true value for any numbers within the arguments."""

    one = (UNIT, UNIT)

    def add(self, left: Box, right: Box) -> Box:
        """Ends are added."""
        return [(a[0] + b[0], a[1] + b[1]) for a, b in zip(left, right, strict=True)]

    def stored(self, value: Box) -> Box:
        """An exact step stores exactly."""
        return value

    def relu(self, value: Box) -> Box:
        """max(0, x) grows with x."""
        return [(max(low, 0), max(high, 0)) for low, high in value]

    def tanh(self, value: Box) -> Box:
        """It grows with its argument."""
        ends = [to_grid(interval, GRID_SHIFT) for interval in value]
        return [(tanh_bounds(low)[0] << GRID_SHIFT, tanh_bounds(high)[1] << GRID_SHIFT) for low, high in ends]

    def sigmoid(self, value: Box) -> Box:
        """It grows with its argument."""
        ends = [to_grid(interval, GRID_SHIFT) for interval in value]
        return [(sigmoid_bounds(low)[0] << GRID_SHIFT, sigmoid_bounds(high)[1] << GRID_SHIFT) for low, high in ends]

    def mul(self, left: Box, right: Box) -> Box:
        """A product is linear in each factor, so it is least and largest at corners."""
        corners = [(a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]) for a, b in zip(left, right, strict=True)]
        return [outward((min(products), max(products)), GRID_SHIFT + BOX_BITS) for products in corners]

    def lerp(self, weight: Box, zero: Box, one: Box) -> Box:
        """(1 - z) a + z b grows with a and b, as z, a sigmoid, is in [0, 1]; for fixed a and b it is linear in z."""
        result = []
        for z, a, b in zip(weight, zero, one, strict=True):
            least = min((UNIT - z[0]) * a[0] + z[0] * b[0], (UNIT - z[1]) * a[0] + z[1] * b[0])
            most = max((UNIT - z[0]) * a[1] + z[0] * b[1], (UNIT - z[1]) * a[1] + z[1] * b[1])
            result.append(outward((least, most), GRID_SHIFT + BOX_BITS))
        return result

    def matmul(self, matrix: list[list[int]], value: Box) -> Box:
        """(sum w (low + high) -+ sum |w| (high - low)) / 2 for each row of weights w, the box first rounded to the grid."""
        ends = [to_grid(interval, GRID_SHIFT) for interval in value]
        sums, widths = [low + high for low, high in ends], [high - low for low, high in ends]
        centers = [sum(map(mul, row, sums)) for row in matrix]
        radii = [sum(map(mul, map(abs, row), widths)) for row in matrix]
        pairs = zip(centers, radii, strict=True)
        return [(center - radius << HALF_SHIFT, center + radius << HALF_SHIFT) for center, radius in pairs]

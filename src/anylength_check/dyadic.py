"""Exact binary fractions as integers, and a hyperbolic tangent with proved error. No floating point.

Three grids, each named by its count of fractional bits: every finite float32 is an integer times 2^-149; every double
of magnitude 2^-300 or more (53 significant bits) is an integer times 2^-352; tanh and epsilon are rounded, always
outward, to integers times 2^-96.
"""

import re
from typing import Any

from anylength_check.strict import Refused, require

WEIGHT_BITS, BOX_BITS = 149, 352
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

    tanh is odd, and 0 at 0. For real x >= 34: 1 - tanh x = 2 / (e^2x + 1) < 2 e^-68 < 2^-96, hence (2^96 - 1, 2^96).
    Otherwise tanh x = (1 - a) / (1 + a) with a = e^-2x, and `_exp_minus` is within 2^-126 of a. The derivative by a,
    -2 / (1 + a)^2, is at most 2 in size, so the quotient is within 2^-125 of tanh x, less than a unit of 2^-96;
    with the floor, q - 1 <= 2^96 tanh x <= q + 2. Besides, 0 <= tanh x <= min(x, 1).
    """
    if x < 0:
        low, high = tanh_bounds(-x)
        return -high, -low
    if x == 0 or x >= 34 << 96:
        return (0, 0) if x == 0 else ((1 << 96) - 1, 1 << 96)
    a, one = _exp_minus(x), 1 << 144
    quotient = ((one - a) << 96) // (one + a)
    return max(0, quotient - 1), min(x, 1 << 96, quotient + 2)


def sigmoid_bounds(x: int) -> tuple[int, int]:
    """Integers l, u with 0 <= l <= 2^96 / (1 + e^(-x * 2^-96)) <= u <= 2^96.

    The sigmoid is (1 + tanh(x / 2)) / 2. With y = floor(x / 2), x / 2 is y or y + 1/2, so 2^96 tanh(x / 2 * 2^-96) is at
    least that for y and, as tanh has slopes up to 1, at most 1/2 more. Floors and ceilings of the halves are outward.
    """
    low, high = tanh_bounds(x >> 1)
    return ((1 << 96) + low) >> 1, min(1 << 96, ((1 << 96) + high + 2) >> 1)


def _exp_minus(x: int) -> int:
    """An integer within 2^18 of 2^144 * e^(-2x * 2^-96), for 0 < x < 34 * 2^96.

    Let s = 2x * 2^-96 / 2^16 < 68 / 65536 < 2^-9; it is an exact multiple of 2^-144. Then e^-s = t_1, where
    t_n = 1 - (s / n) t_(n+1) lies in [1 - s, 1]. Starting from t_14 = 1, wrong by at most s, gives t_1 wrong by at
    most s^14 / 13! < 2^-144. Each of the 13 floors errs by less than 1 unit (of 2^-144), and earlier errors shrink by
    s / n < 1/2: in all less than 3 units. Sixteen squarings give e^(-s * 2^16): both the true a and the computed b
    are in [0, 1], so |a^2 - b^2| <= 2 |a - b|, and the floor adds 1: the error d becomes at most 2d + 1, and after
    sixteen at most 2^16 * (3 + 1) = 2^18 units.
    """
    s, value = x << (1 - 96 - 16 + 144), 1 << 144
    for n in range(13, 0, -1):
        value = (1 << 144) - s * value // (n << 144)
    for _ in range(16):
        value = value * value >> 144
    return value

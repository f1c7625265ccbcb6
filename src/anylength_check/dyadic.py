"""Exact binary fractions as integers, and bounds on functions with a proved error. No floating point.

Three grids, each named by its count of fractional bits. Every finite float32 is an integer times 2^-149. Every double of magnitude
2^-300 or more (53 significant bits) is an integer times 2^-352. Whatever is rounded, always outward, is an integer times 2^-96. For
a function f and an x in units of 2^-96, `f_bounds` gives integers l and u with l <= 2^96 f(x) <= u.
"""

import re
from functools import lru_cache
from math import isqrt
from typing import Any

from anylength_check.strict import Refused, require

WEIGHT_BITS, BOX_BITS, GRID_BITS = 149, 352, 96
WEIGHT_SHIFT, GRID_SHIFT = BOX_BITS - WEIGHT_BITS, BOX_BITS - GRID_BITS  # from units of 2^-149 and of 2^-96 to units of 2^-352
ONE, UNIT = 1 << GRID_BITS, 1 << BOX_BITS  # the number 1 in units of 2^-96 and of 2^-352
Interval = tuple[int, int]  # low and high, in units of 2^-352 where nothing else is said
Box = list[Interval]
PI = 70059857285281660787732012935536363654390793  # pi * 2^144, rounded down
POWER_ERROR = 1 << 18  # of `power`, in units of 2^-144
LARGEST_EXPONENT = 200  # e^200 is about 2^289, more than any proof needs
HEX = re.compile(r"(-?)0x1\.([0-9a-f]{13})p(\+0|[+-][1-9][0-9]{0,2})")


def from_hex(text: Any, where: str, bits: int = 53) -> int:
    """n for a double n * 2^-352 spelt as by Python's float.hex(): 0, or of magnitude 2^-300 to 2^300; for 24 bits a float32."""
    if text == "0x0.0p+0":
        return 0
    match = HEX.fullmatch(text) if type(text) is str else None
    if match is None or not -300 <= int(match[3]) <= 300:
        raise Refused(f"{where} is not the canonical hex of a double that is 0 or within 2^-300 to 2^300")
    mantissa, exponent = 1 << 52 | int(match[2], 16), int(match[3])
    units = mantissa << (exponent - 52 + BOX_BITS)
    require(units <= 1 << (300 + BOX_BITS), f"{where} is above 2^300")
    single = mantissa % (1 << 29) == 0 and units % (1 << WEIGHT_SHIFT) == 0 and exponent < 128
    require(single or bits == 53, f"{where} is no float32 number")
    return -units if match[1] else units


def from_float32(bits: int) -> int:
    """n for the float32 n * 2^-149 with this 32-bit pattern; NaN and infinity are refused."""
    sign, exponent, fraction = bits >> 31, bits >> 23 & 0xFF, bits & 0x7FFFFF
    require(exponent != 0xFF, "the weights hold a NaN or an infinity")
    units = (1 << 23 | fraction) << (exponent - 1) if exponent else fraction
    return -units if sign else units


def outward(interval: Interval, shift: int) -> Interval:
    """The interval divided by 2^shift, rounded outward to integers."""
    low, high = interval
    return low >> shift, -(-high >> shift)  # >> rounds down, so this rounds high up


def power(y: int) -> int:
    """e^(-y * 2^-128) in units of 2^-144, within POWER_ERROR, for 0 <= y * 2^-128 < 128.

    Let s = y * 2^-128 / 2^16 < 2^-9; it is an exact multiple of 2^-144. Then e^-s = t_1, where t_n = 1 - (s / n) t_(n+1) lies in [1
    - s, 1]. Starting from t_14 = 1, wrong by at most s, gives t_1 wrong by at most s^14 / 13! < 2^-144. Each of the 13 floors errs
    by less than 1 unit, and earlier errors shrink by s / n < 1/2: in all less than 3 units. Sixteen squarings give e^(-s * 2^16).
    Both the true and the computed number are in [0, 1], where |p^2 - q^2| <= 2 |p - q|, and the floor adds 1: the error d becomes
    at most 2d + 1, after sixteen at most 2^16 (3 + 1) = 2^18.
    """
    one = result = 1 << 144  # t_14, then t_13 to t_1, then its squares
    for n in range(13, 0, -1):
        result = one - (y * result >> 144) // n
    for _ in range(16):
        result = result * result >> 144
    return result


INVERSE_E = power(1 << 128)


def decay(y: int) -> tuple[int, int, int]:
    """Integers l, u, k with l <= 2^k e^(-y * 2^-128) <= u: for n + f = y * 2^-128, the product of e^-f >= 1/e and n times e^-1."""
    n, part = y >> 128, power(y & (1 << 128) - 1)
    low, high = ((part + d) * (INVERSE_E + d) ** n for d in (-POWER_ERROR, POWER_ERROR))
    return low, high, 144 * (n + 1)


@lru_cache(1 << 16)  # results, in some 20 MB
def tanh_bounds(x: int) -> Interval:
    """Bounds of tanh. The last results are kept: units of a sparse net see the same few numbers again and again.

    tanh is odd. For real x >= 34: 1 - tanh x = 2 / (e^2x + 1) < 2 e^-68 < 2^-96, hence (2^96 - 1, 2^96). From 0 to 34, tanh x = (1
    - a) / (1 + a) with a = e^-2x, found within 2^-126, in units of 2^-144. The derivative by a, -2 / (1 + a)^2, is at most 2 in
    size, so the quotient q is within 2^-125 of tanh x, less than a unit of 2^-96. With the floor, q - 1 <= 2^96 tanh x <= q + 2.
    Besides, 0 <= tanh x <= min(x, 1).
    """
    if x < 0:
        low, high = tanh_bounds(-x)
        return -high, -low
    if x >= 34 << 96:
        return ONE - 1, ONE
    one, a = 1 << 144, power(x << 33)
    quotient = ((one - a) << 96) // (one + a)
    return max(0, quotient - 1), min(x, ONE, quotient + 2)


def sigmoid_bounds(x: int) -> Interval:
    """Bounds of the sigmoid (1 + tanh(x / 2)) / 2, from 0 to 1.

    For y = floor(x / 2), x / 2 is y or y + 1/2. So 2^96 tanh(x / 2 * 2^-96) is at least the low bound for y. With slopes up to 1 it
    is at most 1/2 above the high bound h for y, and half of 2^96 + h + 1/2 is at most the floor of half of 2^96 + h + 2.
    """
    low, high = tanh_bounds(x >> 1)
    return (ONE + low) >> 1, min(ONE, (ONE + high + 2) >> 1)


def exp_bounds(x: int) -> Interval:
    """Bounds of e^x for x <= 200, from those of e^-|x|; e^-68 < 2^-96."""
    require(x <= LARGEST_EXPONENT * ONE, f"e^x has no bound for x above {LARGEST_EXPONENT}")
    if x <= -68 * ONE:
        return 0, 1
    low, high, shift = decay(abs(x) << 32)
    if x > 0:
        return (1 << 96 + shift) // high, (1 << 96 + shift) // low + 1
    return low << 96 >> shift, min(ONE, (high << 96 >> shift) + 1)


def softplus_bounds(x: int) -> Interval:
    """Bounds of log(1 + e^x) = max(x, 0) + log(1 + a) with a = e^-|x|; for |x| >= 68, log(1 + a) <= a < 2^-96.

    log(1 + a) = 2 artanh z = 2 (z + z^3/3 + z^5/5 + ...) for z = a / (2 + a) <= 1/3, in units of 2^-144. a is within 2^18 units, z
    by its slope of at most 1/2 within 2^17 + 1, and 2 artanh z by its slope of at most 9/4 within 2^19. The computed z^2 and each
    power are floors: a power is less than 2 units too small, as z^2 < 1/8 shrinks earlier errors. The sum stops at a computed power
    of 0, after less than 60 terms, as a power shrinks by 8 or more. What is left out is less than 2 + 2/8 + ... < 3 units; all in
    all it is less than 2^9 units too small. Together the errors are below 2^20 units.
    """
    least, distance = max(x, 0), abs(x)
    if distance >= 68 * ONE:
        return least, least + 1
    a = power(distance << 32)
    odd_power = total = (a << 144) // ((2 << 144) + a)
    square, n = total * total >> 144, 1
    while odd_power:
        odd_power, n = odd_power * square >> 144, n + 2
        total += odd_power // n
    error = 1 << 20
    return least + max(0, 2 * total - error >> 48), least + (2 * total + error >> 48) + 1


def normal_bounds(x: int) -> Interval:
    """Bounds of the normal distribution function, from 0 to 1; it is 1 minus itself at -x.

    For x >= 12 it is above 1 - e^-72 / 2 > 1 - 2^-96. From 0 to 12 it is 1/2 + e^(-y) S / sqrt(2 pi) with y = x^2 / 2 and the sum S
    of the terms t_0 = x, t_k = t_(k-1) x^2 / (2k + 1), all positive, in units of 2^-144. Each floor makes a term less than a unit
    too small, and so S by less than the sum of the products of all later factors. These factors fall, so the sum is at most that
    from the start, S / x = 1 + x^2 / 3 + x^4 / 15 + ... <= e^y. It includes all terms after a computed term of 0, for which nothing
    more is rounded. With n floors, S is at most n e^y units above the computed sum.
    """
    if x < 0:
        low, high = normal_bounds(-x)
        return ONE - high, ONE - low
    if x >= 12 << 96:
        return ONE - 1, ONE
    term = total = x << 48
    floors = 0
    while term:
        floors += 1
        term = term * x * x // (2 * floors + 1 << 192)
        total += term
    (_, high, shift), (low, _, shift_low) = decay(x * x >> 65), decay((x * x >> 65) + 1)  # y lies between the two arguments
    most = total + floors * ((1 << shift_low) // low + 1)
    least_root, most_root = isqrt((1 << 431) // (PI + 1)), isqrt((1 << 431) // PI) + 1  # 1 / sqrt(2 pi) in units of 2^-144
    half = ONE >> 1
    return half + (total * low * least_root >> 192 + shift_low), min(ONE, half + (most * high * most_root >> 192 + shift) + 1)

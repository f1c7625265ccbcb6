"""Numbers are read exactly; tanh and sigmoid hold the true ones, by MPFR, everywhere, and are tight."""

import math
import os
import random
import struct
from fractions import Fraction

import gmpy2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anylength_check.dyadic import from_float32, from_hex, sigmoid_bounds, tanh_bounds
from anylength_check.strict import Refused

ONE = 1 << 96


def scaled(value):
    """2^96 tanh(value * 2^-96), two rational bounds around it (MPFR rounds correctly: ours must hold both)."""
    bounds = []
    for context in (gmpy2.RoundDown, gmpy2.RoundUp):
        with gmpy2.context(precision=420, round=context):
            x = gmpy2.div_2exp(gmpy2.mpfr(value), 96)
            bounds.append(gmpy2.mul_2exp(gmpy2.tanh(x), 96))
    return bounds


def scaled_sigmoid(value):
    """2^96 / (1 + e^(-value * 2^-96)) to about 600 bits."""
    with gmpy2.context(precision=600):
        x = gmpy2.div_2exp(gmpy2.mpfr(value), 96)
        return gmpy2.mul_2exp(1 / (1 + gmpy2.exp(-x)), 96)


def holds(value):
    low, high = tanh_bounds(value)
    below, above = scaled(value)
    assert low <= below and above <= high, value
    assert high - low <= 3
    low, high = sigmoid_bounds(value)
    assert 0 <= low <= scaled_sigmoid(value) <= high <= ONE, value
    assert high - low <= 3


@pytest.mark.parametrize("sign", [1, -1])
def test_ends_and_powers(sign):
    for k in range(560):
        for offset in (-1, 0, 1):
            holds(sign * ((1 << k) + offset)) if k < 104 else tanh_bounds(sign * ((1 << k) + offset))
    for base in (34, 33, 35, 17, 1):
        for offset in range(-3, 4):
            holds(sign * (base * ONE + offset))
    assert tanh_bounds(0) == (0, 0)
    assert tanh_bounds(1 << 900) == (ONE - 1, ONE)
    assert tanh_bounds(-(1 << 900)) == (-ONE, -ONE + 1)
    assert sigmoid_bounds(1 << 900)[1] == ONE and sigmoid_bounds(-(1 << 900))[0] == 0


def test_random_points_of_every_size():
    chance = random.Random(1)
    for _ in range(int(os.environ.get("TANH_POINTS", "30000"))):
        size = chance.choice([3, 60, 80, 92, 94, 96, 97, 98, 99, 100, 101, 102])
        holds(chance.getrandbits(size) * chance.choice([1, -1]))


@settings(max_examples=500, deadline=None)
@given(st.integers(-36 * ONE, 36 * ONE))
def test_any_point(value):
    holds(value)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_every_double_is_read_exactly_or_refused(x):
    allowed = (x == 0 and math.copysign(1, x) > 0) or 2.0**-300 <= abs(x) <= 2.0**300
    if allowed:
        assert from_hex(x.hex(), "") == Fraction(x) * 2**352
    else:
        with pytest.raises(Refused):
            from_hex(x.hex(), "")


@given(st.integers(0, 2**32 - 1))
@example(0x7F800000)
@example(0xFF800000)
@example(0x7FC00000)
@example(0x80000000)
@example(1)
def test_every_float32_is_read_exactly_or_refused(bits):
    (x,) = struct.unpack("<f", struct.pack("<I", bits))
    if math.isfinite(x):
        assert from_float32(bits) == Fraction(x) * 2**149
    else:
        with pytest.raises(Refused):
            from_float32(bits)

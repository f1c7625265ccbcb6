"""Numbers, bounds and boxes to the last unit: what is rounded goes outward, by no unit more, and every limit is met exactly."""

import math
from fractions import Fraction

import gmpy2
import pytest

from anylength_check import dyadic
from anylength_check.dyadic import from_float32, from_hex, outward, sigmoid_bounds, softplus_bounds, tanh_bounds
from anylength_check.ranges import BY_ROWS, gated, grid, matmul
from anylength_check.strict import Refused
from anylength_check.weights import filled

ONE, UNIT, SHIFT = 1 << 96, 1 << 352, 256

TANH = [
    (0, 0, 0),
    (1, 0, 1),
    (2, 0, 2),
    (3, 1, 3),
    (1 << 20, 1048574, 1048576),
    (1 << 90, 1237839305304370452319326381, 1237839305304370452319326384),
    (3 << 94, 50321684420504741739948616694, 50321684420504741739948616697),
    (ONE, 60339705557977319517545951560, 60339705557977319517545951563),
    (5 << 95, 78167637952838367958357107898, 78167637952838367958357107901),
    (3 << 96, 78836359735683551222468789636, 78836359735683551222468789639),
    (12345678901234567890123456789, 12246717175150971158291791522, 12246717175150971158291791525),
    ((33 << 96) + 7, 79228162514264337593543950331, 79228162514264337593543950334),
    ((34 << 96) - 1, ONE - 2, ONE),
    (34 << 96, ONE - 1, ONE),
    (40 << 96, ONE - 1, ONE),
]
"""x, and the bounds of 2^96 tanh(x 2^-96), which test_dyadic compares with MPFR."""

SIGMOID = [
    (0, ONE // 2, ONE // 2 + 1),
    (1, ONE // 2, ONE // 2 + 1),
    (-1, ONE // 2 - 1, ONE // 2 + 1),
    (2, ONE // 2, ONE // 2 + 1),
    (-3, ONE // 2 - 1, ONE // 2 + 1),
    (ONE, 57920427875145120315338507320, 57920427875145120315338507322),
    (-ONE, 21307734639119217278205443014, 21307734639119217278205443017),
    (-ONE - 1, 21307734639119217278205443014, 21307734639119217278205443016),
    (80 << 96, ONE - 1, ONE),
    (-(80 << 96), 0, 1),
]


@pytest.mark.parametrize(("x", "low", "high"), TANH)
def test_the_bounds_of_tanh(x, low, high):
    assert tanh_bounds(x) == (low, high)
    assert tanh_bounds(-x) == (-high, -low)


@pytest.mark.parametrize(("x", "low", "high"), SIGMOID)
def test_the_bounds_of_the_sigmoid(x, low, high):
    assert sigmoid_bounds(x) == (low, high)


def first(holds, low, high):
    """The least number above `low` for which this holds; it does for `high`."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def test_the_bounds_of_softplus_allow_for_its_error():
    """Where log(1 + e^x) is 2^-96, it grows by that times what x grows by. The error is 2^20 units of 2^-144, to either side.

    So the lower bound grows 2^-27 later than the upper one, as 2^21 units are 2^-27 of 2^-96.
    """
    lower = first(lambda x: softplus_bounds(x)[1] > 1, -67 * ONE, -66 * ONE)
    upper = first(lambda x: softplus_bounds(x)[0] > 0, -67 * ONE, -66 * ONE)
    assert abs(upper - lower - (1 << 69)) < 1 << 60
    with gmpy2.context(precision=400):
        exact = int(-96 * gmpy2.const_log2() * ONE)
    assert abs((upper + lower) // 2 - exact) < 1 << 67


@pytest.mark.parametrize("low", range(-9, 10))
def test_rounding_to_the_grid_goes_outward(low):
    """The lower end is floored and the upper end ceiled, for either sign."""
    for high in range(low, 10):
        ends = math.floor(Fraction(low, 4)), math.ceil(Fraction(high, 4))
        assert outward((low, high), 2) == ends
        assert grid(low, high, 98) == (ends[0] << SHIFT, ends[1] << SHIFT)
        assert grid(low << SHIFT - 2, high << SHIFT - 2) == (ends[0] << SHIFT, ends[1] << SHIFT)
    assert grid(-1, 1) == (-1 << SHIFT, 1 << SHIFT)


def on_grid(low, high):
    """Fractions rounded outward to the grid of 2^-96, in units of 2^-352."""
    return math.floor(low * ONE) << SHIFT, math.ceil(high * ONE) << SHIFT


def number(units):
    return Fraction(units, UNIT)


INTERVALS = [
    (0, 0),
    (1, 1),
    (-1, 2),
    (UNIT // 3, UNIT // 2),
    (-UNIT // 7, UNIT // 5),
    (-5 * UNIT // 3, -UNIT // 3),
    (3 << SHIFT, 5 << SHIFT),
    (-7 << SHIFT, (2 << SHIFT) + 1),
]
GATES = [(0, 0), (UNIT, UNIT), (0, UNIT), (UNIT // 3, UNIT // 2), (UNIT // 7, UNIT - 1)]


@pytest.mark.parametrize("a", INTERVALS)
@pytest.mark.parametrize("b", INTERVALS)
def test_sums_and_products_of_intervals(a, b):
    assert BY_ROWS["add"](a, b) == (a[0] + b[0], a[1] + b[1])
    assert BY_ROWS["subtract"](a, b) == (a[0] - b[1], a[1] - b[0])
    corners = [number(x) * number(y) for x in a for y in b]
    assert BY_ROWS["multiply"](a, b) == on_grid(min(corners), max(corners))
    for z in GATES:
        mixed = lambda end: [(1 - number(t)) * number(a[end]) + number(t) * number(b[end]) for t in z]  # noqa: B023
        assert BY_ROWS["lerp"](z, a, b) == on_grid(min(mixed(0)), max(mixed(1)))


@pytest.mark.parametrize("a", INTERVALS)
def test_functions_of_intervals(a):
    low, high = math.floor(number(a[0]) * ONE), math.ceil(number(a[1]) * ONE)
    assert BY_ROWS["stored"](a) == a
    assert BY_ROWS["relu"](a) == (max(a[0], 0), max(a[1], 0))
    assert BY_ROWS["tanh"](a) == (tanh_bounds(low)[0] << SHIFT, tanh_bounds(high)[1] << SHIFT)
    assert BY_ROWS["sigmoid"](a) == (sigmoid_bounds(low)[0] << SHIFT, sigmoid_bounds(high)[1] << SHIFT)


@pytest.mark.parametrize("weights", [(1, 0), (-1, 1), (3 << 149, -(5 << 148)), (12345, -67890), (0, 0)])
def test_products_of_weights_and_boxes(weights):
    """The box is rounded to the grid, and then the result is exact."""
    for a in INTERVALS:
        for b in INTERVALS:
            low = high = 0
            for w, (least, most) in zip(weights, (on_grid(*map(number, a)), on_grid(*map(number, b)))):
                low, high = low + w * (least if w >= 0 else most), high + w * (most if w >= 0 else least)
            ((found_low, found_high),) = matmul([list(weights)], filled([list(weights)]), [a, b])
            assert (found_low << 149, found_high << 149) == (low, high)


def test_a_factor_from_just_below_0_to_0_counts():
    (found,) = matmul([[1, 3]], filled([[1, 3]]), [(-1 << SHIFT, 0), (5 << SHIFT, 5 << SHIFT)])
    assert found == (14 << SHIFT - 149, 15 << SHIFT - 149)


@pytest.mark.parametrize(
    ("low", "high", "least", "most"),
    [
        (-12, -5, -110, -75),
        (-9, 0, -110, 0),
        (-8, 0, -96, 0),
        (-15, -10, -110, -75),
        (-15, -11, -99, -75),
        (2, 5, 44, 125),
        (-30, -25, 0, 0),
    ],
)
def test_a_gated_number_is_least_where_it_turns(low, high, least, most):
    """x (x + 20) turns at -10. With a gate of 0 for lower numbers, it falls from 0 there, and is bounded by -10 (-9 + 20)."""
    found = gated(lambda x: (max(x + 20, 0) << 96, max(x + 20, 0) << 96), -10, (low << SHIFT, high << SHIFT))
    assert found == (least << SHIFT, most << SHIFT)


@pytest.mark.parametrize("a", [(0, 0), (0, 5), (-5, 0), (-1, 1)])
def test_reciprocals_around_0_are_refused(a):
    with pytest.raises(Refused, match="1 / x around 0"):
        BY_ROWS["reciprocal"](a)


def test_reciprocals_of_the_numbers_next_to_0():
    assert BY_ROWS["reciprocal"]((1, 1)) == (UNIT**2, UNIT**2)
    assert BY_ROWS["reciprocal"]((-1, -1)) == (-(UNIT**2), -(UNIT**2))


def test_reciprocal_roots():
    """That of 1 + 2^-351 is above 1 - 2^-352, by less than a unit."""
    assert BY_ROWS["rsqrt"]((UNIT + 2, UNIT + 2)) == (UNIT - (1 << SHIFT), UNIT)
    assert BY_ROWS["rsqrt"]((1, 1)) == (1 << 528, (1 << 528) + (1 << SHIFT))
    for a in ((0, 1), (-1, 1)):
        with pytest.raises(Refused, match="not above 0"):
            BY_ROWS["rsqrt"](a)


LEAST, MOST = 2.0**-300, 2.0**300


@pytest.mark.parametrize(
    "x", [LEAST, 1.0, 1.5, math.nextafter(LEAST, 1), math.nextafter(MOST, 0), MOST, math.pi, 0.1, 2.0**-1, 2.0**10]
)
def test_doubles_within_the_limits_are_read_exactly(x):
    assert from_hex(x.hex(), "") == Fraction(x) * UNIT
    assert from_hex((-x).hex(), "") == -Fraction(x) * UNIT
    assert from_hex("0x0.0p+0", "") == 0


OTHERS = [
    math.nextafter(LEAST, 0).hex(), math.nextafter(MOST, math.inf).hex(), (2.0**301).hex(), (2.0**-301).hex(), "-0x0.0p+0",
    "0x1.0000000000000p+00", "0x1.0000000000000p-0", "0x1.0000000000000p0", "0x1.0p+0",
    "0x1.0000000000000p+1000", "+0x1.0000000000000p+0",
    "0x1.0000000000000p+0 ", "0x1.000000000000Ap+0", "nan", "inf", "", 1, 1.0, None, True, ["0x0.0p+0"],
]  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_other_doubles_and_spellings_are_refused(text):
    with pytest.raises(Refused, match="a bound is"):
        from_hex(text, "a bound")


FLOATS = [
    (0x00000000, 0), (0x80000000, 0), (0x00000001, 1), (0x80000001, -1), (0x007FFFFF, (1 << 23) - 1), (0x00800000, 1 << 23),
    (0x00800001, (1 << 23) + 1), (0x01000000, 1 << 24), (0x3F800000, 1 << 149), (0xBF800000, -(1 << 149)),
    (0x40490FDB, 0xC90FDB << 127),
    (0x7F7FFFFF, 0xFFFFFF << 253), (0xFF7FFFFF, -0xFFFFFF << 253),
]  # fmt: skip


@pytest.mark.parametrize(("bits", "units"), FLOATS)
def test_a_float32_is_read_exactly(bits, units):
    assert from_float32(bits) == units


@pytest.mark.parametrize("bits", [0x7F800000, 0xFF800000, 0x7F800001, 0x7FC00000, 0xFFFFFFFF])
def test_infinities_and_nans_are_refused(bits):
    with pytest.raises(Refused, match="a NaN or an infinity"):
        from_float32(bits)


def test_the_grids():
    assert (dyadic.WEIGHT_BITS, dyadic.BOX_BITS, dyadic.GRID_BITS) == (149, 352, 96)


@pytest.mark.parametrize("x", [1 + 2.0**-23, 2 - 2.0**-23, 2.0**127, 2.0**-149, 3 * 2.0**-149])
def test_a_float32_may_be_spelt_as_a_double(x):
    assert from_hex(x.hex(), "it", 24) == int(Fraction(x) * 2**352)
    assert from_hex((-x).hex(), "it", 24) == -from_hex(x.hex(), "it", 24)


@pytest.mark.parametrize("x", [1 + 2.0**-24, 1 + 2.0**-52, 2.0**128, 2.0**-150, 3 * 2.0**-150])
def test_a_double_that_is_no_float32_is_refused_where_one_is_wanted(x):
    assert from_hex(x.hex(), "it") == int(Fraction(x) * 2**352)
    with pytest.raises(Refused, match="it is no float32 number"):
        from_hex(x.hex(), "it", 24)


def test_a_power_depends_on_every_bit_of_its_exponent():
    for y in (0, 1, 2, 3, (1 << 128) - 1):
        assert dyadic.decay(y) == (dyadic.power(y) - dyadic.POWER_ERROR, dyadic.power(y) + dyadic.POWER_ERROR, 144)
    low, high, shift = dyadic.decay(1 << 128)  # 1 is e^-0 times e^-1
    assert (low, high, shift) == tuple(
        [(dyadic.power(0) + sign * dyadic.POWER_ERROR) * (dyadic.INVERSE_E + sign * dyadic.POWER_ERROR) for sign in (-1, 1)] + [288]
    )

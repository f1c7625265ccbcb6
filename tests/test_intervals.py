"""Intervals: exact results on numbers within the arguments lie within the result; a NaN or an overflow proves nothing."""

import math
from fractions import Fraction

import gmpy2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import anylength.ops.intervals as module
from anylength.ops import Ops
from anylength.ops.intervals import Interval, intervals

HUGE, LEAST = 1e290, 5e-324
NUMBERS = st.one_of(
    st.floats(-HUGE, HUGE, allow_nan=False),
    st.floats(-20, 20),
    st.floats(-1e-300, 1e-300),
    st.sampled_from([0.0, -0.0, LEAST, -LEAST, 2.0**-1022, -(2.0**-1022), 1.0, -1.0, HUGE, -HUGE]),
)
PARTS = st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction(1, 10**9), 1 - Fraction(1, 10**9)])

exactly = settings(max_examples=150, deadline=None)


@st.composite
def number_in_interval(draw: st.DrawFn, numbers: st.SearchStrategy[float] = NUMBERS) -> tuple[float, float, Fraction]:
    """An interval (often a single point) and a real number in it."""
    low, high = sorted((draw(numbers), draw(numbers)))
    if draw(st.integers(0, 3)) == 0:
        high = low
    return low, high, Fraction(low) + draw(PARTS) * (Fraction(high) - Fraction(low))


def interval(*values: tuple[float, float, Fraction]) -> Interval:
    """The intervals of triples (low, high, number inside), as an array."""
    return Interval.between([low for low, _, _ in values], [high for _, high, _ in values])


def contains(box: Interval, at: tuple[int, ...], exact: Fraction) -> bool:
    """Whether an exact number lies within one entry."""
    low, high = float(box.low[at]), float(box.high[at])
    return (low == -math.inf or Fraction(low) <= exact) and (high == math.inf or exact <= Fraction(high))


@exactly
@given(number_in_interval(), number_in_interval())
@example((1.0, 1.0, Fraction(1)), (2.0**-60, 2.0**-60, Fraction(1, 2**60)))
@example((LEAST, LEAST, Fraction(LEAST)), (0.5, 0.5, Fraction(1, 2)))
def test_sums_differences_and_products_hold_the_exact_ones(a, b):
    x, y = interval(a), interval(b)
    assert contains(x + y, (0,), a[2] + b[2])
    assert contains(x - y, (0,), a[2] - b[2])
    assert contains(-x, (0,), -a[2])
    with np.errstate(over="ignore"):
        assert contains(x * y, (0,), a[2] * b[2])


@exactly
@given(number_in_interval())
def test_a_rectifier_is_nearly_exact(a):
    found = intervals.relu(interval(a))
    assert contains(found, (0,), max(a[2], Fraction(0)))
    assert (float(found.low[0]), float(found.high[0])) == pytest.approx((max(a[0], 0.0), max(a[1], 0.0)), rel=1e-14, abs=1e-300)


@exactly
@given(number_in_interval(), NUMBERS)
def test_a_plain_number_may_stand_on_either_side(a, number):
    x, exact = interval(a), Fraction(number)
    for found, right in ((x + number, a[2] + exact), (number + x, a[2] + exact), (x - number, a[2] - exact)):
        assert contains(found, (0,), right)
    assert contains(number - x, (0,), exact - a[2])
    with np.errstate(over="ignore"):
        for found in (x * number, number * x, np.array([number]) * x):
            assert contains(found, (0,), a[2] * exact)


@exactly
@given(number_in_interval(), st.floats(0, 1e300))
def test_widening_moves_both_ends_by_epsilon_or_more(a, epsilon):
    wide = interval(a).widened(epsilon)
    for end in (-1, 1):
        assert contains(wide, (0,), a[2] + end * Fraction(epsilon))


@exactly
@given(number_in_interval(), number_in_interval())
def test_the_hull_holds_both_and_ends_where_one_of_them_ends(a, b):
    x, y = interval(a), interval(b)
    both = x.hull(y)
    assert x.inside(both).all()
    assert y.inside(both).all()
    assert (float(both.low[0]), float(both.high[0])) == (min(a[0], b[0]), max(a[1], b[1]))


@st.composite
def products(draw: st.DrawFn) -> tuple[list[list[tuple[float, float, Fraction]]], list[tuple[float, float, Fraction]]]:
    """A matrix and a vector of drawn triples whose exact products stay within float64."""
    size = draw(st.sampled_from([1.0, 1e-160, 1e140, 1e-300]))
    numbers = st.one_of(st.floats(-size, size), st.sampled_from([0.0, size, -size, LEAST, -LEAST]))
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 6))
    matrix = [[draw(number_in_interval(numbers)) for _ in range(columns)] for _ in range(rows)]
    return matrix, [draw(number_in_interval(numbers)) for _ in range(columns)]


@pytest.mark.slow
@exactly
@given(products())
def test_a_product_with_a_known_matrix_holds_the_exact_one(drawn):
    matrix, vector = drawn
    weight = np.array([[low for low, _, _ in row] for row in matrix])
    found = intervals.matmul(weight, interval(*vector)[:, None])
    for at, row in enumerate(weight):
        assert contains(found, (at, 0), sum(Fraction(w) * x for w, (_, _, x) in zip(row.tolist(), vector, strict=True)))


@exactly
@given(products())
def test_a_product_with_a_matrix_known_within_bounds_holds_the_exact_one(drawn):
    matrix, vector = drawn
    weight = Interval.between([[w[0] for w in row] for row in matrix], [[w[1] for w in row] for row in matrix])
    found = interval(*vector)[:, None].times(weight)
    for at, row in enumerate(matrix):
        assert contains(found, (at, 0), sum((w[2] * x[2] for w, x in zip(row, vector, strict=True)), Fraction(0)))


def test_a_product_of_a_point_is_nearly_a_point():
    rng = np.random.default_rng(0)
    weight, value = rng.normal(size=(20, 30)), rng.normal(size=(30, 4))
    for found in (
        intervals.matmul(weight, Interval.exact(value)),
        Interval.exact(value).times(Interval.exact(weight)),
    ):
        assert float((found.high - found.low).max()) < 1e-11


def oracle(name: str, x: Fraction) -> Fraction:
    """tanh or the logistic function to 400 bits."""
    with gmpy2.context(precision=400, emin=-(2**40), emax=2**40):
        value = gmpy2.mpfr(gmpy2.mpq(x.numerator, x.denominator))
        found = gmpy2.tanh(value) if name == "tanh" else 1 / (1 + gmpy2.exp(-value))
        return Fraction(gmpy2.mpq(found))


CURVED = st.one_of(
    st.floats(-40, 40), st.floats(-1e-300, 1e-300), st.floats(-1e6, 1e6), st.sampled_from([0.0, LEAST, 19.06, 700.0])
)


@pytest.mark.parametrize(("name", "least"), [("tanh", -1), ("sigmoid", 0)])
@exactly
@given(number_in_interval(CURVED))
def test_tanh_and_the_logistic_function_hold_the_exact_ones_and_stay_in_their_range(name, least, a):
    found = getattr(intervals, name)(interval(a))
    ends = [oracle(name, Fraction(end)) for end in a[:2]]
    slack = Fraction(1, 10**30)  # the oracle's own rounding
    assert float(found.low[0]) >= least
    assert float(found.high[0]) <= 1
    assert Fraction(float(found.low[0])) <= ends[0] + slack * abs(ends[0])
    assert ends[1] - slack * abs(ends[1]) <= Fraction(float(found.high[0]))
    assert float(ends[0] - Fraction(float(found.low[0]))) <= 1e-13
    assert float(Fraction(float(found.high[0])) - ends[1]) <= 1e-13


SHARES = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, LEAST, 0.5]))


@exactly
@given(number_in_interval(SHARES), number_in_interval(), number_in_interval())
def test_an_interpolation_holds_the_exact_one(z, a, b):
    found = intervals.lerp(interval(z), interval(a), interval(b))
    assert contains(found, (0,), (1 - z[2]) * a[2] + z[2] * b[2])


@exactly
@given(number_in_interval(SHARES), number_in_interval(st.floats(-4, 4)), number_in_interval(st.floats(-4, 4)))
def test_the_range_of_an_interpolation_is_that_of_its_corners(z, a, b):
    corners = [(1 - Fraction(w)) * Fraction(x) + Fraction(w) * Fraction(y) for w in z[:2] for x in a[:2] for y in b[:2]]
    found = intervals.lerp(interval(z), interval(a), interval(b))
    assert contains(found, (0,), min(corners))
    assert contains(found, (0,), max(corners))
    assert float(min(corners) - Fraction(float(found.low[0]))) < 1e-12
    assert float(Fraction(float(found.high[0])) - max(corners)) < 1e-12


def test_interpolating_is_tighter_than_the_sum_written_out():
    z, a, b = Interval.between([0.0], [1.0]), Interval.exact([1.0]), Interval.exact([1.0])
    written = (1.0 - z) * a + z * b
    assert float(written.high[0]) > 1.9
    assert float(intervals.lerp(z, a, b).high[0]) < 1 + 1e-12


HALF, ZERO = Interval.exact([[0.5]]), Interval.exact([[0.0]])
ANY = Interval.between(-np.inf, np.inf)
BAD = {
    "NaN low": (math.nan, 1.0),
    "NaN high": (0.0, math.nan),
    "NaN": (math.nan, math.nan),
}
OPERATIONS = {
    "+": lambda x: x + 1.0,
    "-": lambda x: 1.0 - x,
    "*": lambda x: x * 2.0,
    "* between": lambda x: x * Interval.between(-1.0, 2.0),
    "matmul": lambda x: intervals.matmul(np.ones((2, 1)), x),
    "matmul by 0": lambda x: intervals.matmul(np.zeros((2, 1)), x),
    "matmul by intervals": lambda x: x.times(Interval.between(np.zeros((2, 1)), np.ones((2, 1)))),
    "tanh": intervals.tanh,
    "sigmoid": intervals.sigmoid,
    "relu": intervals.relu,
    "widened": lambda x: x.widened(0.5),
    "hull": lambda x: x.hull(Interval.between(np.zeros((1, 1)), np.zeros((1, 1)))),
    "lerp's zero": lambda x: intervals.lerp(HALF, x, ZERO),
    "lerp's one": lambda x: intervals.lerp(HALF, ZERO, x),
    "lerp's weight": lambda x: intervals.lerp(x, ZERO, HALF),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("kind", BAD)
def test_a_nan_lies_inside_nothing_whatever_is_done_to_it(kind, operation):
    low, high = BAD[kind]
    with np.errstate(all="ignore"):
        found = OPERATIONS[operation](Interval.between([[low]], [[high]]))
        assert not found.inside(ANY).any()
        assert not ANY.inside(found).any()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("ends", [(-np.inf, np.inf), (0.0, np.inf), (-np.inf, -1e308), (np.inf, np.inf), (-1.7e308, 1.7e308)])
def test_what_overflows_lies_inside_nothing_finite_that_it_may_leave(operation, ends):
    """Where a result for infinite ends counts as bounded, it is also bounded for the largest finite numbers within these ends."""
    low, high = (np.array([[end]]) for end in ends)
    largest = np.finfo(float).max
    with np.errstate(all="ignore"):
        found = OPERATIONS[operation](Interval.between(low, high))
        inner = OPERATIONS[operation](Interval.between(np.clip(low, -largest, largest), np.clip(high, -largest, largest)))
        bounded = found.inside(Interval.between(-1e300, 1e300))
    assert (~bounded | inner.inside(Interval.between(-1e300, 1e300))).all()


def test_the_sum_of_the_largest_numbers_is_not_called_finite_on_the_wrong_side():
    with np.errstate(over="ignore"):
        twice = Interval.exact([1.7e308]) + 1.7e308
    assert Fraction(float(twice.low[0])) <= 2 * Fraction(1.7e308)
    assert float(twice.high[0]) == math.inf


def test_inside_is_elementwise_and_closed():
    box = Interval.between([0.0, 0.0, 0.0], [1.0, 1.0, 1.0])
    assert box.inside(box).tolist() == [True, True, True]
    moved = Interval.between([0.0, -LEAST, 0.5], [1.0, 1.0, np.nextafter(1, 2)])
    assert moved.inside(box).tolist() == [True, False, False]


def test_the_module_implements_ops():
    assert isinstance(intervals, Ops)
    stacked = intervals.concatenate([Interval.exact([[1.0]]), Interval.exact([[2.0], [3.0]])])
    assert stacked.low.ravel().tolist() == [1.0, 2.0, 3.0]
    assert stacked.shape == (3, 1)


@pytest.mark.parametrize("seed", range(5))
def test_a_sparse_product_holds_the_exact_one_and_is_that_of_the_dense_matrix_up_to_rounding(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    weight = rng.normal(size=(40, 30)) * (rng.random((40, 30)) < 0.04) * rng.choice([1e-200, 1.0, 1e200], (40, 30))
    weight[seed] = -0.0
    centre = rng.normal(size=(30, 4)) * rng.choice([0.0, 1e-100, 1.0, 1e80], (30, 4))
    box = Interval.between(centre - np.abs(centre) / 8, centre + np.abs(centre) / 8)
    dense = intervals.matmul(weight, box)
    monkeypatch.setattr(module, "LARGE_MATRIX", weight.size)
    monkeypatch.setattr(module, "FEW", np.count_nonzero(weight) / weight.size)
    found = intervals.matmul(weight, box)
    for row, column in np.ndindex(found.shape):
        triples = zip(weight[row], box.low[:, column], box.high[:, column], strict=True)
        products = [sorted(Fraction(float(w)) * Fraction(float(x)) for x in (low, high)) for w, low, high in triples]
        assert contains(found, (row, column), sum(least for least, _ in products))
        assert contains(found, (row, column), sum(most for _, most in products))
    slack = 1e-12 * (np.abs(weight) @ np.abs(box.high)) + 1e-290
    assert (np.abs(found.low - dense.low) <= slack).all() and (np.abs(found.high - dense.high) <= slack).all()


def test_only_large_matrices_that_are_nearly_all_0_are_stored_sparsely():
    size = int(module.LARGE_MATRIX**0.5) + 1
    few = np.eye(size)
    assert not isinstance(module._stored(few), np.ndarray)
    assert isinstance(module._stored(few[: size - 2]), np.ndarray)
    assert isinstance(module._stored(np.where(np.arange(size) < module.FEW * size + 1, 1.0, few)), np.ndarray)


def test_a_sparse_product_of_an_unknown_number_proves_nothing(monkeypatch):
    monkeypatch.setattr(module, "LARGE_MATRIX", 0)
    monkeypatch.setattr(module, "FEW", 1.0)
    for low, high in ((np.nan, 1.0), (0.5, np.nan), (-np.inf, np.inf)):
        with np.errstate(all="ignore"):
            found = intervals.matmul(np.array([[0.0, 2.0], [0.0, 0.0]]), Interval.between([[1.0], [low]], [[1.0], [high]]))
        assert not found[:1].inside(Interval.between([[-1e300]], [[1e300]])).any()

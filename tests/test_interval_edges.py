"""Interval arithmetic to the last bit: every end is the exact one, moved outward by what the rules allow, and by no more."""

import math

import numpy as np
import pytest

from anylength.ops import intervals
from anylength.ops.intervals import Interval

U, TINY, FUNCTION = 2.0**-53, 2.0**-1000, 2.0**-48


def down(x):
    return np.nextafter(x, -math.inf)


def up(x):
    return np.nextafter(x, math.inf)


def one(low, high):
    return Interval.between([[low]], [[high]])


def ends(interval):
    assert interval.low.shape == interval.high.shape == (1, 1)
    return float(interval.low[0, 0]), float(interval.high[0, 0])


BOXES = [(0.0, 0.0), (1.0, 1.0), (-1.5, 2.0), (0.25, 3.0), (-4.0, -0.5), (0.0, 0.75), (-3.0, 0.0), (1e-5, 1e5)]


def test_the_constants():
    assert (intervals.UNIT_ROUNDOFF, intervals.UNDERFLOW, intervals.FUNCTION_ERROR) == (U, TINY, FUNCTION)
    assert (intervals.GAMMA_FACTOR, intervals.EXTRA_TERMS) == (1.01, 4)


@pytest.mark.parametrize("a", BOXES)
@pytest.mark.parametrize("b", BOXES)
def test_sums_differences_and_products(a, b):
    x, y = one(*a), one(*b)
    assert ends(x + y) == (down(a[0] + b[0]), up(a[1] + b[1]))
    assert ends(x - y) == (down(a[0] - b[1]), up(a[1] - b[0]))
    assert ends(-x) == (-a[1], -a[0])
    corners = [s * t for s in a for t in b]
    assert ends(x * y) == (down(min(corners) - TINY), up(max(corners) + TINY))
    assert ends(x.hull(y)) == (min(a[0], b[0]), max(a[1], b[1]))
    assert bool(x.inside(y)[0, 0]) == (b[0] <= a[0] and a[1] <= b[1])
    number, exact = np.array([[b[0]]]), one(b[0], b[0])
    sums = (x + number, x + exact), (number + x, x + exact), (x - number, x - exact), (number - x, exact - x)
    products = (x * number, x * exact), (number * x, x * exact)
    for found, wanted in sums + products:
        assert ends(found) == ends(wanted)


@pytest.mark.parametrize("a", BOXES)
@pytest.mark.parametrize("epsilon", [0.0, 2.0**-30, 0.5])
def test_widened(a, epsilon):
    assert ends(one(*a).widened(epsilon)) == (down(a[0] - epsilon), up(a[1] + epsilon))


def test_making_slicing_and_stacking():
    x = Interval.exact([[1], [2]])
    assert x.low.dtype == x.high.dtype == np.float64
    assert x.low.tolist() == x.high.tolist() == [[1.0], [2.0]]
    assert Interval.between([1], [2]).low.dtype == Interval.between([1], [2]).high.dtype == np.float64
    both = intervals.concatenate([one(1.0, 2.0), Interval.between([[3.0], [4.0]], [[5.0], [6.0]])])
    assert (both.low.ravel().tolist(), both.high.ravel().tolist()) == ([1.0, 3.0, 4.0], [2.0, 5.0, 6.0])
    assert both.shape == (3, 1)
    assert ends(both[1:2]) == (3.0, 5.0)
    assert intervals.stored(x) is x


WEIGHTS = [[(1.0, 0.0)], [(2.0, -3.0)], [(-0.5, -0.25)], [(0.0, 0.0)], [(2.0**20, 2.0**-20)]]


def gamma_of(columns):
    return 1.01 * (2 * columns + 4) * U


@pytest.mark.parametrize("weight", WEIGHTS)
def test_a_product_with_known_weights(weight):
    """Exact sums of small numbers, and the error that n terms may make."""
    for a in BOXES:
        for b in BOXES[:6]:
            found = intervals.matmul(np.array(weight), Interval.between([[a[0]], [b[0]]], [[a[1]], [b[1]]]))
            (w,) = weight
            pairs = list(zip(w, (a, b), strict=True))
            low = sum(x * (box[0] if x >= 0 else box[1]) for x, box in pairs)
            high = sum(x * (box[1] if x >= 0 else box[0]) for x, box in pairs)
            size = sum(abs(x) * max(abs(box[0]), abs(box[1])) for x, box in pairs)
            gamma = gamma_of(2)
            error = gamma * size * (1 + gamma) + TINY
            assert ends(found) == pytest.approx((down(low - error), up(high + error)), rel=0, abs=2.0**-90 + error * 2.0**-40)
            assert (found.low <= low - error).all()
            assert (high + error <= found.high).all()


def test_what_a_product_of_zeros_allows_for():
    found = intervals.matmul(np.zeros((1, 1)), one(-1.0, 1.0))
    assert ends(found) == (down(-TINY), up(TINY))
    assert ends(one(0.0, 0.0) * 0.0) == (down(-TINY), up(TINY))


def test_the_error_of_a_product_to_the_last_bit():
    """Σ|w||x| = 1 and n = 1, 2, 7: nothing but the error is left of 1 - 1."""
    for columns in (1, 2, 7):
        weight, value = np.zeros((1, columns)), np.zeros((columns, 1))
        weight[0, 0], value[0, 0] = 1.0, 1.0
        found = intervals.matmul(weight, Interval.between(value - value, value))
        gamma = gamma_of(columns)
        error = gamma * 1.0 * (1 + gamma) + TINY
        assert ends(found) == (down(0.0 - error), up(1.0 + error))


UNEVEN = [
    (-0.9433606577090741, -0.8190773812095101),
    (0.4429766803881634, 0.9683310028638893),
    (0.14305966145952187, 0.16317649840176826),
    (0.34746687545454735, 0.6654842633003454),
]
"""Ends whose centre is rounded, so that one of them is farther from it than the other."""


@pytest.mark.parametrize("weight", [(-1.0, 3.0), (0.5, 0.5), (-2.0, -1.0), (0.0, 1.0), *UNEVEN])
def test_a_product_with_weights_known_within_bounds(weight):
    """The centre times the value, plus or minus the radius times the largest magnitude."""
    for box in [*BOXES, (-3.0, 3.0)]:
        value = one(*box)
        centre = (weight[0] + weight[1]) / 2
        radius = max(up(weight[1] - centre), up(centre - weight[0]))
        largest = max(abs(box[0]), abs(box[1]))
        deviation = ends(intervals.matmul(np.array([[radius]]), one(largest, largest)))[1]
        middle = ends(intervals.matmul(np.array([[centre]]), value))
        assert ends(intervals.matmul_of_intervals(one(*weight), value)) == (down(middle[0] - deviation), up(middle[1] + deviation))


def logistic(x):
    from scipy.special import expit

    return float(expit(x))


def plain_tanh(x):
    return float(np.tanh(np.array([x]))[0])


@pytest.mark.parametrize(("function", "plain", "least"), [(intervals.tanh, plain_tanh, -1.0), (intervals.sigmoid, logistic, 0.0)])
@pytest.mark.parametrize("box", [*BOXES, (-40.0, 40.0), (-800.0, -700.0), (700.0, 800.0)])
def test_increasing_functions(function, plain, least, box):
    """Both ends allow for the library's relative error, and stay in the function's range."""
    low, high = plain(box[0]), plain(box[1])
    wanted = down(low - abs(low) * FUNCTION - TINY), up(high + abs(high) * FUNCTION + TINY)
    assert ends(function(one(*box))) == (max(wanted[0], least), min(wanted[1], 1.0))


@pytest.mark.parametrize("box", BOXES)
def test_relu(box):
    assert ends(intervals.relu(one(*box))) == (max(box[0], 0.0), max(box[1], 0.0))


@pytest.mark.parametrize("gate", [(0.0, 1.0), (0.25, 0.5), (0.0, 0.0), (1.0, 1.0)])
def test_an_interpolation_is_the_hull_at_both_ends_of_the_gate(gate):
    for a in BOXES[:6]:
        for b in BOXES[:6]:
            found = intervals.lerp(one(*gate), one(*a), one(*b))
            values = []
            for end in gate:
                z = one(end, end)
                values.append(ends((1.0 - z) * one(*a) + z * one(*b)))
            assert ends(found) == (min(values[0][0], values[1][0]), max(values[0][1], values[1][1]))


@pytest.mark.parametrize("gate", [(-0.5, 1.5), (0.5, up(1.0)), (-5e-324, 0.5), (-2.0, -1.0), (2.0, 3.0), (0.0, math.inf)])
def test_an_interpolation_outside_of_its_ends_has_no_bound(gate):
    assert ends(intervals.lerp(one(*gate), one(1.0, 2.0), one(3.0, 4.0))) == (-math.inf, math.inf)

"""Interval arithmetic to the last bit: every end is the exact one, moved outward by what the rules allow, and by no more."""

import math

import exact_operations
import numpy as np
import pytest
from exact_operations import exact, precise

from anylength.ops import intervals
from anylength.ops.intervals import Interval, curves

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


def expected(low, high, least=-math.inf, largest=math.inf):
    """The ends, rounded outward and kept within the function's range."""
    return max(down(low), least), min(up(high), largest)


@pytest.mark.parametrize("box", [*BOXES[:-1], (-800.0, -700.0), (700.0, 709.0)])
def test_exponential_and_softplus(box):
    low, high = (float(np.exp(end)) for end in box)
    assert ends(intervals.exp(one(*box))) == expected(low - low * FUNCTION - TINY, high + high * FUNCTION + TINY, 0.0)
    low, high = (max(end, 0.0) + float(np.log1p(np.exp(-abs(end)))) for end in box)
    wanted = expected(low - low * 4 * FUNCTION - TINY, high + high * 4 * FUNCTION + TINY, 0.0)
    assert ends(intervals.softplus(one(*box))) == pytest.approx(wanted, rel=1e-15, abs=0)


def test_an_exponential_that_overflows_is_at_least_the_largest_number():
    largest = np.finfo(float).max
    assert ends(intervals.exp(one(710.0, 711.0))) == (down(largest - (largest * FUNCTION + TINY)), math.inf)
    assert ends(intervals.exp(one(-math.inf, 0.0)))[0] == 0.0


@pytest.mark.parametrize("a", BOXES)
@pytest.mark.parametrize("b", BOXES)
def test_operations_row_by_row(a, b):
    x, y = one(*a), one(*b)
    assert ends(intervals.scale(x, b[0])) == ends(x * b[0])
    assert ends(intervals.maximum(x, y)) == (max(a[0], b[0]), max(a[1], b[1]))
    assert ends(intervals.minimum(x, y)) == (min(a[0], b[0]), min(a[1], b[1]))
    least, largest = max(a[0], -a[1], 0.0), max(-a[0], a[1])
    assert ends(intervals.absolute(x)) == (least, largest)
    assert ends(intervals.square(x)) == expected(least * least - TINY, largest * largest + TINY, 0.0)
    if least > 0:
        assert ends(intervals.reciprocal(x)) == (down(1 / a[1]), up(1 / a[0]))
    if a[0] > 0:
        assert ends(intervals.rsqrt(x)) == (down(1 / up(math.sqrt(a[1]))), up(1 / down(math.sqrt(a[0]))))


def sum_ends(pairs, terms):
    """Σ low and Σ high of pairs, each with the error of a sum of this many terms."""
    lows, highs = (sum(ends) for ends in zip(*pairs, strict=True))
    sizes = (sum(abs(end) for end in ends) for ends in zip(*pairs, strict=True))
    low_error, high_error = (1.01 * terms * U * size * (1 + 1.01 * terms * U) + TINY for size in sizes)
    return down(lows - low_error), up(highs + high_error)


ROWS = [(1.0, 2.0), (-0.5, 0.25), (4.0, 4.5)]


def test_sums_and_means():
    x = Interval.between([[low] for low, _ in ROWS], [[high] for _, high in ROWS])
    total = intervals.total(x, axis=0)
    assert (float(total.low[0]), float(total.high[0])) == sum_ends(ROWS, 7)
    low, high = sum_ends(ROWS, 7)
    assert ends(intervals.mean(x)) == (down(low / 3), up(high / 3))
    squares = intervals.square(x)
    low, high = sum_ends(list(zip(squares.low[:, 0], squares.high[:, 0], strict=True)), 7)
    assert ends(intervals.mean_square(x)) == (down(low / 3), up(high / 3))
    assert ends(intervals.mean_square(one(0.0, 0.0)))[0] == 0.0


def test_a_row_less_the_mean_counts_the_row_once():
    x = Interval.between([[low] for low, _ in ROWS], [[high] for _, high in ROWS])
    found = intervals.center(x)
    for row in range(3):
        rest = Interval.between(*([[end]] for end in sum_ends(ROWS[:row] + ROWS[row + 1 :], 7)))
        own = x[row : row + 1] * 2 - rest
        wanted = down(own.low[0, 0] / 3), up(own.high[0, 0] / 3)
        assert ends(found[row : row + 1]) == pytest.approx(wanted, rel=1e-15)


def test_a_matrix_times_a_vector():
    matrix = Interval.between([[1.0], [-2.0], [0.5], [3.0]], [[2.0], [-1.0], [0.5], [4.0]])
    vector = Interval.between([[-1.0], [1.0]], [[1.0], [3.0]])
    found = intervals.matvec(matrix, vector)
    for row in range(2):
        products = [matrix[2 * row + k : 2 * row + k + 1] * vector[k : k + 1] for k in range(2)]
        assert ends(found[row : row + 1]) == sum_ends([ends(product) for product in products], 6)
    both = Interval.between(np.tile(matrix.low, (1, 3)), np.tile(matrix.high, (1, 3)))
    assert (intervals.matvec(both, vector).low == found.low).all()


def curve(name, x):
    from scipy.special import erf

    if name == "silu":
        return x * logistic(x), 2 * FUNCTION * abs(x * logistic(x))
    if name == "gelu":
        return x * (0.5 + 0.5 * float(erf(x * np.sqrt(0.5)))), 2 * FUNCTION * abs(x)
    if name == "silu_derivative":
        return logistic(x) * (1 + x * logistic(-x)), 8 * FUNCTION
    return 0.5 + 0.5 * float(erf(x * np.sqrt(0.5))) + x * math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi), 8 * FUNCTION


CURVES = {
    "silu": (curves.SILU_LOWEST, None),
    "gelu": (curves.GELU_LOWEST, None),
    "silu_derivative": (curves.SILU_DERIVATIVE_LOWEST, curves.SILU_DERIVATIVE_HIGHEST),
    "gelu_derivative": (curves.GELU_DERIVATIVE_LOWEST, curves.GELU_DERIVATIVE_HIGHEST),
}


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("box", [(-3.0, -2.5), (-3.0, -1.0), (-1.0, -0.5), (-0.5, 1.0), (1.0, 2.0), (1.3, 3.0), (-20.0, 20.0)])
def test_curves(name, box):
    """The hull of both ends, and of the lowest and highest point between them."""
    lowest, highest = CURVES[name]
    values = [curve(name, end) for end in box]
    low = down(min(value - (error + TINY) for value, error in values))
    high = up(max(value + (error + TINY) for value, error in values))
    if box[0] <= lowest.left and lowest.right <= box[1]:
        low = min(low, lowest.bound)
    if highest is not None and box[0] <= highest.left and highest.right <= box[1]:
        high = max(high, highest.bound)
    assert ends(getattr(intervals, name)(one(*box))) == pytest.approx((low, high), rel=1e-15, abs=1e-17)


@pytest.mark.parametrize("name", CURVES)
def test_the_extremes_of_curves_are_where_the_slope_changes_its_sign(name):
    """The slope, as a difference of exact values, changes its sign between left and right; the bound is just beyond the value."""
    function = {
        "silu": exact_operations.silu,
        "gelu": exact_operations.gelu,
        "silu_derivative": lambda x: exact_operations.sigmoid(x) * (1 + x * exact_operations.sigmoid(-x)),
        "gelu_derivative": lambda x: (exact_operations.gelu(x + 1e-30) - exact_operations.gelu(x - 1e-30)) / exact(2e-30),
    }[name]
    with precise():
        for extreme, sign in zip(CURVES[name], (1, -1), strict=True):
            if extreme is None:
                continue
            points = exact([extreme.left, extreme.right])
            step = exact(1e-18)
            left, right = sign * (function(points + step) - function(points - step))
            assert left < 0 < right
            beyond = sign * (function(points) - exact(extreme.bound))
            assert (beyond > 0).all()
            assert (beyond < 1e-13).all()


def test_curves_end_flat():
    for name in CURVES:
        at_infinity = getattr(intervals, name)(one(-math.inf, -1000.0))
        assert abs(at_infinity.low[0, 0]) < 1e-12 and abs(at_infinity.high[0, 0]) < 1e-12
    assert ends(intervals.silu(one(1.0, math.inf)))[1] == math.inf
    assert ends(intervals.gelu(one(1.0, math.inf)))[1] == math.inf
    assert (curves.SILU_END, curves.GELU_END) == (1000.0, 40.0)


def test_normalisation_takes_each_row_with_the_least_or_the_largest_others():
    x = Interval.between([[-1.0], [2.0], [-4.0]], [[3.0], [5.0], [-1.0]])
    found = intervals.normalize(x, intervals.mean_square(x), 0.5)
    corner = lambda own, *others: own / math.sqrt((own * own + sum(other * other for other in others)) / 3 + 0.5)
    lows = corner(-1.0, 2.0, -1.0), corner(2.0, 3.0, -4.0), corner(-4.0, 0.0, 2.0)
    highs = corner(3.0, 2.0, -1.0), corner(5.0, 0.0, -1.0), corner(-1.0, 3.0, 5.0)
    assert found.low.ravel() == pytest.approx(lows, rel=1e-14)
    assert found.high.ravel() == pytest.approx(highs, rel=1e-14)
    assert (found.low.ravel() <= lows).all() and (highs <= found.high.ravel()).all()
    with np.errstate(over="ignore"):
        huge = intervals.normalize(Interval.exact([[1e200], [1.0]]), Interval.exact([[1e300]]), 0.5)
    assert float(huge.high[0, 0]) == up(math.sqrt(2))


def test_softmax_takes_each_row_with_the_other_ends_of_the_others():
    x = Interval.between([[-1.0], [2.0], [-4.0]], [[3.0], [5.0], [-1.0]])
    found = intervals.softmax(x)
    for row in range(3):
        others = [other for other in range(3) if other != row]
        low = 1 / (1 + sum(math.exp(x.high[other, 0] - x.low[row, 0]) for other in others))
        high = 1 / (1 + sum(math.exp(x.low[other, 0] - x.high[row, 0]) for other in others))
        assert ends(found[row : row + 1]) == pytest.approx((low, high), rel=1e-12)
        assert found.low[row, 0] <= low and high <= found.high[row, 0]
    apart = intervals.softmax(Interval.exact([[1000.0], [0.0]]))
    assert ends(apart[:1]) == (1.0, 1.0) or ends(apart[:1])[0] > 1 - 1e-14
    assert ends(apart[1:])[0] == 0.0 and ends(apart[1:])[1] < 1e-300


def test_rows_are_placed():
    known = intervals.constant(np.float32([1.0, 2.0]), 3)
    assert known.low.tolist() == known.high.tolist() == [[1.0] * 3, [2.0] * 3]
    assert intervals.tensor([1.0, 2.0], 3).low.tolist() == known.low.tolist()
    assert intervals.take(known, [1, 0, 1]).low[:, 0].tolist() == [2.0, 1.0, 2.0]

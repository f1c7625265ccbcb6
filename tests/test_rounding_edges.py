"""The producer's rounding model: each bound is the formula of docs/certificate.md, to the last digits."""

import dataclasses
import math

import numpy as np
import pytest
from exact_proof import exact_net

from anylength.ops import intervals, rounding
from anylength.ops.intervals import Interval
from anylength.ops.rounding import Format, FunctionErrors, Rounded, model
from anylength.verification.certify import Ranges
from anylength.verification.certify import formats as formats_module
from anylength.verification.certify.formats import FORMATS, readout_error, step_error

U, TAU = 2.0**-24, 2.0**-126
FORM = Format(2.0**-8, 2.0**-20, 2.0**60)
ODD = 3 + 2.0**-20
"""A float32 number with more significant bits than this format holds."""


def bound(size, error, terms=0.0, form=FORM):
    column = lambda x: np.array([[float(x)]])
    return Rounded(form, Interval(column(-1e40), column(1e40)), column(size), column(error), column(terms))


def share(size, error, terms=0.0):
    """The same for a value that is known to lie between 0 and 1."""
    made = bound(size, error, terms)
    return dataclasses.replace(made, range=Interval(0 * made.size, 0 * made.size + 1))


def same(found, size, error, terms=0.0):
    assert found.size.shape == found.error.shape == found.terms.shape
    return (float(found.size[0, 0]), float(found.error[0, 0]), float(found.terms[0, 0])) == pytest.approx(
        (size, error, terms), rel=1e-15, abs=1e-300
    )


BOUNDS = [(1.0, 0.0, 0.0), (3.0, 0.125, 0.0), (0.5, TAU, 0.0), (2.0, 0.25, 3.0), (5.0, 0.0, 1.0), (0.0, 0.0, 2.0)]


def finished(size, error, terms=0.0):
    if terms == 0:
        return size, error
    off = error + 2 * terms * TAU
    made = off + terms * U / (1 - terms * U) * (size + off)
    return size + made, made


@pytest.mark.parametrize("a", BOUNDS)
@pytest.mark.parametrize("b", BOUNDS)
def test_the_operations_on_errors(a, b):
    """The table of docs/certificate.md, row by row."""
    x, y = bound(*a), bound(*b)
    (sa, da), (sb, db) = finished(*a), finished(*b)
    assert same(x.finished(), sa, da)
    assert same(x + y, a[0] + b[0], a[1] + b[1], max(a[2], 1) + max(b[2], 1))
    error = da * sb + sa * db + U * sa * sb + TAU
    assert same(x * y, sa * sb * (1 + U) + TAU, error)
    assert same(rounding.relu(x), sa, da)
    assert same(rounding.tanh(x), 1 + 2.0**-20, da + 2.0**-20)
    assert same(rounding.sigmoid(x), 1 + min(2.0**-20, da / 4 + 2.0**-21), da / 4 + 2.0**-21)
    for z in [(1.0, 0.0), (1.0, 0.125), (0.5, TAU), (1.0, 0.25, 3.0), (0.0, 0.0, 2.0)]:
        dz = finished(*z)[1]
        slack = max(da, db) + dz * (sa + sb) + (1 + dz) * (7 * U * (sa + sb) + 16 * TAU)
        assert same(rounding.lerp(share(*z), x, y), max(sa, sb) + slack, slack)
    assert float(x.stored_error()[0, 0]) == pytest.approx(da + FORM.relative_error * sa + FORM.absolute_error, rel=1e-15)
    storing = FORM.relative_error * sa + FORM.absolute_error
    assert same(rounding.stored(x), sa + storing, da + storing)
    weight = np.array([[ODD, -0.25]])
    both = rounding.concatenate([x, y])
    assert both.size.ravel().tolist() == [a[0], b[0]] and both[1:2].terms.ravel().tolist() == [b[2]]
    size = ODD * sa + 0.25 * sb
    error = (ODD * 2.0**-8 + 2.0**-20) * sa + ODD * da + 0.25 * db
    assert same(rounding.matmul(weight, both), size, error, 2.0)


def test_a_weight_of_zero_is_no_term():
    """It is stored as 0 and errs by nothing, in any format; whatever the other factor is, but for an unknown one."""
    value = rounding.concatenate([bound(1.0, 0.25), bound(3.0, 0.5, 2.0), bound(0.0, 0.0)])
    found = rounding.matmul(np.array([[ODD, -0.0, 7.0], [0.0, 0.0, 0.0]]), value)
    assert same(found[:1], ODD, ODD * 2.0**-8 + 2.0**-20 + ODD / 4, 1.0)
    assert same(found[1:], 0.0, 0.0)
    with np.errstate(all="ignore"):
        unknown = rounding.matmul(np.array([[0.0, 1.0]]), rounding.concatenate([bound(np.inf, np.inf), bound(1.0, 0.0)]))
    assert unknown.size.tolist() == unknown.error.tolist() == [[np.inf]]


def test_weights_are_terms_of_a_sum():
    weights = np.array([[-ODD]])
    assert same(bound(1.0, 0.5) + weights, 1 + ODD, 0.5 + ODD * 2.0**-8 + 2.0**-20, 2.0)
    assert same(weights + bound(1.0, 0.5), 1 + ODD, 0.5 + ODD * 2.0**-8 + 2.0**-20, 2.0)
    assert same(weights * bound(1.0, 0.0), *(lambda p: (p.size[0, 0], p.error[0, 0]))(bound(1.0, 0.0) * weights))


@pytest.mark.parametrize(("name", "bits", "least"), [("bfloat16", 8, -126), ("float16", 11, -14), ("float32", 24, -126)])
def test_a_weight_that_a_format_holds_exactly_is_stored_without_error(name, bits, least):
    form = FORMATS[name]
    held = np.array([0.0, 2.0**least, *(sign * (2.0**bits - 1) * 2.0**k for sign in (-1, 1) for k in (least, -3, 5))], np.float32)
    assert not form.weight_error(held).any()
    below = np.float32(2.0 ** (least - 1))
    assert form.weight_error(below) == form.relative_error * below + form.absolute_error
    if name != "float32":
        between = np.array([-ODD, (2.0**bits + 1) * 2.0**-3], np.float32)
        assert (form.weight_error(between) == form.relative_error * np.abs(between) + form.absolute_error).all()


def test_tiny_sums_are_flushed():
    """Where the rest is zero, the flushes are all: two for each term."""
    assert same(bound(0.0, 0.0, 5.0).finished(), 10 * TAU * (1 + 5 * U / (1 - 5 * U)), 10 * TAU * (1 + 5 * U / (1 - 5 * U)))
    assert same(bound(0.0, 0.0) * bound(0.0, 0.0), TAU, TAU)
    assert same(rounding.lerp(share(0.0, 0.0), bound(0.0, 0.0), bound(0.0, 0.0)), 16 * TAU, 16 * TAU)


def test_each_symbol_has_its_own_column():
    """Three tapes in base 2: of each tape one weight that was stored. The other weights are no terms.

    With an `input_error` no weight counts as stored exactly, not even 0.
    """
    form = dataclasses.replace(FORM, input_error=0.5)
    digits = np.array([[symbol >> tape & 1 for symbol in range(8)] for tape in range(3)])
    table = np.concatenate([np.stack([1.0 - row, row]) for row in digits])
    weight = np.array([[1.0, -2.0, 4.0, 0.25, -0.5, 0.5], [0.0] * 6])
    symbols = rounding.encoded_symbols(form, table)
    for value in (symbols, rounding.take(symbols, range(6)), rounding.concatenate([symbols[:2], symbols[2:]])):
        found = rounding.matmul(weight, value)
        assert found.terms.tolist() == [[3.0] * 8] * 2
        sums = np.abs(weight) @ table
        assert found.size.tolist() == (sums + 0.5).tolist()
        assert found.error == pytest.approx(sums * 2.0**-8 + 3 * 2.0**-20 + 0.5, rel=1e-15)
        assert Interval.exact(weight @ table).inside(found.range).all()
    assert same(rounding.matmul(np.array([[ODD]]), bound(1.0, 0.0, form=form)), ODD, ODD * 2.0**-8 + 2.0**-20, 1.0)


def test_a_stored_state_errs_by_a_flush():
    found = rounding.stored_state(FORM, Interval.between([[-1.0], [0.5]], [[0.5], [2.0]]))
    assert found.size.tolist() == [[1.0], [2.0]] and found.error.tolist() == [[TAU]] * 2 and found.terms.tolist() == [[0.0]] * 2


def test_larger_errors_of_functions_are_taken():
    form = dataclasses.replace(FORM, function_errors=FunctionErrors(0.5, 0.25))
    assert same(rounding.tanh(bound(1.0, 0.0, form=form)), 1.5, 0.5)
    assert same(rounding.sigmoid(bound(1.0, 0.0, form=form)), 1.25, 0.25)


def test_the_constants_of_the_rounding_model():
    assert (rounding.UNIT_ROUNDOFF, rounding.SMALLEST_NORMAL, rounding.SAFETY_FACTOR) == (U, TAU, 1 + 1e-9)
    assert (rounding.LERP_ROUNDINGS, rounding.LERP_FLUSHES, rounding.LARGEST_FUNCTION_VALUE) == (7, 16, 1 + 2.0**-20)
    assert FunctionErrors(2.0**-20, 2.0**-21) == rounding.MODEL_ERRORS
    assert {name: (form.relative_error, form.absolute_error, form.largest) for name, form in FORMATS.items()} == {
        "bfloat16": (2.0**-8, TAU, 2.0**60), "float16": (2.0**-11, 2.0**-14, 2.0**15), "float32": (0.0, TAU, 2.0**60),
    }  # fmt: skip
    assert Format(1.0, 1.0, 1.0).input_error == 0.0
    assert (formats_module.UNSQUASHED_GUESS, formats_module.SQUASHED_SIZE) == (4.0, 1.001)
    assert (formats_module.EPSILON_ITERATIONS, formats_module.ROUNDED_UP, formats_module.LARGEST_STATE) == (60, 1 + 1e-6, 2.0**30)


def test_a_step_is_worked_out_from_its_parts():
    """h' = max(0, x + h / 2): one weight of the symbol, a bias, and one weight of the state."""
    net = exact_net()
    for name, form in FORMATS.items():
        v, t = form.relative_error, form.absolute_error
        size, off = 1 + 0.5 * 3, 0.5 * TAU  # all formats hold 1, 1/2 and 0 exactly
        terms = 1 + 1 + 1
        made = finished(size, off, terms)
        assert step_error(net, form, np.array([3.0])) == pytest.approx((1 + 1e-9) * (made[1] + v * made[0] + t), rel=1e-12), name


def test_a_logit_is_as_large_as_its_terms_though_they_cancel():
    """h - 4 for h up to 3: at most 4 in magnitude if h is not negative, but the check bounds it by 3 + 4."""
    net = exact_net()
    net = dataclasses.replace(net, bias=np.array([-4.0, 0.0], np.float32))
    ranges = Ranges(Interval.between([[0.0]], [[3.0]]), {}, {})
    assert readout_error(net, FORMATS["bfloat16"], np.array([3.0]), ranges) == pytest.approx(2.0**-8 * 7, rel=1e-4)


F = 2.0**-20


def known(low, high, error, form=FORM):
    """A finished row in this range."""
    column = lambda x: np.array([[float(x)]])
    return Rounded(form, Interval(column(low), column(high)), column(max(abs(low), abs(high)) + error), column(error), column(0))


RANGES = [(-1.5, 2.0, 0.0), (0.25, 3.0, 0.01), (-4.0, -0.5, 2.0**-20), (0.5, 0.75, 0.125), (2.0, 2.0, TAU)]


@pytest.mark.parametrize(("low", "high", "error"), RANGES)
def test_the_errors_of_functions(low, high, error):
    """The rules of docs/certificate.md; the size is the largest exact value, and the error."""
    x, size = known(low, high, error), max(abs(low), abs(high)) + error

    def agrees(found, range, slack):
        assert Interval.exact([[range[0]]]).inside(found.range).all() or found.range.low[0, 0] == pytest.approx(range[0], abs=1e-12)
        return same_to(found, max(abs(range[0]), abs(range[1])) + slack, slack)

    assert agrees(-x, (-high, -low), error)
    assert agrees(rounding.scale(x, -0.5), (-high / 2, -low / 2), 0.5 * error + 0.5 * U * size + TAU)
    assert agrees(rounding.absolute(x), (max(low, -high, 0.0), max(-low, high)), error)
    least, largest = max(low, -high, 0.0) ** 2, max(-low, high) ** 2
    slack = 2 * error * size + U * size * size + TAU
    assert same_to(rounding.square(x), min(largest + slack, size * size * (1 + U) + TAU), slack)
    assert rounding.square(x).range.low.item() == pytest.approx(least) and rounding.square(x).range.high.item() == pytest.approx(
        largest
    )
    power = math.exp(high)
    slack = power * (error + error**2) * (1 + 2 * F) + 2 * F * power + TAU
    assert agrees(rounding.exp(x), (math.exp(low), power), slack)
    plus = math.log1p(math.exp(low)), math.log1p(math.exp(high))
    assert agrees(rounding.softplus(x), plus, error + F * (1 + size))
    for function, slope, exact in ((rounding.silu, 1.1, intervals.silu), (rounding.gelu, 1.13, intervals.gelu)):
        range = exact(x.range)
        assert agrees(function(x), (range.low[0, 0], range.high[0, 0]), slope * error + F * size + TAU)
    if low > 0:
        assert agrees(rounding.reciprocal(x), (1 / high, 1 / low), error / (low * (low - error)) + 2.0**-22 / (low - error) + TAU)
        assert agrees(rounding.rsqrt(x), (high**-0.5, low**-0.5), (error / low + 2 * F) / math.sqrt(low) + TAU)
    if high < 0:
        assert agrees(
            rounding.reciprocal(x), (1 / high, 1 / low), error / (-high * (-high - error)) + 2.0**-22 / (-high - error) + TAU
        )


def test_an_exponential_may_be_flushed():
    assert same_to(rounding.exp(known(-200.0, -200.0, 0.0)), TAU, TAU)
    assert same_to(rounding.silu(known(0.0, 0.0, 0.0)), TAU, TAU)


def same_to(found, size, error):
    return (found.size.item(), found.error.item(), found.terms.item()) == pytest.approx((size, error, 0), rel=1e-12)


@pytest.mark.parametrize(("low", "high", "error"), RANGES)
def test_the_larger_and_the_smaller_one_err_by_the_larger_error(low, high, error):
    x, y = known(low, high, error), known(-1.0, 1.0, 0.0625)
    assert same_to(rounding.maximum(x, y), max(abs(max(low, -1)), abs(max(high, 1))) + max(error, 0.0625), max(error, 0.0625))
    assert same_to(rounding.minimum(y, x), max(abs(min(low, -1)), abs(min(high, 1))) + max(error, 0.0625), max(error, 0.0625))


def rows(*values):
    return rounding.concatenate(list(values))


def test_the_errors_of_means():
    x = rows(known(-1.0, 2.0, 0.5), known(3.0, 4.0, 0.25), known(0.0, 0.0, 0.0))
    size, error = finished(2.5 + 4.25, 0.75, 3)
    slack = error / 3 + 6 * U * size / 3 + TAU
    assert same_to(rounding.mean(x), 2.0 + slack, slack)
    centred = rounding.center(x)
    assert centred.terms.ravel().tolist() == [2.0] * 3
    assert centred.size.ravel() == pytest.approx([2.5 + 2 + slack, 4.25 + 2 + slack, 2 + slack], rel=1e-12)
    assert centred.error.ravel() == pytest.approx([0.5 + slack, 0.25 + slack, slack], rel=1e-12)
    assert (centred.range.low[:, 0].tolist(), centred.range.high[:, 0].tolist()) == (
        pytest.approx([-2.0, 4 / 3, -2.0]),
        pytest.approx([1 / 3, 3.0, -2 / 3]),
    )
    size, error = finished(2.5**2 + 4.25**2, 2 * 2.5 * 0.5 + 2 * 4.25 * 0.25, 3)
    slack = error / 3 + 6 * U * size / 3 + TAU
    assert same_to(rounding.mean_square(x), 20 / 3 + slack, slack)


def test_the_errors_of_a_matrix_times_a_vector():
    matrix = rows(known(1.0, 2.0, 0.5), known(-1.0, 0.0, 0.0), known(3.0, 3.0, 0.125), known(1.0, 1.0, 0.0))
    vector = rows(known(-1.0, 1.0, 0.25), known(2.0, 4.0, 0.0))
    found = rounding.matvec(matrix, vector)
    assert found.terms.ravel().tolist() == [2.0, 2.0]
    assert found.size.ravel().tolist() == [2.5 * 1.25 + 1 * 4, 3.125 * 1.25 + 4]
    assert found.error.ravel().tolist() == [0.5 * 1.25 + 2.5 * 0.25, 0.125 * 1.25 + 3.125 * 0.25]
    assert (found.range.low.ravel().tolist(), found.range.high.ravel().tolist()) == (
        pytest.approx([-6.0, -1.0]),
        pytest.approx([2.0, 7.0]),
    )


def test_the_errors_of_normalisation():
    x = rows(known(1.0, 2.0, 2.0**-10), known(-1.0, 3.0, 2.0**-12))
    m, epsilon = rounding.mean_square(x), 0.25
    found = rounding.normalize(x, m, epsilon)
    least, largest, error = 0.5, 6.5, m.error.item()
    change = error + U * (largest + error + epsilon)
    rho, root = change / (least + epsilon) + 2 * F, 1 / math.sqrt(least + epsilon)
    exact = intervals.normalize(x.range, m.range, epsilon)
    for row, slack in ((0, 2.0**-10), (1, 2.0**-12)):
        size = max(abs(exact.low[row, 0]), abs(exact.high[row, 0]))
        moved = slack * root * (1 + rho) + size * rho
        total = moved + 4 * U * (size + moved) + TAU
        assert same_to(found[row : row + 1], size + total, total)


def test_the_errors_of_softmax():
    x = rows(known(1.0, 2.0, 2.0**-10), known(-1.0, 3.0, 2.0**-12), known(0.0, 0.0, 0.0))
    found, exact = rounding.softmax(x), intervals.softmax(x.range)
    d = 2.0**-10 + 2 * U * (3 + 2.0**-12)
    k = (d + d * d) * (1 + F) + F
    m = k + 3 * U / (1 - 3 * U) * (1 + k)
    rho = (k + m + F / 2) / (1 - m) + F
    for row in range(3):
        slack = exact.high[row, 0] * rho + 16 * TAU
        assert same_to(found[row : row + 1], exact.high[row, 0] + slack, slack)


BEYOND = 1 + 2.0**-40


def largest_error_in_softmax() -> float:
    """The largest error e of one row 0, of size e, to which the rule of softmax applies: m = 1/2, solved for e."""
    k = (0.5 - U / (1 - U)) / (1 + U / (1 - U))
    return (math.sqrt(1 + 4 * (k - F) / (1 + F)) - 1) / 2 / (1 + 2 * U)


NOT_COVERED = {
    "exp": (lambda e: rounding.exp(known(0.0, 1.0, e)), 1.0),
    "reciprocal": (lambda e: rounding.reciprocal(known(0.5, 1.0, e)), 0.25),
    "reciprocal below 0": (lambda e: rounding.reciprocal(known(-1.0, -0.5, e)), 0.25),
    "rsqrt": (lambda e: rounding.rsqrt(known(0.5, 1.0, e)), 0.125),
    "softmax": (lambda e: rounding.softmax(rows(known(0.0, 0.0, e))), largest_error_in_softmax()),
    "size": (lambda e: rounding.relu(known(0.0, e, 0.0)), 2.0**100),
    "sum": (lambda e: bound(e, 0.0, 1.0) + bound(0.0, 0.0), 2.0**100),
    "lerp": (lambda e: rounding.lerp(known(0.0, e, 0.0), known(0.0, 1.0, 0.0), known(0.0, 1.0, 0.0)), 1.0),
    "lerp below 0": (lambda e: rounding.lerp(known(1 - e, 1.0, 0.0), known(0.0, 1.0, 0.0), known(0.0, 1.0, 0.0)), 1.0),
}


@pytest.mark.parametrize("name", NOT_COVERED)
def test_where_a_rule_ends_the_error_is_infinite(name):
    make, last = NOT_COVERED[name]
    within, beyond = make(last / BEYOND if name == "softmax" else last), make(last * BEYOND)
    assert (within.error < np.inf).all()
    assert (beyond.error == np.inf).all() and (beyond.size == np.inf).all()


def test_normalisation_needs_a_small_error_of_the_mean_square():
    x = known(1.0, 1.0, 0.0)
    for error, covered in ((0.24, True), (0.26, False)):
        found = rounding.normalize(x, known(1.0, 1.0, error), 0.0)
        assert bool(found.error < np.inf) == covered
    zeros = known(0.0, 0.0, 0.0)
    assert rounding.normalize(zeros, rounding.mean_square(zeros), 0.0).error.item() == np.inf
    assert rounding.normalize(zeros, rounding.mean_square(zeros), 0.5).error.item() < np.inf


@pytest.mark.parametrize("low", [-1.0, 0.0])
def test_what_is_near_zero_has_no_reciprocal(low):
    for function in (rounding.reciprocal, rounding.rsqrt):
        assert function(known(low, 1.0, 0.0)).error.item() == np.inf


UNKNOWN = {
    "infinite error": bound(1.0, math.inf),
    "infinite size": bound(math.inf, 0.5),
    "NaN": bound(math.nan, math.nan),
    "NaN range": dataclasses.replace(bound(1.0, 0.5), range=Interval(np.full((1, 1), math.nan), np.full((1, 1), math.nan))),
    "no range": dataclasses.replace(bound(1.0, 0.5), range=Interval(np.full((1, 1), -math.inf), np.full((1, 1), math.inf))),
}
ZERO = bound(0.0, 0.0)
USES = {
    "+": lambda x: (x + ZERO).finished(),
    "-": lambda x: (ZERO - x).finished(),
    "*": lambda x: x * ZERO,
    "matmul by 0": lambda x: rounding.matmul(np.zeros((1, 1)), x).finished(),
    "matvec": lambda x: rounding.matvec(x, ZERO).finished(),
    "matvec's vector": lambda x: rounding.matvec(ZERO, x).finished(),
    "lerp": lambda x: rounding.lerp(share(0.0, 0.0), ZERO, x),
    "stored": rounding.stored,
    "normalize": lambda x: rounding.normalize(x, ZERO, 1.0),
    "normalize's mean square": lambda x: rounding.normalize(ZERO, x, 1.0),
    "softmax": lambda x: rounding.softmax(rows(x, ZERO)),
    "maximum": lambda x: rounding.maximum(ZERO, x),
    "within": lambda x: x.within(Interval(np.zeros((1, 1)), np.zeros((1, 1)))),
    "scale": lambda x: rounding.scale(x, 0.0),
    **{name: getattr(rounding, name) for name in (
        "tanh", "sigmoid", "relu", "exp", "softplus", "silu", "gelu", "absolute", "square", "reciprocal", "rsqrt", "mean", "center",
        "mean_square",
    )},
}  # fmt: skip


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("kind", UNKNOWN)
def test_an_unknown_bound_is_infinite_and_never_nan(kind, use):
    with np.errstate(all="ignore"):
        found = USES[use](UNKNOWN[kind])
        stored = found.stored_error()
    assert not np.isnan(found.size).any() and not np.isnan(found.error).any() and not np.isnan(stored).any()
    if kind in ("infinite error", "infinite size", "NaN") and use != "within":
        assert np.isinf(found.error).any() and np.isinf(stored).any()


def test_a_known_range_lowers_the_size_of_a_finished_row():
    x = rows(bound(3.0, 0.25), bound(3.0, 0.25, 2.0))
    found = x.within(Interval(np.array([[-1.0], [-1.0]]), np.array([[0.5], [0.5]])))
    assert found.size.ravel().tolist() == [1.25, 3.0]
    assert found.error.ravel().tolist() == [0.25, 0.25]
    assert found.terms.ravel().tolist() == [0.0, 2.0]
    made = finished(3.0, 0.25, 2.0)[1]
    assert found.finished().size.ravel() == pytest.approx([1.25, 1 + made], rel=1e-15)
    narrow = found.within(Interval(np.array([[-9.0], [-9.0]]), np.array([[0.25], [0.25]])))
    assert (narrow.range.low.ravel().tolist(), narrow.range.high.ravel().tolist()) == ([-1.0, -1.0], [0.25, 0.25])
    symbols = rounding.encoded_symbols(FORM, np.eye(2))
    assert symbols.within(Interval(np.zeros((2, 2)), np.eye(2))).is_symbol


def test_constants_are_exact_and_weights_are_stored():
    ops = rounding.Rounding(FORM)
    exact, weights = ops.constant([1.0, -ODD], 3), ops.tensor([1.0, -ODD], 3)
    assert exact.size.tolist() == weights.size.tolist() == [[1.0] * 3, [ODD] * 3]
    assert exact.error.tolist() == [[0.0] * 3] * 2 and exact.terms.tolist() == [[0.0] * 3] * 2
    assert weights.error.tolist() == [[0.0] * 3, [ODD * 2.0**-8 + 2.0**-20] * 3]
    assert weights.terms.tolist() == [[1.0] * 3] * 2
    assert exact.range.low.tolist() == weights.range.low.tolist() == [[1.0] * 3, [-ODD] * 3]
    assert exact.shape == (2, 3)


def test_a_subnormal_number_of_a_program_may_be_flushed():
    ops = rounding.Rounding(FORM)
    found = ops.constant([TAU / 2, -TAU / 16, TAU, -TAU, 0.0], 2)
    assert found.error.tolist() == [[TAU] * 2] * 2 + [[0.0] * 2] * 3
    assert found.size.tolist() == [[1.5 * TAU] * 2, [17 / 16 * TAU] * 2, [TAU] * 2, [TAU] * 2, [0.0] * 2]
    large = known(2.0**90, 2.0**90, 0.0)
    assert rounding.scale(large, -(2.0**-130)).error.item() == pytest.approx(2.0**-36, rel=1e-6)
    assert rounding.scale(large, -(2.0**-126)).error.item() == pytest.approx(2.0**-60, rel=1e-6)


def test_tiny_results_are_flushed():
    """Where functions have no errors of their own, a flush is left."""
    ideal = dataclasses.replace(FORM, function_errors=FunctionErrors(0.0, 0.0))
    assert (
        rounding.tanh(known(0.0, 0.0, 0.0, ideal)).error.item() == TAU == rounding.sigmoid(known(0.0, 0.0, 0.0, ideal)).error.item()
    )
    x, m = known(0.0, 2.0**100, 0.0), known(2.0**120, 2.0**126, 0.0)
    exact = intervals.normalize(x.range, m.range, 0.0).high.item()
    rho = U * 2.0**6 + 2 * F
    wanted = exact * rho + 2.0**100 * TAU
    assert same_to(rounding.normalize(x, m, 0.0), exact + wanted + 4 * U * (exact + wanted), wanted + 4 * U * (exact + wanted))


def test_epsilon_of_normalisation_may_be_flushed():
    zero, one = known(0.0, 1.0, 0.0), known(0.0, 0.0, 0.0)
    assert rounding.normalize(zero, one, 9 * TAU).error.item() < np.inf
    assert rounding.normalize(zero, one, 7.5 * TAU).error.item() == np.inf  # two flushes of 4


def test_what_is_stored_fits_the_format():
    for name, most in (("float16", 2.0**15), ("bfloat16", 2.0**60), ("float32", 2.0**60)):
        inside, outside = (rounding.stored(known(0.0, most * share, 0.0, FORMATS[name])) for share in (0.99, 1.01))
        assert inside.error.item() < outside.error.item() == np.inf


def test_rows_that_are_zero_are_no_terms():
    x = rows(known(0.0, 0.0, 0.0), known(-1.0, 1.0, 0.5), known(0.0, 2.0, 0.0))
    assert rounding.matmul(np.ones((2, 3)), x).terms.tolist() == [[2.0], [2.0]]
    nothing = rounding.matmul(np.ones((2, 1)), known(0.0, 0.0, 0.0)).finished()
    assert (nothing.size.tolist(), nothing.error.tolist()) == ([[0.0]] * 2, [[0.0]] * 2)


def test_the_errors_of_the_new_functions():
    assert (model.FUNCTION_ERROR, model.DIVISION_ERROR, model.MEAN_ROUNDINGS) == (2.0**-20, 2.0**-22, 6)
    assert (model.SILU_SLOPE, model.GELU_SLOPE, model.LARGEST_SIZE) == (1.1, 1.13, 2.0**100)


SHARE = share(1.0, 0.125, 2.0)
FINISHING = {
    **{name: getattr(rounding, name) for name in (
        "tanh", "sigmoid", "relu", "absolute", "square", "exp", "softplus", "silu", "gelu", "reciprocal", "rsqrt", "mean",
        "mean_square", "center", "softmax", "stored",
    )},
    "scale": lambda x: rounding.scale(x, 3.0),
    "*": lambda x: x * x,
    "maximum": lambda x: rounding.maximum(x, known(0.0, 1.0, 0.0)),
    "maximum's right": lambda x: rounding.maximum(known(0.0, 1.0, 0.0), x),
    "minimum": lambda x: rounding.minimum(x, x),
    "lerp": lambda x: rounding.lerp(x, known(0.0, 1.0, 0.0), known(0.0, 1.0, 0.0)),
    "lerp's zero": lambda x: rounding.lerp(SHARE, x, known(0.0, 1.0, 0.0)),
    "lerp's one": lambda x: rounding.lerp(SHARE, known(0.0, 1.0, 0.0), x),
    "matmul": lambda x: rounding.matmul(np.array([[2.0]]), x),
    "matvec": lambda x: rounding.matvec(x, known(0.0, 1.0, 0.0)),
    "matvec's vector": lambda x: rounding.matvec(known(0.0, 1.0, 0.0), x),
    "normalize": lambda x: rounding.normalize(x, known(1.0, 2.0, 0.0), 0.5),
    "normalize's mean square": lambda x: rounding.normalize(known(1.0, 2.0, 0.0), x, 0.5),
    "stored error": lambda x: known(0.0, 0.0, 0.0) + x.stored_error(),
}  # fmt: skip


@pytest.mark.parametrize("name", FINISHING)
def test_all_but_sums_finish_a_sum_first(name):
    pending = dataclasses.replace(bound(1.0, 2.0**-12, 3.0), range=Interval(np.full((1, 1), 0.5), np.full((1, 1), 0.75)))
    found, wanted = FINISHING[name](pending), FINISHING[name](pending.finished())
    for part in ("size", "error", "terms"):
        assert getattr(found, part).tolist() == getattr(wanted, part).tolist()
    assert (wanted.error < np.inf).all() and (wanted.error > 2.0**-20).all()

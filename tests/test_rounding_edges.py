"""The producer's rounding model: each bound is the formula of docs/certificate.md, to the last digits."""

import dataclasses

import numpy as np
import pytest
from exact_proof import exact_net

from anylength.ops import rounding
from anylength.ops.intervals import Interval
from anylength.ops.rounding import Format, FunctionErrors, Rounded
from anylength.verification.certify import formats as formats_module
from anylength.verification.certify.formats import FORMATS, step_error

U, TAU = 2.0**-24, 2.0**-126
FORM = Format(2.0**-8, 2.0**-20, 2.0**60)


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
        slack = max(da, db) + dz * (sa + sb) + (1 + dz) * (6 * U * (sa + sb) + 8 * TAU)
        assert same(rounding.lerp(share(*z), x, y), max(sa, sb) + slack, slack)
    assert float(x.stored_error()[0, 0]) == pytest.approx(da + FORM.relative_error * sa + FORM.absolute_error, rel=1e-15)
    storing = FORM.relative_error * sa + FORM.absolute_error
    assert same(rounding.stored(x), sa + storing, da + storing)
    weight = np.array([[3.0, -0.25]])
    both = rounding.concatenate([x, y])
    assert both.size.ravel().tolist() == [a[0], b[0]] and both[1:2].terms.ravel().tolist() == [b[2]]
    size = 3 * sa + 0.25 * sb
    error = (3 * 2.0**-8 + 2.0**-20) * sa + 3 * da + (0.25 * 2.0**-8 + 2.0**-20) * sb + 0.25 * db
    assert same(rounding.matmul(weight, both), size, error, 2.0)


def test_weights_are_terms_of_a_sum():
    weights = np.array([[-2.0]])
    assert same(bound(1.0, 0.5) + weights, 3.0, 0.5 + 2 * 2.0**-8 + 2.0**-20, 2.0)
    assert same(weights + bound(1.0, 0.5), 3.0, 0.5 + 2 * 2.0**-8 + 2.0**-20, 2.0)
    assert same(weights * bound(1.0, 0.0), *(lambda p: (p.size[0, 0], p.error[0, 0]))(bound(1.0, 0.0) * weights))


def test_tiny_sums_are_flushed():
    """Where the rest is zero, the flushes are all: two for each term."""
    assert same(bound(0.0, 0.0, 5.0).finished(), 10 * TAU * (1 + 5 * U / (1 - 5 * U)), 10 * TAU * (1 + 5 * U / (1 - 5 * U)))
    assert same(bound(0.0, 0.0) * bound(0.0, 0.0), TAU, TAU)
    assert same(rounding.lerp(share(0.0, 0.0), bound(0.0, 0.0), bound(0.0, 0.0)), 8 * TAU, 8 * TAU)


def test_each_symbol_has_its_own_column():
    """Three tapes in base 2: of each tape one weight that was stored. The other weights are no terms."""
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
    assert same(rounding.matmul(np.array([[1.0]]), bound(1.0, 0.0, form=form)), 1.0, 2.0**-8 + 2.0**-20, 1.0)


def test_a_stored_state_errs_by_a_flush():
    found = rounding.stored_state(FORM, Interval.between([[-1.0], [0.5]], [[0.5], [2.0]]))
    assert found.size.tolist() == [[1.0], [2.0]] and found.error.tolist() == [[TAU]] * 2 and found.terms.tolist() == [[0.0]] * 2


def test_larger_errors_of_functions_are_taken():
    form = dataclasses.replace(FORM, function_errors=FunctionErrors(0.5, 0.25))
    assert same(rounding.tanh(bound(1.0, 0.0, form=form)), 1.5, 0.5)
    assert same(rounding.sigmoid(bound(1.0, 0.0, form=form)), 1.25, 0.25)


def test_the_constants_of_the_rounding_model():
    assert (rounding.UNIT_ROUNDOFF, rounding.SMALLEST_NORMAL, rounding.SAFETY_FACTOR) == (U, TAU, 1 + 1e-9)
    assert (rounding.LERP_ROUNDINGS, rounding.LERP_FLUSHES, rounding.LARGEST_FUNCTION_VALUE) == (6, 8, 1 + 2.0**-20)
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
        size, off = 1 + 0.5 * 3, v + t + t + (0.5 * v + t) * 3 + 0.5 * TAU
        terms = 1 + 1 + 1
        made = finished(size, off, terms)
        assert step_error(net, form, np.array([3.0])) == pytest.approx((1 + 1e-9) * (made[1] + v * made[0] + t), rel=1e-12), name

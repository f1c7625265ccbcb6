"""The producer's bounds on rounding errors are those of the checker, operation by operation; what is unknown stays unknown.

The rules of the checker are tested for themselves, to the last unit (`tests/checker`). The producer computes them in float64.
"""

import dataclasses
import math
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from anylength.ops.intervals import Interval
from anylength.ops.rounding import Format, FunctionErrors, Rounded, Rounding
from anylength.verification.certify import FORMATS
from anylength_check import ranges, weights
from anylength_check import rounding as checked
from anylength_check.program import ARGUMENTS
from anylength_check.strict import Refused

UNIT = 1 << 352
ROWS = 3
TAU = 2.0**-126
MATRIX = np.float32([[3 + 2.0**-20, -0.25, 0.0], [0.0, 0.0, 0.0], [2.0**-128, 7.0, -1.5]])
NUMBERS = {
    "scale": (-0.75, 3 + 2.0**-20, 0.0, 2.0**-126, -(2.0**-130)),
    "normalize": (0.25, 0.0, 2.0**-20, 9 * TAU, TAU / 2),
    "constant": (-5.0, 0.0, 2.0**-126, -(2.0**-127)),
}
"""Float32 numbers of an instruction, subnormal ones too."""

APPLY: dict[str, Callable[..., Any]] = {
    "add": lambda _, __, a, b: a + b,
    "subtract": lambda _, __, a, b: a - b,
    "multiply": lambda _, __, a, b: a * b,
    "scale": lambda ops, number, a: ops.scale(a, number),
    "normalize": lambda ops, number, a, m: ops.normalize(a, m, number),
    "constant": lambda ops, number: ops.constant(np.full(ROWS, number), 1),
    "tensor": lambda ops, _: ops.tensor(MATRIX[0], 1),
    "matmul": lambda ops, _, a: ops.matmul(MATRIX, a),
    **{name: lambda ops, _, *values, name=name: getattr(ops, name)(*values) for name in ARGUMENTS.keys() - {"symbol", "state"}
       - {"add", "subtract", "multiply", "scale", "normalize", "constant", "tensor", "matmul", "slice", "take", "concatenate"}},
}  # fmt: skip
"""Every operation but those that only move rows: of an interpreter, the number of the instruction, and its arguments."""


def units(x: float) -> int:
    """A float64 number in the checker's units."""
    numerator, denominator = float(x).as_integer_ratio()
    return numerator * (UNIT // denominator)


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A row, for the producer and for the checker."""

    range: tuple[float, float]
    size: float
    error: float
    terms: int

    @property
    def pair(self) -> tuple[int, int]:
        """The range of the exact value."""
        return units(self.range[0]), units(self.range[1])

    @property
    def row(self) -> checked.Row:
        """The bounds."""
        return checked.Row(units(self.size), units(self.error), self.terms)


def drawn_row(op: str, place: int, chance: random.Random) -> Drawn:
    """A row of few bits: a finished value or a sum, with an error or without."""
    size = chance.choice([0.0, 2.0**-40, 0.5, 2.0, 8.0])
    low, high = sorted(math.ldexp(round(chance.uniform(-size, size) * 2**20), -20) for _ in range(2))
    if op in ("reciprocal", "rsqrt"):
        low, high = abs(low) + 0.25, abs(low) + 0.25 + high - low
    if op == "reciprocal" and chance.random() < 0.3:
        low, high = -high, -low
    if op == "lerp" and place == 0:
        low, high = chance.choice([(0.0, 1.0), (0.25, 0.5), (0.0, 0.0), (-0.125, 1.0), (0.5, 1.125)])
    error = chance.choice([0.0, 0.0, TAU, 2.0**-30, 2.0**-12, 0.0625, 0.5])
    terms = chance.choice([0, 0, 1, 5])
    exact = max(-low, high)
    return Drawn((low, high), exact + (3.0 if terms else error), error, terms)


def mean_square_of(rows: list[Drawn], chance: random.Random) -> Drawn:
    """A row for the mean of the squares of others, whose range holds it."""
    least, most = (sum(f(abs(row.range[0]), abs(row.range[1])) ** 2 for row in rows) / len(rows) for f in (min, max))
    low = 0.0 if any(row.range[0] <= 0 <= row.range[1] for row in rows) else math.floor(least * 2**20) / 2**20
    high, error = math.ceil(most * 2**20) / 2**20, chance.choice([0.0, 2.0**-30, 2.0**-12, 0.0625])
    return Drawn((low, high), high + error, error, 0)


def producers(rows: list[Drawn], form: Format) -> Rounded:
    """The rows as the producer has them."""
    column = lambda numbers: np.array([[float(x)] for x in numbers])
    low, high = zip(*(row.range for row in rows))
    bounds = (column(row.size for row in rows), column(row.error for row in rows), column(row.terms for row in rows))
    return Rounded(form, Interval.between(column(low), column(high)), *bounds)


def checkers(op: str, name: str, number: float, arguments: list[list[Drawn]]) -> list[checked.Row] | None:
    """The bounds by the checker's rules; None where a rule does not apply."""
    net = {"w": [[units(w) >> 203 for w in row] for row in MATRIX]}
    one = SimpleNamespace(op=op, number=units(number), picked=range(ROWS), tensor="w", rows=ROWS)
    given = [[row.pair for row in rows] for rows in arguments]
    try:
        result = list(ranges.range_of(net, {"w": weights.filled(net["w"])}, 0, one, given))
        rows = checked.rows_of(one, [[row.row for row in rows] for rows in arguments], net, checked.FORMATS[name], [*given, result])
    except (Refused, ZeroDivisionError):  # a mean square of 0
        return None
    return [row if row.terms else checked.summed(row, pair) for row, pair in zip(rows, result, strict=False)]


def test_every_operation_is_compared():
    assert set(APPLY) == set(ARGUMENTS) - {"symbol", "state", "slice", "take", "concatenate"}
    assert {name: (form.absolute_error, form.relative_error) for name, form in FORMATS.items()} == {
        name: (t / UNIT, 2.0**-bits if bits < 3000 else 0.0) for name, (bits, t) in checked.FORMATS.items()
    }


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("op", APPLY)
def test_a_bound_of_the_producer_is_that_of_the_checker(op, name):
    chance, form, seen = random.Random(f"{op} {name}"), FORMATS[name], []
    for _ in range(60):
        number = chance.choice(NUMBERS.get(op, (0.0,)))
        counts = [ROWS] * ARGUMENTS[op]
        counts = [ROWS * ROWS, ROWS] if op == "matvec" else counts
        arguments = [[drawn_row(op, place, chance) for _ in range(count)] for place, count in enumerate(counts)]
        if op == "normalize":
            arguments[1] = [mean_square_of(arguments[0], chance)]
        wanted = checkers(op, name, number, arguments)
        with np.errstate(all="ignore"):
            found = APPLY[op](Rounding(form), number, *(producers(rows, form) for rows in arguments))
        seen.append(wanted is not None)
        if wanted is None:
            assert (found.error == np.inf).any()
            continue
        for at, row in enumerate(wanted):
            assert found.error[at, 0] == pytest.approx(row.slack / UNIT, rel=1e-7, abs=1e-40), (op, arguments)
            assert max(found.terms[at, 0], 1) == max(row.terms, 1)
    assert any(seen)


# What the checker has no part of


FORM = Format(2.0**-8, 2.0**-20, 2.0**60)
ZERO = np.zeros((1, 1))


def bound(size: float, error: float, terms: float = 0.0, form: Format = FORM) -> Rounded:
    """One row whose range says nothing."""
    column = lambda x: np.array([[float(x)]])
    return Rounded(form, Interval(column(-1e40), column(1e40)), column(size), column(error), column(terms))


def test_each_symbol_has_its_own_column():
    """Three tapes in base 2: of each tape one weight that was stored. The other weights are no terms.

    With an `input_error` no weight counts as stored exactly, not even 0.
    """
    form = dataclasses.replace(FORM, input_error=0.5)
    digits = np.array([[symbol >> tape & 1 for symbol in range(8)] for tape in range(3)])
    table = np.concatenate([np.stack([1.0 - row, row]) for row in digits])
    weight = np.array([[1.0, -2.0, 4.0, 0.25, -0.5, 0.5], [0.0] * 6])
    symbols = Rounding(form).symbols(table)
    for value in (symbols, Rounding(form).take(symbols, range(6)), Rounding(form).concatenate([symbols[:2], symbols[2:]])):
        found = Rounding(form).matmul(weight, value)
        assert found.terms.tolist() == [[3.0] * 8] * 2
        sums = np.abs(weight) @ table
        assert found.size.tolist() == (sums + 0.5).tolist()
        assert found.error == pytest.approx(sums * 2.0**-8 + 3 * 2.0**-20 + 0.5, rel=1e-15)
        assert Interval.exact(weight @ table).inside(found.range).all()
    assert Rounding(FORM).symbols(np.eye(2)).within(Interval(np.zeros((2, 2)), np.eye(2))).is_symbol


def test_a_stored_state_errs_by_a_flush():
    found = Rounding(FORM).state(Interval.between([[-1.0], [0.5]], [[0.5], [2.0]]))
    assert found.size.tolist() == [[1.0], [2.0]] and found.error.tolist() == [[TAU]] * 2 and found.terms.tolist() == [[0.0]] * 2


def test_the_errors_of_functions_are_those_of_the_runtime():
    form = dataclasses.replace(FORM, function_errors=FunctionErrors(0.5, 0.25))
    assert Rounding(form).tanh(bound(1.0, 0.0, form=form)).error.item() == 0.5
    assert Rounding(form).sigmoid(bound(1.0, 0.0, form=form)).error.item() == 0.25


def test_a_known_range_lowers_the_size_of_a_finished_row():
    x = Rounding(FORM).concatenate([bound(3.0, 0.25), bound(3.0, 0.25, 2.0)])
    found = x.within(Interval(np.array([[-1.0], [-1.0]]), np.array([[0.5], [0.5]])))
    assert found.size.ravel().tolist() == [1.25, 3.0]
    assert (found.error.ravel().tolist(), found.terms.ravel().tolist()) == ([0.25, 0.25], [0.0, 2.0])


def test_what_is_stored_fits_the_format():
    for name, most in (("float16", 2.0**15), ("bfloat16", 2.0**60), ("float32", 2.0**60)):
        inside, outside = (Rounding(FORMATS[name]).stored(bound(most * share, 0.0, form=FORMATS[name])) for share in (0.99, 1.01))
        assert inside.error.item() < outside.error.item() == np.inf


UNKNOWN = {
    "infinite error": bound(1.0, math.inf),
    "infinite size": bound(math.inf, 0.5),
    "NaN": bound(math.nan, math.nan),
    "NaN range": dataclasses.replace(bound(1.0, 0.5), range=Interval(ZERO + math.nan, ZERO + math.nan)),
    "no range": dataclasses.replace(bound(1.0, 0.5), range=Interval(ZERO - math.inf, ZERO + math.inf)),
}


@pytest.mark.parametrize("kind", UNKNOWN)
def test_an_unknown_bound_is_infinite_and_never_nan(kind):
    zero, unknown = bound(0.0, 0.0), UNKNOWN[kind]
    for op, apply in APPLY.items():
        count = ARGUMENTS[op]
        for place in range(count):
            arguments = [unknown if at == place else zero for at in range(count)]
            with np.errstate(all="ignore"):
                found = Rounding(FORM).matmul(ZERO, unknown) if op == "matmul" else apply(Rounding(FORM), 0.0, *arguments)
                found, stored = found.finished(), found.stored_error()
            assert not np.isnan(found.size).any() and not np.isnan(found.error).any() and not np.isnan(stored).any(), op
            if kind in ("infinite error", "infinite size", "NaN"):
                assert np.isinf(found.error).any() and np.isinf(stored).any(), op

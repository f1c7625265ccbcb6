"""The checker's forms: whatever a rule gives holds the exact result for each u, and an ellipsoid that is said to hold them does."""

import math
import operator
import random
from fractions import Fraction

import numpy as np
import pytest

from anylength_check import ellipsoids
from anylength_check.ellipsoids import (
    CHOLESKY_BITS,
    SPARE,
    Ellipsoid,
    ellipsoid,
    forms_of,
    holds,
    is_positive_definite,
    scaled,
)
from anylength_check.forms import (
    BY_ROWS,
    FORM_UNIT,
    TO_BOX,
    Form,
    bent,
    fifth_derivative,
    from_interval,
    interval,
    leaning,
    matmul,
    size,
    sizes,
    squares,
    tanh_form,
    tanh_near,
    third_derivative,
)
from anylength_check.strict import Refused

N, BLOCKS = 5, 2
EXACT = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "square": lambda a: a * a,
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "lerp": lambda z, a, b: (1 - z) * a + z * b,
    "stored": lambda a: a,
}
SIZES = (0.0, 1e-8, 1e-5, 1e-3, 0.05, 0.4, 1.5)
"""How far a form reaches."""


def units(values: np.ndarray) -> list:
    """Integers in units of 2^-32."""
    return np.rint(np.asarray(values) * FORM_UNIT).astype(np.int64).tolist()


def drawn(rng: np.random.Generator, reach: float, curved: bool) -> Form:
    """A random form."""
    linear = rng.normal(size=N) * reach / math.sqrt(N)
    blocks = rng.normal(size=(BLOCKS, N)) * 0.3 * reach if curved else []
    return Form(units(rng.normal()), units(linear), units(blocks) if curved else [], units(abs(rng.normal()) * reach * 0.1))


def points(rng: np.random.Generator, count: int) -> np.ndarray:
    """Vectors of length up to 1, half of them at the edge."""
    u = rng.normal(size=(count, N))
    return u / np.linalg.norm(u, axis=1, keepdims=True) * np.maximum(rng.random((count, 1)), rng.integers(0, 2, (count, 1)))


def curves(u: np.ndarray) -> np.ndarray:
    """The vectors 2 u_k u - e_k of the first blocks, `[count, blocks, N]`."""
    return 2 * u[:, :BLOCKS, None] * u[:, None, :] - np.eye(N)[:BLOCKS]


def middle(form: Form, u: np.ndarray) -> np.ndarray:
    """The number at each u without its error."""
    value = form.center + u @ np.array(form.linear, float)
    if form.curved:
        value = value + 0.5 * np.einsum("ckn,kn->c", curves(u), np.array(form.curved, float))
    return value / FORM_UNIT


def test_the_vectors_of_the_quadratic_parts_are_no_longer_than_1():
    assert np.linalg.norm(curves(points(np.random.default_rng(0), 10_000)), axis=2).max() <= 1 + 1e-12


@pytest.mark.parametrize("reach", SIZES)
@pytest.mark.parametrize("op", BY_ROWS)
def test_a_rule_holds_the_exact_result_at_every_u(op, reach):
    rng, arguments = np.random.default_rng(len(op)), EXACT[op].__code__.co_argcount if hasattr(EXACT[op], "__code__") else 1
    for turn in range(30):
        given = [drawn(rng, reach, curved=bool((turn >> at) % 2)) for at in range(arguments)]
        u = points(rng, 200)
        values = [middle(form, u) + rng.uniform(-1, 1, len(u)) * form.error / FORM_UNIT for form in given]
        result = BY_ROWS[op](BLOCKS, *given)
        exact = EXACT[op](*values)
        assert (np.abs(exact - middle(result, u)) <= result.error / FORM_UNIT + 1e-14).all()
        low, high = (end / FORM_UNIT / 2.0**TO_BOX for end in interval(result))
        assert (low <= exact + 1e-14).all() and (exact - 1e-14 <= high).all()


def test_a_tanh_form_is_no_wider_than_second_order_allows():
    rng = np.random.default_rng(3)
    for reach in (1e-3, 1e-2, 1e-1):
        form = drawn(rng, reach, curved=False)._replace(error=0)
        assert tanh_form(N, form).error / FORM_UNIT <= 0.2 * (size(form) / FORM_UNIT) ** 3 + 1e-7


@pytest.mark.parametrize(
    ("center", "reach"), [(0.855, 1.725), (-0.19, 2.353), (1.207, 1.806), (-4.057, 2.759), (0.3, 0.02), (1.5, 0.3), (0.0, 0.7)]
)
def test_what_a_parabola_misses_is_the_less_of_two_bounds(center, reach):
    """Of a form that is a line: all of its square is kept. In exact fractions, and so without what roundings add."""
    form = Form(units(center), [units(reach), 0], [], 0)
    r = size(form) + 1 & -2
    at = lambda share: Fraction(tanh_near(form.center + int(r * Fraction(share))), FORM_UNIT)
    x = Fraction(r, FORM_UNIT)
    low, middle, high = at(-1), at(0), at(1)
    slope, bend = (high - low) / (2 * x), (high + low - 2 * middle) / (2 * x**2)
    a, b = (at(share) - middle - slope * share * x - bend * (share * x) ** 2 for share in (Fraction(1, 2), Fraction(-1, 2)))
    between = squares(int(low * FORM_UNIT), int(high * FORM_UNIT))
    cubic = x**3 * Fraction(third_derivative(*between), FORM_UNIT) * Fraction(3849003, 60_000_000)
    fourth = Fraction(5132004, 10_000_000) * abs(a - b) + Fraction(2, 3) * abs(a + b)
    missed = min(cubic, fourth + x**5 * Fraction(fifth_derivative(*between), FORM_UNIT) * Fraction(1135, 1_200_000))
    found = Fraction(tanh_form(2, form).error, FORM_UNIT)
    assert missed < found < missed + (80 + 80 * x**2) / FORM_UNIT


def test_a_product_of_lines_is_exact_where_all_of_it_is_kept():
    rng = np.random.default_rng(4)
    g, h = (Form(0, units(rng.normal(size=N)), [], 0) for _ in range(2))
    assert bent(N, g, h).error < 100
    assert bent(0, g, h).error > FORM_UNIT / 10


# terms of third order


def by_products(rng: np.random.Generator, reach: float) -> Form:
    """A form whose curved part is a sum of two products, with the bound of these."""
    lines = [drawn(rng, reach, curved=False) for _ in range(4)]
    first, second = bent(BLOCKS, *lines[:2]), bent(BLOCKS, *lines[2:])
    curved = [list(map(operator.add, x, y)) for x, y in zip(first.curved, second.curved, strict=True)]
    return drawn(rng, reach, curved=False)._replace(curved=curved, bound=first.bound + second.bound)


def is_bounded(form: Form, rng: np.random.Generator, count: int = 400) -> bool:
    """Whether the bound is one of the curved part, and half of it, times |f|, of its product with f . u less what is linear."""
    u, f = points(rng, count), rng.normal(size=(count, N))
    part = middle(form._replace(center=0, linear=[0] * N), u)
    lines = np.array([np.array(leaning(units(own), form.curved), float) / 4 / FORM_UNIT**2 for own in f])
    apart = np.abs((f * u).sum(1) * part - (lines * u).sum(1))
    bound = sizes(form)[1] / FORM_UNIT
    return (np.abs(part) <= bound + 1e-9).all() and (apart <= 0.5 * bound * np.linalg.norm(f, axis=1) + 1e-8).all()


@pytest.mark.parametrize("reach", SIZES)
@pytest.mark.parametrize("op", BY_ROWS)
def test_a_rule_keeps_a_bound_of_the_curved_part(op, reach):
    rng, arguments = np.random.default_rng(len(op)), EXACT[op].__code__.co_argcount if hasattr(EXACT[op], "__code__") else 1
    for _ in range(20):
        given = [by_products(rng, reach) for _ in range(arguments)]
        assert all(is_bounded(form, rng) for form in given) and is_bounded(BY_ROWS[op](BLOCKS, *given), rng)
        u = points(rng, 200)
        exact = EXACT[op](*(middle(form, u) for form in given))
        result = BY_ROWS[op](BLOCKS, *given)
        assert (np.abs(exact - middle(result, u)) <= result.error / FORM_UNIT + 1e-14).all()


def test_a_bound_that_is_too_small_is_seen():
    rng = np.random.default_rng(12)
    forms = [by_products(rng, 1.0) for _ in range(20)]
    assert not any(is_bounded(form._replace(bound=form.bound // 16), rng, 4_000) for form in forms)


def test_a_product_of_three_lines_is_near_a_line():
    """Not much nearer than what is said of it: vectors that are alike, and u along them."""
    rng = np.random.default_rng(13)
    f, g, h, u = rng.normal(size=(4, 20_000, N))
    f[:5000], g[:5000], h[:5000] = u[:5000] + 0.1 * f[:5000], u[:5000] - 0.1 * g[:5000], u[:5000]
    f, g, h, u = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (f, g, h, u))
    inner = lambda a, b: (a * b).sum(1)
    line = 0.25 * (inner(g, h) * inner(f, u) + inner(f, h) * inner(g, u) + inner(f, g) * inner(h, u))
    apart = np.abs(inner(f, u) * inner(g, u) * inner(h, u) - line)
    assert 0.24 < apart.max() <= 0.25 + 1e-12


def test_the_bound_of_a_product_is_that_of_its_lines_and_not_of_its_rows():
    line = Form(0, [FORM_UNIT // 2] * 4, [], 0, 0)
    product = bent(4, line, line)
    assert sizes(product)[1] / FORM_UNIT == pytest.approx(0.5, abs=1e-6)
    assert sizes(product._replace(bound=FORM_UNIT))[1] / FORM_UNIT == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("op", ["multiply", "tanh"])
def test_of_a_line_times_a_square_a_quarter_is_left(op):
    """(1 + x)(x^2) and tanh(x + x^2 / 2), where all of u is kept: half of |x| s for the bound s = x^2 / 2, twice for a square."""
    x = Form(0, [FORM_UNIT // 100, 0], [], 0, 0)
    square = bent(2, x, x)
    given = [x, square] if op == "multiply" else [x._replace(curved=square.curved, bound=square.bound)]
    found = BY_ROWS[op](2, *given).error / FORM_UNIT
    if op == "multiply":
        assert found == pytest.approx(0.25e-6, rel=0.02)
    else:
        assert found < 1e-6


@pytest.mark.parametrize("curved", [False, True])
def test_weighted_sums_keep_a_bound_of_the_curved_part(curved):
    rng = np.random.default_rng(14)
    rows = [[int(float(w) * 2.0**149) for w in row] for row in rng.normal(size=(4, 3)).astype(np.float32)]
    given = [by_products(rng, 0.4) if curved else drawn(rng, 0.4, curved=True) for _ in range(3)]
    assert all(is_bounded(form, rng) for form in matmul(rows, given))


@pytest.mark.parametrize("curved", [False, True])
def test_weighted_sums_hold_the_exact_ones(curved):
    rng = np.random.default_rng(5)
    weights = rng.normal(size=(4, 3)).astype(np.float32)
    rows = [[int(float(w) * 2.0**149) for w in row] for row in weights]
    for reach in SIZES:
        given, u = [drawn(rng, reach, curved) for _ in range(3)], points(rng, 300)
        values = np.array([middle(form, u) + rng.uniform(-1, 1, len(u)) * form.error / FORM_UNIT for form in given])
        for row, form in zip(weights, matmul(rows, given), strict=True):
            assert (np.abs(row.astype(float) @ values - middle(form, u)) <= form.error / FORM_UNIT + 1e-14).all()


def test_the_bounds_of_the_derivatives_are_some():
    rng = np.random.default_rng(6)
    for _ in range(300):
        a, b = np.sort(rng.normal(size=2) * 2)
        w = np.tanh(np.linspace(a, b, 400)) ** 2
        between = squares(*(int(math.tanh(x) * FORM_UNIT) for x in (a, b)))
        assert between[0] / FORM_UNIT <= w.min() and w.max() <= between[1] / FORM_UNIT <= w.max() + 1e-8
        assert np.abs(2 * (1 - w) * (1 - 3 * w)).max() <= third_derivative(*between) / FORM_UNIT <= 2 + 1e-8
        assert np.abs(8 * (1 - w) * (2 - 15 * w + 15 * w * w)).max() <= fifth_derivative(*between) / FORM_UNIT <= 16 + 1e-6


@pytest.mark.parametrize(
    ("least", "most"), [(0.0, 0.1), (0.2, 0.4), (0.2, 0.5), (0.3, 0.6), (0.6, 0.7), (0.5, 0.9), (0.7, 0.8), (0.9, 1.0)]
)
def test_the_bound_of_a_derivative_is_that_of_an_end_or_of_the_peak_between(least, most):
    """Of |2 (1 - w) (1 - 3 w)| it is 2/3 at w = 2/3, of |15 (w - 1/2)^2 - 7/4| it is 7/4 at w = 1/2."""
    low, high = units(least), units(most)
    third = [abs(2 * (1 - w) * (1 - 3 * w)) for w in (Fraction(low, FORM_UNIT), Fraction(high, FORM_UNIT))]
    third += [Fraction(2, 3)] * (least < 2 / 3 < most)
    assert max(third) <= Fraction(third_derivative(low, high), FORM_UNIT) <= max(third) + Fraction(4, FORM_UNIT)
    factor = [abs(15 * (w - Fraction(1, 2)) ** 2 - Fraction(7, 4)) for w in (Fraction(low, FORM_UNIT), Fraction(high, FORM_UNIT))]
    factor += [Fraction(7, 4)] * (least < 1 / 2 < most)
    fifth = 8 * (1 - Fraction(low, FORM_UNIT)) * max(factor)
    assert fifth <= Fraction(fifth_derivative(low, high), FORM_UNIT) <= fifth + Fraction(8 * 32 + 1, FORM_UNIT)


def test_the_peak_of_the_third_derivative_is_rounded_up():
    assert third_derivative(units(0.6), units(0.7)) == 2 * FORM_UNIT // 3 + 1


@pytest.mark.parametrize(
    ("low", "high", "least", "most"),
    [
        (0.7, 0.9, 0.7, 0.9), (-0.9, -0.7, 0.7, 0.9), (-0.9, 0.7, None, 0.9), (-0.7, 0.9, None, 0.9),
        (0.0, 0.6, None, 0.6), (-0.6, 0.0, None, 0.6),
    ],
)  # fmt: skip
def test_squares_allow_for_two_units_at_each_end(low, high, least, most):
    below = 0 if least is None else (units(least) - 2) ** 2 // FORM_UNIT
    assert squares(units(low), units(high)) == (below, -(-((units(most) + 2) ** 2) // FORM_UNIT))


def test_numbers_up_to_2_to_the_100_are_accepted():
    """The size of a form without any part is a unit."""
    most = 1 << 132
    assert size(Form(most - 1, [0] * N, [], 0)) == 1
    for center in (most, -most):
        with pytest.raises(Refused, match="above 2"):
            size(Form(center, [0] * N, [], 0))


def test_what_rounding_the_weights_changes_does_not_depend_on_a_sign():
    weight = [[(1 << 149) + 1, 3]]
    errors = {matmul(weight, [Form(a, [5] * N, [], 7), Form(b, [5] * N, [], 7)])[0].error for a in (9**9, -(9**9)) for b in (8, -8)}
    assert len(errors) == 1


def test_an_interval_becomes_a_form_that_holds_it():
    form = from_interval((-3 << TO_BOX - 5, 7 << TO_BOX + 3), N)
    low, high = interval(form)
    assert low <= -3 << TO_BOX - 5 and high >= 7 << TO_BOX + 3 and form.curved == [] and not any(form.linear)


def test_numbers_that_grow_without_end_are_refused():
    form = Form(FORM_UNIT << 99, [FORM_UNIT << 99] * N, [], 0)
    with pytest.raises(Refused, match="above"):
        BY_ROWS["square"](BLOCKS, BY_ROWS["square"](BLOCKS, form))


# ellipsoids


def region(rng: np.random.Generator, reach: float) -> Ellipsoid:
    """A random ellipsoid, neither round nor with axes along the coordinates."""
    shape = (np.eye(N) + 0.5 * rng.normal(size=(N, N))) * reach
    return ellipsoid(units(rng.normal(size=N)), units(shape), [1] * N)


def test_a_matrix_is_found_positive_definite_only_if_it_is():
    rng, seen = np.random.default_rng(7), set()
    for _ in range(400):
        a = rng.normal(size=(N, N))
        matrix = a @ a.T + rng.normal() * 0.2 * np.eye(N)
        whole = np.rint(matrix * 2**50).astype(object)
        least = np.linalg.eigvalsh(whole.astype(float))[0] / 2**50
        found = is_positive_definite([row[: i + 1].tolist() for i, row in enumerate(np.vectorize(int, otypes=[object])(whole))])
        assert found == (least > 0) or abs(least) < 1e-6
        seen.add(found)
    assert seen == {True, False}
    assert not is_positive_definite([[0]]) and not is_positive_definite([[1 << 30], [1 << 30, 1 << 30]])
    assert not is_positive_definite([[SPARE]]) and is_positive_definite([[SPARE + 1]])


def gram(rng: random.Random, n: int, rank: int, bits: int) -> list[list[int]]:
    """The lower half of B B^T, where B has so many columns of random integers."""
    rows = [[rng.randint(-(1 << bits), 1 << bits) for _ in range(rank)] for _ in range(n)]
    return [[sum(map(operator.mul, a, b)) for b in rows[: i + 1]] for i, a in enumerate(rows)]


@pytest.mark.parametrize("bits", [10, 30, 44, 52, 60])
def test_a_singular_matrix_is_never_found_positive_definite(bits):
    """Where numbers are large, only what roundings have left tells: it is taken from the diagonal, row by row."""
    rng = random.Random(bits)
    for _ in range(300):
        n = rng.randint(2, 5)
        assert not is_positive_definite(gram(rng, n, n - 1, bits))


@pytest.mark.parametrize("bits", [20, 44, 60])
def test_what_a_factor_leaves_has_to_be_outweighed_by_its_diagonal(bits):
    """G is computed here as there. What is left of the matrix is computed from G alone."""
    rng, seen = random.Random(bits), set()
    for _ in range(200):
        n = rng.randint(1, 6)
        matrix, factor = gram(rng, n, n + 2, bits), []
        for row in matrix:
            line: list[int] = []
            for j, known in enumerate(factor):
                line.append(((row[j] << CHOLESKY_BITS) - sum(map(operator.mul, line, known))) // known[j])
            factor.append([*line, math.isqrt(max(0, (row[-1] - SPARE << CHOLESKY_BITS) - sum(x * x for x in line)))])
        rest = [
            [(own << CHOLESKY_BITS) - sum(map(operator.mul, a, b)) for own, b in zip(row, factor, strict=False)]
            for row, a in zip(matrix, factor, strict=True)
        ]
        beside = [sum(abs(rest[max(i, j)][min(i, j)]) for j in range(n) if j != i) for i in range(n)]
        outweighed = all(row[-1] > most for row, most in zip(rest, beside, strict=True))
        assert is_positive_definite(matrix) == (outweighed and all(row[-1] for row in factor))
        seen.add(outweighed)
    assert True in seen and (bits == 20 or False in seen)


def test_a_matrix_is_rounded_to_56_bits_and_its_diagonal_pays():
    assert scaled([[5], [3, 7]]) == [[3], [3, 5]]
    assert scaled([[(1 << 56) - 1], [-3, 7]]) == [[(1 << 56) - 3], [-3, 5]]
    assert scaled([[-(1 << 60)], [-33, 1 << 50]]) == [[-(1 << 55) - 2], [-2, (1 << 45) - 2]]
    assert scaled([[1 << 50], [33, 1 << 60]]) == [[(1 << 45) - 2], [1, (1 << 55) - 2]]


def test_the_states_of_an_ellipsoid_have_no_error():
    shape = [[3, -1], [0, 2]]
    assert forms_of(ellipsoid([5, -7], shape, [1, 1])) == [Form(5, [3, -1], [], 0, 0), Form(-7, [0, 2], [], 0, 0)]


@pytest.mark.parametrize("reach", [1e-4, 1e-2, 0.3])
def test_an_ellipsoid_that_holds_forms_holds_all_their_numbers(reach):
    rng, seen = np.random.default_rng(8), {True: 0, False: 0}
    for turn in range(200):
        target = region(rng, reach)
        inner = [drawn(rng, reach * rng.choice([0.02, 0.1, 0.3]), curved=turn % 2 == 0) for _ in range(N)]
        inner = [
            form._replace(center=own + units(0.05 * reach * rng.normal())) for form, own in zip(inner, target.center, strict=True)
        ]
        found = holds(target, inner, [30, 60, *[10] * BLOCKS, 30])
        seen[found] += 1
        u = points(rng, 400)
        free = rng.normal(size=(400, BLOCKS, N))  # any vectors of length 1, not only those of u
        free /= np.linalg.norm(free, axis=2, keepdims=True)
        values = np.array([
            form.center + u @ np.array(form.linear, float) + rng.choice([-1, 1], 400) * form.error
            + (0.5 * np.einsum("ckn,kn->c", free, np.array(form.curved, float)) if form.curved else 0)
            for form in inner
        ])  # fmt: skip
        away = np.linalg.solve(np.array(target.shape, float), values - np.array(target.center, float)[:, None])
        if found:
            assert (np.linalg.norm(away, axis=0) <= 1 + 1e-9).all()
    assert min(seen.values()) > 20, seen


def test_a_region_holds_a_smaller_one_and_not_a_larger_one():
    target = region(np.random.default_rng(9), 0.1)
    times = lambda factor: forms_of(
        ellipsoid(target.center, [[int(x * factor) for x in row] for row in target.shape], target.spread)
    )
    weights = [1, 1_000_000, 1, 1, 1]
    assert holds(target, times(0.99), weights) and not holds(target, times(1.001), weights)
    assert not holds(target, [form._replace(center=form.center + FORM_UNIT) for form in times(0.1)], weights)


def test_a_region_without_extent_holds_its_center_alone():
    none = ellipsoid(units(np.arange(N)), [[0] * N] * N, [1] * N)
    exact = [Form(center, [0] * N, [], 0) for center in none.center]
    assert holds(none, exact, [1] * 5)
    assert not holds(none, [form._replace(error=1) for form in exact], [1] * 5)
    assert not holds(none, [exact[0]._replace(center=1), *exact[1:]], [1] * 5)


def test_all_squares_of_parts_are_taken_from_the_square_of_the_shape(monkeypatch):
    """In whole numbers, the lower half of the matrix: before anything is rounded."""
    rng = np.random.default_rng(10)
    target, value = region(rng, 0.5)._replace(spread=[3, 1, 4, 1, 5]), [drawn(rng, 0.1, curved=True) for _ in range(N)]
    scales = [-((-66 << 10) // weight) for weight in (5, 40, 6, 7, 8)]
    exact = lambda rows: np.array(rows, dtype=object)
    wanted = exact(target.shape) @ exact(target.shape).T << 12
    columns = exact([[form.center - own] for form, own in zip(value, target.center, strict=True)])
    for scale, part in ((4 * scales[0], columns), (4 * scales[1], exact([form.linear for form in value]))):
        wanted = wanted - scale * part @ part.T
    for k, scale in enumerate(scales[2:4]):
        curved = exact([form.curved[k] for form in value])
        wanted = wanted - scale * curved @ curved.T
    reach = sum(form.error * share for form, share in zip(value, target.spread, strict=True))
    for i, (form, share) in enumerate(zip(value, target.spread, strict=True)):
        wanted[i, i] -= 4 * scales[4] * form.error * -(-reach // share)
    assert matrix_of(monkeypatch, target, value, [5, 40, 6, 7, 8]) == [row[: i + 1].tolist() for i, row in enumerate(wanted)]


def matrix_of(monkeypatch, target, value, weights) -> list[list[int]]:
    """What has to be positive definite, before it is scaled."""
    found = []
    monkeypatch.setattr(ellipsoids, "is_positive_definite", lambda matrix: True)
    monkeypatch.setattr(ellipsoids, "scaled", found.append)
    assert holds(target, value, weights)
    return found[0]


def test_each_part_has_the_share_of_its_weight_in_all(monkeypatch):
    """The square of a part, divided by its share. Curved parts count half, and so a quarter when squared: all is times 4."""
    target = ellipsoid([-9, -10], [[0, 0], [0, 0]], [1, 1])
    value = [Form(0, [1, 2], [[3, 4], [5, 6]], 0), Form(0, [7, 8], [], 0)]
    for weights, scales in (
        ([1, 2, 4, 8, 1], (4 * 16 << 10, 4 * 8 << 10, 4 << 10, 2 << 10)),
        ([3, 7, 7, 7, 7], (4 * 10582, 4 * 4535, 4535, 4535)),  # 31 / 3 and 31 / 7, times 2^10, are rounded up
    ):
        squares = ((81, 1 + 4, 9 + 16, 25 + 36), (90, 7 + 16, 0, 0), (100, 49 + 64, 0, 0))
        first, second, third = (-sum(map(int.__mul__, scales, each)) for each in squares)
        assert matrix_of(monkeypatch, target, value, weights) == [[first], [second, third]]

"""Every operation: its range holds every sampled result and is tight, at extremes too; and its rounding rule is the document's."""

import itertools
import random
from fractions import Fraction
from types import SimpleNamespace

import gmpy2
import pytest

from anylength_check import dyadic, ranges, rounding, weights
from anylength_check.program import ARGUMENTS
from anylength_check.strict import Refused

UNIT, ONE = 1 << 352, 1 << 96
PRECISION = 900


def exact(f):
    def at(*numbers):
        with gmpy2.context(precision=PRECISION):
            return Fraction(gmpy2.mpq(f(*(gmpy2.mpfr(gmpy2.mpq(x)) for x in numbers))))

    return at


def phi(x):
    return gmpy2.erfc(-x / gmpy2.sqrt(gmpy2.mpfr(2))) / 2


POINTWISE = {
    "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b, "maximum": max, "minimum": min,
    "lerp": lambda z, a, b: (1 - z) * a + z * b, "relu": lambda a: max(a, Fraction(0)), "absolute": abs, "square": lambda a: a * a,
    "reciprocal": lambda a: 1 / a, "stored": lambda a: a,
    "tanh": exact(gmpy2.tanh), "sigmoid": exact(lambda x: 1 / (1 + gmpy2.exp(-x))), "exp": exact(gmpy2.exp),
    "softplus": exact(lambda x: gmpy2.log1p(gmpy2.exp(x))), "silu": exact(lambda x: x / (1 + gmpy2.exp(-x))),
    "gelu": exact(lambda x: x * phi(x)), "rsqrt": exact(lambda x: 1 / gmpy2.sqrt(x)),
}  # fmt: skip
"""Operations row by row, over fractions."""


def root(x):
    return exact(gmpy2.sqrt)(x)


def softmax(row):
    with gmpy2.context(precision=PRECISION):
        powers = [gmpy2.exp(gmpy2.mpfr(gmpy2.mpq(x))) for x in row]
        return [Fraction(gmpy2.mpq(power / sum(powers))) for power in powers]


mean = lambda row: sum(row) / len(row)
COLUMNS = {
    "mean": lambda row: [mean(row)],
    "mean_square": lambda row: [mean([x * x for x in row])],
    "center": lambda row: [x - mean(row) for x in row],
    "normalize": lambda row: [x / root(mean([y * y for y in row]) + Fraction(1, 2**17)) for x in row],
    "softmax": softmax,
    "scale": lambda row: [Fraction(-3, 4) * x for x in row],
    "slice": lambda row: row[1:3],
    "take": lambda row: [row[2], row[0], row[2]],
    "matmul": lambda row: [sum(w * x for w, x in zip(weights, row)) for weights in WEIGHTS],
}
WEIGHTS = [[Fraction(k, 8) for k in row] for row in ([3, -5, 0], [-1, 2, 7])]
OTHERS = {"symbol", "state", "tensor", "constant", "concatenate", "matvec"}
NUMBERS = {"normalize": UNIT >> 17, "scale": -3 * UNIT // 4}
PICKED = {"slice": range(1, 3), "take": [2, 0, 2], "matmul": range(2)}


def instruction(op, rows=0):
    return SimpleNamespace(op=op, number=NUMBERS.get(op, 0), picked=PICKED.get(op, ()), tensor="w", rows=rows)


NET = {"w": [[int(w * 2**149) for w in row] for row in WEIGHTS]}
FILLED = {"w": weights.filled(NET["w"])}


def box(op, *values):
    return ranges.range_of(NET, FILLED, 0, instruction(op), list(values))


def test_every_operation_has_both_rules_and_a_test():
    assert set(ARGUMENTS) == set(POINTWISE) | set(COLUMNS) | OTHERS
    known = set(ranges.BY_ROWS)
    assert set(POINTWISE) == known
    assert set(POINTWISE) <= set(rounding.BY_ROWS) | set(rounding.BY_RANGES) | {"stored"}


def interval(op, chance):
    """Ends of every size, with points, around 0 and around the turns of silu and gelu."""
    if op == "lerp":
        return tuple(sorted(chance.randint(0, 1 << 60) << 292 for _ in range(2)))
    size = chance.choice([2.0**-40, 2.0**-3, 1, 3, 30, 100])
    ends = sorted(int(Fraction(chance.uniform(-size, size)) * UNIT) for _ in range(2))
    if op in ("reciprocal", "rsqrt"):
        ends = sorted(abs(x) + (UNIT >> 60) for x in ends)
    if op == "reciprocal" and chance.random() < 0.5:
        ends = [-ends[1], -ends[0]]
    if chance.random() < 0.2:
        ends[1] = ends[0]
    return tuple(ends)


def samples(pair, chance, count=6):
    low, high = (Fraction(x, UNIT) for x in pair)
    return [low, high] + [low + (high - low) * Fraction(chance.random()) for _ in range(count)]


@pytest.mark.parametrize("op", POINTWISE)
def test_a_range_holds_every_sample_and_is_attained(op):
    """The ends are results of samples or turns, up to 2^-88 or 2^-88 of the result."""
    chance, f = random.Random(op), POINTWISE[op]
    for _ in range(120):
        first = interval(op, chance)
        count = {"lerp": 3}.get(op, ARGUMENTS[op])
        values = [first] + [interval("", chance) for _ in range(count - 1)]
        ((low, high),) = box(op, *([pair] for pair in values))
        results = [f(*point) for point in itertools.product(*(samples(pair, chance, 2) for pair in values))]
        if op in ("relu", "absolute", "square") and first[0] <= 0 <= first[1]:
            results.append(f(Fraction(0)))
        for turn in {"silu": [-1.2784645427610738], "gelu": [-0.7517915246935645]}.get(op, []):
            results += [f(Fraction(turn))] if first[0] <= Fraction(turn) * UNIT <= first[1] else []
        assert Fraction(low, UNIT) <= min(results) and max(results) <= Fraction(high, UNIT), (op, values)
        near = Fraction(1, 2**86) * (1 + max(map(abs, results)))
        near = Fraction(1, 2**45) if op in ("silu", "gelu") else near
        assert min(results) - Fraction(low, UNIT) <= near and Fraction(high, UNIT) - max(results) <= near, (op, values)


@pytest.mark.parametrize("op", COLUMNS)
def test_the_range_of_a_column_holds_every_sample_and_each_end_is_nearly_attained(op):
    chance, f = random.Random(op), COLUMNS[op]
    for _ in range(60):
        pairs = [interval("", chance) for _ in range(3)]
        found = box(op, pairs, *([box("mean_square", pairs)] if op == "normalize" else []))
        points = [samples(pair, chance, 1) + [Fraction(0)] * (pair[0] <= 0 <= pair[1]) for pair in pairs]
        results = [f(list(point)) for point in itertools.product(*points)]
        for (low, high), row in zip(found, zip(*results), strict=True):
            assert Fraction(low, UNIT) <= min(row) and max(row) <= Fraction(high, UNIT), (op, pairs)
            near = Fraction(1, 2**80) * (1 + max(map(abs, row)))
            assert min(row) - Fraction(low, UNIT) <= near and Fraction(high, UNIT) - max(row) <= near, (op, pairs)


def test_a_matrix_times_a_vector():
    chance = random.Random(1)
    for _ in range(30):
        matrix, vector = [interval("", chance) for _ in range(6)], [interval("", chance) for _ in range(3)]
        for at, (low, high) in enumerate(box("matvec", matrix, vector)):
            products = [[Fraction(a * b, UNIT * UNIT) for a in x for b in y] for x, y in zip(matrix[3 * at :], vector)]
            least, most = sum(map(min, products)), sum(map(max, products))
            assert 0 <= least - Fraction(low, UNIT) <= Fraction(1, 2**96) and 0 <= Fraction(high, UNIT) - most <= Fraction(1, 2**96)


def test_constants_tensors_and_stacks():
    one = instruction("constant", rows=2)
    one.number = 5
    assert ranges.range_of(NET, FILLED, 0, one, []) == [(5, 5)] * 2
    assert ranges.range_of({"w": [[3, -1]]}, {}, 0, instruction("tensor"), []) == [(3 << 203, 3 << 203), (-1 << 203, -1 << 203)]
    stack = instruction("concatenate")
    stack.picked = range(3)
    assert ranges.range_of(NET, FILLED, 0, stack, [[(1, 2)], [(3, 4), (5, 6)]]) == [(1, 2), (3, 4), (5, 6)]


WITHOUT_BOUND = {
    "1 / 0": ("reciprocal", [(-1, 1)]), "1 / x from 0": ("reciprocal", [(0, 1)]), "1 / x to 0": ("reciprocal", [(-1, 0)]),
    "root of 0": ("rsqrt", [(0, 1)]), "root below 0": ("rsqrt", [(-1, 1)]), "exp of 201": ("exp", [(0, 201 * UNIT)]),
    "lerp above 1": ("lerp", [(0, UNIT + 1)], [(0, 1)], [(0, 1)]), "lerp below 0": ("lerp", [(-1, 0)], [(0, 1)], [(0, 1)]),
    "above 2^1000": ("add", [(0, UNIT << 1000)], [(1, 1)]), "square above 2^1000": ("square", [(0, UNIT << 501)]),
    "far apart": ("softmax", [(0, 0), (0, 201 * UNIT)]),
}  # fmt: skip


@pytest.mark.parametrize("kind", WITHOUT_BOUND)
def test_what_has_no_bound_is_refused(kind):
    op, *values = WITHOUT_BOUND[kind]
    with pytest.raises(Refused):
        box(op, *values)


def test_values_of_unequal_rows_are_no_arguments():
    for op in ("add", "subtract", "multiply", "maximum", "minimum"):
        with pytest.raises(ValueError):
            box(op, [(0, 1)], [(0, 1)] * 2)


def test_the_turns_of_silu_and_gelu_lie_between_neighbours_on_the_grid():
    """The derivatives σ(x)(1 + x(1 − σ(x))) and Φ(x) + xφ(x) change their sign there."""
    with gmpy2.context(precision=PRECISION):
        at = lambda n: gmpy2.div_2exp(gmpy2.mpfr(n), 96)
        silu = lambda x: 1 + x * (1 - 1 / (1 + gmpy2.exp(-x)))
        gelu = lambda x: phi(x) + x * gmpy2.exp(-x * x / 2) / gmpy2.sqrt(2 * gmpy2.const_pi())
        for op, slope in (("silu", silu), ("gelu", gelu)):
            turn = ranges.BY_ROWS[op].args[1]
            assert slope(at(turn)) < 0 < slope(at(turn + 1))


FUNCTIONS = {
    "exp": (dyadic.exp_bounds, gmpy2.exp), "softplus": (dyadic.softplus_bounds, lambda x: gmpy2.log1p(gmpy2.exp(x))),
    "normal": (dyadic.normal_bounds, phi),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_bounds_hold_the_true_function_and_are_tight(name):
    """Points of every size, and neighbours of the borders between the cases."""
    (bounds, f), chance = FUNCTIONS[name], random.Random(name)
    borders = [sign * border * ONE + offset for border in (0, 1, 2, 11, 12, 13, 67, 68, 69, 199, 200) for sign in (1, -1)
               for offset in (-1, 0, 1)]  # fmt: skip
    points = borders + [
        chance.getrandbits(chance.choice([3, 60, 90, 96, 98, 99, 100, 103])) * chance.choice([1, -1]) for _ in range(1500)
    ]
    with gmpy2.context(precision=PRECISION):
        for x in points:
            if name == "exp" and x > 200 * ONE:
                with pytest.raises(Refused):
                    bounds(x)
                continue
            (low, high), true = bounds(x), gmpy2.mul_2exp(f(gmpy2.div_2exp(gmpy2.mpfr(x), 96)), 96)
            assert 0 <= low <= true <= high, x
            assert high - low <= max(3, true * 2.0**-93), x
    assert dyadic.normal_bounds(1 << 400) == (ONE - 1, ONE) and dyadic.normal_bounds(-(1 << 400)) == (0, 1)
    assert dyadic.softplus_bounds(1 << 400) == (1 << 400, (1 << 400) + 1) and dyadic.exp_bounds(-(1 << 400)) == (0, 1)


def test_pi():
    with gmpy2.context(precision=300):
        assert int(gmpy2.floor(gmpy2.mul_2exp(gmpy2.const_pi(), 144))) == dyadic.PI


def test_a_product_leaves_out_zeros_of_the_weights_and_of_the_box_and_nothing_else():
    chance = random.Random(5)
    for _ in range(200):
        rows, width = chance.randint(1, 4), chance.randint(1, 6)
        matrix = [[chance.choice([0, 0, chance.randint(-(1 << 150), 1 << 150)]) for _ in range(width)] for _ in range(rows)]
        value = [chance.choice([(0, 0), (UNIT, UNIT), (-UNIT, 0), interval("", chance)]) for _ in range(width)]
        ends = [ranges.outward(pair, 256) for pair in value]
        wanted = [tuple(sum(f(w * low, w * high) for w, (low, high) in zip(row, ends)) for f in (min, max)) for row in matrix]
        found = ranges.matmul(matrix, weights.filled(matrix), value)
        assert found == [(low << 107, high << 107) for low, high in wanted]
        assert weights.filled(matrix) == [[at for at in range(width) if row[at] != 0] for row in matrix]

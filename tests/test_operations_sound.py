"""Laws of every operation of a step: ranges hold all values, slopes all differences, rounding bounds all errors of float32."""

import dataclasses
import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import exact_operations
import ml_dtypes
import numpy as np
import pytest
from exact_operations import exact, precise
from float32_machine import Float32Machine, single
from selection import batches

from anylength.ops import Ops
from anylength.ops.arrays import numpy_arrays
from anylength.ops.intervals import Interval, intervals
from anylength.ops.rounding import Format, Rounded, Rounding
from anylength.ops.slopes import Slope, slopes
from anylength.verification.certify import FORMATS

WEIGHT = np.array([[1.5, -0.25, 3.0], [0.0, 2.0, -1.0]])
SPARSE = np.array([[0.0, -0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.3, 0.0, -0.0, 0.0, 0.0], [7.0, 0.0, 0.0, 0.0, -0.1, 0.0]], np.float32)
EPSILON = float(np.float32(1e-5))


@dataclass(frozen=True)
class Law:
    """One operation.

    Attributes:
        apply: Computes it from an interpreter and arguments.
        rows: The rows of each argument.
        least: The least number that an argument may be; None means any number.
        most: The largest one.
    """

    apply: Callable[..., Any]
    rows: tuple[int, ...] = (3,)
    least: float | None = None
    most: float | None = None


def function(name: str, least: float | None = None) -> Law:
    return Law(lambda ops, x: getattr(ops, name)(x), least=least)


def layer_norm(ops: Any, x: Any) -> Any:
    centred = ops.center(x)
    return ops.normalize(centred, ops.mean_square(centred), EPSILON)


LAWS = {
    "add": Law(lambda _, x, y: x + y, (2, 2)),
    "subtract": Law(lambda _, x, y: x - y, (2, 2)),
    "multiply": Law(lambda _, x, y: x * y, (2, 2)),
    "negate": Law(lambda _, x: -x),
    "slice": Law(lambda _, x: x[1:3]),
    "take": Law(lambda ops, x: ops.take(x, [2, 0, 0, 1])),
    "concatenate": Law(lambda ops, x, y: ops.concatenate([y, x, y]), (2, 1)),
    "constant": Law(lambda ops, x: x + ops.constant(np.float32([0.1, -2.0, 0.0]), x.shape[1])),
    "tensor": Law(lambda ops, x: x * ops.tensor(np.float32([0.1, -2.0, 7.0]), x.shape[1])),
    "matmul": Law(lambda ops, x: ops.matmul(WEIGHT, x)),
    "sparse matmul": Law(lambda ops, x: ops.matmul(SPARSE, x), (6,)),
    "matvec": Law(lambda ops, a, x: ops.matvec(a, x), (4, 2)),
    "scale": Law(lambda ops, x: ops.scale(x, float(np.float32(-0.3)))),
    "scale by a subnormal number": Law(lambda ops, x: ops.scale(ops.scale(ops.scale(x, 2.0**60), 2.0**-130), 2.0**65)),
    "maximum": Law(lambda ops, x, y: ops.maximum(x, y), (2, 2)),
    "minimum": Law(lambda ops, x, y: ops.minimum(x, y), (2, 2)),
    "mean": Law(lambda ops, x: ops.mean(x)),
    "center": Law(lambda ops, x: ops.center(x)),
    "mean_square": Law(lambda ops, x: ops.mean_square(x)),
    "normalize": Law(lambda ops, x: ops.normalize(x, ops.mean_square(x), EPSILON)),
    "normalize one row": Law(lambda ops, x: ops.normalize(x, ops.mean_square(x), EPSILON), (1,)),
    "softmax": Law(lambda ops, x: ops.softmax(x)),
    "softmax of one row": Law(lambda ops, x: ops.softmax(x), (1,)),
    "lerp": Law(lambda ops, x, y: ops.lerp(ops.sigmoid(x), x, y), (2, 2)),
    "layer norm": Law(layer_norm),
    "square": function("square"),
    "absolute": function("absolute"),
    "stored": function("stored"),
    "reciprocal": function("reciprocal", least=0.0),
    "reciprocal below 0": Law(lambda ops, x: ops.reciprocal(-x), least=0.0),
    "rsqrt": function("rsqrt", least=0.0),
} | {name: function(name) for name in ("tanh", "sigmoid", "relu", "exp", "softplus", "silu", "gelu")}

EXACT_RANGE = [name for name in LAWS if name not in ("lerp", "layer norm")]
"""Operations whose range is that of their values, up to rounding. The others use an argument twice."""

SEAMS = (0.0, -1.2784645427610738, -0.7517915246935645, 2.3993572805154674, -2.3993572805154674, 2.0**0.5, -(2.0**0.5), 1.0)
"""Where some function has its lowest or highest point, some slope too, or a kink."""

SCALES = (1e-200, 1e-9, 0.01, 1.0, 5.0, 40.0, 1e3, 1e6, 1e150)

over_seeds = pytest.mark.parametrize("seeds", batches(range(20)))
all_laws = pytest.mark.parametrize("name", LAWS)


def test_every_operation_has_a_law_and_an_oracle():
    names = {name for name, _ in inspect.getmembers(Ops, inspect.isfunction) if not name.startswith("_")}
    assert names <= set(LAWS)
    for interpreter in (intervals, slopes, Rounding(FORMATS["float32"]), exact_operations, Float32Machine(np.random.default_rng())):
        assert isinstance(interpreter, Ops)


def box(law: Law, rng: np.random.Generator, rows: int, columns: int, scales=SCALES) -> Interval:
    """Boxes of many sizes: points, tiny ones, wide ones, ones around a seam."""
    scale = rng.choice(scales, columns)
    centre = np.where(
        rng.random((rows, columns)) < 0.3, rng.choice(SEAMS, (rows, columns)), scale * rng.normal(size=(rows, columns))
    )
    radius = scale * rng.choice([0.0, 1e-12, 0.1, 1.0], (rows, columns)) * rng.random((rows, columns))
    low, high = centre - radius, centre + radius
    if law.least is not None:
        low = np.maximum(np.abs(centre), scale * 1e-9)
        high = low + radius
    return Interval.between(low, high)


def boxes(law: Law, rng: np.random.Generator, columns: int = 40, scales=SCALES) -> list[Interval]:
    return [box(law, rng, rows, columns, scales) for rows in law.rows]


def inner(arguments: list[Interval], rng: np.random.Generator) -> list[np.ndarray]:
    """A number in each interval, often an end or a seam."""
    found = []
    for argument in arguments:
        share = rng.choice([0.0, 1.0, -1.0, -2.0], argument.shape, p=[0.3, 0.3, 0.2, 0.2])
        between = argument.low + rng.random(argument.shape) * (argument.high - argument.low)
        chosen = np.select([share == 0, share == 1, share == -1], [argument.low, argument.high, between], rng.choice(SEAMS))
        found.append(np.clip(chosen, argument.low, argument.high))
    return found


def holds(found: Interval, values: np.ndarray) -> bool:
    """Whether exact values lie in intervals. A NaN holds nothing."""
    return bool(((exact(found.low) <= values) & (values <= exact(found.high))).all())


@over_seeds
@all_laws
def test_a_range_holds_every_value(name, seeds):
    for seed in seeds:
        law, rng = LAWS[name], np.random.default_rng(seed)
        with np.errstate(all="ignore"), precise():
            arguments = boxes(law, rng)
            found = law.apply(intervals, *arguments)
            known = np.isfinite(found.low) | np.isfinite(found.high)
            assert known.mean() > 0.6
            for _ in range(4):
                values = law.apply(exact_operations, *map(exact, inner(arguments, rng)))
                assert found.shape == values.shape
                assert holds(found, values), name


@over_seeds
@pytest.mark.parametrize("name", EXACT_RANGE)
def test_a_range_reaches_no_further_than_the_values(name, seeds):
    """Some of the corners and seams come as close to each end as rounding lets them."""
    for seed in seeds:
        law, rng = LAWS[name], np.random.default_rng(seed)
        arguments = boxes(law, rng, columns=12, scales=(0.01, 1.0, 5.0))
        found = law.apply(intervals, *arguments)
        rows = [row for argument in arguments for row in zip(argument.low, argument.high, strict=True)]
        points = [[low, high, *(np.clip(seam, low, high) for seam in SEAMS[:3])] for low, high in rows]
        if len(points) > 4:
            points = [row[:2] for row in points]
        least, largest = np.full(found.shape, np.inf), np.full(found.shape, -np.inf)
        splits = np.cumsum(law.rows)[:-1]
        for chosen in itertools.product(*points):
            values = law.apply(numpy_arrays, *np.split(np.array(chosen), splits))
            least, largest = np.minimum(least, values), np.maximum(largest, values)
        slack = 1e-9 * (1 + np.abs(least) + np.abs(largest))
        assert (found.low >= least - slack).all()
        assert (found.high <= largest + slack).all()


EXTREMES = [
    (0.0, 0.0),
    (-5e-324, 5e-324),
    (5e-324, 1e-310),
    (-1e308, 1e308),
    (1e307, 1e308),
    (-1e308, -1e307),
    (700.0, 720.0),
    (-760.0, -700.0),
]


@all_laws
def test_a_range_holds_the_values_at_the_extremes(name):
    law, rng = LAWS[name], np.random.default_rng(0)
    low, high = np.array(EXTREMES).T
    defined = np.full(low.shape, True) if law.least is None else low > 0
    arguments = [Interval.between(np.tile(low, (rows, 1)), np.tile(high, (rows, 1))) for rows in law.rows]
    with np.errstate(all="ignore"), precise():
        found = law.apply(intervals, *arguments)
        unknown = np.isnan(found.low) | np.isnan(found.high)
        known = Interval(np.where(unknown, -np.inf, found.low), np.where(unknown, np.inf, found.high))
        for _ in range(4):
            points = [np.where(defined, point, 1.0) for point in inner(arguments, rng)]
            values = law.apply(exact_operations, *map(exact, points))
            assert holds(known[:, defined], values[:, defined])


NOT_DEFINED = {
    "reciprocal around 0": lambda: intervals.reciprocal(Interval.between([[-1.0]], [[1.0]])),
    "reciprocal from 0": lambda: intervals.reciprocal(Interval.between([[0.0]], [[1.0]])),
    "reciprocal to -0": lambda: intervals.reciprocal(Interval.between([[-1.0]], [[-0.0]])),
    "rsqrt from 0": lambda: intervals.rsqrt(Interval.between([[0.0]], [[1.0]])),
    "rsqrt below 0": lambda: intervals.rsqrt(Interval.between([[-2.0]], [[-1.0]])),
    "normalize zeros": lambda: intervals.normalize(*[Interval.between([[-1.0], [0.0]], [[1.0], [0.0]])] * 2, 0.0)[:1],
    "lerp beyond 1": lambda: intervals.lerp(Interval.between([[0.5]], [[1.5]]), *[Interval.exact([[1.0]])] * 2),
    "lerp below 0": lambda: intervals.lerp(Interval.between([[-0.5]], [[0.5]]), *[Interval.exact([[1.0]])] * 2),
}


@pytest.mark.parametrize("name", NOT_DEFINED)
def test_what_is_not_defined_has_no_bound(name):
    with np.errstate(all="ignore"):
        found = NOT_DEFINED[name]()
        assert not np.isfinite(found.low + found.high).any()


@all_laws
def test_a_nan_in_any_row_proves_nothing_of_what_depends_on_it(name):
    law = LAWS[name]
    for low, high in ((np.nan, 1.0), (0.5, np.nan), (np.nan, np.nan)):
        arguments = [Interval.between(np.full((rows, 1), low), np.full((rows, 1), high)) for rows in law.rows]
        with np.errstate(all="ignore"):
            found = law.apply(intervals, *arguments)
        everything = Interval.between(np.full(found.shape, -np.inf), np.full(found.shape, np.inf))
        assert not found.inside(everything).any()
        assert not everything.inside(found).any()


@over_seeds
@all_laws
def test_a_slope_holds_every_difference(name, seeds):
    """f(b) − f(a) lies in the slope times b − a, for all a and b in a box."""
    for seed in seeds:
        law, rng = LAWS[name], np.random.default_rng(seed)
        with np.errstate(all="ignore"), precise():
            for _ in range(6):
                arguments = boxes(law, rng, columns=1, scales=(1e-9, 0.01, 1.0, 5.0, 40.0, 1e3))
                value = intervals.concatenate(arguments)
                stacked = Slope(value, Interval.exact(np.eye(len(value.low))))
                edges = [0, *np.cumsum(law.rows)]
                found = law.apply(slopes, *(stacked[a:b] for a, b in itertools.pairwise(edges))).slope
                for _ in range(3):
                    one, two = inner(arguments, rng), inner(arguments, rng)
                    apart = exact(np.concatenate(two)) - exact(np.concatenate(one))
                    difference = law.apply(exact_operations, *map(exact, two)) - law.apply(exact_operations, *map(exact, one))
                    corners = exact(found.low) * apart[:, 0], exact(found.high) * apart[:, 0]
                    low, high = np.minimum(*corners).sum(axis=1), np.maximum(*corners).sum(axis=1)
                    # The oracle subtracts numbers of 300 bits, about 10⁻⁹⁰; a bound that is NaN says nothing.
                    slack = exact(1e-80) * (1 + np.abs(difference[:, 0]))
                    assert not ((difference[:, 0] < low - slack) | (difference[:, 0] > high + slack)).any()


@all_laws
def test_the_slope_at_a_point_is_the_derivative(name):
    """Where no kink is near, the slope at a point is narrow, and a small difference quotient lies in it."""
    law, rng = LAWS[name], np.random.default_rng(0)
    centre = [0.3 + rng.random((rows, 1)) for rows in law.rows]
    value = np.concatenate(centre)
    stacked = Slope(Interval.exact(value), Interval.exact(np.eye(len(value))))
    edges = [0, *np.cumsum(law.rows)]
    found = law.apply(slopes, *(stacked[a:b] for a, b in itertools.pairwise(edges))).slope
    assert (found.high - found.low).max() < 1e-12 * (1 + np.abs(found.low).max())
    with precise():
        for k in range(len(value)):
            step = exact(np.eye(len(value))[:, [k]]) * exact(1e-20)
            moved = law.apply(exact_operations, *np.split(exact(value) + step, edges[1:-1]))
            quotient = (moved - law.apply(exact_operations, *np.split(exact(value), edges[1:-1]))) / exact(1e-20)
            assert np.abs((quotient[:, 0] - exact(found.low[:, k])).astype(np.float64)).max() < 1e-11


FLOAT32 = FORMATS["float32"]
ROUNDED_SCALES = (1e-30, 0.01, 1.0, 5.0, 40.0)


def magnitude(range: Interval) -> np.ndarray:
    return np.maximum(np.abs(range.low), np.abs(range.high))


def of_float32(range: Interval) -> Interval:
    """The interval between float32 numbers near its ends."""
    return Interval.between(single(range.low), single(range.high))


def rounded(form: Format, range: Interval, error: np.ndarray) -> Rounded:
    """A finished value in this range."""
    return Rounded(form, range, magnitude(range) + error, error, np.zeros(error.shape))


@over_seeds
@all_laws
def test_no_float32_machine_errs_by_more_than_the_bound(name, seeds):
    for seed in seeds:
        law, rng = LAWS[name], np.random.default_rng(seed)
        with np.errstate(all="ignore"):
            ranges = [of_float32(range) for range in boxes(law, rng, scales=ROUNDED_SCALES)]
            moved = [rng.choice([0.0, 1e-7, 1e-4, 1e-2], range.shape) * magnitude(range) for range in ranges]
            errors = [
                move * (1 + 2.0**-24) + np.where(move > 0, 2.0**-24, 0.0) * magnitude(range) for range, move in zip(ranges, moved)
            ]
            given = [rounded(FLOAT32, range, error) for range, error in zip(ranges, errors)]
            found = law.apply(Rounding(FLOAT32), *given).finished()
            assert not np.isnan(found.size).any()
            assert not np.isnan(found.error).any()
            covered = found.error < np.inf
            assert covered.mean() > 0.5
            for _ in range(6):
                points = [single(point) for point in inner(ranges, rng)]
                computed = [single(point + rng.choice([-1.0, 1.0], move.shape) * move) for point, move in zip(points, moved)]
                result = law.apply(Float32Machine(rng), *computed).astype(np.float64)
                right = law.apply(numpy_arrays, *(point.astype(np.float64) for point in points))
                assert (np.abs(result - right) <= found.error + 1e-12 * np.abs(right))[covered].all()
                assert (np.abs(result) <= found.size * (1 + 1e-12))[covered].all()


STORED = {"bfloat16": ml_dtypes.bfloat16, "float16": np.float16, "float32": np.float32}
D, E = 4, 3


def step(ops: Any, weights: dict[str, np.ndarray], symbol: Any, state: Any, columns: int) -> Any:
    """A step that uses most operations: a normalised state, attention over the rows of a matrix, a gate."""
    term = ops.matmul(weights["input"], symbol) + ops.tensor(weights["bias"], columns)
    normal = layer_norm(ops, state) * ops.tensor(weights["gain"], columns)
    active = ops.silu(term + ops.matmul(weights["recurrent"], normal))
    shares = ops.softmax(ops.scale(active, 0.5))
    read = ops.matvec(ops.take(state, [k % D for k in range(D * D)]) - ops.gelu(ops.take(active, [0] * (D * D))), shares)
    kept = ops.stored(ops.lerp(ops.sigmoid(term), state, ops.tanh(read)))
    divisor = ops.square(active) + ops.constant(np.ones(D, np.float32), columns)
    root = ops.rsqrt(ops.absolute(ops.minimum(divisor, ops.exp(normal))) + ops.constant(np.ones(D, np.float32), columns))
    return ops.concatenate([kept, ops.softplus(kept) * ops.reciprocal(divisor), ops.relu(ops.maximum(kept, root))])


@pytest.mark.parametrize("seeds", batches(range(40), quick=6))
@pytest.mark.parametrize("name", STORED)
def test_no_float32_machine_errs_by_more_than_the_bound_in_a_whole_step(name, seeds):
    store = lambda value: single(np.asarray(value).astype(STORED[name]))
    for seed in seeds:
        rng, form = np.random.default_rng(seed), FORMATS[name]
        sizes = {"input": (D, E), "recurrent": (D, D), "bias": (D,), "gain": (D,)}
        weights = {name: single(10.0 ** rng.uniform(-1, 0.3) * rng.normal(size=size)) for name, size in sizes.items()}
        symbols = np.eye(E)
        centre, radius = rng.normal(size=(D, E)), 10.0 ** rng.uniform(-3, 0)
        states = of_float32(Interval.between(centre - radius, centre + radius))
        reach = step(intervals, weights, Interval.exact(symbols), states, E)
        assert (np.isfinite(reach.low) & np.isfinite(reach.high)).all()
        with np.errstate(all="ignore"):  # where a rule does not apply, bounds are infinite
            bound = step(Rounding(form), weights, Rounding(form).symbols(symbols), Rounding(form).state(states), E)
            narrowed = bound.within(reach).stored_error()
            assert (narrowed <= bound.stored_error()).all()
        for _ in range(20):
            (state,) = (single(point) for point in inner([states], rng))
            computed = store(step(Float32Machine(rng, store), weights, single(symbols), state, E)).astype(np.float64)
            exact_weights = {name: weight.astype(np.float64) for name, weight in weights.items()}
            right = step(numpy_arrays, exact_weights, symbols, state.astype(np.float64), E)
            assert (np.abs(computed - right) <= narrowed + 1e-13).all()
            assert ((reach.low <= right + 1e-13) & (right <= reach.high + 1e-13)).all()
        if name == "float32" and seed == 0:
            assert (narrowed < 0.01).all()


def test_a_machine_that_errs_more_is_noticed():
    """The bound of one tanh is nearly reached: a machine with twice the model's errors leaves it."""
    x = np.linspace(-3, 3, 200, dtype=np.float32)[None]
    bound = Rounding(FLOAT32).tanh(rounded(FLOAT32, Interval.exact(x), np.zeros(x.shape)))
    machine = Float32Machine(np.random.default_rng(0))
    off = np.abs(machine.tanh(x) - np.tanh(x.astype(np.float64)))
    assert (off <= bound.error).all()
    assert (2 * off > bound.error).any()


def sparse_weights(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """Weights of many sizes, subnormal ones too. Row k has k that are not 0; some zeros are negative."""
    weights = rng.choice([0.0, -0.0], (rows, columns))
    for k, row in enumerate(weights):
        row[rng.choice(columns, k, replace=False)] = rng.normal(size=k) * rng.choice([1e-41, 1e-6, 1.0, 30.0], k)
    return single(weights)


@pytest.mark.parametrize("seeds", batches(range(40), quick=4))
@pytest.mark.parametrize("name", STORED)
def test_no_machine_errs_by_more_than_the_bound_in_a_sparse_product(name, seeds):
    """In any order, with zeros anywhere, with or without fused multiply-add, with subnormal numbers kept or flushed."""
    store = lambda value: single(np.asarray(value).astype(STORED[name]))
    for seed in seeds:
        rng, form = np.random.default_rng(seed), FORMATS[name]
        weights = sparse_weights(rng, rows=9, columns=40)
        exact_value = single(rng.normal(size=(40, 12)) * rng.choice([0.0, 1e-40, 1e-36, 1.0], (40, 12)))
        found = Rounding(form).matmul(weights, rounded(form, Interval.exact(exact_value), np.zeros(exact_value.shape)))
        assert (found.terms == (weights != 0).astype(float) @ (exact_value != 0)).all()
        right = weights.astype(np.float64) @ exact_value.astype(np.float64)
        for _ in range(20):
            computed = Float32Machine(rng, store).matmul(weights, exact_value)
            assert (np.abs(computed - right) <= found.finished().error * (1 + 1e-12)).all()


@pytest.mark.parametrize("terms", [1, 2, 3])
def test_one_term_less_would_be_too_few(terms):
    """Factors just above 1 round by nearly u: some machine errs by more than the bound for one term less."""
    rng = np.random.default_rng(terms)
    drawn = [1 + 2.0**-6 * rng.random(size) for size in ((terms, 500), (terms, 40))]
    weights, value = (single(np.concatenate([numbers, np.zeros((9, numbers.shape[1]))])) for numbers in drawn)
    value[terms:] = 1.0
    found = Rounding(FLOAT32).matmul(weights.T, rounded(FLOAT32, Interval.exact(value), np.zeros(value.shape)))
    right = weights.T.astype(np.float64) @ value.astype(np.float64)
    off = np.abs(Float32Machine(rng).matmul(weights.T, value) - right)
    assert (found.terms == terms).all()
    assert (off <= found.finished().error).all()
    assert (off > dataclasses.replace(found, terms=found.terms - 1).finished().error).any()

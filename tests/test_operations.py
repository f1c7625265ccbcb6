"""Every operation of a step over arrays, boxes and slopes: one table of random arguments for all laws."""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.ops import Ops
from anylength.ops.arrays import numpy_arrays
from anylength.ops.ibp import Box, ibp
from anylength.ops.jax_arrays import jax_arrays
from anylength.ops.slopes import Slope, array_slopes, jacobians, variables
from tests.selection import thorough

ROWS, COLUMNS = 6, 5
WEIGHT = np.random.default_rng(0).normal(size=(4, ROWS)).astype(np.float32)
VECTOR = WEIGHT[0]

SLACK = 1e-5
"""Tolerance relative to the largest result: about a hundred float32 roundings."""


@dataclass(frozen=True)
class Case:
    """One operation.

    Attributes:
        kinds: For each argument, which numbers it takes: `any`, `share` (0 to 1), `positive`, `nonzero`, or `matrix` (3·ROWS rows).
        call: Applies it: (ops, *arguments).
    """

    kinds: tuple[str, ...]
    call: Callable[..., Any]


def weights(ops: Any, value: np.ndarray) -> Any:
    """Weights as this interpreter takes them."""
    if ops in (ibp, jax_arrays):
        return jnp.asarray(value)
    if ops in (numpy_arrays, array_slopes):
        return value
    import torch

    return torch.from_numpy(value.copy())


CASES = {
    "constant": Case(("any",), lambda ops, x: ops.constant(VECTOR, COLUMNS) + x),
    "tensor": Case(("any",), lambda ops, x: ops.tensor(weights(ops, VECTOR), COLUMNS) * x),
    "take": Case(("any",), lambda ops, x: ops.take(x, (2, 0, 0, 5))),
    "concatenate": Case(("any", "any"), lambda ops, x, y: ops.concatenate([x, y[1:3], x])),
    "matmul": Case(("any",), lambda ops, x: ops.matmul(weights(ops, WEIGHT), x)),
    "scale": Case(("any",), lambda ops, x: ops.scale(x, -1.5)),
    "maximum": Case(("any", "any"), lambda ops, x, y: ops.maximum(x, y)),
    "minimum": Case(("any", "any"), lambda ops, x, y: ops.minimum(x, y)),
    "mean": Case(("any",), lambda ops, x: ops.mean(x)),
    "center": Case(("any",), lambda ops, x: ops.center(x)),
    "mean_square": Case(("any",), lambda ops, x: ops.mean_square(x)),
    "normalize": Case(("any",), lambda ops, x: ops.normalize(x, ops.mean_square(x), 1e-5)),
    "softmax": Case(("any",), lambda ops, x: ops.softmax(x)),
    "matvec": Case(("matrix", "any"), lambda ops, x, y: ops.matvec(x, y)),
    "lerp": Case(("share", "any", "any"), lambda ops, z, x, y: ops.lerp(z, x, y)),
    **{
        name: Case(("any",), lambda ops, x, name=name: getattr(ops, name)(x))
        for name in ("tanh", "sigmoid", "relu", "exp", "softplus", "silu", "gelu", "absolute", "square", "stored")
    },
    "reciprocal": Case(("nonzero",), lambda ops, x: ops.reciprocal(x)),
    "rsqrt": Case(("positive",), lambda ops, x: ops.rsqrt(x)),
    "+": Case(("any", "any"), lambda ops, x, y: x + y),
    "-": Case(("any", "any"), lambda ops, x, y: 1.0 - (x - y)),
    "*": Case(("any", "any"), lambda ops, x, y: -(x * y) * 0.5),
    "one row": Case(("any",), lambda ops, x: ops.softmax(ops.center(x[:1])) + ops.normalize(x[:1], ops.mean_square(x[:1]), 1e-5)),
}

EVERY = pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))


def centres(rng: np.random.Generator, case: Case, size: float, radius: float = 0.0) -> list[np.ndarray]:
    """Random arguments of this size. Boxes of this radius around them stay where the operation is defined."""
    shapes = [(3 * ROWS if kind == "matrix" else ROWS, COLUMNS) for kind in case.kinds]
    drawn = [size * rng.normal(size=shape) for shape in shapes]
    within = {
        "any": lambda x: x,
        "matrix": lambda x: x,
        "share": lambda x: rng.random(x.shape),
        "positive": lambda x: radius + 0.1 + np.abs(x),
        "nonzero": lambda x: np.where(x < 0, -1, 1) * (radius + 0.1 + np.abs(x)),
    }
    return [within[kind](x).astype(np.float32) for kind, x in zip(case.kinds, drawn)]


def boxes(rng: np.random.Generator, case: Case, size: float, radius: float, box: Any = Box, array: Any = jnp.asarray) -> list[Any]:
    """Random boxes of this size; some entries are points."""
    middles, made = centres(rng, case, size, radius), []
    for kind, middle in zip(case.kinds, middles):
        spread = radius * rng.random(middle.shape) * (rng.random(middle.shape) < 0.8)
        if kind == "share":
            spread = np.minimum(spread, np.minimum(middle, 1 - middle))
        made.append(box(array(middle), array(spread.astype(np.float32))))
    return made


def points(rng: np.random.Generator, box: Any) -> np.ndarray:
    """A random point of a box, often a corner."""
    low, high = np.asarray(box.low), np.asarray(box.high)
    part = rng.integers(0, 2, low.shape) if rng.random() < 0.5 else rng.random(low.shape)
    return (low + part * (high - low)).astype(np.float32)


def assert_close(found: Any, wanted: Any) -> None:
    """Asserts equality up to float32 roundings. What overflows float32 is infinite in both."""
    with np.errstate(over="ignore"):
        found, wanted = np.asarray(found, np.float32), np.asarray(wanted, np.float32)
    assert found.shape == wanted.shape
    finite = np.isfinite(wanted)
    np.testing.assert_array_equal(found[~finite], wanted[~finite])
    np.testing.assert_allclose(found[finite], wanted[finite], rtol=SLACK, atol=SLACK * np.abs(wanted[finite]).max(initial=0.1))


def assert_contains(box: Any, value: Any) -> None:
    """Asserts that a point lies in a box, up to float32 roundings."""
    low, high, value = np.asarray(box.low), np.asarray(box.high), np.asarray(value)
    assert value.shape == low.shape
    slack = SLACK * (1 + np.maximum(np.abs(low), np.abs(high)).max())
    assert (low - slack <= value).all() and (value <= high + slack).all()


def test_the_table_has_every_operation():
    names = {name for name, value in vars(Ops).items() if inspect.isfunction(value) and not name.startswith("_")}
    assert names - set(CASES) == set()


@pytest.mark.parametrize("ops", [jax_arrays, numpy_arrays, ibp, array_slopes], ids=["jax", "numpy", "ibp", "slopes"])
def test_each_interpreter_implements_ops(ops):
    assert isinstance(ops, Ops)


@EVERY
@pytest.mark.parametrize("size", [0.0, 1e-3, 1.0, 30.0, 1e4])
def test_numpy_agrees_with_jax_and_with_float64_and_keeps_the_float_type(case, size):
    arguments = centres(np.random.default_rng(1), case, size)
    found = case.call(numpy_arrays, *arguments)
    assert found.dtype == np.float32
    assert_close(case.call(jax_arrays, *map(jnp.asarray, arguments)), found)
    exact = case.call(numpy_arrays, *(argument.astype(np.float64) for argument in arguments))
    assert exact.dtype == np.float64
    assert_close(found, exact)


FORMULAS: dict[str, Callable[[float], float]] = {
    "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "relu": lambda x: max(x, 0.0),
    "exp": math.exp,
    "softplus": lambda x: math.log1p(math.exp(-abs(x))) + max(x, 0.0),
    "silu": lambda x: x / (1 + math.exp(-x)),
    "gelu": lambda x: x * math.erfc(-x / math.sqrt(2)) / 2,
    "absolute": math.fabs,
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "rsqrt": lambda x: 1 / math.sqrt(x),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_each_function_is_its_formula(name):
    values = np.linspace(0.05 if name in ("reciprocal", "rsqrt") else -20, 20, 97)[:, None]
    wanted = np.vectorize(FORMULAS[name])(values)
    np.testing.assert_allclose(getattr(numpy_arrays, name)(values), wanted, rtol=1e-9, atol=1e-14)
    assert_close(getattr(jax_arrays, name)(jnp.asarray(values, jnp.float32)), wanted)


@pytest.mark.parametrize("name", [name for name in FORMULAS if name != "rsqrt"])
def test_functions_neither_warn_nor_give_nan_at_the_ends_of_float32(name):
    far = np.asarray([[-3e38, -1e30, -104.0, -88.8, 88.8, 104.0, 1e30, 3e38]], np.float32)
    found = getattr(numpy_arrays, name)(far)
    assert not np.isnan(found).any()
    assert_close(getattr(jax_arrays, name)(jnp.asarray(far)), found)


def test_row_functions_by_hand():
    x = np.asarray([[1.0], [2.0], [6.0]])
    np.testing.assert_allclose(numpy_arrays.mean(x), [[3.0]])
    np.testing.assert_allclose(numpy_arrays.center(x), [[-2.0], [-1.0], [3.0]])
    np.testing.assert_allclose(numpy_arrays.mean_square(x), [[41 / 3]])
    np.testing.assert_allclose(numpy_arrays.normalize(x, numpy_arrays.mean_square(x), 1.0), x / math.sqrt(44 / 3))
    np.testing.assert_allclose(numpy_arrays.softmax(np.log(x)), x / 9)
    matrix = np.asarray([[1.0], [0.0], [0.0], [2.0], [3.0], [4.0]])  # two rows: 1 0 0 and 2 3 4
    np.testing.assert_allclose(numpy_arrays.matvec(matrix, x), [[1.0], [32.0]])
    np.testing.assert_allclose(numpy_arrays.take(x, [2, 0, 0]), [[6.0], [1.0], [1.0]])


SIZES = [(0.0, 1.0), (1.0, 0.0), (1.0, 0.3), (5.0, 2.0), (30.0, 10.0)]


@EVERY
@pytest.mark.parametrize(("size", "radius"), SIZES)
def test_a_box_contains_every_sampled_point(case, size, radius):
    rng = np.random.default_rng(2)
    arguments = boxes(rng, case, size, radius)
    image = case.call(ibp, *arguments)
    for _ in range(20):
        assert_contains(image, case.call(numpy_arrays, *(points(rng, box) for box in arguments)))


@pytest.mark.parametrize("name", ["silu", "gelu", "absolute", "square", "center", "mean_square", "normalize", "softmax"])
def test_a_box_is_no_wider_than_its_samples(name):
    """The rule gives the exact range: dense samples of one row, with the others at their ends, reach both ends."""
    rng = np.random.default_rng(3)
    rows = 2 if name in ("center", "mean_square", "normalize", "softmax") else 1
    for _ in range(10):
        centre, radius = rng.normal(size=(rows, 1)), 2 * rng.random((rows, 1))
        image = CASES[name].call(ibp, Box(*(jnp.asarray(part, jnp.float32) for part in (centre, radius))))
        steps = np.linspace(-1, 1, 201 if rows == 2 else 4001)
        grid = np.stack([part.ravel() for part in np.meshgrid(*[steps] * rows)])
        values = CASES[name].call(numpy_arrays, centre + radius * grid)
        np.testing.assert_allclose(values.min(axis=1), image.low[:, 0], atol=2e-3)
        np.testing.assert_allclose(values.max(axis=1), image.high[:, 0], atol=2e-3)


@EVERY
def test_a_box_of_plain_arrays_is_a_plain_array(case):
    arguments = [jnp.asarray(value) for value in centres(np.random.default_rng(4), case, 1.0)]
    assert np.array_equal(case.call(ibp, *arguments), case.call(jax_arrays, *arguments))


@EVERY
def test_a_plain_array_is_a_box_of_radius_0(case):
    arguments = [jnp.asarray(value) for value in centres(np.random.default_rng(5), case, 1.0)]
    wanted = case.call(jax_arrays, *arguments)
    for boxed in range(len(arguments)):
        mixed = [Box.of(value) if at == boxed else value for at, value in enumerate(arguments)]
        image = case.call(ibp, *mixed)
        assert_close(image.centre, wanted)
        np.testing.assert_allclose(image.radius, 0, atol=SLACK * (1 + np.abs(wanted).max()))


@EVERY
@pytest.mark.parametrize(("size", "radius"), thorough([(0.0, 0.0), *SIZES], quick=2, unpack=True))
def test_gradients_through_boxes_are_finite(case, size, radius):
    arguments = boxes(np.random.default_rng(6), case, size, radius)
    if size == 0:
        arguments = [Box(jnp.zeros_like(box.centre), box.radius) for box in arguments]

    def total(arguments: list[Box]) -> jax.Array:
        image = case.call(ibp, *arguments)
        return (image.high - image.low).sum() + image.centre.sum()

    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(jax.value_and_grad(total)(arguments)))


def test_boxes_without_a_bound_stay_finite():
    around_zero = Box(jnp.zeros((1, 1)), jnp.ones((1, 1)))
    for name in ("reciprocal", "rsqrt"):
        assert getattr(ibp, name)(around_zero).high >= 0.99 * Box.unbounded
    assert ibp.reciprocal(around_zero).low <= -0.99 * Box.unbounded
    huge = ibp.exp(around_zero * 1e6)
    assert huge.low <= 0 and np.isfinite(huge.high) and huge.high >= 0.99 * math.exp(Box.largest_exponent)


@EVERY
@pytest.mark.parametrize("size", [0.0, 1.0, 30.0, 1e4])
def test_slopes_of_arrays_are_those_of_jax(case, size):
    rng = np.random.default_rng(7)
    arguments = centres(rng, case, size)
    tangents = [rng.normal(size=(2, *argument.shape)).astype(np.float32) for argument in arguments]
    found = case.call(array_slopes, *(Slope(x, np.concatenate(list(slope), axis=1)) for x, slope in zip(arguments, tangents)))
    for direction in range(2):
        moved = [jnp.asarray(tangent[direction]) for tangent in tangents]
        value, slope = jax.jvp(lambda *given: case.call(jax_arrays, *given), [jnp.asarray(x) for x in arguments], moved)
        assert_close(found.value, value)
        assert_close(np.split(found.slope, 2, axis=1)[direction], slope)


def test_slopes_take_plain_arrays():
    for case in CASES.values():
        arguments = centres(np.random.default_rng(8), case, 1.0)
        known = case.call(array_slopes, Slope.known(arguments[0]), *arguments[1:])
        assert_close(known.value, case.call(numpy_arrays, *arguments))
        assert known.slope is None


def test_slopes_of_a_batch_are_jacobians():
    x = np.random.default_rng(9).normal(size=(ROWS, COLUMNS))
    found = jacobians(array_slopes.softmax(variables(x)), ROWS)
    for column in range(COLUMNS):
        y = numpy_arrays.softmax(x[:, [column]])[:, 0]
        np.testing.assert_allclose(found[column], np.diag(y) - np.outer(y, y), atol=1e-12)


def torch_or_skip() -> Any:
    return pytest.importorskip("torch", reason="PyTorch is not installed: pip install '.[oracle]'")


@EVERY
def test_torch_agrees_with_float64(case):
    torch = torch_or_skip()
    from anylength.ops.torch_arrays import torch_arrays

    assert isinstance(torch_arrays, Ops)
    for size in (0.0, 1.0, 30.0, 1e4):
        arguments = centres(np.random.default_rng(10), case, size)
        found = case.call(torch_arrays, *map(torch.from_numpy, arguments))
        assert found.dtype == torch.float32
        assert_close(found.numpy(), case.call(numpy_arrays, *(argument.astype(np.float64) for argument in arguments)))


@EVERY
def test_torch_boxes_are_those_of_jax_and_have_finite_gradients(case):
    torch = torch_or_skip()
    from anylength.ops import torch_ibp

    assert isinstance(torch_ibp.OPS, Ops)
    for size, radius in [(0.0, 0.0), *SIZES]:
        drawn = boxes(np.random.default_rng(11), case, size, radius)
        wanted = case.call(ibp, *drawn)
        parts = [[torch.tensor(np.asarray(part), requires_grad=True) for part in (box.centre, box.radius)] for box in drawn]
        image = case.call(torch_ibp.OPS, *(torch_ibp.Box(*part) for part in parts))
        assert_close(image.low.detach().numpy(), wanted.low)
        assert_close(image.high.detach().numpy(), wanted.high)
        ((image.high - image.low).sum() + image.centre.sum()).backward()
        gradients = [part.grad for pair in parts for part in pair]
        assert all(gradient is None or torch.isfinite(gradient).all() for gradient in gradients)

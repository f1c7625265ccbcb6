"""Interval bound propagation: a box contains every sampled point up to float32's rounding, and gradients are finite."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.cells import CELLS, AbstractCell
from anylength.ops import Ops
from anylength.ops.ibp import Box, ibp
from anylength.ops.jax_arrays import jax_arrays
from tests.selection import thorough

SLACK = 1e-5
"""Tolerance relative to the size of the values: about a hundred float32 roundings."""


def drawn(rng: np.random.Generator, shape: tuple[int, ...], size: float, radius: float) -> Box:
    """A random box; some entries are points."""
    spread = radius * rng.random(shape) * (rng.random(shape) < 0.8)
    return Box(jnp.asarray(size * rng.normal(size=shape), jnp.float32), jnp.asarray(spread, jnp.float32))


def points(rng: np.random.Generator, box: Box, count: int = 40) -> list[np.ndarray]:
    """Points of a box, corners among them."""
    low, high = np.asarray(box.low), np.asarray(box.high)
    parts = [np.zeros(low.shape), np.ones(low.shape)]
    parts += [rng.integers(0, 2, low.shape) if at % 2 else rng.random(low.shape) for at in range(count)]
    return [(low + part * (high - low)).astype(np.float32) for part in parts]


def assert_holds(box: Box, value: np.ndarray) -> None:
    """Asserts that the value lies in the box, up to rounding."""
    slack = SLACK * (1 + np.abs(np.asarray(box.centre)) + np.asarray(box.radius))
    assert (np.asarray(box.low) - slack <= value).all()
    assert (value <= np.asarray(box.high) + slack).all()


SIZES = [(0.0, 1.0), (1.0, 0.0), (1.0, 0.3), (5.0, 2.0), (30.0, 10.0)]


@pytest.mark.parametrize(("size", "radius"), SIZES)
def test_each_operation_contains_every_sampled_point(size, radius):
    rng = np.random.default_rng(0)
    x, y = drawn(rng, (6, 5), size, radius), drawn(rng, (6, 5), size, radius)
    weight = jnp.asarray(rng.normal(size=(4, 6)), jnp.float32)
    ends = np.sort(rng.random((2, 6, 5)).astype(np.float32), axis=0)
    share = Box.between(jnp.asarray(ends[0]), jnp.asarray(ends[1]))
    boxes = {
        "matmul": ibp.matmul(weight, x), "tanh": ibp.tanh(x), "sigmoid": ibp.sigmoid(x), "+": x + y,
        "+ array": x + np.float32(1.5), "lerp": ibp.lerp(share, x, y), "widened": x.widened(0.25), "rows": x[1:3],
        "relu": ibp.relu(x), "*": x * y, "* array": x * np.float32(-1.5), "stacked": ibp.concatenate([x, x.low]),
        "lerp of plain": ibp.lerp(share, x, y.low), "array *": np.ones((6, 5), np.float32) * x,
    }  # fmt: skip
    for a, b, z in zip(points(rng, x), points(rng, y), points(rng, share), strict=True):
        assert_holds(boxes["matmul"], np.asarray(weight) @ a)
        assert_holds(boxes["tanh"], np.tanh(a))
        assert_holds(boxes["sigmoid"], np.asarray(jax_arrays.sigmoid(jnp.asarray(a))))
        assert_holds(boxes["+"], a + b)
        assert_holds(boxes["+ array"], np.float32(1.5) + a)
        assert_holds(boxes["lerp"], (1 - z) * a + z * b)
        assert_holds(boxes["rows"], a[1:3])
        assert_holds(boxes["relu"], np.maximum(a, 0))
        assert_holds(boxes["*"], a * b)
        assert_holds(boxes["* array"], -1.5 * a)
        assert_holds(boxes["array *"], a)
        assert_holds(boxes["stacked"], np.concatenate([a, np.asarray(x.low)]))
        assert_holds(boxes["lerp of plain"], (1 - z) * a + z * np.asarray(y.low))
        for end in (-0.25, 0.25):
            assert_holds(boxes["widened"], a + end)


@pytest.mark.parametrize("name", thorough(CELLS, quick=5))
@pytest.mark.parametrize(("size", "radius"), SIZES)
def test_a_cells_step_contains_the_step_of_every_sampled_state(name, size, radius):
    rng = np.random.default_rng(1)
    shapes = CELLS[name].shapes(10, 7)
    cell = CELLS[name](**{field: jnp.asarray(rng.normal(size=shape), jnp.float32) for field, shape in shapes.items()})
    symbols, states = jnp.eye(10, 5), drawn(rng, (cell.state_size, 5), min(size, 1.0), radius)
    after = cell.step(ibp, symbols, states)
    for state in points(rng, states):
        assert_holds(after, np.asarray(cell.step(jax_arrays, symbols, jnp.asarray(state))))


@pytest.mark.parametrize("name", thorough(CELLS, quick=5))
def test_a_plain_state_stays_plain(name):
    shapes = CELLS[name].shapes(10, 7)
    cell = CELLS[name](**{field: jnp.ones(shape, jnp.float32) for field, shape in shapes.items()})
    state = jnp.full((cell.state_size, 3), 0.25, jnp.float32)
    after = cell.step(ibp, jnp.eye(10, 3), state)
    assert np.array_equal(after, cell.step(jax_arrays, jnp.eye(10, 3), state))


@pytest.mark.parametrize("name", thorough([name for name, cell in CELLS.items() if cell.has_fixed_size_state], quick=3))
def test_gradients_of_a_cells_step_are_finite(name):
    rng = np.random.default_rng(4)
    shapes = CELLS[name].shapes(10, 7)
    cell = CELLS[name](**{field: jnp.asarray(rng.normal(size=shape), jnp.float32) for field, shape in shapes.items()})

    def total(cell: AbstractCell) -> jax.Array:
        state = Box(jnp.zeros((cell.state_size, 3)), jnp.zeros((cell.state_size, 3)))
        for _ in range(3):
            state = cell.step(ibp, jnp.eye(10, 3), state).widened(0.1)
        return state.high.sum() - state.low.sum()

    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(jax.jit(jax.grad(total))(cell)))


@pytest.mark.parametrize("name", thorough(CELLS, quick=5))
def test_a_box_of_radius_0_gives_the_plain_step(name):
    rng = np.random.default_rng(2)
    shapes = CELLS[name].shapes(10, 7)
    cell = CELLS[name](**{field: jnp.asarray(rng.normal(size=shape), jnp.float32) for field, shape in shapes.items()})
    state = jnp.asarray(rng.normal(size=(cell.state_size, 3)), jnp.float32)
    after = cell.step(ibp, jnp.eye(10, 3), Box(state, jnp.zeros_like(state)))
    np.testing.assert_allclose(after.centre, cell.step(jax_arrays, jnp.eye(10, 3), state), atol=1e-6)
    np.testing.assert_allclose(after.radius, 0, atol=1e-6)


@pytest.mark.parametrize(("size", "radius"), SIZES)
def test_gradients_are_finite_where_a_box_is_a_point_and_where_tanh_is_flat(size, radius):
    rng = np.random.default_rng(3)
    weight, x = jnp.asarray(rng.normal(size=(6, 6)), jnp.float32), drawn(rng, (6, 5), size, radius)

    def total(weight: jax.Array, box: Box) -> jax.Array:
        inner = ibp.tanh(ibp.matmul(weight, box))
        share = ibp.sigmoid(inner)
        mixed = ibp.lerp(share, inner, box)
        return (mixed.high - mixed.low).sum() + mixed.centre.sum()

    value, gradient = jax.value_and_grad(total, argnums=(0, 1))(weight, x)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves((value, gradient)))


def test_boxes_of_a_run_become_columns_in_the_order_of_time():
    centre = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    flat = Box(jnp.asarray(centre), jnp.asarray(centre)).flattened()
    assert np.array_equal(flat.centre, np.concatenate([centre[0], centre[1]], axis=1))
    assert np.array_equal(flat.radius, flat.centre)


def test_the_module_implements_ops():
    assert isinstance(ibp, Ops)
    low, high = jnp.asarray([-1.0, 2.0]), jnp.asarray([3.0, 2.0])
    box = Box.between(low, high)
    assert np.array_equal(box.low, low)
    assert np.array_equal(box.high, high)

"""Laws of every cell: its shapes, its equations written again in numpy, PyTorch on the same weights; all interpreters agree."""

import math
from collections.abc import Callable, Iterable
from functools import partial

import jax.numpy as jnp
import numpy as np
import plain_memory
import plain_numpy
import plain_zoo
import pytest

from anylength.base import InputError
from anylength.cells import CELLS, STACK_CELLS, AbstractCell, cell_named, glorot
from anylength.ops import Ops
from anylength.ops.arrays import numpy_arrays
from anylength.ops.intervals import Interval, intervals
from anylength.ops.jax_arrays import jax_arrays
from anylength.ops.slopes import Slope, array_slopes, jacobians, slopes, variables
from tests.selection import thorough

E, H, B, T = 10, 7, 5, 30


def drawn(name: str, seed: int = 0, *, second: bool = False) -> tuple[AbstractCell, dict[str, np.ndarray]]:
    """A cell with random weights, and the weights. `second` adds a second bias where the cell can have one."""
    rng = np.random.default_rng(seed)
    shapes = CELLS[name].shapes(E, H) | (CELLS[name].optional_shapes(E, H) if second else {})
    named = {field: rng.normal(0, 0.5, shape).astype(np.float32) for field, shape in shapes.items()}
    return CELLS[name](**{field: jnp.asarray(value) for field, value in named.items()}), named


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def dot(row: np.ndarray, column: Iterable[float]) -> float:
    return sum(float(w) * float(x) for w, x in zip(row, column, strict=True))


def by_columns(example: Callable[..., list[float]]) -> Callable[..., np.ndarray]:
    """The oracle of one example, given the pre-activations p = W_ih x + b, for a batch."""

    def batch(named: dict[str, np.ndarray], symbols: np.ndarray, states: np.ndarray) -> np.ndarray:
        columns = []
        bias = named["bias"].astype(np.float64) + named.get("bias_hh", 0)
        for symbol, state in zip(symbols.T, states.T, strict=True):
            input_term = [dot(row, symbol) + float(b) for row, b in zip(named["weight_ih"], bias, strict=True)]
            columns.append(example(named, input_term, state.tolist()))
        return np.array(columns).T

    return batch


@by_columns
def numpy_rnn(named, p, h):
    """h' = tanh(W_ih x + W_hh h + b), one unit and one example at a time, in float64."""
    return [math.tanh(p[i] + dot(named["weight_hh"][i], h)) for i in range(H)]


@by_columns
def numpy_relu(named, p, h):
    return [max(0.0, p[i] + dot(named["weight_hh"][i], h)) for i in range(H)]


@by_columns
def numpy_gru(named, p, h):
    after = []
    for i in range(H):
        m = [dot(named["weight_hh"][gate * H + i], h) for gate in range(3)]
        r, z = logistic(p[i] + m[0]), logistic(p[H + i] + m[1])
        n = math.tanh(p[2 * H + i] + r * (m[2] + float(named["bias_hn"][i])))
        after.append((1 - z) * n + z * h[i])
    return after


@by_columns
def numpy_gru_reset_before(named, p, h):
    gates = [[dot(named["weight_hh"][gate * H + i], h) for i in range(H)] for gate in range(2)]
    kept = [logistic(p[i] + gates[0][i]) * h[i] for i in range(H)]
    z = [logistic(p[H + i] + gates[1][i]) for i in range(H)]
    n = [math.tanh(p[2 * H + i] + dot(named["weight_hh"][2 * H + i], kept)) for i in range(H)]
    return [(1 - z[i]) * n[i] + z[i] * h[i] for i in range(H)]


@by_columns
def numpy_lstm(named, p, state):
    h, c, after = state[:H], state[H:], ([], [])
    for i in range(H):
        a = [p[gate * H + i] + dot(named["weight_hh"][gate * H + i], h) for gate in range(4)]
        after[1].append(logistic(a[1]) * c[i] + logistic(a[0]) * math.tanh(a[2]))
        after[0].append(logistic(a[3]) * math.tanh(after[1][i]))
    return after[0] + after[1]


def linear_oracle(gated: Callable[[float, float, float], float]) -> Callable[..., np.ndarray]:
    """s' = gated(p_a, p_u, s), h' = tanh(p_o + W_hh s')."""

    @by_columns
    def one(named, p, state):
        s = [gated(p[i], p[H + i], state[H + i]) for i in range(H)]
        return [math.tanh(p[2 * H + i] + dot(named["weight_hh"][i], s)) for i in range(H)] + s

    return one


def torch_module(kind: str, **options: str) -> Callable[..., np.ndarray]:
    """PyTorch's cell on the same weights."""

    def states(named: dict[str, np.ndarray], symbols: np.ndarray) -> np.ndarray:
        """The states `[T, D, B]` on symbols `[T, E, B]`."""
        torch = pytest.importorskip("torch", reason="PyTorch is the oracle here: pip install -e .[oracle]")
        theirs, found = getattr(torch.nn, kind)(E, H, **options), []
        tensor = lambda array: torch.from_numpy(np.array(array))
        with torch.no_grad():
            theirs.weight_ih.copy_(tensor(named["weight_ih"]))
            theirs.weight_hh.copy_(tensor(named["weight_hh"]))
            theirs.bias_ih.copy_(tensor(named["bias"]))
            theirs.bias_hh.copy_(tensor(named.get("bias_hh", np.zeros_like(named["bias"]))))
            if "bias_hn" in named:
                theirs.bias_hh[-H:].copy_(tensor(named["bias_hn"]))
            state = None
            for symbol in symbols:
                state = theirs(tensor(symbol.T), state)
                found.append(torch.cat(state, dim=1) if isinstance(state, tuple) else state)
        return torch.stack(found).numpy().swapaxes(1, 2)

    return states


NUMPY = {
    "rnn": numpy_rnn,
    "relu": numpy_relu,
    "gru": numpy_gru,
    "gru-reset-before": numpy_gru_reset_before,
    "lstm": numpy_lstm,
    "linear": linear_oracle(lambda a, u, s: logistic(a) * s + u),
    "linear-signed": linear_oracle(lambda a, u, s: math.tanh(a) * s + u),
    "mingru": linear_oracle(lambda z, u, s: (1 - logistic(z)) * s + logistic(z) * u),
    **{name: partial(plain_memory.stack_step, name) for name in STACK_CELLS},
    "tape-rnn": plain_memory.tape_step,
    **{name: plain_zoo.batch(name) for name in plain_zoo.ZOO},
}
TORCH = {
    "rnn": torch_module("RNNCell"),
    "relu": torch_module("RNNCell", nonlinearity="relu"),
    "gru": torch_module("GRUCell"),
    "lstm": torch_module("LSTMCell"),
}
"""PyTorch has no module for the others."""


def run(cell: AbstractCell, symbols: np.ndarray) -> np.ndarray:
    """The states `[T, D, B]` from the start, step by step."""
    state, states = jnp.zeros((cell.state_size, symbols.shape[2]), jnp.float32), []
    for symbol in jnp.asarray(symbols):
        state = cell.step(jax_arrays, symbol, state)
        states.append(np.asarray(state))
    return np.stack(states)


def test_every_cell_has_its_equations_written_again():
    assert set(NUMPY) == set(CELLS)
    assert set(TORCH) <= set(CELLS)


@pytest.mark.parametrize("name", CELLS)
def test_a_step_keeps_the_shape_of_the_state(name):
    cell, named = drawn(name)
    assert cell.hidden == H
    assert cell.state_size >= H
    state = jnp.zeros((cell.state_size, B), jnp.float32)
    after = cell.step(jax_arrays, jnp.eye(E, B), state)
    assert (after.shape, after.dtype) == (state.shape, np.float32)
    assert {field: value.shape for field, value in named.items()} == cell.shapes(E, H)


def test_the_cells_of_other_libraries_can_have_two_biases():
    assert {name for name, cell in CELLS.items() if cell.optional_shapes(E, H)} == {*TORCH, "gru-reset-before"}


@pytest.mark.parametrize("second", [False, True], ids=["one bias", "two"])
@pytest.mark.parametrize("name", CELLS)
def test_a_step_equals_the_equations_written_again_in_numpy(name, second):
    cell, named = drawn(name, second=second)
    rng = np.random.default_rng(1)
    symbol = rng.normal(size=(E, B)).astype(np.float32)
    state = rng.uniform(-1, 1, (cell.state_size, B)).astype(np.float32)
    after = cell.step(jax_arrays, jnp.asarray(symbol), jnp.asarray(state))
    np.testing.assert_allclose(after, NUMPY[name](named, symbol, state), rtol=1e-6, atol=2e-6)


@pytest.mark.parametrize("name", CELLS)
def test_a_step_uses_only_the_operations_of_ops(name):
    cell, named = drawn(name)
    plain = CELLS[name](**named)
    rng = np.random.default_rng(1)
    symbol = rng.normal(size=(E, B)).astype(np.float32)
    state = rng.uniform(-1, 1, (cell.state_size, B)).astype(np.float32)
    with_jax = cell.step(jax_arrays, jnp.asarray(symbol), jnp.asarray(state))
    np.testing.assert_allclose(plain.step(plain_numpy, symbol, state), with_jax, rtol=1e-6, atol=2e-6)


@pytest.mark.parametrize("name", CELLS)
def test_the_numpy_interpreter_equals_the_jax_interpreter(name):
    cell, named = drawn(name)
    symbols = np.swapaxes(np.eye(E, dtype=np.float32)[np.random.default_rng(5).integers(0, E, (T, B))], 1, 2)
    state, states = np.zeros((cell.state_size, B), np.float32), []
    for symbol in symbols:
        state = CELLS[name](**named).step(numpy_arrays, symbol, state)
        states.append(state)
    assert state.dtype == np.float32
    np.testing.assert_allclose(np.stack(states), run(cell, symbols), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize(("size", "radius"), [(0.0, 1.0), (1.0, 0.0), (1.0, 0.3), (5.0, 2.0)])
def test_intervals_contain_the_step_of_every_sampled_recurrent_term(name, size, radius):
    """Boxes of recurrent terms with independent rows, as in a proof; the exact step is the oracle's or float64's."""
    _, named = drawn(name)
    cell, rng = CELLS[name](**named), np.random.default_rng(6)
    centre = cell.recurrent_term(numpy_arrays, size * rng.normal(size=(cell.state_size, B)))
    spread = radius * rng.random(centre.shape) * (rng.random(centre.shape) < 0.8)
    box, symbols = Interval.between(centre - spread, centre + spread), np.eye(E, B)
    after = cell.update(intervals, Interval.exact(symbols), box)
    again = cell.recurrent_term(intervals, after)
    for at in range(60):
        share = rng.integers(0, 2, centre.shape) if at % 2 else rng.random(centre.shape)
        state = cell.update(numpy_arrays, symbols, np.clip(box.low + share * (box.high - box.low), box.low, box.high))
        recurrent_term = cell.recurrent_term(numpy_arrays, state)
        for held, value in ((after, state), (again, recurrent_term)):
            slack = 1e-13 * (1 + np.abs(value))
            assert ((held.low - slack <= value) & (value <= held.high + slack)).all()


@pytest.mark.parametrize("name", CELLS)
def test_intervals_around_a_point_are_nearly_the_oracles_step(name):
    _, named = drawn(name)
    cell, rng = CELLS[name](**named), np.random.default_rng(7)
    state = rng.normal(size=(cell.state_size, B))
    found = cell.step(intervals, Interval.exact(np.eye(E, B)), Interval.exact(state))
    right = NUMPY[name](named, np.eye(E, B), state)
    assert (found.low - 1e-13 <= right).all() and (right <= found.high + 1e-13).all()
    assert float((found.high - found.low).max()) < 1e-11


@pytest.mark.parametrize("name", thorough(CELLS, quick=6))
@pytest.mark.parametrize("radius", [1e-3, 0.3, 2.0])
def test_slopes_contain_every_difference(name, radius):
    """f(c + r·y) − f(c) lies in the slope times y, for the step of every cell."""
    _, named = drawn(name)
    cell, rng = CELLS[name](**named), np.random.default_rng(8)
    centre, symbol = rng.normal(size=(cell.state_size, 1)), np.eye(E, 1)
    hull = Interval.between(centre - radius, centre + radius)
    slope = cell.step(slopes, symbol, Slope(hull, Interval.exact(radius * np.eye(len(centre))))).slope
    middle = cell.step(numpy_arrays, symbol, centre)
    for _ in range(100):
        y = np.sign(rng.normal(size=centre.shape)) * rng.choice([1.0, rng.random()], centre.shape)
        moved = cell.step(numpy_arrays, symbol, centre + radius * y) - middle
        range_ = Interval.exact(y).times(slope)
        assert (range_.low - 1e-12 <= moved).all() and (moved <= range_.high + 1e-12).all()


@pytest.mark.parametrize("name", CELLS)
def test_slopes_over_arrays_lie_within_those_over_intervals(name):
    """A batch of Jacobians lies within the rigorous slope at each of its points."""
    _, named = drawn(name)
    cell, states = CELLS[name](**named), np.random.default_rng(12).normal(size=(CELLS[name](**named).state_size, B))
    symbols = np.eye(E, B)
    batch = cell.step(array_slopes, symbols, variables(states))
    np.testing.assert_allclose(batch.value, cell.step(numpy_arrays, symbols, states), rtol=0, atol=1e-12)
    for b in range(B):
        point = Slope(Interval.exact(states[:, [b]]), Interval.exact(np.eye(len(states))))
        slope = cell.step(slopes, symbols[:, [b]], point).slope
        assert Interval.exact(jacobians(batch, len(states))[b]).inside(slope.widened(1e-9)).all()


@pytest.mark.parametrize("name", CELLS)
def test_the_rows_that_keep_the_state_do(name):
    """A large bias there leaves the remembered rows of the state as they are; the other sign does not."""
    _, named = drawn(name)
    found = CELLS[name].retention(H)
    assert (found is None) == (name in ("rnn", "relu", "stack-rnn", "tape-rnn", "ssm", "deltanet", "rwkv7"))
    if found is None:
        return
    state = np.random.default_rng(9).normal(size=(CELLS[name](**named).state_size, B))
    moved = []
    for size in (40.0, -40.0):
        bias = named["bias"].copy()
        bias[found.rows] = found.sign * size
        after = CELLS[name](**(named | {"bias": bias})).step(numpy_arrays, np.eye(E, B), state)
        change = after[-H:] - state[-H:]
        moved.append(np.abs(change - change.mean(axis=1, keepdims=True)).max())
    assert moved[1] > 0.1
    if name in ("gru", "mingru"):
        assert moved[0] < 1e-6
    assert len(range(*found.rows.indices(10**6))) == H


@pytest.mark.parametrize("name", thorough(CELLS, quick=4))
def test_columns_do_not_touch_each_other(name):
    cell, _ = drawn(name)
    symbols = np.random.default_rng(2).normal(size=(T, E, B)).astype(np.float32)
    alone = np.concatenate([run(cell, symbols[:, :, b : b + 1]) for b in range(B)], axis=2)
    np.testing.assert_allclose(run(cell, symbols), alone, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", TORCH)
def test_pytorch_agrees_on_the_same_weights(name):
    cell, named = drawn(name)
    digits = np.random.default_rng(3).integers(0, E, (T, B))
    symbols = np.swapaxes(np.eye(E, dtype=np.float32)[digits], 1, 2).copy()
    theirs = TORCH[name](named, symbols)
    np.testing.assert_allclose(run(cell, symbols), theirs, rtol=1e-5, atol=1e-5)


def test_the_jax_interpreter_equals_plain_numpy():
    assert isinstance(jax_arrays, Ops)
    for interpreter in (numpy_arrays, intervals, slopes, array_slopes):
        assert isinstance(interpreter, Ops)
    rng = np.random.default_rng(4)
    one, two = rng.normal(0, 3, (2, 6, 5)).astype(np.float32)
    weight = rng.random((6, 5), np.float32)
    for operation, arguments in (
        ("matmul", (one.T, two)),
        ("tanh", (one,)),
        ("sigmoid", (one,)),
        ("relu", (one,)),
        ("lerp", (weight, one, two)),
    ):
        ours = getattr(jax_arrays, operation)(*map(jnp.asarray, arguments))
        np.testing.assert_allclose(ours, getattr(plain_numpy, operation)(*arguments), rtol=1e-5, atol=1e-5, err_msg=operation)


def test_glorot_fills_its_interval_and_does_not_leave_it():
    limit = np.sqrt(6 / (300 + 200))
    matrix = glorot(np.random.default_rng(0), 200, 300)
    assert (matrix.shape, matrix.dtype) == ((200, 300), np.float32)
    assert 0.99 * limit < np.abs(matrix).max() <= limit * (1 + 1e-6)
    assert abs(matrix.mean()) < 0.02 * limit
    assert abs(matrix.var() * 3 / limit**2 - 1) < 0.05


def test_an_unknown_cell_is_refused_and_the_nearest_named():
    with pytest.raises(InputError, match=r"'rn'.*did you mean 'rnn'"):
        cell_named("rn")

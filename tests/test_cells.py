"""Laws that hold for every cell: shapes, the equations written again in numpy, and PyTorch's on the same weights."""

import jax.numpy as jnp
import numpy as np
import plain_numpy
import pytest

from anylength.cells import CELLS, AbstractCell, Vocabulary, cell_named, glorot, over_arrays
from anylength.errors import InputError

E, H, B, T = 10, 7, 5, 30


def drawn(name: str, seed: int = 0) -> tuple[AbstractCell, dict[str, np.ndarray]]:
    """A cell with random weights, and the weights."""
    rng = np.random.default_rng(seed)
    named = {field: rng.normal(0, 0.5, shape).astype(np.float32) for field, shape in CELLS[name].shapes(E, H).items()}
    return CELLS[name](**{field: jnp.asarray(value) for field, value in named.items()}), named


def numpy_rnn(named: dict[str, np.ndarray], symbol: np.ndarray, state: np.ndarray) -> np.ndarray:
    """h' = tanh(W_ih x + W_hh h + b), one unit and one example at a time, in float64."""
    after = np.empty(state.shape)
    for unit, example in np.ndindex(*state.shape):
        total = float(named["bias"][unit])
        total += sum(float(w) * float(x) for w, x in zip(named["weight_ih"][unit], symbol[:, example], strict=True))
        total += sum(float(w) * float(h) for w, h in zip(named["weight_hh"][unit], state[:, example], strict=True))
        after[unit, example] = np.tanh(total)
    return after


def torch_rnn(named: dict[str, np.ndarray], symbols: np.ndarray) -> np.ndarray:
    """torch.nn.RNN's hidden states `[T, H, B]` on symbols `[T, E, B]`."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle here: pip install -e .[oracle]")
    theirs = torch.nn.RNN(E, H)
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(torch.from_numpy(named["weight_ih"]))
        theirs.weight_hh_l0.copy_(torch.from_numpy(named["weight_hh"]))
        theirs.bias_ih_l0.copy_(torch.from_numpy(named["bias"]))
        theirs.bias_hh_l0.zero_()
        return theirs(torch.from_numpy(np.swapaxes(symbols, 1, 2)))[0].numpy().swapaxes(1, 2)


NUMPY = {"rnn": numpy_rnn}
TORCH = {"rnn": torch_rnn}


def run(cell: AbstractCell, symbols: np.ndarray) -> np.ndarray:
    """The states `[T, D, B]` from the start, step by step."""
    state, states = jnp.zeros((cell.state_size, symbols.shape[2]), jnp.float32), []
    for symbol in jnp.asarray(symbols):
        state = cell.step(over_arrays, symbol, state)
        states.append(np.asarray(state))
    return np.stack(states)


def test_every_cell_has_both_oracles():
    assert set(NUMPY) == set(TORCH) == set(CELLS)


@pytest.mark.parametrize("name", CELLS)
def test_a_step_keeps_the_shape_of_the_state(name):
    cell, named = drawn(name)
    assert cell.hidden == H
    assert cell.state_size >= H
    state = jnp.zeros((cell.state_size, B), jnp.float32)
    after = cell.step(over_arrays, jnp.eye(E, B), state)
    assert (after.shape, after.dtype) == (state.shape, np.float32)
    assert {field: value.shape for field, value in named.items()} == cell.shapes(E, H)


@pytest.mark.parametrize("name", CELLS)
def test_a_step_equals_the_equations_written_again_in_numpy(name):
    cell, named = drawn(name)
    rng = np.random.default_rng(1)
    symbol = rng.normal(size=(E, B)).astype(np.float32)
    state = rng.uniform(-1, 1, (cell.state_size, B)).astype(np.float32)
    after = cell.step(over_arrays, jnp.asarray(symbol), jnp.asarray(state))
    np.testing.assert_allclose(after, NUMPY[name](named, symbol, state), rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", CELLS)
def test_a_step_uses_only_words_of_the_vocabulary(name):
    cell, named = drawn(name)
    plain = CELLS[name](**named)
    rng = np.random.default_rng(1)
    symbol = rng.normal(size=(E, B)).astype(np.float32)
    state = rng.uniform(-1, 1, (cell.state_size, B)).astype(np.float32)
    over_arrays_now = cell.step(over_arrays, jnp.asarray(symbol), jnp.asarray(state))
    np.testing.assert_allclose(plain.step(plain_numpy, symbol, state), over_arrays_now, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", CELLS)
def test_columns_do_not_touch_each_other(name):
    cell, _ = drawn(name)
    symbols = np.random.default_rng(2).normal(size=(T, E, B)).astype(np.float32)
    alone = np.concatenate([run(cell, symbols[:, :, b : b + 1]) for b in range(B)], axis=2)
    np.testing.assert_allclose(run(cell, symbols), alone, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", CELLS)
def test_pytorch_agrees_on_the_same_weights(name):
    cell, named = drawn(name)
    digits = np.random.default_rng(3).integers(0, E, (T, B))
    symbols = np.swapaxes(np.eye(E, dtype=np.float32)[digits], 1, 2).copy()
    theirs = TORCH[name](named, symbols)
    np.testing.assert_allclose(run(cell, symbols)[:, :H], theirs, rtol=0, atol=1e-6)


def test_the_vocabulary_over_arrays_means_what_it_says():
    assert isinstance(over_arrays, Vocabulary)
    rng = np.random.default_rng(4)
    one, two = rng.normal(0, 3, (2, 6, 5)).astype(np.float32)
    weight = rng.random((6, 5), np.float32)
    for word, given in (("matmul", (one.T, two)), ("tanh", (one,)), ("sigmoid", (one,)), ("lerp", (weight, one, two))):
        ours = getattr(over_arrays, word)(*map(jnp.asarray, given))
        np.testing.assert_allclose(ours, getattr(plain_numpy, word)(*given), rtol=1e-5, atol=1e-5, err_msg=word)


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

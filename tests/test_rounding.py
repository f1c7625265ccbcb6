"""Rounding errors: a float32 step, its weights and states stored in a format, never errs by more than the bound, for any cell."""

import ml_dtypes
import numpy as np
import plain_numpy
import pytest

from anylength.cells import CELLS, AbstractCell, Lstm, Rnn
from anylength.nets import Net, encoded_alphabet
from anylength.ops import Ops
from anylength.ops.arrays import numpy_arrays
from anylength.ops.rounding import Format, Rounding
from anylength.verification.certify import FORMATS
from anylength.verification.certify.formats import readout_error, step_error
from tests.selection import thorough

STORED = {"bfloat16": ml_dtypes.bfloat16, "float16": np.float16, "float32": np.float32}
INTERPRETERS = {"numpy_arrays": numpy_arrays, "plain_numpy": plain_numpy}
"""Two ways to compute an interpolation and the logistic function."""

BOUNDED = [name for name, cell in CELLS.items() if cell.has_fixed_size_state]
"""The cells that proofs support."""

FEW_PRODUCTS = [name for name in BOUNDED if name not in ("slstm", "deltanet", "rwkv7")]
"""Cells whose step is little more than one sum. The others multiply several computed values, and divide by some: without the ranges
that a proof knows their bounds are far away, or infinite."""


def stored(value: np.ndarray, name: str) -> np.ndarray:
    """The value as the format stores it."""
    return np.asarray(value, np.float32).astype(STORED[name]).astype(np.float32)


def random_net(
    kind: str, rng: np.random.Generator, hidden: int = 6, size: float = 1.0, tapes: int = 1, second: bool = False
) -> Net:
    """A net of this cell."""
    draw = lambda *shape: (size * rng.normal(size=shape)).astype(np.float32)
    shapes = CELLS[kind].shapes(3 * tapes, hidden)
    if second:
        shapes |= CELLS[kind].optional_shapes(3 * tapes, hidden)
    cell = CELLS[kind](**{field: draw(*shape) for field, shape in shapes.items()})
    return Net(cell, draw(4, hidden), draw(4), base=3, tapes=tapes)


def as_stored(net: Net, name: str) -> Net:
    """The net with its weights as the format stores them."""
    cell = type(net.cell)(**{field: stored(value, name) for field, value in vars(net.cell).items() if value is not None})
    return Net(cell, stored(net.weight, name), stored(net.bias, name), base=net.base, tapes=net.tapes)


def as_doubles(cell: AbstractCell) -> AbstractCell:
    """The cell with the same weights in float64."""
    return type(cell)(**{field: value.astype(np.float64) for field, value in vars(cell).items() if value is not None})


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", thorough(BOUNDED, quick=4))
def test_no_computed_step_and_no_logit_is_further_off_than_the_bound(kind, name, interpreter):
    ops: Ops = INTERPRETERS[interpreter]  # type: ignore[assignment]
    for seed in range(12):
        rng = np.random.default_rng(seed)
        net = random_net(kind, rng, hidden=1 + seed % 7, size=10.0 ** rng.uniform(-2, 1), tapes=1 + seed % 2, second=seed % 4 > 1)
        state_bound = 10.0 ** rng.uniform(-2, 1.5, net.cell.state_size)
        symbols = encoded_alphabet(net)
        symbols = np.tile(symbols, (1, 40))
        states = stored(state_bound[:, None] * rng.uniform(-1, 1, (len(state_bound), symbols.shape[1])), name)
        states[:, ::3] = stored(np.broadcast_to(state_bound[:, None], states.shape), name)[:, ::3]
        state_bound = np.abs(states).max(axis=1).astype(np.float64)
        kept = as_stored(net, name)
        with np.errstate(over="ignore"):
            computed = kept.cell.step(ops, symbols.astype(np.float32), states)
            exact = as_doubles(net.cell).step(ops, symbols, states.astype(np.float64))
        assert computed.dtype == np.float32
        held = np.abs(computed) <= FORMATS[name].largest  # proofs cover no larger states
        with np.errstate(over="ignore"):
            error = np.abs(stored(computed, name) - exact)[held].max(initial=0.0)
        assert error <= step_error(net, FORMATS[name], state_bound) + 1e-13 * np.abs(exact).max()
        logits = stored(kept.weight @ states[: net.hidden] + kept.bias[:, None], name)
        right = net.weight.astype(np.float64) @ states[: net.hidden].astype(np.float64) + net.bias[:, None]
        assert np.abs(logits - right).max() <= readout_error(net, FORMATS[name], state_bound)


def step_reading_stored_memory(cell: AbstractCell, symbols: np.ndarray, states: np.ndarray, name: str) -> np.ndarray:
    """A step of a cell with a memory: the memory is stored in the format, and then h is computed from what was stored."""
    units = cell.hidden
    memory = stored(cell.step(numpy_arrays, symbols, states)[units:], name)
    p = cell.input_term(numpy_arrays, symbols)
    if isinstance(cell, Lstm):
        gate = numpy_arrays.sigmoid(p[3 * units :] + cell.weight_hh[3 * units :] @ states[:units])
        return np.concatenate([gate * np.tanh(memory), memory])
    return np.concatenate([np.tanh(p[2 * units :] + cell.weight_hh @ memory), memory])


WITH_MEMORY = ("lstm", "linear", "linear-signed", "mingru")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", WITH_MEMORY)
def test_a_memory_that_is_stored_before_h_is_made_of_it_is_within_the_bound(kind, name):
    for seed in range(8):
        rng = np.random.default_rng(seed)
        net = random_net(kind, rng, hidden=1 + seed % 7, size=10.0 ** rng.uniform(-2, 1))
        states = stored(10.0 ** rng.uniform(-1, 1) * rng.uniform(-1, 1, (net.cell.state_size, 300)), name)
        symbols = np.tile(encoded_alphabet(net), (1, 100))
        computed = step_reading_stored_memory(as_stored(net, name).cell, symbols.astype(np.float32), states, name)
        exact = as_doubles(net.cell).step(numpy_arrays, symbols, states.astype(np.float64))
        assert np.abs(stored(computed, name) - exact).max() <= step_error(
            net, FORMATS[name], np.abs(states).max(axis=1).astype(np.float64)
        )


def adverse_net(name: str, units: int = 32) -> tuple[Net, np.ndarray]:
    """A `linear` net and a state in which the errors of stored weights and of a stored s' all have the same sign.

    Of many (gate, s, w), all positive, it takes those whose product w·s' shrinks most when w and s' are stored, and those
    whose product grows most, the latter with negative w. h' = tanh(p_o + W_hh s') has one row that reads them all, near tanh's
    middle.
    """
    rng = np.random.default_rng(0)
    gate, s, w = (
        rng.uniform(1, 2, 100_000).astype(np.float32),
        stored(rng.uniform(1, 2, 100_000), name),
        rng.uniform(1, 1.01, 100_000),
    )
    w = w.astype(np.float32)
    sigmoid = lambda x: 1 / (1 + np.exp(-x.astype(np.float64)))
    exact = w.astype(np.float64) * sigmoid(gate) * s
    change = stored(w, name).astype(np.float64) * stored(sigmoid(stored(gate, name)) * s, name) / exact - 1
    order = np.argsort(change)
    chosen, sign = np.concatenate([order[: units // 2], order[-(units // 2) :]]), np.repeat([1.0, -1.0], units // 2)
    weight_ih, weight_hh = np.zeros((3 * units, 2), np.float32), np.zeros((units, units), np.float32)
    weight_ih[:units, 0], weight_hh[0] = gate[chosen], sign * w[chosen]
    bias = np.zeros(3 * units, np.float32)
    bias[2 * units] = stored(-(sign * exact[chosen]).sum(), name)
    cell = CELLS["linear"](weight_ih, weight_hh, bias)
    return Net(cell, np.eye(2, units, dtype=np.float32), np.zeros(2, np.float32), base=2, tapes=1), s[chosen]


def test_a_stored_memory_adds_an_error_that_the_bound_counts():
    """The errors of stored weights nearly reach a bound that forgets the stored s'; the errors of s' come on top of them."""
    name = "bfloat16"
    net, s = adverse_net(name)
    units = net.cell.hidden
    states, symbols = np.concatenate([np.zeros(units, np.float32), s])[:, None], np.array([[1.0], [0.0]])
    computed = step_reading_stored_memory(as_stored(net, name).cell, symbols.astype(np.float32), states, name)
    exact = as_doubles(net.cell).step(numpy_arrays, symbols, states.astype(np.float64))
    state_bound = np.abs(states[:, 0]).astype(np.float64)
    assert np.abs(stored(computed, name) - exact).max() <= step_error(net, FORMATS[name], state_bound)


@pytest.mark.parametrize("kind", FEW_PRODUCTS)
def test_the_bound_is_not_beyond_all_reason(kind):
    """What bfloat16 does to a net of ordinary weights is within a few dozen times what may happen in the worst case."""
    worst, bound = 0.0, np.inf
    for seed in range(20):
        rng = np.random.default_rng(seed)
        net, symbols = random_net(kind, rng, size=0.5), np.tile(np.eye(3), (1, 100))
        states = stored(rng.uniform(-1, 1, (net.cell.state_size, 300)), "bfloat16")
        computed = as_stored(net, "bfloat16").cell.step(numpy_arrays, symbols.astype(np.float32), states)
        exact = as_doubles(net.cell).step(numpy_arrays, symbols, states.astype(np.float64))
        worst = max(worst, float(np.abs(stored(computed, "bfloat16") - exact).max()))
        bound = min(bound, step_error(net, FORMATS["bfloat16"], np.ones(net.cell.state_size)))
    assert worst <= 20 * bound
    assert bound <= 20 * worst


def closed_formula(net: Net, form: Format, state_bound: float) -> float:
    """The step error of the rnn, written out for the largest unit under any symbol."""
    cell, alphabet = as_doubles(net.cell), encoded_alphabet(net)
    recurrent = state_bound * np.abs(cell.weight_hh).sum(axis=1, keepdims=True)
    magnitudes = np.abs(cell.weight_ih) @ alphabet + np.abs(cell.bias)[:, None] + recurrent
    known = np.abs(cell.weight_ih @ alphabet + cell.bias[:, None]) + recurrent
    magnitude, largest = magnitudes.max(), np.tanh(known.flat[magnitudes.argmax()])
    terms = net.hidden + net.tapes + 1
    gamma = terms * 2.0**-24 / (1 - terms * 2.0**-24)
    v, t = form.relative_error, form.absolute_error
    error = (v + gamma * (1 + v)) * magnitude + terms * (t * state_bound * (1 + gamma) + 2.0**-126)
    error = error + 8 * 2.0**-23
    return error + v * min(1 + 2.0**-20, largest + error) + t


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("seed", range(6))
def test_for_the_rnn_the_bound_is_the_closed_formula_but_for_what_is_stored_once(name, seed):
    """The formula takes the weights of the symbol's zeros, and the biases, for as badly stored as products with states."""
    rng = np.random.default_rng(seed)
    net = random_net("rnn", rng, hidden=16, size=0.5 + seed, tapes=1 + seed % 2)
    assert isinstance(net.cell, Rnn)
    for state_bound in (1.0, 1.25):
        old, new = closed_formula(net, FORMATS[name], state_bound), step_error(net, FORMATS[name], np.full(16, state_bound))
        once = FORMATS[name].absolute_error * ((net.base * net.tapes + 1) * state_bound - net.tapes - 1)
        assert 0.999 * (old - once) <= new <= old * (1 + 1e-8)


def test_the_module_implements_ops():
    assert isinstance(Rounding(FORMATS["float32"]), Ops)

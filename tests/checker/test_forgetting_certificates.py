"""Certificates that a recurrent layer forgets: true along sampled runs, and rejected where anything is changed."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from checker.test_stream_certificates import closed
from scipy.special import expit

import anylength_check
from anylength.audits import certificates
from anylength.contraction import CELLS, contraction, draw, layer_of
from anylength.contraction.nets import start, step
from anylength.contraction.rates import Box, kept_box, step_bounds
from anylength_check import forgetting
from anylength_check.dyadic import ONE

UNITS, INPUTS = 3, 2
BOX = Box(jnp.array([-1.0, -0.5]), jnp.array([1.0, 2.0]))
APART = 0.01


def small(cell, seed=0, scale=0.1):
    net = draw(cell, UNITS, jax.random.key(seed), scale=scale, inputs=INPUTS)
    return net._replace(weight_ih=0.2 * net.weight_ih, bias=net.bias.at[:UNITS].add(-2.0 if cell == "gru" else 0.0))


@cache
def certified(cell, seed=0):
    net = small(cell, seed)
    found = contraction(cell, net, BOX)
    return net, found, certificates.forgets(layer_of(cell, net), found, np.asarray(net.read_out), np.stack(BOX, axis=1), APART)


def numpy_step(layer, state, inputs):
    """The equations by hand, in float64 over batches."""
    n = UNITS
    hidden, fed = state[:, :n], inputs @ layer.weight_ih.T.astype(float) + layer.bias
    if layer.cell == "lstm":
        return np.concatenate(layer.lstm_step(hidden, state[:, n:], inputs), axis=1)
    if layer.cell == "rnn":
        return np.tanh(fed + hidden @ layer.weight_hh.T.astype(float))
    z, r = (expit(fed[:, at : at + n] + hidden @ layer.weight_hh[at : at + n].T.astype(float)) for at in (0, n))
    new = np.tanh(fed[:, 2 * n :] + (r * hidden) @ layer.weight_hh[2 * n :].T.astype(float))
    return (1 - z) * new + z * hidden


def sampled(rng, box, count):
    """Points of a box, a third of their numbers at its ends."""
    low, high = (np.asarray(end, float) for end in box)
    inside = low + (high - low) * rng.random((count, len(low)))
    return np.where(rng.random(inside.shape) < 1 / 3, np.where(rng.random(inside.shape) < 0.5, low, high), inside)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("cell", CELLS)
def test_runs_come_together_as_the_accepted_certificate_says(cell, seed):
    net, _, certificate = certified(cell, seed)
    result = certificates.check(certificate, layer_of(cell, net))
    assert result.valid, result.reason
    assert result.claim == certificate["claim"]
    rng, steps = np.random.default_rng(seed), certificate["steps"]
    low, high, norm = (np.array([float.fromhex(text) for text in certificate[name]]) for name in ("low", "high", "norm"))
    rate, layer, read_out = float.fromhex(certificate["rate"]), layer_of(cell, net), np.asarray(net.read_out)
    states = [sampled(rng, (low, high), 100) for _ in range(2)]
    for k in range(1, steps + 5):
        inputs = sampled(rng, BOX, 100)
        states = [numpy_step(layer, state, inputs) for state in states]
        apart = np.abs(states[0] - states[1])
        assert (apart <= rate**k * ((high - low) / norm).max() * norm).all()
        assert all((low <= state).all() and (state <= high).all() for state in states)
        assert k < steps or (np.abs((states[0] - states[1])[:, :UNITS] @ read_out) <= APART).all()


@pytest.mark.parametrize("scale", [0.5, 2.0])
@pytest.mark.parametrize("cell", CELLS)
def test_the_checkers_bounds_hold_for_sampled_pairs_and_are_those_of_training(cell, scale):
    """Also far from contraction: images lie in the image of the box, and differences are at most as bounded."""
    net = draw(cell, UNITS, jax.random.key(1), scale=scale, inputs=INPUTS)
    box, rng = kept_box(cell, net, BOX), np.random.default_rng(0)
    norm = rng.uniform(0.05, 0.5, len(box.low)).astype(np.float32)
    grid = lambda values: [int(float(value) * ONE) for value in values]
    tensors = {
        name: [[int(float(w) * 2.0**149) for w in row] for row in np.atleast_2d(values)]
        for name, values in layer_of(cell, net).tensors().items()
    }
    layer = forgetting.Layer(UNITS, tensors, list(zip(*map(grid, BOX))))
    image, change = getattr(forgetting, cell)(layer, list(zip(*map(grid, box))), grid(norm))
    (low, high), change = np.array(image, float).T / ONE, np.array(change, float) / ONE
    trained, trained_change = step_bounds(cell, net, BOX, box, jnp.array(norm))
    np.testing.assert_allclose(np.stack([low, high]), np.stack(trained), atol=1e-5)
    np.testing.assert_allclose(change, trained_change, rtol=1e-4)
    one = sampled(rng, box, 4000)
    other = np.clip(one + norm * sampled(rng, (-np.ones_like(norm), np.ones_like(norm)), 4000), *map(np.asarray, box))
    inputs = sampled(rng, BOX, 4000)
    after = [numpy_step(layer_of(cell, net), state, inputs) for state in (one, other)]
    assert (after[0] >= low - 1e-12).all() and (after[0] <= high + 1e-12).all()
    assert (np.abs(after[0] - after[1]) <= change + 1e-12).all()
    assert (np.abs(after[0] - after[1]).max(axis=0) >= 0.1 * change).any()


def test_the_peak_is_the_largest_value():
    rng = np.random.default_rng(0)
    for _ in range(200):
        low, high = sorted(rng.random(2))
        at_0, at_1, bow = rng.uniform(0, 2, 3) * rng.integers(0, 2, 3)
        q = np.linspace(low, high, 2001)
        most = (at_0 * (1 - q) + at_1 * q + bow * q * (1 - q)).max()
        found = forgetting.peak((int(low * ONE), int(high * ONE)), *(int(value * ONE) for value in (at_0, at_1, bow))) / ONE
        assert most - 1e-12 <= found <= most + 1e-6


def test_a_net_that_does_not_contract_has_no_certificate_and_a_rate_that_is_claimed_for_it_is_rejected():
    net = draw("rnn", UNITS, jax.random.key(0), scale=3.0, inputs=INPUTS)
    found = contraction("rnn", net, BOX)
    arguments = (np.asarray(net.read_out), np.stack(BOX, axis=1), APART)
    assert certificates.forgets(layer_of("rnn", net), found, *arguments) is None
    claimed = certificates.forgets(layer_of("rnn", net), found._replace(rate=jnp.array(0.9)), *arguments)
    result = certificates.check(claimed, layer_of("rnn", net))
    assert not result.valid
    assert result.reason == "two states do not come together at the rate"


@pytest.mark.parametrize("cell", CELLS)
def test_a_step_is_that_of_the_equations(cell):
    net, rng = small(cell, scale=1.0), np.random.default_rng(0)
    state, x = rng.normal(size=start(cell, net).shape), rng.normal(size=INPUTS)
    by_hand = numpy_step(layer_of(cell, net), state[None], x[None])[0]
    np.testing.assert_allclose(step(cell, net, jnp.array(state), jnp.array(x)), by_hand, atol=1e-6)


def test_a_reset_is_within_the_box():
    assert all((found.box.low <= start(cell, net)).all() for cell in CELLS for net, found, _ in [certified(cell)])


less = lambda texts: [(float.fromhex(text) / 32).hex() for text in texts]
CHANGES = {
    "cell": lambda value: {"rnn": "gru", "gru": "lstm", "lstm": "rnn"}[value],
    "units": lambda value: value + 1,
    "tensors": lambda value: "0" * 64,
    "format": lambda value: 2,
    "stream": lambda value: "bounded",
    "claim": lambda value: value.replace("any two", "two"),
    "inputs": lambda value: [[(-9.0).hex(), (9.0).hex()]] * INPUTS,
    "low": less,
    "high": less,
    "norm": lambda value: [(float.fromhex(value[0]) * 16).hex(), *value[1:]],
    "rate": lambda value: (float.fromhex(value) * 0.9).hex(),
    "apart": lambda value: (float.fromhex(value) / 32).hex(),
    "steps": lambda value: value - 1,
    "answer": lambda value: [(4.0).hex()] * UNITS,
}


@pytest.mark.parametrize("field", CHANGES)
@pytest.mark.parametrize("cell", CELLS)
def test_a_changed_field_is_rejected_though_digest_and_claim_fit(cell, field):
    net, _, whole = certified(cell)
    changed = closed(whole, **{field: CHANGES[field](whole[field])})
    if field in forgetting.FIELDS:
        digests = {name: forgetting.canonical_sha256(changed[name]) for name in ("inputs", "norm", "answer")}
        states = forgetting.canonical_sha256([changed["low"], changed["high"]])
        common = {name: changed[name] for name in ("cell", "units", "tensors", "rate", "apart", "steps")}
        changed = closed(changed, claim=forgetting.FORGETS.format(**common, **digests, states=states, kind=forgetting.RESET[cell]))
    assert not certificates.check(changed, layer_of(cell, net)).valid


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rate", (1.0).hex()), ("rate", "0x0.0p+0"), ("rate", 0.5), ("steps", -1), ("steps", 2.0), ("apart", "0x0.0p+0"),
        ("norm", ["0x0.0p+0"] * UNITS), ("norm", [(-1.0).hex()] * UNITS), ("norm", []), ("low", [(0.5).hex()] * UNITS),
        ("inputs", [[(1.0).hex(), (-1.0).hex()]] * INPUTS), ("inputs", None), ("norm", [(2.0**-200).hex()] * UNITS), ("stream", []),
        ("answer", [(0.1).hex()] * UNITS),
    ],
)  # fmt: skip
def test_values_out_of_range_are_rejected(field, value):
    net, _, whole = certified("rnn")
    assert not certificates.check(closed(whole, **{field: value}), layer_of("rnn", net)).valid


@pytest.mark.parametrize("name", ["weight_ih", "weight_hh", "bias"])
def test_changed_weights_are_rejected_even_with_their_own_digest(name, tmp_path):
    net, found, whole = certified("gru")
    larger = layer_of("gru", net._replace(**{name: getattr(net, name) + 3.0}))
    assert not certificates.check(whole, larger).valid
    again = certificates.forgets(larger, found, np.asarray(net.read_out), np.stack(BOX, axis=1), APART)
    assert not certificates.check(again, larger).valid
    certificates.write(tmp_path, "layer", whole, layer_of("gru", net))
    assert anylength_check.check(tmp_path / "layer.json", tmp_path / "layer.safetensors").valid

"""Certificates about one recurrent layer that reads real vectors: accepted where true, rejected where anything is changed."""

import json

import numpy as np
import pytest

import anylength_check
from anylength.audits import certificates
from anylength.streams.layers import Layer
from anylength_check.streams import digest

UNITS, INPUTS = 3, 2


def layer(cell="lstm", seed=0, scale=1.0):
    rng = np.random.default_rng(seed)
    rows = {"lstm": 4, "gru": 3, "rnn": 1}[cell] * UNITS
    draw = lambda *shape: (scale * rng.normal(size=shape)).astype(np.float32)
    memory = np.arange(UNITS, 2 * UNITS) if cell == "lstm" else np.zeros(0, int)
    return Layer(cell, draw(rows, INPUTS), draw(rows, UNITS), draw(rows), np.arange(UNITS), memory, True)


def growing():
    """An lstm whose first cell grows under the input (1, 0)."""
    found = layer(scale=0.1)
    found.weight_ih[[0, 2 * UNITS, 3 * UNITS], 0] = 50
    return found


def leaks(value=0.9):
    return np.full(UNITS, value, np.float32)


def closed(certificate, **changes):
    """A certificate with other fields and the digest that fits them."""
    top = {name: value for name, value in (certificate | changes).items() if name != "digest"}
    return top | {"digest": digest(top)}


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_bound_is_accepted_and_holds_along_runs(cell):
    found = layer(cell)
    certificate = certificates.bounded(found, leaks() if cell == "lstm" else leaks(1.0))
    result = certificates.check(certificate, found)
    assert result.valid, result.reason
    if cell == "lstm":
        bounds = np.array([float.fromhex(text) for text in certificate["bound"]])
        rng = np.random.default_rng(1)
        hidden, memory = np.zeros((50, UNITS)), np.zeros((50, UNITS))
        for _ in range(200):
            hidden, memory = found.lstm_step(hidden, memory, 100 * rng.normal(size=(50, INPUTS)))
            memory = memory * 0.9
            assert (np.abs(memory) <= bounds).all()


def test_growth_is_accepted_and_shows_in_every_run():
    found = growing()
    certificate = certificates.grows(found, np.array([1.0, 0.0], np.float32), 0)
    result = certificates.check(certificate, found)
    assert result.valid, result.reason
    growth = float.fromhex(certificate["growth"])
    rng = np.random.default_rng(2)
    hidden, memory = np.tanh(rng.normal(size=(100, UNITS))), rng.uniform(-1e4, 1e4, (100, UNITS))
    for _ in range(50):
        hidden, after = found.lstm_step(hidden, memory, np.tile([1.0, 0.0], (100, 1)))
        step = after[:, 0] - memory[:, 0]
        assert (np.abs(step) >= growth * (1 - 1e-6)).all() and len(np.unique(np.sign(step))) == 1
        memory = after


def test_an_lstm_without_a_leak_has_no_certificate():
    assert certificates.bounded(layer(), leaks(1.0)) is None


def test_no_growth_is_certified_where_the_gates_depend_on_the_state():
    assert certificates.grows(layer(), np.array([1.0, 0.0], np.float32), 0) is None


@pytest.mark.parametrize("inputs", [None, [["-0x1.0000000000000p+0", "0x1.0000000000000p+0"]] * INPUTS])
def test_an_input_box_bounds_an_lstm_without_a_leak(inputs):
    """With every input allowed no bound holds; within a box the forget gate stays below one, and a bound does."""
    found = layer(scale=0.2)
    certificate = certificates.bounded(found, leaks())
    bounds = [(200.0).hex()] * UNITS
    asked = certificate | {"leak": [(1.0).hex()] * UNITS, "inputs": inputs, "bound": bounds, "arithmetic": "real"}
    words = "any inputs" if inputs is None else f"inputs in the box SHA-256 {digest(inputs)}"
    claim = certificates.BOUNDED.format(
        cell="lstm", units=UNITS, tensors=certificate["tensors"], inputs=words, leak="", what="the magnitude of each cell",
        largest=bounds[0], arithmetic=certificates.ARITHMETIC["real"],
    )  # fmt: skip
    result = certificates.check(closed(asked, claim=claim), found)
    assert result.valid is (inputs is not None), result.reason


CHANGES = {
    "bounded": {
        "bound": lambda value: [(8.9).hex(), *value[1:]],
        "leak": lambda value: [(0.9375).hex(), *value[1:]],
        "arithmetic": lambda value: "real",
        "inputs": lambda value: [["0x0.0p+0", "0x0.0p+0"]] * INPUTS,
        "cell": lambda value: "gru",
        "units": lambda value: UNITS + 1,
        "tensors": lambda value: "0" * 64,
        "claim": lambda value: value.replace("every", "each"),
        "format": lambda value: 2,
        "stream": lambda value: "grows",
    },
    "grows": {
        "unit": lambda value: 1,
        "input": lambda value: ["0x0.0p+0", value[1]],
        "growth": lambda value: (1.5).hex(),
        "beyond": lambda value: (2.0**120).hex(),
        "cell": lambda value: "rnn",
        "tensors": lambda value: "0" * 64,
        "claim": lambda value: value + " ",
        "stream": lambda value: "bounded",
    },
}


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, fields in CHANGES.items() for field in fields])
def test_a_changed_field_is_rejected(kind, field):
    found = layer() if kind == "bounded" else growing()
    held = np.array([1, 0], np.float32)
    whole = certificates.bounded(found, leaks()) if kind == "bounded" else certificates.grows(found, held, 0)
    changed = closed(whole, **{field: CHANGES[kind][field](whole[field])})
    assert certificates.check(whole, found).valid
    assert not certificates.check(changed, found).valid


@pytest.mark.parametrize("text", ["NaN", "Infinity", "inf", "0x1.8p+1", 3, None, "-0x1.0000000000000p+0"])
def test_a_bound_that_is_no_number_is_rejected(text):
    found = layer()
    whole = certificates.bounded(found, leaks())
    assert not certificates.check(closed(whole, bound=[text, *whole["bound"][1:]]), found).valid


@pytest.mark.parametrize("name", ["weight_ih", "weight_hh", "bias"])
def test_changed_weights_are_rejected(name, tmp_path):
    found = growing()
    whole = certificates.grows(found, np.array([1, 0], np.float32), 0)
    certificates.write(tmp_path, "layer", whole, found)
    found.tensors()[name].flat[0] += 1
    certificates.write(tmp_path, "other", whole, found)
    assert anylength_check.check(tmp_path / "layer.json", tmp_path / "layer.safetensors").valid
    assert not anylength_check.check(tmp_path / "layer.json", tmp_path / "other.safetensors").valid


def test_a_digest_that_does_not_fit_a_repeated_key_and_a_cut_file_are_rejected(tmp_path):
    found = layer()
    whole = certificates.bounded(found, leaks())
    certificates.write(tmp_path, "layer", whole, found)
    text = (tmp_path / "layer.json").read_text()
    for broken in (text.replace('"digest":"', '"digest":"0'), text[:-1] + ',"units":3}', text[:-2], json.dumps(whole, indent=1)):
        (tmp_path / "layer.json").write_text(broken)
        assert not anylength_check.check(tmp_path / "layer.json", tmp_path / "layer.safetensors").valid

"""Certificates about one recurrent layer that reads real vectors: accepted where true, rejected where anything is changed."""

import hashlib
import json
from fractions import Fraction

import msgspec
import numpy as np
import pytest

import anylength_check
from anylength.audits import certificates
from anylength.streams.layers import Layer
from anylength.streams.models import Model
from anylength_check.streams import digest

UNITS, INPUTS = 3, 2
LEAKS = ", each of which multiplies the cells by the leaks SHA-256 {}"


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
        "inputs": lambda value: None,
        "source": lambda value: {"onnx": "0" * 64, "weight_ih": [0] * 4, "weight_hh": [0] * 4, "bias": [[0] * 4]},
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


WIDE = [(-(2.0**60), 2.0**60)] * INPUTS
"""Ranges of inputs for which no pre-activation of these layers overflows."""


def fitted_bound(found, *, cell="lstm", leak=None, bound, inputs="usual", arithmetic="float32", **others):
    """A certificate of a bound whose claim and digest fit its fields, whatever these say. Numbers become canonical hexes."""
    inputs = inputs if inputs != "usual" else WIDE if (cell, arithmetic) == ("lstm", "float32") else None
    spelt = [number if type(number) is str else float(number).hex() for number in bound]
    factors = [
        number if type(number) is str else float(number).hex() for number in (leak if leak is not None else [1.0] * len(bound))
    ]
    box = None if inputs is None else [[end if type(end) is str else float(end).hex() for end in pair] for pair in inputs]
    sizes = [float.fromhex(text) for text in spelt]
    claim = certificates.BOUNDED.format(
        cell=cell, units=found.units, tensors=certificates.tensors_sha256(found),
        inputs="any inputs" if box is None else f"inputs in the box SHA-256 {digest(box)}",
        leak="" if set(factors) == {(1.0).hex()} else LEAKS.format(digest(factors)),
        what="the magnitude of each cell" if cell == "lstm" else "the magnitude of each number",
        largest=spelt[sizes.index(max(sizes))], arithmetic=certificates.ARITHMETIC.get(arithmetic, arithmetic),
    )  # fmt: skip
    top = {
        "stream": "bounded", "format": 1, "claim": claim, "cell": cell, "units": found.units,
        "tensors": certificates.tensors_sha256(found), "source": None,
        "leak": factors, "inputs": box, "bound": spelt, "arithmetic": arithmetic,
    }  # fmt: skip
    return closed(top | others)


def fitted_growth(found, *, unit=0, held=(1.0, 0.0), growth, beyond=5.0, cell="lstm", **others):
    """A certificate of growth whose claim and digest fit its fields."""
    spelt = [number if type(number) is str else float(number).hex() for number in held]
    sizes = {name: float(number).hex() for name, number in (("growth", growth), ("beyond", beyond))}
    common = {"cell": cell, "units": found.units, "tensors": certificates.tensors_sha256(found), "unit": unit} | sizes
    claim = certificates.GROWS.format(**common, input=digest(spelt))
    return closed({"stream": "grows", "format": 1, "claim": claim, **common, "source": None, "input": spelt} | others)


def accepted(certificate, found):
    return certificates.check(certificate, found).valid


@pytest.mark.parametrize("leak", [0.5, 0.995, 2.0**-30, 2.0**-139])
@pytest.mark.parametrize("unit", range(UNITS))
def test_a_float32_bound_is_accepted_from_the_least_one_on(leak, unit):
    """leak (1 + 2^-24)^3 (B + 1) + 2^-140 <= B, in exact fractions."""
    factor = Fraction(float(np.float32(leak))) * (1 + Fraction(1, 2**24)) ** 3
    least = (factor + Fraction(1, 2**140)) / (1 - factor)
    above = float(least)
    while Fraction(above) < least:
        above = float(np.nextafter(above, np.inf))
    below = float(np.nextafter(above, 0))
    bounds = [1e3] * UNITS
    for bound, valid in ((above, True), (below, Fraction(below) >= least)):
        bounds[unit] = bound
        assert accepted(fitted_bound(layer(), leak=[np.float32(leak)] * UNITS, bound=bounds), layer()) is valid


@pytest.mark.parametrize("unit", range(UNITS))
def test_a_bound_over_a_box_is_accepted_from_the_least_one_on(unit):
    """B = 1 / (1 - F) with F the sigmoid at the corner of the box and of |h| <= 1 where the forget gate is largest."""
    found = layer(scale=0.7, seed=unit)
    box = [(-1.0, 3.0), (-2.0, -0.5)]
    row = 2 * UNITS + unit
    corner = sum(max(w * low, w * high) for w, (low, high) in zip(found.weight_ih[row].astype(float), box, strict=True))
    most = float(found.bias[row]) + np.abs(found.weight_hh[row].astype(float)).sum() + corner
    least = 1 + np.exp(most)
    bounds = [1e9] * UNITS
    for factor, valid in ((1 + 1e-9, True), (1 - 1e-9, False)):
        bounds[unit] = least * factor
        assert accepted(fitted_bound(found, bound=bounds, inputs=box, arithmetic="real"), found) is valid


ONES, HALVES = [1.0] * UNITS, [0.5] * UNITS
TRUE_BOUND = {"leak": HALVES, "bound": [2.0] * UNITS}
BOX = [(-1.0, 1.0)] * INPUTS


@pytest.mark.parametrize(
    ("cell", "fields"),
    [
        ("lstm", {"leak": [0.5, 0.5, 0.0], "bound": [2.0] * UNITS}),
        ("lstm", {"leak": [0.5, 0.5, -0.5], "bound": [2.0] * UNITS}),
        ("lstm", {"leak": [0.5, 0.5, 1.5], "bound": [2.0] * UNITS}),
        ("lstm", {"leak": [0.5, 0.5, 0.5 + 2.0**-40], "bound": [2.0] * UNITS}),
        ("lstm", {"leak": [0.5, 0.5], "bound": [2.0] * UNITS}),
        ("lstm", {"leak": HALVES, "bound": [2.0, 2.0, -2.0]}),
        ("lstm", {"leak": HALVES, "bound": [2.0, 2.0, 0.0]}),
        ("lstm", {"leak": HALVES, "bound": [2.0] * (UNITS + 1)}),
        ("lstm", {"leak": HALVES, "bound": [2.0, 2.0, "0x1.8p+1"]}),
        ("lstm", TRUE_BOUND | {"arithmetic": "float64"}),
        ("lstm", TRUE_BOUND | {"inputs": None, "arithmetic": "float32"}),
        ("lstm", TRUE_BOUND | {"inputs": [(-1.0, 1.0), (-(2.0**101), 0.0)], "arithmetic": "float32"}),
        ("lstm", TRUE_BOUND | {"inputs": [(0.0, 2.0**101), (-1.0, 1.0)], "arithmetic": "float32"}),
        ("lstm", TRUE_BOUND | {"inputs": [(1.0, -1.0), (-1.0, 1.0)], "arithmetic": "real"}),
        ("lstm", TRUE_BOUND | {"inputs": [*BOX, (-1.0, 1.0)], "arithmetic": "real"}),
        ("lstm", TRUE_BOUND | {"inputs": [(-1.0, 0.0, 1.0), (-1.0, 1.0)], "arithmetic": "real"}),
        ("gru", {"leak": ONES, "bound": ONES, "arithmetic": "float32"}),
        ("gru", {"leak": [1.0, 1.0, 0.5], "bound": ONES, "arithmetic": "real"}),
        ("gru", {"leak": ONES, "bound": ONES, "inputs": BOX, "arithmetic": "real"}),
        ("gru", {"leak": ONES, "bound": [1.0, 1.0, 0.875], "arithmetic": "real"}),
        ("rnn", {"leak": ONES, "bound": [0.5, 1.0, 1.0], "arithmetic": "real"}),
        ("lstm", TRUE_BOUND | {"format": 0}),
        ("lstm", TRUE_BOUND | {"stream": "holds"}),
        ("lstm", TRUE_BOUND | {"more": 1}),
    ],
)  # fmt: skip
def test_a_bound_that_is_not_shown_is_rejected_though_claim_and_digest_fit(cell, fields):
    found = layer(cell)
    plain = {
        "leak": HALVES if cell == "lstm" else ONES,
        "bound": [2.0] * UNITS,
        "arithmetic": "float32" if cell == "lstm" else "real",
    }
    assert accepted(fitted_bound(found, cell=cell, **plain), found)
    assert not accepted(fitted_bound(found, cell=cell, **fields), found)


def least_growth(found, unit, held, beyond):
    """The least growth a step over |h| <= 1 while |c| <= beyond, in floats."""
    from scipy.special import expit

    middle = found.weight_ih.astype(float) @ np.asarray(held) + found.bias
    spread = np.abs(found.weight_hh.astype(float)).sum(axis=1)
    i, f, c = (gate * UNITS + unit for gate in (0, 2, 3))
    push = expit(middle[i] - spread[i]) * np.tanh(abs(middle[c]) - spread[c])
    return push - (1 - expit(middle[f] - spread[f])) * beyond


def mild(seed, unit, sign):
    """An lstm of which a unit grows under (1, 0.5), with gates that are far from saturated."""
    found = layer(seed=seed, scale=0.05)
    found.weight_ih[[unit, 2 * UNITS + unit], 0] = (1.5, 6.0)
    found.weight_ih[3 * UNITS + unit] = (sign * 0.9, sign * 0.4)
    return found


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("unit", range(UNITS))
def test_growth_is_accepted_up_to_the_least_one_in_both_directions(unit, sign):
    found, held = mild(unit, unit, sign), (1.0, 0.5)
    exact = least_growth(found, unit, held, 5.0)
    assert exact > 0.1
    for factor, valid in ((1 - 1e-9, True), (1 + 1e-9, False)):
        certificate = fitted_growth(found, unit=unit, held=held, growth=exact * factor)
        assert accepted(certificate, found) is valid


@pytest.mark.parametrize(
    "fields",
    [
        {"growth": 0.0},
        {"growth": -0.1},
        {"growth": 0.01, "beyond": 0.0},
        {"growth": 0.01, "beyond": -5.0},
        {"growth": 0.01, "unit": UNITS},
        {"growth": 0.01, "unit": -1},
        {"growth": 0.01, "unit": 1},
        {"growth": 0.01, "held": (1.0 + 2.0**-40, 0.5)},
        {"growth": 0.01, "held": (1.0, 0.5, 0.0)},
        {"growth": 0.01, "held": (0.0, 0.0)},
        {"growth": 0.01, "cell": "gru"},
        {"growth": 0.01, "beyond": 1e6},
    ],
)
def test_growth_that_is_not_shown_is_rejected_though_claim_and_digest_fit(fields):
    found = mild(0, 0, 1)
    assert accepted(fitted_growth(found, held=(1.0, 0.5), growth=0.01), found)
    assert not accepted(fitted_growth(found, **({"held": (1.0, 0.5)} | fields)), found)


def test_a_unit_before_the_first_is_rejected_where_the_rows_at_its_place_would_do():
    found, last = layer(scale=0.05), UNITS - 1
    found.weight_ih[[4 * UNITS - 1, 2 * UNITS - 1, 3 * UNITS - 1], 0] = (1.5, 6.0, 0.9)
    found.weight_ih[last, 0] = 1.5
    assert not accepted(fitted_growth(found, unit=-1, held=(1.0, 0.5), growth=0.01), found)


def test_a_leak_on_some_cells_is_named_in_the_claim():
    found = layer(scale=0.2)
    fields = {"bound": [1e3] * UNITS, "inputs": BOX, "arithmetic": "real"}
    top = fitted_bound(found, leak=[1.0, 0.5, 0.5], **fields)
    assert "leaks SHA-256" in top["claim"] and accepted(top, found)
    plain = fitted_bound(found, **fields)
    assert not accepted(closed(top, claim=plain["claim"]), found)


@pytest.mark.parametrize("last", [0, UNITS - 1])
def test_the_first_and_the_last_unit_can_grow(last):
    found = mild(0, last, 1)
    assert accepted(fitted_growth(found, unit=last, held=(1.0, 0.5), growth=0.01), found)


@pytest.mark.parametrize("shape", ["weight_ih", "weight_hh", "bias", "more", "flat"])
def test_weights_of_other_shapes_are_rejected_though_their_digest_fits(shape, tmp_path):
    import hashlib

    from safetensors.numpy import save_file

    found = layer()
    tensors = {name: value.copy() for name, value in found.tensors().items()}
    if shape == "more":
        tensors["other"] = np.zeros(2, np.float32)
    elif shape == "flat":
        tensors["weight_ih"] = np.zeros(4 * UNITS, np.float32)
    elif shape == "weight_hh":
        tensors["weight_hh"] = np.zeros((4 * UNITS, UNITS + 1), np.float32)
    else:
        tensors[shape] = np.concatenate([tensors[shape], tensors[shape][:1]])
    save_file(tensors, tmp_path / "layer.safetensors")
    sha256 = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        sha256.update(f"{name}\0F32\0{','.join(map(str, tensor.shape))}\0".encode() + tensor.tobytes())
    top = fitted_bound(found, **TRUE_BOUND)
    fitting = closed(top, tensors=sha256.hexdigest(), claim=top["claim"].replace(top["tensors"], sha256.hexdigest()))
    (tmp_path / "layer.json").write_text(json.dumps(fitting, separators=(",", ":")))
    assert not anylength_check.check(tmp_path / "layer.json", tmp_path / "layer.safetensors").valid


def test_what_is_named_is_the_largest_bound():
    found = layer()
    top = fitted_bound(found, leak=HALVES, bound=[2.0, 7.0, 3.0])
    assert "0x1.c000000000000p+2" in top["claim"] and accepted(top, found)
    other = closed(top, claim=top["claim"].replace("0x1.c000000000000p+2", "0x1.0000000000000p+1"))
    assert not accepted(other, found)


def file_with(found, path):
    """A file with the weights of a layer among other bytes, gate by gate and the last gate first; and the model of the file."""
    rng = np.random.default_rng(3)
    other = rng.normal(size=found.bias.shape).astype(np.float32)
    halves = np.stack([(found.bias - other).astype(np.float32), other])
    found = msgspec.structs.replace(found, bias=halves[0] + halves[1], biases=halves)
    parts = [np.split(tensor, len(tensor) // UNITS)[::-1] for tensor in (found.weight_ih, found.weight_hh, *halves)]
    path.write_bytes(b"onnx" + b"-".join(gate.tobytes() for tensor in parts for gate in tensor) + b".")
    return found, Model(None, None, str(path), None, hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_tensors_are_compared_with_the_file(cell, tmp_path):
    file = tmp_path / "net.onnx"
    found, model = file_with(layer(cell), file)
    source = certificates.source_of(found, model)

    def judged(given, source=source, onnx=file):
        certificates.write(tmp_path, "layer", certificates.bounded(given, leaks(0.9 if cell == "lstm" else 1.0), source), given)
        return anylength_check.check(tmp_path / "layer.json", tmp_path / "layer.safetensors", onnx_path=onnx)

    result = judged(found)
    assert result.valid and result.lines[-1].startswith("Source: the ONNX file has the SHA-256"), result.reason
    assert "not compared" in judged(found, onnx=None).lines[-1]
    assert judged(found, None).reason == "the certificate names no ONNX file"
    assert "not the one that the certificate names" in judged(found, source | {"onnx": "0" * 64}).reason
    for name in found.tensors():
        assert judged(changed(found, name)).reason == f"{name} does not stand in the ONNX file as said"
        moved = [[places[0] + 1, *places[1:]] for places in (source[name] if name == "bias" else [source[name]])]
        assert judged(found, source | {name: moved if name == "bias" else moved[0]}).reason.startswith(name)
    for wrong in (
        {"bias": source["bias"][:1]},
        {"bias": []},
        {"weight_hh": source["weight_hh"][1:]},
        {"onnx": "x" * 64},
        {"more": 1},
    ):
        assert not judged(found, source | wrong).valid


def changed(found, name):
    """The layer with another last number of a tensor."""
    tensor = found.tensors()[name].copy()
    tensor.flat[-1] = np.nextafter(tensor.flat[-1], np.float32(9))
    return msgspec.structs.replace(found, **{name: tensor})


def test_a_layer_without_a_bias_has_zeros(tmp_path):
    found, model = file_with(layer(), tmp_path / "net.onnx")
    none = msgspec.structs.replace(found, bias=np.zeros_like(found.bias), biases=None)
    source = certificates.source_of(none, model)
    assert source["bias"] == [] and certificates.source_of(msgspec.structs.replace(found, biases=None), model) is None
    for given, valid in ((none, True), (changed(none, "bias"), False)):
        certificates.write(tmp_path, "layer", certificates.bounded(given, leaks(), source), given)
        paths = tmp_path / "layer.json", tmp_path / "layer.safetensors"
        assert anylength_check.check(*paths, onnx_path=tmp_path / "net.onnx").valid is valid


def test_weights_that_the_file_does_not_hold_have_no_source(tmp_path):
    found, model = file_with(layer(), tmp_path / "net.onnx")
    assert certificates.source_of(changed(found, "weight_hh"), model) is None


def test_growth_is_claimed_where_h_is_as_after_a_step():
    """With a larger h the gates are not those of the held input: the cell may move the other way."""
    found = growing()
    found.weight_hh[3 * UNITS, 1] = -1
    whole = certificates.grows(found, np.array([1.0, 0.0], np.float32), 0)
    assert accepted(whole, found) and "from any state whose numbers h are within [-1, 1]" in whole["claim"]
    hidden, memory = np.array([[0.0, 1e3, 0.0]]), np.zeros((1, UNITS))
    first = found.lstm_step(hidden, memory, np.array([[1.0, 0.0]]))[1]
    held = found.lstm_step(0 * hidden, memory, np.array([[1.0, 0.0]]))[1]
    assert np.sign(first[0, 0]) != np.sign(held[0, 0])

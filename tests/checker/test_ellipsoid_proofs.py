"""Proofs by ellipsoids: a switch of two units by hand, and a plainly trained counter; what is changed in them is refused."""

import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from handmade import safetensors

from anylength.cells import Rnn
from anylength.nets import Net
from anylength.nets import tensors as tensors_of
from anylength.rules import Machine
from anylength.verification.certify import EllipsoidCover, Proof, certificate_bytes, parse_certificate, state_bound_of
from anylength.verification.certify.ellipsoid_cover import UNIT
from anylength.verification.certify.formats import FORMATS, step_error
from anylength_check.certificate import canonical_sha256

CHECK = sys.modules["anylength_check.cover"]
COUNTER = Path(__file__).parents[1] / "fixtures" / "ellipsoids"
KEEP, OFF, ON = range(3)
SWITCH = Machine(0, ((0, 0, 1), (1, 0, 1)), ((0, 0, 1), (1, 0, 1)))
"""A switch that starts off."""

EPSILON, ETA = 1e-3, 1e-2


def units(values) -> np.ndarray:
    """Whole numbers of the certificate's unit."""
    return np.rint(np.asarray(values, float) / UNIT).astype(np.int64)


@pytest.fixture(scope="module")
def net() -> Net:
    """Two units that hold a sign: both see each other a little, and -2 lets the start state be off."""
    hold = np.array([[4.0, 0.25], [0.25, 4.0]], np.float32)
    push = np.array([[0.0, -10.0, 10.0]] * 2, np.float32)
    readout = np.array([[-1.0, -1.0], [1.0, 1.0]], np.float32)
    cell = Rnn(weight_ih=push, weight_hh=hold, bias=np.full(2, -2.0, np.float32))
    return Net(cell, readout, np.zeros(2, np.float32), base=3, tapes=1)


def switch(**changes) -> EllipsoidCover:
    """The start's point, and a tilted ellipsoid about each of the two states that the net can hold."""
    center = [[0, 0], [-0.982, -0.982], [0.986, 0.986]]
    tilted = np.array([[0.05, 0.0], [0.03, 0.04]])
    cover = EllipsoidCover(
        machine_states=np.array([0, 0, 1]), successors=np.array([[1, 1, 2], [1, 1, 2], [2, 1, 2]]), start=0,
        center=units(center), shape=units([np.zeros((2, 2)), tilted, tilted]), spread=np.ones((3, 2), np.int64),
        weights=np.tile(np.array([40, 30, 10, 20]), (3, 3, 1, 1)),
    )  # fmt: skip
    return dataclasses.replace(cover, **changes)


@pytest.mark.parametrize(("spread", "valid"), [(1 << 47, True), ((1 << 47) + 1, False)])
def test_a_spread_of_exactly_the_limit_is_read(judge, in_javascript, net, spread, valid):
    text = certificate_bytes(net, SWITCH, [Proof(switch(spread=np.full((3, 2), spread)), EPSILON, ETA, ("float32",))])
    result = judge(text, weights_of(net))
    assert result.valid == valid
    assert in_javascript is None or in_javascript.result(text, weights_of(net))["valid"] == valid


def weights_of(net: Net) -> bytes:
    """Its weights file."""
    return safetensors({name: value.tolist() for name, value in tensors_of(net).items()})


def judged(judge, net, cover, epsilon=EPSILON, eta=ETA, formats=(), machine=SWITCH):
    """The checker's result."""
    return judge(certificate_bytes(net, machine, [Proof(cover, epsilon, eta, tuple(formats))]), weights_of(net))


def test_a_switch_is_proved(judge, net):
    result = judged(judge, net, switch(), formats=["float32"])
    assert result.valid, result.reason
    assert "inclusions checked: 9, of an ellipsoid in 2 dimensions each" in result.lines[-1]


def test_a_certificate_is_read_as_it_was_written(net):
    text = certificate_bytes(net, SWITCH, [Proof(switch(), EPSILON, ETA, ("float32",))])
    again = parse_certificate(text).proofs[0].cover
    assert all(np.array_equal(getattr(again, each.name), getattr(switch(), each.name)) for each in dataclasses.fields(again))
    assert certificate_bytes(net, SWITCH, list(parse_certificate(text).proofs)) == text


def points_of(cover: EllipsoidCover) -> np.ndarray:
    """States on the surface of each ellipsoid `[N, D, 1000]`."""
    u = np.random.default_rng(0).normal(size=(cover.shape.shape[1], 1000))
    return (cover.center[:, :, None] + cover.shape @ (u / np.linalg.norm(u, axis=0))) * UNIT


def test_an_ellipsoid_may_be_long_where_the_net_does_not_look(judge, net):
    """Its images are short. So are the states, and float32 errs by less than it would on all of the ellipsoid."""
    cell, cover = net.cell, switch()
    hold = np.block([[cell.weight_hh, np.full((2, 1), 2.0**-10)], [np.zeros((1, 3))]]).astype(np.float32)
    longer = Rnn(np.pad(cell.weight_ih, ((0, 1), (0, 0))), hold, np.pad(cell.bias, (0, 1)))
    net = Net(longer, np.pad(net.weight, ((0, 0), (0, 1))), net.bias, base=3, tapes=1)
    shape = np.pad(cover.shape, ((0, 0), (0, 1), (0, 1)))
    shape[1:, 2, 2] = units(100.0)
    long = dataclasses.replace(cover, center=np.pad(cover.center, ((0, 0), (0, 1))), shape=shape, spread=np.ones((3, 3), np.int64))
    of_images, of_ellipsoids = state_bound_of(net, long, EPSILON), np.abs(points_of(long)).max((0, 2))
    least, more = (step_error(net, FORMATS["float32"], bound) for bound in (of_images, of_ellipsoids))
    assert more > 1.005 * least
    result = judged(judge, net, long, epsilon=1.002 * least, formats=["float32"])
    assert result.valid, result.reason


def moved(name: str, place, value) -> EllipsoidCover:
    """The cover with one number changed."""
    changed = getattr(switch(), name).copy()
    changed[place] = value
    return switch(**{name: changed})


@pytest.mark.parametrize(
    ("cover", "said"),
    [
        (moved("center", (1, 0), units(-0.6)), "leaves the ellipsoid of node 1"),
        (moved("center", (0, 0), units(0.001)), "start node's ellipsoid does not contain"),
        (moved("shape", 1, units([[0.001, 0], [0, 0.001]])), "leaves the ellipsoid of node 1"),
        (moved("shape", 1, units([[0.9, 0], [0, 0.9]])), "leaves the ellipsoid of node 2"),
        (moved("shape", 2, 0), "leaves the ellipsoid of node 2"),
        (moved("successors", (0, 0), 2), "another machine state"),
        (moved("machine_states", 0, 1), "the start node is not of the machine's start state"),
        (moved("successors", slice(None), 1), "a node is not reached"),
        (switch(start=1), "a node is not reached"),
        (moved("spread", (1, 0), 0), "a spread has numbers that are not above 0"),
        (moved("spread", (1, 0), -1), "a spread has numbers that are not above 0"),
        (moved("weights", (1, 0, 0, 0), 0), "a row of weights is not an integer from 1"),
        (moved("weights", (1, 0, 0, 0), -5), "a row of weights is not an integer from 1"),
        (moved("weights", (1, 0, 0, 1), 10**9), "leaves the ellipsoid of node 1"),
        (moved("center", (1, 0), 2**47 + 1), "a row of an ellipsoid is not an integer from -140737488355328"),
        (switch(weights=np.ones((3, 3, 1, 2 + 3 + 1), np.int64)), "more blocks than numbers in a state"),
        (switch(weights=np.ones((3, 3, 1, 17 + 3), np.int64)), "blocks is not an integer from 0 to 16"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_region_is_refused(judge, net, cover, said):
    result = judged(judge, net, cover)
    assert said in result.reason


@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_any_number_of_blocks_may_be_kept_and_no_weights_prove_what_is_wrong(judge, net, blocks):
    rng, accepted = np.random.default_rng(blocks), 0
    for _ in range(20):
        weights = rng.integers(1, 100, (3, 3, 1, blocks + 3))
        accepted += judged(judge, net, switch(weights=weights), epsilon=1e-5).valid
        too_small = dataclasses.replace(moved("shape", 1, units([[0.001, 0], [0, 0.001]])), weights=weights)
        assert not judged(judge, net, too_small, epsilon=1e-5).valid
    assert accepted > 0


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"epsilon": 0.05}, "leaves the ellipsoid"), ({"eta": 4.0}, "does not lead by eta"),
        ({"formats": ["bfloat16"]}, "bfloat16 is not covered"),
        ({"formats": ["float32"], "epsilon": 1e-9}, "float32 is not covered"),
    ],
)  # fmt: skip
def test_numbers_that_do_not_hold_are_refused(judge, net, numbers, said):
    assert said in judged(judge, net, switch(), **numbers).reason


def resealed(net, change) -> bytes:
    """The certificate with a change in its JSON, under a digest that fits."""
    fields = json.loads(certificate_bytes(net, SWITCH, [Proof(switch(), EPSILON, ETA, ())]))
    change(fields["proofs"][0])
    del fields["digest"]
    return json.dumps(fields | {"digest": canonical_sha256(fields)}).encode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda proof: proof.pop("blocks"), "a node is not an object of exactly these fields: state, next, region"),
        (lambda proof: proof.update(blocks="1"), "blocks is not an integer"),
        (lambda proof: proof.update(blocks=True), "blocks is not an integer"),
        (lambda proof: proof["nodes"][1].pop("weights"), "a node is not an object"),
        (lambda proof: proof["nodes"][1]["weights"].pop(), "a list of weights is not a list of 3 items"),
        (lambda proof: proof["nodes"][1]["weights"][0].pop(), "a row of weights is not a list of 4 items"),
        (lambda proof: proof["nodes"][1].update(region={"box": {"low": [], "high": []}}), "a region is not an object"),
        (lambda proof: proof["nodes"][1]["region"]["ellipsoid"]["shape"].pop(), "a shape is not a list of 2 items"),
        (lambda proof: proof["nodes"][1]["region"]["ellipsoid"]["center"].append(0), "a row of an ellipsoid is not a list of 2"),
        (lambda proof: proof["nodes"][1]["region"]["ellipsoid"].update(radius=1), "an ellipsoid is not an object of exactly"),
    ],
)  # fmt: skip
def test_what_is_no_ellipsoid_proof_is_refused(judge, net, change, said):
    assert said in judge(resealed(net, change), weights_of(net)).reason


def test_ellipsoids_too_large_to_check_are_refused_before_any_is_looked_at(judge):
    units, nodes = 256, 25
    cell = Rnn(*(np.zeros(shape, np.float32) for shape in ((units, 3), (units, units), (units,))))
    large = Net(cell, np.zeros((2, units), np.float32), np.zeros(2, np.float32), base=3, tapes=1)
    cover = EllipsoidCover(
        np.zeros(nodes, np.int64), np.zeros((nodes, 3), np.int64), 0, np.zeros((nodes, units), np.int64),
        np.zeros((nodes, units, units), np.int64), np.zeros((nodes, units), np.int64), np.zeros((nodes, 3, 1, 4), np.int64),
    )  # fmt: skip
    assert f"over the limit of {2**32}" in judged(judge, large, cover).reason


def test_a_plainly_trained_counter_is_proved_and_no_change_of_it(judge):
    weights, text = (COUNTER / "model.safetensors").read_bytes(), (COUNTER / "certificate.json").read_bytes()
    result = judge(text, weights)
    assert result.valid, result.reason
    assert result.lines[-1].endswith("formats checked: float32.") and "at least 1.018" in result.lines[-1]
    parsed, rng = parse_certificate(text), np.random.default_rng(11)
    from anylength.nets import load

    net, _ = load(COUNTER / "model.safetensors")
    for turn in range(12):
        proof, node = parsed.proofs[0], int(rng.integers(1, 118))
        changed = {name: getattr(proof.cover, name).copy() for name in ("center", "shape")}
        changed["shape"][node] = changed["shape"][node] * (3 if turn % 2 else 0.3)
        changed["center"][node] += units(rng.normal(size=12) * (0 if turn % 3 else 0.1))
        cover = dataclasses.replace(proof.cover, **changed)
        assert not judge(certificate_bytes(net, parsed.machine, [dataclasses.replace(proof, cover=cover)]), weights).valid

"""The checker in JavaScript, which pages run: the same answers as in Python. `judge` compares many more certificates."""

import copy
import json
import math
from pathlib import Path

import pytest
from handmade import certify, make_proof, remembering, safetensors, seal
from javascript import NODE, said_by
from programs import certify as certify_program
from programs import proof as program_proof
from programs import two_layers

from anylength_check import check

FIXTURES = Path(__file__).parents[1] / "fixtures"
SMALLEST = Path(__file__).parents[2] / "docs" / "results" / "smallest"

pytestmark = pytest.mark.skipif(NODE is None, reason="the checker in JavaScript needs node: apt install nodejs")


def both(in_javascript, certificate: Path, weights: Path) -> dict:
    """What both say."""
    said = in_javascript.result(certificate.read_bytes(), weights.read_bytes())
    assert said == said_by(check(certificate, weights))
    return said


def test_the_smallest_proved_net_is_valid(in_javascript):
    said = both(in_javascript, SMALLEST / "certificate.json", SMALLEST / "model.safetensors")
    assert said["valid"] and said["claim"].startswith("The recurrent net with step program SHA-256")


@pytest.mark.slow
def test_a_plainly_trained_counter_is_valid(in_javascript):
    said = both(in_javascript, FIXTURES / "ellipsoids" / "certificate.json", FIXTURES / "ellipsoids" / "model.safetensors")
    assert said["valid"] and "nodes: 118" in said["lines"][-1]


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm", "mingru"])
def test_a_cell_is_valid_and_not_what_is_changed_in_it(in_javascript, judge, cell):
    net = remembering(cell)
    certificate, weights = certify(net, [make_proof(net, 0.01, ["float32"])]), safetensors(net.tensors())
    assert in_javascript.result(json.dumps(certificate).encode(), weights)["valid"]
    other = copy.deepcopy(certificate)
    outputs = other["machine"]["output"]
    outputs[0][0] = (outputs[0][0] + 1) % 2
    assert not in_javascript.result(json.dumps(seal(other, net)).encode(), weights)["valid"]


def test_what_does_not_fit_is_refused_for_the_same_reason(in_javascript, judge):
    """An encoding of other symbols, a proof that stands there twice, weights that are no numbers, other weights, another digest."""
    net = remembering("rnn")
    proof = make_proof(net, 0.01)
    good = certify(net, [proof])
    wide = two_layers()
    wide.encoded, wide.named["w1"] = 4, [[-12.0, 12.0, 0.0, 0.0]]
    other, unbounded = copy.deepcopy(net), copy.deepcopy(net)
    other.bias[0] += 0.5
    unbounded.bias[0] = math.inf
    cases = {
        "the encoding does not fit 4 inputs": (certify_program(wide, [program_proof(two_layers())]), wide),
        "two proofs are for the same epsilon and eta": (certify(net, [proof, proof]), net),
        "the weights hold a NaN or an infinity": (certify(unbounded, [proof]), unbounded),
        "tensors is not the SHA-256 of these weights": (good, other),
        "the digest does not fit the certificate": (good | {"digest": "0" * 64}, net),
        "noise_budget is not the largest epsilon": (seal(good | {"noise_budget": "0x0.0p+0"}, net), net),
        "the claim is not the sentence that the other fields make": (seal(good | {"claim": good["claim"] + " "}), net),
    }
    for reason, (certificate, own) in cases.items():
        raw, weights = json.dumps(certificate).encode(), safetensors(own.tensors())
        result = judge(certificate, weights)
        assert result.reason == reason
        assert in_javascript.result(raw, weights) == said_by(result)


def test_no_bytes_at_all_are_refused(in_javascript):
    assert in_javascript.result(b"", b"") == {"valid": False, "claim": None, "reason": "not strict JSON", "lines": []}

"""Proofs whose ellipsoids are cut in slices: a step is proved if each slice of it is."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from javascript import said_by
from test_ellipsoid_proofs import EPSILON, ETA, SWITCH, net, switch, weights_of  # noqa: F401

from anylength.verification.certify import EllipsoidCover, Proof, certificate_bytes, parse_certificate
from anylength.verification.ellipsoids.slices import SLICES, as_integers
from anylength_check.forms import FORM_UNIT
from anylength_check.program import canonical_sha256

COUNTER = Path(__file__).parents[1] / "fixtures" / "slices"
OWN = as_integers(SLICES).tolist()


def sliced(cover: EllipsoidCover, rng: np.random.Generator) -> EllipsoidCover:
    """The cover, whose ellipsoids are cut for some steps."""
    weights = np.repeat(cover.weights, len(OWN), axis=2)
    return dataclasses.replace(
        cover, weights=weights, slices=as_integers(SLICES), is_sliced=rng.random(cover.successors.shape) < 0.5
    )


def changed(text: bytes, change) -> bytes:
    """A certificate with a change in its first proof, under a digest that fits."""
    fields = json.loads(text)
    change(fields["proofs"][0])
    del fields["digest"]
    return json.dumps(fields | {"digest": canonical_sha256(fields)}).encode()


def with_slices(net) -> bytes:  # noqa: F811
    """The switch, cut for some steps."""
    return certificate_bytes(net, SWITCH, [Proof(sliced(switch(), np.random.default_rng(0)), EPSILON, ETA, ("float32",))])


def test_each_slice_of_a_step_is_an_inclusion(judge, in_javascript, net):  # noqa: F811
    text = with_slices(net)
    nodes = json.loads(text)["proofs"][0]["nodes"]
    cut = sum(isinstance(step[0], list) for node in nodes for step in node["weights"])
    result = judge(text, weights_of(net))
    assert result.valid and 0 < cut < 9
    assert f"inclusions checked: {9 + 3 * cut}, of an ellipsoid in 2 dimensions each" in result.lines[-1]
    assert in_javascript is None or in_javascript.result(text, weights_of(net)) == said_by(result)


def test_a_certificate_with_slices_is_read_as_it_was_written(net):  # noqa: F811
    text = with_slices(net)
    assert certificate_bytes(net, SWITCH, list(parse_certificate(text).proofs)) == text


def put(proof, number: int, place: int, value: int) -> None:
    """Changes a number of a slice."""
    proof["slices"][number][place] = value


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda proof: put(proof, 3, 0, FORM_UNIT - 1), "the slices do not end at 1"),
        (lambda proof: put(proof, 3, 0, FORM_UNIT + 1), "slices do not follow each other"),
        (lambda proof: put(proof, 0, 0, -FORM_UNIT), "slices do not follow each other"),
        (lambda proof: put(proof, 1, 0, OWN[0][0]), "slices do not follow each other"),
        (lambda proof: put(proof, 2, 1, OWN[2][1] + FORM_UNIT // 50), "a slice does not lie in its ellipsoid"),
        (lambda proof: put(proof, 0, 1, -FORM_UNIT), "a slice does not lie in its ellipsoid"),
        (lambda proof: put(proof, 1, 2, OWN[1][2] - FORM_UNIT // 1000), "a slice does not lie in its ellipsoid"),
        (lambda proof: put(proof, 1, 3, FORM_UNIT), "a slice does not lie in its ellipsoid"),
        (lambda proof: put(proof, 0, 2, 0), "slices do not follow each other, or are no slices"),
        (lambda proof: put(proof, 0, 3, OWN[0][2] - 1), "slices do not follow each other, or are no slices"),
        (lambda proof: put(proof, 0, 0, True), "a slice is not an integer"),
        (lambda proof: put(proof, 0, 0, 2 * FORM_UNIT + 1), "a slice is not an integer from"),
        (lambda proof: proof["slices"][0].pop(), "a slice is not a list of 4 items"),
        (lambda proof: proof["slices"].pop(), "the slices do not end at 1"),
        (lambda proof: proof["slices"].pop(0), "a slice does not lie in its ellipsoid"),
        (lambda proof: proof.update(slices=[[FORM_UNIT, 0, FORM_UNIT, FORM_UNIT]]), "the list of slices is not a list"),
        (lambda proof: proof.update(slices={}), "the list of slices is not a list of 2 to 64 items"),
        (lambda proof: proof.pop("slices"), "not as many rows of weights as slices"),
        (lambda proof: proof["nodes"].append([]), "a node is not an object of exactly these fields"),
        (lambda proof: proof["nodes"][1].pop("weights"), "a node is not an object of exactly these fields"),
        (lambda proof: proof["nodes"][1].update(weights=5), "a list of weights is not a list of 3 items"),
        (lambda proof: proof["nodes"][1]["weights"].__setitem__(0, None), "a row of weights is not a list of 4 items"),
        (lambda proof: proof["nodes"][1]["weights"].__setitem__(0, []), "a row of weights is not a list of 4 items"),
        (lambda proof: proof["nodes"][1]["weights"].__setitem__(0, [3, [1, 1, 1, 1], 4, 5]), "a row of weights is not"),
        (lambda proof: proof["nodes"][1].update(weights=[[[40, 30, 10, 20]] * 3] * 3), "not as many rows of weights as slices"),
        (lambda proof: proof["nodes"][1].update(weights=[[[40, 30, 10, 20]] * 5] * 3), "not as many rows of weights as slices"),
        (lambda proof: proof["nodes"][1].update(weights=[[[40, 30, 10, 20]] * 3 + [7]] * 3), "a row of weights is not"),
        (lambda proof: proof["nodes"][1].update(weights=[[[40, 30, 10, 20]] * 3 + [[1, 1, 10**9, 1]]] * 3), "leaves the ellipsoid"),
    ],
)  # fmt: skip
def test_slices_that_leave_something_out_or_are_none_are_refused(judge, in_javascript, net, change, said):  # noqa: F811
    text = changed(with_slices(net), change)
    result = judge(text, weights_of(net))
    assert said in result.reason
    assert in_javascript is None or in_javascript.result(text, weights_of(net)) == said_by(result)


def test_boxes_have_no_slices(judge, tiny):
    boxed, certificate = tiny
    text = changed(json.dumps(certificate).encode(), lambda proof: proof.update(slices=OWN))
    assert "a proof is not an object of exactly these fields" in judge(text, boxed).reason


@pytest.mark.slow
def test_a_net_that_hardly_forgets_is_proved_with_slices_and_not_without(judge):
    """12 units, trained 20 epochs on: near states come together by 0.985 a step while it reads 377777777."""
    weights, text = (COUNTER / "model.safetensors").read_bytes(), (COUNTER / "certificate.json").read_bytes()
    result = judge(text, weights)
    assert result.valid, result.reason
    assert result.lines[-1].endswith("formats checked: float32.") and "nodes: 123" in result.lines[-1]

    def whole(proof):
        for node in proof["nodes"]:
            node["weights"] = [step[0] if isinstance(step[0], list) else step for step in node["weights"]]

    assert "leaves the ellipsoid" in judge(changed(text, whole), weights).reason

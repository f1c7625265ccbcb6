"""Forks: the slices of a step lead to nodes of their own, and may be cut along any axis."""

import dataclasses
import json

import numpy as np
import pytest
from javascript import said_by
from test_ellipsoid_proofs import COUNTER, EPSILON, ETA, KEEP, ON, SWITCH, net, switch, weights_of  # noqa: F401
from test_sliced_proofs import changed
from test_slices import ALL, HALVES, OWN
from test_some_words import graph

from anylength.verification.certify import EllipsoidCover, Proof, certificate_bytes, parse_certificate
from anylength.verification.certify.words import END, UpTo

TWICE = 3
"""A node like `ON`'s."""


def forked() -> EllipsoidCover:
    """The switch with a copy of the node that is on. What comes to either of the two is cut: the halves lead to one each."""
    nodes = [0, 1, 2, 2]
    plain = graph(nodes, successors=switch().successors[nodes], start=0)
    weights, is_fork = np.repeat(plain.weights, len(OWN), axis=2), plain.successors == 2
    cuts = np.where(is_fork, 2, 1)
    cuts[1, KEEP] = 4
    branches = np.full((4, 3, 2), END)
    branches[is_fork] = [2, TWICE]
    axes = np.zeros((4, 3, 2), np.int64)
    axes[2:, ON], axes[2:, KEEP] = [3, -4], [1, 0]
    own = {"weights": weights, "slices": np.array([*OWN, *HALVES]), "cuts": cuts, "branches": branches, "axes": axes}
    return dataclasses.replace(plain, **own)


def text_of(net, cover=None, scope=None, formats=("float32",)) -> bytes:  # noqa: F811
    return certificate_bytes(net, SWITCH, [Proof(cover or forked(), EPSILON, ETA, formats)], *([scope] if scope else []))


def test_slices_may_lead_to_nodes_of_their_own(judge, in_javascript, net):  # noqa: F811
    result = judge(text_of(net), weights_of(net))
    assert result.valid, result.reason
    assert "nodes: 4, all reached; inclusions checked: 21, of" in result.lines[-1]  # 6 forks of 2, a step of 4, and 5 as a whole
    assert in_javascript is None or in_javascript.result(text_of(net), weights_of(net)) == said_by(result)


def test_a_certificate_with_forks_is_read_as_it_was_written(net):  # noqa: F811
    again = parse_certificate(text_of(net)).proofs[0].cover
    assert np.array_equal(again.branches, forked().branches) and np.array_equal(again.axes, forked().axes)
    assert certificate_bytes(net, SWITCH, list(parse_certificate(text_of(net)).proofs)) == text_of(net)


def fork_of(proof, node: int = 0, symbol: int = ON) -> dict:
    return proof["nodes"][node]["next"][symbol]


def put(fields, key, value) -> None:
    fields[key] = value


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda proof: put(fork_of(proof)["nodes"], 1, 1), "node 1, which is of another machine state"),
        (lambda proof: put(fork_of(proof)["nodes"], 0, 1), "node 1, which is of another machine state"),
        (lambda proof: put(fork_of(proof)["nodes"], 1, 4), "the nodes of a fork is not an integer from 0 to 3"),
        (lambda proof: put(fork_of(proof)["nodes"], 1, -1), "the nodes of a fork is not an integer from 0 to 3"),
        (lambda proof: fork_of(proof)["nodes"].append(2), "the nodes of a fork is not a list of 2 items"),
        (lambda proof: fork_of(proof)["nodes"].pop(), "the nodes of a fork is not a list of 2 items"),
        (lambda proof: fork_of(proof)["axis"].pop(), "an axis is not a list of 2 items"),
        (lambda proof: fork_of(proof)["axis"].append(0), "an axis is not a list of 2 items"),
        (lambda proof: put(fork_of(proof)["axis"], 0, (1 << 47) + 1), "an axis is not an integer from"),
        (lambda proof: put(fork_of(proof)["axis"], 0, True), "an axis is not an integer from"),
        (lambda proof: put(fork_of(proof), "more", 1), "a fork is not an object of exactly these fields: axis, nodes"),
        (lambda proof: fork_of(proof).pop("axis"), "a fork is not an object of exactly these fields: axis, nodes"),
        (lambda proof: put(proof["nodes"][0]["weights"], ON, [40, 30, 10, 20]), "a node has a fork but is not cut"),
        (lambda proof: put(proof["nodes"][1]["next"], ON, [2, 3]), "a row of next is not an integer from 0 to 3"),
        (lambda proof: put(proof, "slices", OWN), "a row of weights is not"),
        (lambda proof: put(proof, "slices", [*HALVES, *OWN, *HALVES]), "a cut has one slice, or as many as another"),
        (lambda proof: put(proof, "slices", [*HALVES, ALL]), "a cut has one slice, or as many as another"),
        (lambda proof: put(proof, "slices", [*OWN, HALVES[0]]), "the slices do not end at 1"),
        (lambda proof: [put(fork, "nodes", [2, 2]) for fork in forks_of(proof)], "a node is not reached from the start node"),
    ],
)  # fmt: skip
def test_what_is_no_fork_is_refused(judge, in_javascript, net, change, said):  # noqa: F811
    text = changed(text_of(net), change)
    result = judge(text, weights_of(net))
    assert not result.valid and said in result.reason
    assert in_javascript is None or in_javascript.result(text, weights_of(net)) == said_by(result)


def forks_of(proof) -> list[dict]:
    return [after for node in proof["nodes"] for after in node["next"] if isinstance(after, dict)]


def test_each_slice_is_shown_to_enter_its_own_node(judge, in_javascript, net):  # noqa: F811
    """The copy is moved, away from all images."""
    for number in range(2):
        cover = forked()
        cover.center[[2, TWICE][number]] -= 1 << 28
        text = text_of(net, cover, formats=())
        result = judge(text, weights_of(net))
        assert f"leaves the ellipsoid of node {[2, TWICE][number]}" in result.reason
        assert in_javascript is None or in_javascript.result(text, weights_of(net)) == said_by(result)


def test_a_proof_without_slices_or_about_some_words_has_no_forks(judge, in_javascript, net):  # noqa: F811
    without = changed(text_of(net), lambda proof: proof.pop("slices"))
    some = text_of(net, scope=UpTo(2))
    for text in (without, some):
        result = judge(text, weights_of(net))
        assert "a row of next is not an integer from" in result.reason
        assert in_javascript is None or in_javascript.result(text, weights_of(net)) == said_by(result)


@pytest.mark.slow
def test_the_axis_of_a_fork_decides_whether_a_step_is_proved(judge):
    """A counter that is proved in slices along the first number of u, and not along another axis."""
    folder = COUNTER.parent / "slices"
    weights, text = (folder / "model.safetensors").read_bytes(), (folder / "certificate.json").read_bytes()

    def along(proof, axis: list[int]) -> None:
        for node in proof["nodes"]:
            for symbol, step in enumerate(node["weights"]):
                if isinstance(step[0], list):
                    node["next"][symbol] = {"axis": axis, "nodes": [node["next"][symbol]] * len(step)}

    result = judge(changed(text, lambda proof: along(proof, [0] * 12)), weights)
    assert result.valid, result.reason
    result = judge(changed(text, lambda proof: along(proof, [*[0] * 11, 5])), weights)  # the first number all the same
    assert result.valid, result.reason
    assert "leaves the ellipsoid" in judge(changed(text, lambda proof: along(proof, [7, 4, 4, *[0] * 9])), weights).reason


def test_a_fork_is_an_object_in_the_file(net):  # noqa: F811
    nodes = json.loads(text_of(net))["proofs"][0]["nodes"]
    assert nodes[2]["next"][ON] == {"axis": [3, -4], "nodes": [2, TWICE]} and nodes[1]["next"][KEEP] == 1

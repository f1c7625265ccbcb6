"""Forks: the slices of a step lead to nodes of their own, and may be cut along any axis."""

import dataclasses
import json
import sys

import numpy as np
import pytest
from javascript import said_by
from test_ellipsoid_proofs import COUNTER, EPSILON, ETA, KEEP, OFF, ON, SWITCH, net, switch, units, weights_of  # noqa: F401
from test_sliced_proofs import changed
from test_slices import ALL, HALVES, OWN
from test_some_words import graph

from anylength.verification.certify import EllipsoidCover, Fork, Proof, certificate_bytes, parse_certificate
from anylength.verification.certify.words import UpTo

TWICE = 3
"""A node like `ON`'s."""


def forked() -> EllipsoidCover:
    """The switch with a copy of the node that is on. What comes to either of the two is cut: the halves lead to one each."""
    nodes = [0, 1, 2, 2]
    plain = graph(nodes, successors=switch().successors[nodes], start=0)
    cuts = np.where(np.arange(12).reshape(4, 3) == 3 + KEEP, 4, 1)
    weights = np.repeat(plain.weights, len(OWN), axis=2)
    places = [(k, s) for k, s in np.argwhere(plain.successors == 2).tolist()]
    axes = {ON: (3, -4), KEEP: (1, 0)}
    forks = {(k, s): Fork(axes[s] if k > 1 else (0, 0), (2, TWICE)) for k, s in places}
    rows = {place: weights[place][:2].tolist() for place in places}
    return dataclasses.replace(plain, weights=weights, slices=np.array([*OWN, *HALVES]), cuts=cuts, forks=forks, fork_weights=rows)


def text_of(net, cover=None, scope=None, formats=("float32",)) -> bytes:  # noqa: F811
    return certificate_bytes(net, SWITCH, [Proof(cover or forked(), EPSILON, ETA, formats)], *([scope] if scope else []))


def test_slices_may_lead_to_nodes_of_their_own(judge, in_javascript, net):  # noqa: F811
    result = judge(text_of(net), weights_of(net))
    assert result.valid, result.reason
    assert "nodes: 4, all reached; inclusions checked: 21, of" in result.lines[-1]  # 6 forks of 2, a step of 4, and 5 as a whole
    assert in_javascript is None or in_javascript.result(text_of(net), weights_of(net)) == said_by(result)


def test_a_certificate_with_forks_is_read_as_it_was_written(net):  # noqa: F811
    again = parse_certificate(text_of(net)).proofs[0].cover
    assert again.forks == forked().forks and again.fork_weights == forked().fork_weights
    assert certificate_bytes(net, SWITCH, list(parse_certificate(text_of(net)).proofs)) == text_of(net)


def fork_of(proof, node: int = 0, symbol: int = ON) -> dict:
    return proof["nodes"][node]["next"][symbol]


def put(fields, key, value) -> None:
    fields[key] = value


def inner(axis: list[int], nodes: list) -> dict:
    return {"axis": axis, "nodes": nodes}


def cut_again(proof, fork: dict, depth: int, node: int = 0, symbol: int = ON) -> None:
    """Puts a fork in place of the second node of the step's fork, at so many nodes of a fork in that, and rows of weights."""
    place, rows = fork_of(proof, node, symbol), proof["nodes"][node]["weights"][symbol]
    for _ in range(depth - 1):
        place = place["nodes"][-1]
    place["nodes"][-1] = fork
    rows += [rows[-1]] * (len(fork["nodes"]) - 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda proof: put(fork_of(proof)["nodes"], 1, 1), "node 1, which is of another machine state"),
        (lambda proof: put(fork_of(proof)["nodes"], 0, 1), "node 1, which is of another machine state"),
        (lambda proof: put(fork_of(proof)["nodes"], 1, 4), "the nodes of a fork is not an integer from 0 to 3"),
        (lambda proof: put(fork_of(proof)["nodes"], 1, -1), "the nodes of a fork is not an integer from 0 to 3"),
        (lambda proof: fork_of(proof)["nodes"].append(2), "a fork has not as many nodes as a cut has slices"),
        (lambda proof: fork_of(proof)["nodes"].pop(), "a fork has not as many nodes as a cut has slices"),
        (lambda proof: fork_of(proof)["nodes"].clear(), "a fork has not as many nodes as a cut has slices"),
        (lambda proof: put(fork_of(proof), "nodes", 2), "a fork has not as many nodes as a cut has slices"),
        (lambda proof: fork_of(proof)["nodes"].extend([2, 2]), "rows of weights fit neither a fork nor a cut"),
        (lambda proof: put(fork_of(proof)["nodes"], 1, inner([1, 0], [2, TWICE])), "rows of weights fit neither a fork nor a cut"),
        (lambda proof: fork_of(proof)["axis"].pop(), "an axis is not a list of 2 items"),
        (lambda proof: fork_of(proof)["axis"].append(0), "an axis is not a list of 2 items"),
        (lambda proof: put(fork_of(proof)["axis"], 0, (1 << 47) + 1), "an axis is not an integer from"),
        (lambda proof: put(fork_of(proof)["axis"], 0, True), "an axis is not an integer from"),
        (lambda proof: put(fork_of(proof), "more", 1), "a fork is not an object of exactly these fields: axis, nodes"),
        (lambda proof: fork_of(proof).pop("axis"), "a fork is not an object of exactly these fields: axis, nodes"),
        (lambda proof: put(proof["nodes"][0]["weights"], ON, []), "rows of weights fit neither a fork nor a cut"),
        (lambda proof: put(proof["nodes"][0]["weights"], ON, [40, 30, 10, 20]), "rows of weights fit neither a fork nor a cut"),
        (lambda proof: put(proof["nodes"][1]["weights"], ON, [[40, 30, 10, 20]]), "rows of weights fit neither a fork nor a cut"),
        (lambda proof: put(proof["nodes"][1]["weights"], OFF, []), "a row of weights is not a list of 4 items"),
        (lambda proof: put(proof["nodes"][1]["next"], ON, [2, 3]), "a row of next is not an integer from 0 to 3"),
        (lambda proof: put(proof, "slices", OWN), "a fork has not as many nodes as a cut has slices"),
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


def nested(proof, deep: int = 2) -> None:
    """All slices of a step's fork but the first are cut again, and again: in four, and in two."""
    for depth in range(1, deep):
        cut_again(proof, inner([1, depth], [2, TWICE, 2, TWICE] if depth % 2 else [TWICE, 2]), depth)


@pytest.mark.parametrize(("deep", "inclusions"), [(2, 24), (3, 25), (4, 28)])
def test_a_slice_may_be_cut_again(judge, in_javascript, net, deep, inclusions):  # noqa: F811
    text = changed(text_of(net), lambda proof: nested(proof, deep))
    result = judge(text, weights_of(net))
    assert result.valid, result.reason
    assert f"nodes: 4, all reached; inclusions checked: {inclusions}, of" in result.lines[-1]
    assert in_javascript is None or in_javascript.result(text, weights_of(net)) == said_by(result)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda proof: nested(proof, 5), "more than 4 forks lie in each other"),
        (lambda proof: put(fork_of(proof)["nodes"][1]["nodes"], 3, 4), "the nodes of a fork is not an integer from 0 to 3"),
        (lambda proof: put(fork_of(proof)["nodes"][1]["nodes"], 3, 1), "node 1, which is of another machine state"),
        (lambda proof: fork_of(proof)["nodes"][1]["nodes"].append(2), "a fork has not as many nodes as a cut has slices"),
        (lambda proof: fork_of(proof)["nodes"][1]["axis"].append(2), "an axis is not a list of 2 items"),
        (lambda proof: put(fork_of(proof)["nodes"][1], "more", 2), "a fork is not an object of exactly these fields"),
        (lambda proof: proof["nodes"][0]["weights"][ON].pop(), "rows of weights fit neither a fork nor a cut"),
        (lambda proof: proof["nodes"][0]["weights"][ON].append([40, 30, 10, 20]), "rows of weights fit neither a fork nor a cut"),
        (lambda proof: put(proof["nodes"][0]["weights"][ON], 4, [40, 30, 10]), "a row of weights is not"),
        (lambda proof: put(fork_of(proof)["nodes"][1], "nodes", [2]), "a fork has not as many nodes as a cut has slices"),
    ],
)
def test_what_is_no_fork_in_a_fork_is_refused(judge, in_javascript, net, change, said):  # noqa: F811
    def both(proof) -> None:
        nested(proof)
        change(proof)

    text = changed(text_of(net), both if "more than" not in said else change)
    result = judge(text, weights_of(net))
    assert not result.valid and said in result.reason
    assert in_javascript is None or in_javascript.result(text, weights_of(net)) == said_by(result)


def test_each_slice_of_a_slice_is_shown_to_enter_its_own_node(judge, in_javascript, net):  # noqa: F811
    """Only a slice of a slice leads to the copy, which is too small for it."""
    cover = forked()
    cover.forks.update({place: Fork(fork.axis, (2, 2)) for place, fork in cover.forks.items()})
    cover.shape[TWICE] //= 6
    cover.center[TWICE] = units(np.tanh([8.0, 8.0]))  # what the start leads to, so this is held
    for place, said in ((2, True), (None, False)):

        def own(proof, place=place) -> None:
            nodes = [TWICE if part == place else 2 for part in range(4)]
            cut_again(proof, inner([0, 7], nodes), 1, node=2, symbol=KEEP)
            fork_of(proof)["nodes"][0] = TWICE

        text = changed(text_of(net, cover, formats=()), own)
        result = judge(text, weights_of(net))
        assert result.valid != said
        assert not said or "node 2 under symbol 0 leaves the ellipsoid of node 3" in result.reason
        assert in_javascript is None or in_javascript.result(text, weights_of(net)) == said_by(result)


def test_the_nodes_of_a_fork_are_listed_as_often_for_many_pieces_as_for_few(net, monkeypatch):  # noqa: F811
    """Else the work would grow with the square of the pieces, which no limit counts."""
    own, calls = sys.modules["anylength_check.check"], []
    real = own.nodes_of
    monkeypatch.setattr(own, "nodes_of", lambda after: calls.append(after) or real(after))
    found = []
    for deep in (1, 4):
        calls.clear()
        result = own._check_files(changed(text_of(net), lambda proof, deep=deep: nested(proof, deep)), weights_of(net), int, 1)
        assert result.valid
        found.append(len(calls))
    assert found[0] == found[1] > 0


@pytest.mark.parametrize(
    ("proofs", "boxes", "work", "fits"),
    [
        (1, False, 1 << 36, True), (1, False, (1 << 36) + 1, False), (2, False, 1 << 35, True), (2, False, (1 << 35) + 1, False),
        (1, True, 1 << 32, True), (1, True, (1 << 32) + 1, False), (2, True, 1 << 31, True), (2, True, (1 << 31) + 1, False),
    ],
)  # fmt: skip
def test_more_work_is_allowed_where_all_proofs_are_by_ellipsoids(judge, net, monkeypatch, proofs, boxes, work, fits):  # noqa: F811
    """The first proof may have the fields of one by boxes. Then what fits is refused later: its nodes are still ellipsoids."""

    def change(proof) -> None:
        for name in ("blocks", "slices") if boxes else ():
            proof.pop(name)

    text = certificate_bytes(net, SWITCH, [Proof(forked(), EPSILON / factor, ETA, ()) for factor in (1, 2)[:proofs]])
    monkeypatch.setattr(sys.modules["anylength_check.check"], "work_of", lambda *_: work)
    result = judge(changed(text, change), weights_of(net))
    assert result.valid == (fits and not boxes)
    assert ("too much work" in str(result.reason)) != fits, result.reason

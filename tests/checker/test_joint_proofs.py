"""Proofs with joint weights: written and read, checked alike in Python and in JavaScript, and refused where a condition fails."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from javascript import said_by
from test_ellipsoid_proofs import EPSILON, ETA, SWITCH, net, switch, weights_of  # noqa: F401
from test_sliced_proofs import OWN, changed, sliced

from anylength.verification.certify import EllipsoidCover, Proof, certificate_bytes, parse_certificate, state_bound_of
from anylength_check.certificate import read_certificate
from anylength_check.check import work_of
from anylength_check.program import read_program

COUNTER = Path(__file__).parents[1] / "fixtures" / "ellipsoids"
HALF = 512


def joint_row(row: list[int], blocks: int) -> list[int]:
    """Joint weights that suffice where separate ones do: squares shifted by a half, with four times the weight of a curved part.

    Blocks that the separate weights do not have get the weight of errors.
    """
    misfit, linear, *curved, errors = (x << 20 for x in row)
    return [misfit, linear, 1, errors, *(4 * x for x in curved), *[errors] * (blocks - len(curved)), *[HALF] * blocks]


def jointly(cover: EllipsoidCover, rng: np.random.Generator, blocks: int = 1) -> EllipsoidCover:
    """The cover with joint weights for some of the steps, and for some of the slices of those that are sliced."""
    joint = np.array([[[joint_row(row, blocks) for row in rows] for rows in node] for node in cover.weights.tolist()])
    is_joint = rng.random(joint.shape[:3]) < 0.5
    if cover.is_sliced is not None:
        is_joint[:, :, 1:] &= cover.is_sliced[:, :, None]
    return dataclasses.replace(cover, joint=joint, is_joint=is_joint)


def with_joint(net, blocks: int = 2, cut: bool = False, formats=("float32",)) -> bytes:  # noqa: F811
    """The switch with joint weights for some steps, and others cut in slices."""
    rng = np.random.default_rng(3)
    cover = jointly(sliced(switch(), rng) if cut else switch(), rng, blocks)
    return certificate_bytes(net, SWITCH, [Proof(cover, EPSILON, ETA, formats)])


def joint_places(proof) -> list[tuple[int, int, int]]:
    """The nodes, symbols and slices with joint weights."""
    steps = ((k, symbol, step) for k, node in enumerate(proof["nodes"]) for symbol, step in enumerate(node["weights"]))
    rows = ((*at, place, row) for *at, step in steps for place, row in enumerate(step if isinstance(step[0], list) else [step]))
    return [(k, symbol, place) for k, symbol, place, row in rows if len(row) == 2 * proof["joint"] + 4]


def agreed(judge, in_javascript, text: bytes, weights: bytes):
    """The result of the checker in Python; that in JavaScript says the same."""
    result = judge(text, weights)
    assert in_javascript is None or in_javascript.result(text, weights) == said_by(result)
    return result


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("blocks", [1, 2])
def test_steps_with_joint_weights_are_inclusions_like_others(judge, in_javascript, net, blocks, cut):  # noqa: F811
    text = with_joint(net, blocks, cut)
    proof = json.loads(text)["proofs"][0]
    cut_steps = sum(isinstance(step[0], list) for node in proof["nodes"] for step in node["weights"])
    assert proof["joint"] == blocks and 0 < len(joint_places(proof)) < 9 + 3 * cut_steps
    assert cut_steps == 0 or any(place for *_, place in joint_places(proof))
    result = agreed(judge, in_javascript, text, weights_of(net))
    assert result.valid, result.reason
    assert f"inclusions checked: {9 + 3 * cut_steps}, of an ellipsoid in 2 dimensions each" in result.lines[-1]


@pytest.mark.parametrize("cut", [False, True])
def test_a_certificate_with_joint_weights_is_read_as_it_was_written(net, cut):  # noqa: F811
    text = with_joint(net, 2, cut)
    cover = parse_certificate(text).proofs[0].cover
    assert cover.joint_blocks == 2 and cover.joint.shape == (3, 3, 4 if cut else 1, 8) and cover.blocks == 1
    assert [tuple(place) for place in np.argwhere(cover.is_joint).tolist()] == joint_places(json.loads(text)["proofs"][0])
    assert certificate_bytes(net, SWITCH, list(parse_certificate(text).proofs)) == text


def test_the_bound_of_states_counts_the_images_of_steps_with_joint_weights(net):  # noqa: F811
    cover = switch()
    everywhere = dataclasses.replace(jointly(cover, np.random.default_rng(0), 2), is_joint=np.ones((3, 3, 1), bool))
    nowhere = dataclasses.replace(everywhere, is_joint=np.zeros((3, 3, 1), bool))
    assert (state_bound_of(net, nowhere, EPSILON) == state_bound_of(net, cover, EPSILON)).all()
    as_two_blocks = dataclasses.replace(cover, weights=np.ones((3, 3, 1, 5), np.int64))
    assert (state_bound_of(net, everywhere, EPSILON) == state_bound_of(net, as_two_blocks, EPSILON)).all()
    assert (state_bound_of(net, everywhere, EPSILON) != state_bound_of(net, cover, EPSILON)).any()


def test_a_slice_may_have_joint_weights(judge, in_javascript, net):  # noqa: F811
    def change(proof):
        proof["joint"] = 2
        for node in proof["nodes"]:
            node["weights"] = [[joint_row(row, 2) if k % 2 else row for k, row in enumerate([row] * 4)] for row in node["weights"]]

    text = certificate_bytes(net, SWITCH, [Proof(switch(), EPSILON, ETA, ("float32",))])
    text = changed(text, lambda proof: (change(proof), proof.update(slices=OWN)))
    result = agreed(judge, in_javascript, text, weights_of(net))
    assert result.valid and "inclusions checked: 36, of" in result.lines[-1]


def first_joint(proof) -> list[int]:
    """The first row of joint weights."""
    node, symbol, place = joint_places(proof)[0]
    step = proof["nodes"][node]["weights"][symbol]
    return step[place] if isinstance(step[0], list) else step


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda proof: first_joint(proof).__setitem__(6, 511), "a square's weight, times 512 less its shift, is above 512 times"),
        (lambda proof: first_joint(proof).__setitem__(6, 513), "the shifts of joint weights is not an integer from 0 to 512"),
        (lambda proof: first_joint(proof).__setitem__(6, -1), "the shifts of joint weights is not an integer from 0 to 512"),
        (lambda proof: first_joint(proof).__setitem__(7, True), "the shifts of joint weights is not an integer from 0 to 512"),
        (lambda proof: first_joint(proof).__setitem__(0, 0), "a row of joint weights is not an integer from 1 to"),
        (lambda proof: first_joint(proof).__setitem__(5, 0), "a row of joint weights is not an integer from 1 to"),
        (lambda proof: first_joint(proof).__setitem__(2, 1 << 48), "a row of joint weights is not an integer from 1 to"),
        (lambda proof: first_joint(proof).__setitem__(3, [1]), "a row of joint weights is not an integer from 1 to"),
        (lambda proof: first_joint(proof).__setitem__(0, 1 << 46), "leaves the ellipsoid"),
        (lambda proof: first_joint(proof).__setitem__(3, 1 << 46), "leaves the ellipsoid"),
        (lambda proof: first_joint(proof).pop(), "a row of weights is not a list of 4 items"),
        (lambda proof: first_joint(proof).append(0), "a row of weights is not a list of 4 items"),
        (lambda proof: proof.update(joint=1), "a row of weights is not a list of 4 items"),
        (lambda proof: proof.update(joint=3), "there are more blocks than numbers in a state"),
        (lambda proof: proof.update(joint=0), "joint is not an integer from 1 to 16"),
        (lambda proof: proof.update(joint=17), "joint is not an integer from 1 to 16"),
        (lambda proof: proof.update(joint=True), "joint is not an integer from 1 to 16"),
        (lambda proof: proof.update(joint=None), "joint is not an integer from 1 to 16"),
        (lambda proof: proof.update(blocks=2, joint=1), "joint is not an integer from 2 to 16"),
        (lambda proof: proof.update(blocks=0, joint=0), "joint is not an integer from 1 to 16"),
        (lambda proof: proof.pop("joint"), "a row of weights is not a list of 4 items"),
        (lambda proof: proof.pop("blocks"), "not an object of exactly these fields: epsilon, eta, formats, start, nodes"),
        (lambda proof: proof.update(point=2), "exactly these fields: epsilon, eta, formats, start, nodes, blocks, joint"),
    ],
)  # fmt: skip
def test_what_breaks_a_condition_is_refused(judge, in_javascript, net, change, said):  # noqa: F811
    result = agreed(judge, in_javascript, changed(with_joint(net), change), weights_of(net))
    assert said in result.reason


def test_boxes_have_no_joint_weights(judge, tiny):
    boxed, certificate = tiny
    text = changed(json.dumps(certificate).encode(), lambda proof: proof.update(joint=2))
    assert "a proof is not an object of exactly these fields" in judge(text, boxed).reason


@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_no_joint_weights_prove_what_is_wrong(judge, in_javascript, net, blocks):  # noqa: F811
    """Any admissible weights: of the switch's own ellipsoids some suffice, of others that do not hold their images none."""
    rng, accepted = np.random.default_rng(blocks), 0
    for turn in range(16):
        top = int(rng.integers(1 if blocks < 2 else 2, 3))
        shifts = rng.integers(0, HALF + 1, (3, 3, top))
        head = rng.integers(1, 100, (3, 3, 4)) * 10_000
        squares = np.maximum(1, HALF * head[:, :, 2:3] // np.maximum(HALF - shifts, 1) // rng.integers(1, 3, (3, 3, top)))
        weights = rng.integers(1, 100, (3, 3, 1, blocks + 3))
        joint = np.concatenate([head, squares, shifts], axis=2)[:, :, None]
        cover = switch(weights=weights, joint=joint, is_joint=rng.random((3, 3, 1)) < 0.9)
        shape = cover.shape.copy()
        shape[1] = shape[1] // 50
        wrong = dataclasses.replace(cover, shape=shape)
        for each, may_be_valid in ((cover, True), (wrong, False)):
            text = certificate_bytes(net, SWITCH, [Proof(each, 1e-5, ETA, ())])
            result = agreed(judge, in_javascript if turn % 4 == 0 else None, text, weights_of(net))
            assert may_be_valid or not result.valid
            assert result.valid or "leaves the ellipsoid" in result.reason
            accepted += result.valid
    assert accepted > 0


def test_the_work_counts_a_row_of_joint_weights_by_its_blocks(net):  # noqa: F811
    """A node's step has the work of b blocks, one with joint weights that of J, in a slice too."""
    text = with_joint(net, 2, cut=True, formats=())
    top = read_certificate(text)
    proof, program = top["proofs"][0], read_program(top["program"])
    dense = lambda blocks: 1000 * 2 * (1 + blocks) // 8 + 2**3 * (3 + blocks)
    work = lambda: work_of(Fixed(program), {}, {}, proof, 3)
    count, cut = len(joint_places(proof)), sum(isinstance(step[0], list) for node in proof["nodes"] for step in node["weights"])
    assert count and cut
    assert work() == (9 + 4 * cut - count) * dense(1) + count * dense(2)
    slices = [step for node in proof["nodes"] for step in node["weights"] if isinstance(step[0], list)]
    step, place = next((step, k) for step in slices for k, row in enumerate(step) if len(row) == 4)
    step[place] = joint_row(step[place], 2)
    assert work() == (9 + 4 * cut - count - 1) * dense(1) + (count + 1) * dense(2)


class Fixed:
    """A program of two numbers in a state whose step has 1,000 multiplications."""

    def __init__(self, program) -> None:
        self.fields = program.fields

    def work(self, _) -> int:
        return 1000


@pytest.mark.slow
def test_a_plainly_trained_counter_is_proved_with_joint_weights_and_both_checkers_agree(judge, in_javascript):
    """12 units. Every step has joint weights, and then some that are too small for a part."""
    weights, text = (COUNTER / "model.safetensors").read_bytes(), (COUNTER / "certificate.json").read_bytes()

    def change(proof):
        proof["joint"] = max(proof["blocks"], 1)
        for node in proof["nodes"]:
            node["weights"] = [joint_row([min(x, 1 << 24) for x in row], proof["joint"]) for row in node["weights"]]

    result = judge(changed(text, change), weights)
    assert result.valid, result.reason
    assert in_javascript is None or in_javascript.result(changed(text, change), weights) == said_by(result)

    def no_room(proof):
        change(proof)
        proof["nodes"][50]["weights"][3][1] = 1

    result = judge(changed(text, no_room), weights)
    assert "node 50 under symbol 3 leaves the ellipsoid" in result.reason
    assert in_javascript is None or in_javascript.result(changed(text, no_room), weights) == said_by(result)

"""The picture of a proof's boxes: what it shows is so, in the plane and in all units."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from anylength.ops.intervals import Interval
from anylength.rules import Machine
from benchmarks.proof_boxes import FILE, best_units, conflicts, measured, parting, rectangles
from docs.figures.proof_boxes import Panel, picture

DOCS = Path(__file__).parent.parent / "docs"
RESULTS = json.loads(FILE.read_text(encoding="utf-8"))
PROVED, PLAIN = RESULTS["parts"]["certified"], RESULTS["parts"]["plain"]
PAGE = (DOCS / "results" / "learned-invariants.md").read_text(encoding="utf-8").replace("\n", " ")

THREE = Interval.between(
    np.array([[0.0, 4.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 6.0]]), np.array([[2.0, 6.0, 2.0], [2.0] * 3, [2.0, 2.0, 8.0]])
)
"""Three boxes of three units: the first unit parts the second box, the last unit the third."""


def test_the_picture_is_what_the_script_draws_from_the_results_file():
    assert (DOCS / "figures" / "proof-boxes.svg").read_text(encoding="utf-8") == picture(RESULTS)
    assert "(../figures/proof-boxes.svg)" in PAGE


def test_the_caption_says_what_the_results_file_says():
    one, other, symbol = PLAIN["conflicts"][0]
    assert f"“{one}” and “{other}” overlap in all {PLAIN['hidden']} units, but answer a {symbol} differently" in PAGE
    assert f"room for noise of {math.floor(100 * PROVED['noise']) / 100} in every state" in PAGE
    assert f"words of up to {PLAIN['longest_word']} symbols" in PAGE
    assert PROVED["validation_accuracy"] == PLAIN["validation_accuracy"] == 1


def test_the_drawn_boxes_of_the_proof_are_apart_and_hold_their_images():
    boxes = np.array(PROVED["boxes"])
    for one in range(len(boxes)):
        for other in range(one):
            lower, upper = np.maximum(boxes[one], boxes[other])[::2], np.minimum(boxes[one], boxes[other])[1::2]
            assert (lower > upper).any()
    targets = boxes[PROVED["targets"]]
    images = np.array(PROVED["images"])
    assert (images[:, ::2] > targets[:, ::2]).all()
    assert (images[:, 1::2] < targets[:, 1::2]).all()
    assert PROVED["images_inside"] == len(images)


def test_every_drawn_image_of_the_net_without_a_proof_sticks_out():
    images, targets = np.array(PLAIN["images"]), np.array(PLAIN["boxes"])[PLAIN["targets"]]
    assert ((images[:, ::2] < targets[:, ::2]) | (images[:, 1::2] > targets[:, 1::2])).any(axis=1).all()
    assert PLAIN["images_inside"] == 0


def test_everything_drawn_lies_in_its_panel():
    panel = Panel(0, PLAIN)
    assert all(
        0 < panel.scaled(axis, shadow[2 * axis + end]) < 1 for shadow in PLAIN["images"] for axis in (0, 1) for end in (0, 1)
    )


def test_the_drawn_units_are_those_that_part_the_boxes():
    assert parting(THREE).tolist() == [[2, 0, 0], [0, 0, 3], [2, 0, 3]]
    assert best_units(THREE) == [0, 2]
    assert rectangles(THREE, [0, 2])[1] == [4, 6, 0, 2]


def test_boxes_that_share_values_conflict_where_their_states_answer_differently():
    machine = Machine(0, ((0, 1), (1, 2), (2, 0)), ((0, 0), (1, 0), (0, 1)), names=("a", "b", "c"))
    same = THREE[:, [0, 0, 2]]
    assert conflicts(machine, same) == [["a", "b", 0]]
    assert conflicts(machine, THREE) == []


@pytest.mark.slow
def test_a_net_of_the_recipe_that_learns_boxes_is_drawn_with_a_proof_and_a_plain_one_without():
    proved, plain = measured("certified"), measured("plain")
    assert proved["images_inside"] == len(proved["images"]) == 10
    assert proved["disjoint_pairs"] == 10
    assert not proved["conflicts"]
    assert plain["images_inside"] < 10

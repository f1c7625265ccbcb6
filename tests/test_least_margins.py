"""The attack by states that lie furthest out."""

import numpy as np
import pytest
from by_hand import counting_net

from anylength.rules import task_named
from benchmarks import least_margins
from benchmarks.least_margins import Furthest, least_margin


def furthest() -> Furthest:
    """Two directions in the plane, and nothing met."""
    return Furthest(
        np.eye(2, dtype=np.float32), np.full(2, -np.inf, np.float32), np.zeros((2, 2), np.float32), np.zeros(2, np.int64)
    )


def test_states_that_are_further_out_take_the_place_of_others():
    kept = furthest()
    first = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], np.float32).T
    assert kept.update(first, np.array([5, 6, 7])).tolist() == [0, 1]
    assert kept.nodes.tolist() == [5, 6]
    assert kept.update(np.array([[1.001], [3.0]], np.float32), np.array([8])).tolist() == [1]  # hardly further in the other
    assert kept.nodes.tolist() == [5, 8] and kept.reached.tolist() == [1.0, 3.0]
    assert not len(kept.update(np.zeros((2, 0), np.float32), np.zeros(0, np.int64)))


def test_a_direction_that_is_known_is_not_added(monkeypatch):
    monkeypatch.setattr(least_margins, "DIRECTIONS", 2)
    kept = furthest()
    kept.update(np.array([[1.0, 0.0], [0.0, 1.0]], np.float32), np.array([5, 6]))
    diagonal = np.array([[1.0, -1.0], [1.0, -1.001]]) / np.sqrt(2)
    kept.add(diagonal, np.eye(2))
    assert len(kept.directions) == 3  # the second one is nearly the first one
    assert kept.nodes.tolist() == [5, 6, 5] and kept.reached[2] == pytest.approx(np.sqrt(0.5))
    kept.add(diagonal, np.eye(2))
    assert len(kept.directions) == 3


def test_a_right_net_has_a_margin_and_a_wrong_one_a_wrong_word():
    task = task_named("count")
    right = least_margin(counting_net(), task, 2.0)
    assert right["margin"] == pytest.approx(2.0, abs=0.1) and "wrong" not in right and right["states"] > 1_000
    wrong = least_margin(counting_net(wrong={(1, 3): 7}), task, 2.0)
    assert wrong["wrong"][-1] == "3" and wrong["margin"] < 0

"""Forgetting refuted by replay: found for latches, not for nets that forget, and the record replays by hand."""

import numpy as np
import pytest

from anylength.audits import apart
from anylength.streams.feeding import Feeding
from anylength.streams.models import read_model

FEEDING = {"rate": 100.0, "frame": 2, "kind": "values"}


def latch(states, frames):
    """Keeps the sign of the last loud frame."""
    loud = np.abs(frames.mean(axis=1, keepdims=True)) > 0.9
    new = np.where(loud, np.sign(frames.mean(axis=1, keepdims=True)), states)
    return new, new


def mean(factor):
    def step(states, frames):
        new = factor * states + (1 - factor) * frames.mean(axis=1, keepdims=True)
        return new, new

    return step


def growing(states, frames):
    new = 2 * states + frames.mean(axis=1, keepdims=True)
    return new, new


def model(step):
    return read_model(step, None, FEEDING, np.zeros(1, np.float32))


def test_a_latch_is_refuted_and_the_record_replays():
    found = model(latch)
    (bound,) = apart.refutations(found, found.net)
    assert bound.verdict == "REFUTED"
    assert "6,000 steps (120 s)" in bound.claim
    assert "for ever is not known" in bound.reason
    old, new = np.zeros((1, 1)), np.zeros((1, 1))
    old, _ = latch(old, np.array([bound.before]))
    for _ in range(apart.HELD):
        old, new = latch(old, np.array([bound.input]))[0], latch(new, np.array([bound.input]))[0]
    assert abs(old - new)[0, 0] > apart.TOLERANCE


@pytest.mark.parametrize("step", [mean(0.9), mean(0.999)], ids=["fast", "slow"])
def test_a_net_that_forgets_is_not_refuted(step):
    found = model(step)
    assert apart.refutations(found, found.net) == []


def test_a_net_that_forgets_more_slowly_is_refuted_for_the_steps_that_were_replayed():
    found = model(mean(0.9999))
    (bound,) = apart.refutations(found, found.net)
    assert "within 6,000 steps" in bound.claim


def test_numbers_that_are_not_finite_are_no_refutation():
    found = model(growing)
    assert apart.refutations(found, found.net) == []


def test_both_runs_read_the_same_from_the_reset_on():
    feeding = Feeding(**FEEDING | {"context": 3})
    pair = apart.Pair(np.ones((2, 1)), np.zeros((2, 1)))
    features = apart._features(model(latch).net, feeding, pair)
    assert features[apart.EARLIER - 1].tolist() == [1] * 5
    assert features[apart.EARLIER].tolist() == [1, 1, 1, 0, 0]
    assert features[-1].tolist() == [0] * 5

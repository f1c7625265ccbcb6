"""Different answers of a net and its original: rounding explains those of chaotic nets, and no others."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anylength.cells import Rnn
from anylength.interchange.heads import LOGITS
from anylength.interchange.rounding_differences import beyond_rounding
from anylength.nets import Net, logits

WORDS = np.random.default_rng(1).integers(0, 10, (200, 12)).astype(np.uint8)


def scaled(gain: float) -> Net:
    """An RNN of 16 units with random weights. With a gain below 1 it forgets its states, with one of 5 it is chaotic."""
    rng, units = np.random.default_rng(3), 16
    cell = Rnn(
        weight_ih=rng.normal(0, 0.3, (units, 10)).astype(np.float32),
        weight_hh=rng.normal(0, gain / np.sqrt(units), (units, units)).astype(np.float32),
        bias=rng.normal(0, 0.3, units).astype(np.float32),
    )
    net = Net(cell, rng.normal(0, 1, (10, units)).astype(np.float32), np.zeros(10, np.float32), base=10, tapes=1)
    return jax.tree.map(jnp.asarray, net)


def classes_of(net: Net) -> np.ndarray:
    return np.asarray(jnp.argmax(logits(net, jnp.asarray(WORDS)), axis=1)).astype(np.int64)


def test_equal_answers_need_no_explanation():
    assert not beyond_rounding(scaled(0.5), WORDS, classes_of(scaled(0.5)), LOGITS).any()


def test_one_other_answer_of_a_net_that_forgets_its_states_is_found():
    net = scaled(0.5)
    theirs = classes_of(net)
    theirs[30, 5] = (theirs[30, 5] + 1) % 10
    assert np.argwhere(beyond_rounding(net, WORDS, theirs, LOGITS)).tolist() == [[30, 5]]


def test_steps_at_which_nobody_was_asked_count_for_nothing():
    assert not beyond_rounding(scaled(0.5), WORDS, np.full(WORDS.shape, -1), LOGITS).any()


def test_rounding_explains_other_answers_of_a_chaotic_net_once_it_has_grown():
    net = scaled(5)
    nudged = dataclasses.replace(net, cell=dataclasses.replace(net.cell, bias=net.cell.bias * (1 + 1e-7)))
    theirs = classes_of(nudged)
    assert (theirs != classes_of(net)).sum() > 100
    assert not beyond_rounding(net, WORDS, theirs, LOGITS).any()
    turned = (classes_of(net) + 1) % 10
    assert beyond_rounding(net, WORDS, turned, LOGITS)[0].all()


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_logits_that_are_no_numbers_are_explained(value):
    net = scaled(0.5)
    broken = dataclasses.replace(net, bias=jnp.full_like(net.bias, value))
    assert not beyond_rounding(broken, WORDS, (classes_of(net) + 1) % 10, LOGITS).any()

"""Images, margins and formats of a net of exact numbers: equalities hold, a hair beyond them fails."""

import dataclasses
import math

import numpy as np
import pytest
from by_hand import echoing_net
from exact_proof import HAIR, cover, exact_net

from anylength.cells import CELLS
from anylength.nets import Net
from anylength.ops.intervals import Interval
from anylength.verification.certify import StepImages, margins, state_bound_of
from anylength.verification.certify.formats import (
    FORMATS,
    covered_formats,
    format_fits,
    readout_error,
    required_epsilon_and_eta,
    step_error,
)


def test_images_are_ordered_by_node_and_then_by_symbol():
    boxes = Interval.between([[0.0, 8.0]], [[0.0, 9.0]])
    states, terms = StepImages(exact_net()).images(boxes, 0.25)
    assert np.allclose(states.low, [[-0.25, 0.75, 7.75, 8.75]], rtol=0, atol=HAIR)
    assert np.allclose(states.high, [[0.25, 1.25, 9.25, 10.25]], rtol=0, atol=HAIR)
    assert np.allclose(terms.low, states.low / 2, rtol=0, atol=HAIR)
    assert np.allclose(state_bound_of(exact_net(), dataclasses.replace(cover(), boxes=boxes), 0.25), [10.25], rtol=0, atol=HAIR)
    below = Interval.between([[-9.0]], [[-9.0]])
    assert np.allclose(state_bound_of(exact_net(), dataclasses.replace(cover(), boxes=below), 3.0), [3.0], rtol=0, atol=HAIR)


def test_images_of_two_tapes_and_negative_states():
    """Four symbols, six inputs; h' = tanh(x + h) with all weights of the symbol zero."""
    cell = CELLS["rnn"](np.zeros((1, 6), np.float32), np.ones((1, 1), np.float32), np.zeros(1, np.float32))
    net = Net(cell, np.zeros((2, 1), np.float32), np.zeros(2, np.float32), base=3, tapes=2)
    boxes = Interval.between([[-2.0, -1.0]], [[1.0, -0.5]])
    states, _ = StepImages(net).images(boxes, 0.0)
    assert np.allclose(states.low, [[math.tanh(-2)] * 9 + [math.tanh(-1)] * 9], rtol=0, atol=HAIR)
    assert np.allclose(states.high, [[math.tanh(1)] * 9 + [math.tanh(-0.5)] * 9], rtol=0, atol=HAIR)
    reach = state_bound_of(net, dataclasses.replace(cover(), boxes=boxes), 0.0)
    assert np.allclose(reach, [math.tanh(2)], rtol=0, atol=HAIR)


def test_margins_are_the_least_lead_over_any_other_class():
    net = exact_net(3)
    states = Interval.between([[0.0, 1.0, 2.0]], [[0.5, 1.0, 3.0]])
    for right, wanted in (([1, 1, 1], [3.5, 3.0, 1.0]), ([0, 0, 0], [-4.0, -3.0, -2.0]), ([2, 1, 0], [-5.5, 3.0, -2.0])):
        found = margins(net, StepImages(net).features(states), np.array(right))
        assert np.allclose(found, wanted, rtol=0, atol=HAIR)
        assert (found <= np.array(wanted)).all()
    single = dataclasses.replace(net, weight=net.weight[:1], bias=net.bias[:1])
    assert margins(single, StepImages(single).features(states), np.array([0, 0, 0])).tolist() == [math.inf] * 3


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_fits_up_to_its_errors(name):
    net, form, reach = exact_net(), FORMATS[name], np.array([3.0])
    step, logit = step_error(net, form, reach), readout_error(net, form, reach)
    fits = lambda epsilon, eta: format_fits(net, form, epsilon=epsilon, eta=eta, state_bound=reach)
    assert fits(step, math.nextafter(2 * logit, 9))
    assert not fits(math.nextafter(step, 0), math.nextafter(2 * logit, 9))
    assert not fits(step, 2 * logit)
    assert fits(step, 9.0) is True
    assert fits(0.0, 9.0) is False
    assert format_fits(net, form, epsilon=9.0, eta=9.0, state_bound=np.array([2.0**61])) is False
    assert (name in covered_formats(net, epsilon=step, eta=3 * logit, state_bound=reach)) and "x" not in FORMATS


def test_how_large_numbers_of_a_format_may_be():
    large = lambda size: dataclasses.replace(exact_net(), weight=np.array([[size], [0.0]], np.float32))
    for net, reach, names in (
        (exact_net(), 2.0**30 / (1 + 1e-8), ["bfloat16", "float32"]),
        (exact_net(), 2.0**30 / (1 + 1e-9), ["bfloat16", "float32"]),
        (exact_net(), 2.0**30, []),
        (exact_net(), 2.0**15 / (1 + 1e-8) - 4, ["bfloat16", "float16", "float32"]),
        (exact_net(), 2.0**15, ["bfloat16", "float32"]),
        (large(2.0**15), 0.5, ["bfloat16", "float16", "float32"]),
        (large(2.0**15), 1.0, ["bfloat16", "float32"]),
        (large(2.0**16), 0.25, ["bfloat16", "float32"]),
        (large(2.0**60), 0.25, ["bfloat16", "float32"]),
        (large(-(2.0**15)), 0.5, ["bfloat16", "float16", "float32"]),
        (large(-(2.0**16)), 0.25, ["bfloat16", "float32"]),
        (large(2.0**14), 2 - 2.0**-15, ["bfloat16", "float16", "float32"]),
        (large(0.0), 2.0**15 - 0.5, ["bfloat16", "float16", "float32"]),
        (large(0.0), 2.0**15 / (1 + 5e-10), ["bfloat16", "float32"]),
        (large(1.0), 2.0**15 - 2.0**-7, ["bfloat16", "float16", "float32"]),
        (large(1.0), 2.0**15 / (1 + 5e-10), ["bfloat16", "float32"]),
        (large(2.0**14), 2 / (1 + 5e-10), ["bfloat16", "float32"]),
        (large(2.0**61), 0.25, []),
    ):
        assert covered_formats(net, epsilon=1e30, eta=1e60, state_bound=np.array([reach])) == names, (net.weight, reach)


def test_what_a_format_requires_follows_from_a_guess_of_the_states():
    net = echoing_net("rnn")
    for name, form in FORMATS.items():
        for reach in (None, np.full(net.cell.state_size, 5.0)):
            epsilon, eta = required_epsilon_and_eta(net, name, reach)
            bound_of = lambda e, reach=reach: np.maximum(np.full(net.cell.state_size, 1 + e), 0.0 if reach is None else reach)
            grown = 0.0
            for _ in range(60):
                grown = step_error(net, form, bound_of(grown * (1 + 1e-9))) * (1 + 1e-9)
            assert epsilon == pytest.approx(grown * (1 + 1e-6), rel=1e-12)
            assert eta == pytest.approx(2 * readout_error(net, form, bound_of(epsilon)) * (1 + 1e-6), rel=1e-12)
    wide = exact_net()
    epsilon, eta = required_epsilon_and_eta(wide, "bfloat16")
    assert epsilon == pytest.approx(step_error(wide, FORMATS["bfloat16"], np.array([4.0])), rel=1e-5)
    assert eta == pytest.approx(2 * readout_error(wide, FORMATS["bfloat16"], np.array([4.0])), rel=1e-5)

"""Small nets trained on streams: together with a proof they forget, and hardening makes a plain net forget."""

import jax
import numpy as np
import pytest

from anylength.audits import certificates
from anylength.contraction import HARDEN, PLAIN, TASKS, TOGETHER, contraction, fit, layer_of, streams
from anylength.contraction.training import INPUTS


def accepted(nets):
    net = jax.tree.map(lambda leaf: np.asarray(leaf[0]), nets)
    layer, found = layer_of("rnn", net), contraction("rnn", net, INPUTS)
    certificate = certificates.forgets(layer, found, net.read_out, np.stack(INPUTS, axis=1), 0.01)
    return certificate is not None and certificates.check(certificate, layer).valid


def test_a_net_forgets_if_it_is_trained_together_with_the_proof_or_hardened():
    plain = fit("ema", "rnn", 4, [0], PLAIN._replace(updates=200))
    assert not accepted(plain)
    assert accepted(fit("ema", "rnn", 4, [0], TOGETHER._replace(updates=200)))
    assert accepted(fit("ema", "rnn", 4, [0], HARDEN._replace(updates=300), plain))


@pytest.mark.parametrize("task", TASKS)
def test_streams_lie_in_their_range_and_are_the_same_by_seed(task):
    inputs, targets = streams(task, np.random.default_rng(0), 3, 40)
    assert inputs.shape == targets.shape == (3, 40)
    assert np.abs(inputs).max() <= 1
    np.testing.assert_array_equal(streams(task, np.random.default_rng(0), 3, 40)[1], targets)

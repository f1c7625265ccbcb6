"""Small nets trained on streams: together with a proof they forget, and hardening makes a plain net forget."""

import jax
import numpy as np
import pytest

from anylength.audits import certificates
from anylength.cli.main import main
from anylength.contraction import HARDEN, PLAIN, TASKS, TOGETHER, contraction, fit, layer_of, streams
from anylength.contraction.training import INPUTS
from anylength.records import Audit

NET = """
import numpy as np
from anylength.contraction import Net as Weights, batched_step, start
from anylength.streams import Feeding
WEIGHTS = Weights(**np.load({weights!r}))
class Net:
    feeding = Feeding(rate=100, frame=1, kind="values")
    start = start("rnn", WEIGHTS)
    step = staticmethod(batched_step("rnn", WEIGHTS))
"""
"""A file with a trained net, for the command line."""


def first(nets):
    return jax.tree.map(lambda leaf: np.asarray(leaf[0]), nets)


def certified(net):
    """The certificate of an rnn, if the checker accepts one."""
    layer, found = layer_of("rnn", net), contraction("rnn", net, INPUTS)
    certificate = certificates.forgets(layer, found, net.read_out, np.stack(INPUTS, axis=1), 0.01)
    return certificate if certificate is not None and certificates.check(certificate, layer).valid else None


def test_a_net_forgets_if_it_is_trained_together_with_the_proof_or_hardened():
    plain = fit("ema", "rnn", 4, [0], PLAIN._replace(updates=200))
    assert not certified(first(plain))
    assert certified(first(fit("ema", "rnn", 4, [0], TOGETHER._replace(updates=200))))
    assert certified(first(fit("ema", "rnn", 4, [0], HARDEN._replace(updates=300), plain)))


def test_an_audit_of_a_net_that_provably_forgets_measures_no_longer_times_than_are_proved(tmp_path, capsys):
    net = first(fit("ema", "rnn", 4, [0], TOGETHER._replace(updates=200)))
    np.savez(tmp_path / "net.npz", **net._asdict())
    np.savetxt(tmp_path / "stream.csv", streams("ema", np.random.default_rng(0), 1, 4_000)[0].T, header="x", comments="")
    (tmp_path / "net.py").write_text(NET.format(weights=str(tmp_path / "net.npz")))
    for number, signal in enumerate(streams("ema", np.random.default_rng(1), 4, 500)[0]):
        (tmp_path / "clips").mkdir(exist_ok=True)
        np.save(tmp_path / "clips" / f"{number}.npy", signal)
    inputs = ["--inputs", str(tmp_path / "clips"), "--background", str(tmp_path / "stream.csv"), "--snr", "0", "--for", "20s"]
    code = main(["audit", f"{tmp_path / 'net.py'}:Net", *inputs, "--json", "--quiet"])
    result = Audit.from_json(capsys.readouterr().out.encode(), "audit")
    assert code == 0 and not result.drift.found
    proved = certified(net)["steps"] / 100
    assert all(item.never == 0 and 0 < item.slowest <= proved for item in result.forgetting.inputs if item.input != "silence")


@pytest.mark.parametrize("task", TASKS)
def test_streams_lie_in_their_range_and_are_the_same_by_seed(task):
    inputs, targets = streams(task, np.random.default_rng(0), 3, 40)
    assert inputs.shape == targets.shape == (3, 40)
    assert np.abs(inputs).max() <= 1
    np.testing.assert_array_equal(streams(task, np.random.default_rng(0), 3, 40)[1], targets)

"""Shared nets and a judge: bytes or a dictionary in, the checker's result out, always in bounded time."""

import json
import time

import pytest
from handmade import adder, certify, make_proof, safetensors

from anylength_check import check


@pytest.fixture(scope="session")
def tiny():
    """A base-3 counter with two proofs, one of them covering all formats."""
    net = adder(3, 1, gain=24.0)
    return net, certify(net, [make_proof(net, 0.001), make_proof(net, 0.05, ["float32"])])


@pytest.fixture(scope="session")
def judge(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge")

    def run(certificate, weights, limit=5.0):
        raw = certificate if isinstance(certificate, bytes) else json.dumps(certificate).encode()
        raw_weights = weights if isinstance(weights, bytes) else safetensors(weights.tensors())
        (folder / "c.json").write_bytes(raw)
        (folder / "w.safetensors").write_bytes(raw_weights)
        begin = time.perf_counter()
        result = check(folder / "c.json", folder / "w.safetensors")
        assert time.perf_counter() - begin < limit
        assert result.valid == (result.reason is None) == (result.claim is not None)
        return result

    return run

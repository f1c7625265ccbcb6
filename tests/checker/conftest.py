"""Shared nets and a judge: bytes or a dictionary in, the checker's result out, always in bounded time.

One in `ONE_IN` of all files, always the same ones, goes to the checker in JavaScript as well. Both have to say the same.
`ANYLENGTH_ONE_IN=1 pytest tests/checker` sends all.
"""

import json
import os
import zlib

import pytest
from handmade import adder, certify, make_proof, safetensors
from javascript import NODE, JavaScriptChecker, said_by

from anylength_check import check

ONE_IN = int(os.environ.get("ANYLENGTH_ONE_IN", "8"))
LARGEST = 1_000_000
"""Bytes of the largest file that goes to both."""

patched = {"is": False}
"""Whether the test that runs has changed the checker in Python."""


@pytest.fixture(autouse=True)
def note_patches(request):
    """Notes what the checker in JavaScript cannot know."""
    patched["is"] = "monkeypatch" in request.fixturenames


@pytest.fixture(scope="session")
def tiny():
    """A base-3 counter with two proofs, one of them covering all formats."""
    net = adder(3, 1, gain=24.0)
    return net, certify(net, [make_proof(net, 0.001), make_proof(net, 0.05, ["float32"])])


@pytest.fixture(scope="session")
def in_javascript():
    """The checker of the pages; None where node is missing."""
    checker = JavaScriptChecker() if NODE else None
    yield checker
    if checker:
        checker.close()


@pytest.fixture(scope="session")
def judge(tmp_path_factory, in_javascript):
    folder = tmp_path_factory.mktemp("judge")

    def run(certificate, weights):
        raw = certificate if isinstance(certificate, bytes) else json.dumps(certificate).encode()
        raw_weights = weights if isinstance(weights, bytes) else safetensors(weights.tensors())
        (folder / "c.json").write_bytes(raw)
        (folder / "w.safetensors").write_bytes(raw_weights)
        result = check(folder / "c.json", folder / "w.safetensors")
        assert result.valid == (result.reason is None) == (result.claim is not None)
        is_sample = zlib.crc32(raw_weights, zlib.crc32(raw)) % ONE_IN == 0 and max(len(raw), len(raw_weights)) <= LARGEST
        if in_javascript and is_sample and not patched["is"]:
            assert in_javascript.result(raw, raw_weights) == said_by(result)
        return result

    return run

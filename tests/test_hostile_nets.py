"""Nets that overflow: every command on them ends without a warning, and says what is true of them."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from anylength import diagnosis
from anylength.nets import AbstractNet, NetConfig, build, load, tensors, to_bytes
from tests.conftest import Finished
from tests.selection import thorough

POST = Path(__file__).parent / "fixtures" / "runs" / "post"


def hostile_nets() -> dict[str, tuple[AbstractNet, NetConfig]]:
    """Nets whose weights or states overflow float32, and one of zeros."""
    net, config = load(POST / "model.safetensors")
    named, rng = tensors(net), np.random.default_rng(0)
    mixed = {name: np.float32(3e38) * np.sign(rng.normal(size=value.shape)).astype(np.float32) for name, value in named.items()}
    growing = named | {"cell.weight_hh": np.eye(net.hidden, dtype=np.float32) * np.float32(50) + np.float32(0.1)}
    chosen = {
        "a relu net that grows": ("relu", growing), "a relu net of 3e38": ("relu", mixed), "an rnn of 3e38": ("rnn", mixed),
        "an rnn of zeros": ("rnn", {name: np.zeros_like(value) for name, value in named.items()}),
    }  # fmt: skip
    configs = {kind: dataclasses.replace(config, cell=cell) for kind, (cell, _) in chosen.items()}
    return {kind: (build(configs[kind], held), configs[kind]) for kind, (_, held) in chosen.items()}


NETS = hostile_nets()


@pytest.mark.parametrize("kind", thorough(NETS))
def test_a_net_that_overflows_is_explained_without_a_warning(kind):
    net, config = NETS[kind]
    result = diagnosis.explain(net, config.task, None)  # warnings are errors in tests
    assert result.findings and all(finding.failure_mode != "keeps" for finding in result.findings)


@pytest.mark.parametrize("kind", thorough(NETS))
@pytest.mark.parametrize(
    "words", [["prove", "--budget", "1"], ["stress", "--limit", "20"], ["quantise", "--to", "int8", "--budget", "1"]]
)
def test_a_net_that_overflows_is_never_proved_and_leaves_no_message(called: Callable[..., Finished], tmp_path, kind, words):
    net, config = NETS[kind]
    run = Path(shutil.copytree(POST, tmp_path / "run"))
    settings = json.loads((run / "config.json").read_text())
    (run / "config.json").write_text(json.dumps(settings | {"cell": config.cell}))
    (run / "model.safetensors").write_bytes(to_bytes(net, config))
    done = called(words[0], str(run), *words[1:], "--quiet")
    assert done.code == (0 if words[0] == "stress" else 1), done.stderr
    assert done.stderr == ""

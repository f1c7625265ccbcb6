"""A GRU or an LSTM with stacks is proved where its gates retain little."""

from typing import Any

import numpy as np
import pytest

from anylength.base import InputError
from anylength.memory.closing import StackProof, find_stack_proofs
from anylength.memory.images import StackSteps
from anylength.memory.running import run_with_stacks
from anylength.nets import describe
from anylength.rules import targets, task_named
from anylength.training import fit, recipe_named
from anylength.verification.verdicts import verify
from tests.test_export import compiled, run
from tests.test_export_with_stacks import asked

ANBN = task_named("anbn")


@pytest.mark.parametrize("cell", ["stack-gru", "stack-lstm"])
def test_a_gated_net_is_proved_retains_little_counts_deep_and_is_written_in_c(cell, tmp_path):
    net: Any = fit(ANBN, cell=cell, recipe=recipe_named("certified", ANBN, cell), seed=0).net
    assert verify(net, ANBN).verdict.verdict == "PROVED"
    assert ANBN.memory is not None
    found = find_stack_proofs(net, ANBN.memory)
    assert isinstance(found, list)
    assert all(greatest_share(net, proof) < 0.05 for proof in found)
    word = np.repeat([0, 1, 1], [3000, 3000, 1])[:, None]
    ran = run_with_stacks(net, word)
    assert np.array_equal(ran.outputs, targets(ANBN.memory, word.astype(np.uint8)))
    assert (int(ran.soft.sum()), ran.deepest) == (0, 3000)
    questions, right = asked(ANBN)
    assert run(compiled(net, describe(net, ANBN), tmp_path, "-O2"), *questions).stdout.splitlines() == right


def greatest_share(net: Any, proof: StackProof) -> float:
    """The greatest share of a number that a gate retains in the boxes of a proof."""
    steps = StackSteps(net, ANBN.memory, fine=proof.fine)  # type: ignore[arg-type]
    every, rows = np.arange(len(steps.edges.node)), net.cell.retention(net.hidden).rows
    weight, bias = (np.asarray(each, np.float64) for each in (net.cell.weight_ih[rows], net.cell.bias[rows]))
    given = steps.symbols(proof.boxes, every).times(weight) + bias[:, None]
    number = (given + proof.boxes.nodes[rows][:, steps.edges.node]).high.max()
    return float(1 / (1 + np.exp(-number)))


def test_certified_takes_cells_with_stacks_alone():
    with pytest.raises(InputError, match="a cell with stacks"):
        fit(ANBN, cell="tape-rnn", recipe=recipe_named("certified", ANBN, "stack-rnn"), seed=0)

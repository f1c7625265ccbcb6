"""No false PROVED: nets that are wrong somewhere, however late, rarely or narrowly, are never proved; right ones are, and stay in
the boxes of their proofs."""

import dataclasses
import itertools
import sys

import numpy as np
import pytest
from by_hand import counting_net, drifting_net, net_with_a_rare_mistake

from anylength.nets import Net, answers
from anylength.rules import Machine, Task, task_named
from anylength.verification import verdicts
from anylength.verification.verdicts import find_proofs, proved_steps, verify
from tests.selection import thorough

module = sys.modules[verdicts.verify.__module__]
FEW = 2.0
"""Seconds of attack."""


def near_tie(lead: float) -> Net:
    """A net whose lead on the answer to a 4 read without a carry is `lead` (exactly 0: a tie; below 0: wrong)."""
    net = counting_net()
    weight, unit = net.weight.copy(), 10 + 4
    weight[7, unit] = np.float32(1 - lead / 2)
    bias = net.bias.copy()
    bias[7] += weight[7, unit]
    return dataclasses.replace(net, weight=weight, bias=bias)


WRONG = {
    "after 10 nines": lambda: drifting_net(10),
    "after 1,000 nines": lambda: drifting_net(1_000),
    "after 100,000 nines": lambda: drifting_net(100_000),
    "after one prefix of 6 digits": lambda: net_with_a_rare_mistake((3, 1, 4, 1, 5, 8), 7),
    "after one prefix of 12 digits": lambda: net_with_a_rare_mistake((9,) * 11 + (3,), 7),
    "by a margin of 1e-6": lambda: near_tie(-1e-6),
    "at a tie": lambda: near_tie(0.0),
    "at one place, always": lambda: counting_net(wrong={(1, 3): 4}),
    "at the first digit": lambda: counting_net(wrong={(0, 9): 9}),
}


def shortest_wrong(kind: str, net: Net) -> int:
    """The steps of the shortest word that such a net answers wrongly."""
    if kind.endswith("nines"):
        return 1 + int(np.flatnonzero(answers(net, np.full((130_000, 1), 9, np.uint8))[:, 0] != 0)[0])
    return {"after one prefix of 6 digits": 7, "after one prefix of 12 digits": 13, "at the first digit": 1}.get(kind, 2)


@pytest.fixture
def defenceless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody attacks: the prover alone must not be fooled."""
    monkeypatch.setattr(module, "refute_within", lambda *_: None)


@pytest.mark.usefixtures("defenceless")
@pytest.mark.parametrize("kind", thorough(WRONG, quick=2))
def test_a_net_that_is_wrong_is_not_proved_even_where_nobody_attacks_it(task, kind):
    net = WRONG[kind]()
    found = verify(net, task, budget=FEW)
    assert found.verdict.verdict in ("UNKNOWN", "PROVED UP TO")
    assert (proved_steps(found.verdict) or 0) < shortest_wrong(kind, net)
    assert (found.certificate is None) == (found.verdict.verdict == "UNKNOWN")


@pytest.mark.usefixtures("defenceless")
def test_a_net_that_is_right_by_less_than_rounding_is_not_proved(task):
    verdict = verify(near_tie(1e-6), task, budget=FEW).verdict
    assert verdict.verdict == "PROVED UP TO" and proved_steps(verdict) == 1  # the digit is read without a carry: at step 2 or later


@pytest.mark.parametrize("kind", ["after 10 nines", "at one place, always", "at the first digit"])
def test_a_net_that_is_wrong_soon_is_refuted(task, kind):
    found = verify(WRONG[kind](), task, budget=60.0)
    assert (found.verdict.verdict, found.certificate) == ("REFUTED", None)


@pytest.mark.parametrize("nines", [10, 1_000, 100_000])
def test_the_drifting_nets_are_wrong_where_they_should_be(nines):
    word = np.full((nines + nines // 5 + 3, 1), 9, np.uint8)
    wrong = np.flatnonzero(answers(drifting_net(nines), word)[:, 0] != 0)
    assert wrong.size
    assert 0.8 * nines - 2 <= wrong[0] <= 1.2 * nines + 2


def test_the_rare_mistake_is_made_after_its_prefix_and_nowhere_else(task):
    prefix = (3, 1, 4, 1, 5, 8)
    net = net_with_a_rare_mistake(prefix, 7)
    rng = np.random.default_rng(0)
    words = rng.integers(0, 10, (40, 2_000), np.uint8)
    words[1:7, ::2] = np.array(prefix)[:, None]  # one step late: no mistake
    words[0, ::2] = 9
    assert np.array_equal(answers(net, words), task.targets(words))
    word = np.array([*prefix, 2, 9], np.uint8)[:, None]
    assert np.flatnonzero(answers(net, word)[:, 0] != task.targets(word)[:, 0]).tolist() == [5]


@pytest.mark.parametrize("base", [2, 3, 10])
def test_a_net_that_is_right_by_hand_is_proved(base):
    found = verify(counting_net(base), task_named("count", base), budget=FEW)
    assert found.verdict.verdict == "PROVED"
    assert found.certificate is not None
    assert "float32" in found.verdict.formats


@pytest.mark.usefixtures("defenceless")
@pytest.mark.parametrize("table", ["delta", "output", "start"])
def test_a_right_net_does_not_do_the_work_of_another_machine(table):
    task = task_named("count", 2)
    machine = task.machine
    for q, s in itertools.product(range(2), range(2)):
        if table == "start":
            other = Machine(1, machine.delta, machine.output)
        else:
            rows = [list(row) for row in getattr(machine, table)]
            rows[q][s] = 1 - rows[q][s]
            other = dataclasses.replace(machine, **{table: rows})
        assert find_proofs(counting_net(2), other, (0, 1, 2)) is None


@pytest.fixture(params=["by hand, base 2", "by hand, base 10", "certified"])
def proved(request: pytest.FixtureRequest) -> tuple[Net, Task]:
    """The nets that this suite proves."""
    if request.param == "certified":
        return request.getfixturevalue("certified_net"), task_named("count")
    base = int(request.param.split()[-1])
    return counting_net(base), task_named("count", base)


def test_a_proved_net_is_right_on_every_short_string(proved):
    net, task = proved
    length = 5 if task.base > 2 else 12
    for first in range(task.base):
        rest = np.array(list(itertools.product(range(task.base), repeat=length - 1)), np.uint8).T
        words = np.concatenate([np.full((1, rest.shape[1]), first, np.uint8), rest])
        assert np.array_equal(answers(net, words), task.targets(words))


def test_a_proved_net_is_right_on_long_strings_rich_in_nines(proved):
    net, task = proved
    rng = np.random.default_rng(1)
    words = rng.integers(0, task.base, (10_000, 64), np.uint8)
    words[rng.random(words.shape) < rng.uniform(0.2, 0.9999, 64)] = task.base - 1
    words[:, 0] = task.base - 1
    assert np.array_equal(answers(net, words), task.targets(words))


def test_a_proved_net_stays_in_the_boxes_of_its_proofs_even_under_the_noise_that_they_allow(proved):
    net, task = proved
    found = find_proofs(net, task.machine, (0,))
    assert found is not None
    rng = np.random.default_rng(2)
    inputs, recurrent, bias, weight, offset = (
        np.asarray(x, np.float64) for x in (net.cell.weight_ih, net.cell.weight_hh, net.cell.bias, net.weight, net.bias)
    )
    words = rng.integers(0, task.base, (400, 100), np.uint8)
    words[rng.random(words.shape) < rng.uniform(0.1, 0.99, 100)] = task.base - 1
    for proof in found.proofs:
        for noise in ("none", "corner", "within"):
            node, state = np.full(100, proof.cover.start), np.zeros((net.hidden, 100))
            for symbols, right in zip(words, task.targets(words), strict=True):
                message = recurrent @ state
                assert (proof.cover.boxes.low[:, node] - 1e-9 <= message).all()
                assert (message <= proof.cover.boxes.high[:, node] + 1e-9).all()
                state = np.tanh(message + inputs[:, symbols] + bias[:, None])
                if noise != "none":
                    drawn = rng.uniform(-1, 1, state.shape)
                    state = state + proof.epsilon * (np.sign(drawn) if noise == "corner" else drawn)
                logits = weight @ state + offset[:, None]
                best = logits[right, np.arange(100)]
                logits[right, np.arange(100)] = -np.inf
                assert (best - logits.max(axis=0) >= proof.eta - 1e-9).all()
                node = proof.cover.successors[node, symbols]

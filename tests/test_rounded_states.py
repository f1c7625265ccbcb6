"""Nets whose states are rounded: all states are visited, wrong answers replayed, and a proof about them is never one of the net."""

import itertools
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from by_hand import counting_net, drifting_net, fading_switch

from anylength.base import InputError
from anylength.cells import Rnn
from anylength.experiments.proving import prove_rounded
from anylength.experiments.report import report
from anylength.experiments.save import save_net
from anylength.nets import Net
from anylength.records import ProvedUpTo, ProvedWithin
from anylength.rules import Rounded, task_named
from anylength.runs import Run
from anylength.verification import rounded_states
from anylength.verification.rounded_states import rounded_answer, visit
from anylength.verification.verdicts import rounded, verify_rounded

COUNT = task_named("count")
FOREVER = float("inf")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "switch"
    save_net(*fading_switch([0.9], 0.05), folder)
    return folder


@pytest.fixture
def run(finished, tmp_path):
    """A run of the switch."""
    shutil.copytree(finished, tmp_path / "run")
    return tmp_path / "run"


def test_a_refuted_net_is_proved_with_its_states_rounded(called, run):
    assert json.loads(called("prove", str(run), "--json", "--budget", "5").stdout)["verdict"] == "REFUTED"
    found = called("prove", str(run), "--rounded", "3", "--json")
    result = json.loads(found.stdout)
    assert (found.code, result["verdict"], result["fraction_bits"]) == (3, "PROVED ROUNDED", 3)
    assert (result["noise_budget"], result["formats"], result["margin"]) == (None, [], None)  # these speak of the net itself
    checked = called("check", str(run / "rounded-certificate.json"), "--weights", str(run / "model.safetensors"))
    assert checked.code == 0 and "nearest multiple of 2^-3, of the program's start state" in checked.stdout
    assert "PROVED ROUNDED to multiples of 1/8" in called("prove", str(run), "--rounded", "3").stdout
    folder = Run(run)
    assert folder.verdict is not None and folder.verdict.verdict == "REFUTED"  # it stays
    assert folder.verdict_rounded is not None and folder.verdict_rounded.regions == result["regions"]
    assert "With states rounded to multiples of 1/8 this net is right on every input" in report([run]).read_text()


def test_a_finer_rounding_is_refuted_by_a_shortest_word(run):
    found = prove_rounded(run, 7)
    assert found.verdict == "REFUTED ROUNDED" and not (run / "rounded.json").exists()
    net, task = fading_switch([0.9], 0.05)
    (word,) = (visit(net, task.machine, Rounded(7), 1e-9, 10_000, FOREVER).wrong,)
    assert word is not None and word[0] == 2 and set(word[1:]) == {0}  # on, and then nothing for long
    given, right = rounded_answer(net, task.machine, Rounded(7), word)
    assert (given, right) == (0, 1)
    assert f"at step {len(word)} is 0, the right one is 1" in found.reason
    for shorter in range(1, len(word)):
        assert rounded_answer(net, task.machine, Rounded(7), word[:shorter])[0] == 1


def test_a_visit_finds_what_every_word_leads_to():
    net, task = fading_switch([0.9], 0.05)
    seen = set()
    for word in itertools.product(range(3), repeat=7):
        state, machine_state = 0.0, 0
        for symbol in word:
            exact = np.tanh(0.9 * state + (0.0, -4.0, 4.0)[symbol] - 0.01)
            state, machine_state = float(np.rint(exact * 8) / 8), task.machine.delta[machine_state][symbol]
            seen.add((machine_state, state))
    found = visit(net, task.machine, Rounded(3), 1e-9, 10_000, FOREVER)
    assert (found.counts.states, found.wrong, found.stopped) == (len(seen | {(0, 0.0)}), None, None)
    assert found.low[0] == min(state for _, state in seen) and found.high[0] == max(state for _, state in seen)


def test_a_rounded_counter_that_drifts_is_right_or_has_a_shortest_wrong_word():
    net = drifting_net(12)
    for bits in (2, 4, 6):
        found = verify_rounded(net, COUNT, Rounded(bits), budget=60.0).verdict
        assert found.verdict in ("PROVED ROUNDED", "REFUTED ROUNDED")
        looked = visit(net, COUNT.machine, Rounded(bits), 1e-9, 100_000, FOREVER)
        assert (looked.wrong is None) == (found.verdict == "PROVED ROUNDED")
    wrong = verify_rounded(counting_net(wrong={(0, 9): 9}), COUNT, Rounded(4)).verdict
    assert (wrong.verdict, wrong.counterexample) == ("REFUTED ROUNDED", ["9"])


def test_the_page_rounds_the_states_of_a_net(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert verify_rounded(drifting_net(12), COUNT, Rounded(3)).verdict.verdict == "PROVED ROUNDED"
    save_net(drifting_net(12), COUNT, tmp_path / "runs" / "forgets")
    page = (Path(__file__).parents[1] / "docs" / "understand" / "ordinary-nets.md").read_text()
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(block, "ordinary-nets.md", "exec"), {})
    wrong, right = capsys.readouterr().out.split()
    assert int(right) == int("892" + "9" * 30) + 1 != int(wrong)


def test_too_many_states_too_little_time_and_a_tie_for_a_margin_are_unknown(monkeypatch):
    net, task = fading_switch([0.9], 0.05)
    with monkeypatch.context() as few:
        few.setattr(rounded, "MOST_STEPS", 3)
        assert "more than 3 states" in verify_rounded(net, task, Rounded(4)).verdict.reason
    with monkeypatch.context() as few:
        few.setattr(rounded, "MOST_STEPS", visit(net, task.machine, Rounded(4), 0.0, 1_000, FOREVER).counts.states)
        assert "too many for the checker" in verify_rounded(net, task, Rounded(4)).verdict.reason
    assert "time was over" in verify_rounded(net, task, Rounded(4), budget=0.0).verdict.reason
    half = fading_switch([0.9], 0.5)[0]  # a state of a half is on both sides
    assert verify_rounded(half, task, Rounded(1)).verdict.verdict in ("UNKNOWN", "REFUTED ROUNDED")
    coarse = visit(net, task.machine, Rounded(20), 1.0, 100, FOREVER)
    assert coarse.stopped == "a step's error is as large as the rounding: round to fewer bits"
    broken = Net(net.cell, net.weight * np.float32(np.nan), net.bias, base=3, tapes=1)
    assert verify_rounded(broken, task, Rounded(3)).verdict.verdict == "UNKNOWN"


def test_a_state_without_bound_or_no_number_is_unknown(monkeypatch):
    net, task = fading_switch([0.9], 0.05)
    zeros = np.zeros((1, 3), np.float32)
    huge = Rnn(weight_ih=zeros, weight_hh=np.array([[np.nan]], np.float32), bias=np.zeros(1, np.float32))
    found = verify_rounded(Net(huge, net.weight, net.bias, base=3, tapes=1), task, Rounded(3)).verdict
    assert (found.verdict, found.reason) == ("UNKNOWN", "a state grows beyond all bounds, or is not a number")
    monkeypatch.setattr(rounded_states, "LARGEST", 4)
    assert verify_rounded(net, task, Rounded(3)).verdict.verdict == "UNKNOWN"


def test_a_rejected_proof_is_unknown(monkeypatch):
    net, task = fading_switch([0.9], 0.05)
    monkeypatch.setattr(rounded, "CLAIMED_SHARE", 2.0)
    found = verify_rounded(net, task, Rounded(3))
    assert (found.verdict.verdict, found.certificate) == ("UNKNOWN", None)
    assert "the independent checker rejects it" in found.verdict.reason


def test_a_proof_of_rounded_states_is_never_taken_for_one_of_the_net(called, run):
    prove_rounded(run, 3)
    shutil.copy(run / "rounded-certificate.json", run / "certificate.json")
    folder = Run(run)
    assert folder.proof.reason == "the run's certificate is about rounded states"
    assert folder.accepted_certificate() is None and folder.verdict is None
    shutil.copy(run / "rounded.json", run / "verdict.json")
    assert Run(run).verdict.verdict == "UNKNOWN"  # pyright: ignore[reportOptionalMemberAccess]
    for name in ("horizon-certificate.json", "within-certificate.json"):
        shutil.copy(run / "rounded-certificate.json", run / name)
    (run / "verdict.json").write_bytes(ProvedUpTo(reason="I say so", horizon=3).to_file())
    (run / "within.json").write_bytes(ProvedWithin(reason="I say so", within="k<=3").to_file())
    assert Run(run).verdict.verdict == "UNKNOWN"  # pyright: ignore[reportOptionalMemberAccess]
    assert Run(run).verdict_within is None


def test_what_is_stored_of_rounded_states_is_shown_with_its_certificate_alone(run):
    assert Run(run).verdict_rounded is None
    prove_rounded(run, 3)
    stored = json.loads((run / "rounded.json").read_text())
    (run / "rounded.json").write_text(json.dumps(stored | {"fraction_bits": 9}))
    assert Run(run).verdict_rounded.fraction_bits == 3  # pyright: ignore[reportOptionalMemberAccess]
    (run / "rounded-certificate.json").unlink()
    assert Run(run).verdict_rounded is None


@pytest.mark.parametrize("bits", ["0", "21", "x", "-3"])
def test_bits_that_are_none_are_refused_in_one_line(called, run, bits):
    found = called("prove", str(run), "--rounded", bits)
    assert found.code == 2 and found.stderr.count("\n") == 1
    with pytest.raises(InputError, match="1 to 20 fractional bits"):
        prove_rounded(run, 21)


def test_rounded_and_within_are_not_asked_together(called, run):
    assert called("prove", str(run), "--rounded", "3", "--within", "k<=3").code == 2

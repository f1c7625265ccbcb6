"""Verdicts: what each one leaves behind, its exit code, and that a second program, alone on a bare Python, says the same."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from by_hand import ECHOING, counting_net, echo, echoing_net

import anylength_check
from anylength.experiments import candidates
from anylength.experiments.harden import harden
from anylength.experiments.options import TrainOptions
from anylength.experiments.proving import prove
from anylength.experiments.train import train
from anylength.nets import Net, NetConfig, tensors, to_bytes
from anylength.records import Epoch, Hardening, Training, Verdict
from anylength.runs import Run
from anylength.training import Blog, TrainResult
from anylength.verification import verdicts
from anylength.verification.refutation import StepBudget, TimeBudget
from anylength.verification.verdicts import verify
from tests.patience import PATIENCE
from tests.selection import thorough

module = sys.modules[verdicts.verify.__module__]


@pytest.fixture
def copied(certified_run: Path, tmp_path: Path) -> Path:
    """A copy of the certified run, free to be changed."""
    return Path(shutil.copytree(certified_run, tmp_path / "run"))


def run_of(net: Net, run: Path, out: Path) -> Path:
    """A run folder that holds another net."""
    shutil.copytree(run, out, ignore=shutil.ignore_patterns("certificate.json", "verdict.json"))
    config = json.loads((out / "config.json").read_bytes()) | {"hidden": net.hidden}
    (out / "config.json").write_text(json.dumps(config))
    (out / "model.safetensors").write_bytes(to_bytes(net, NetConfig("count", 10, "rnn", net.hidden)))
    return out


@pytest.fixture
def wrong_run(run_folder: Path, tmp_path: Path) -> Path:
    """A run whose net answers 3 to a 4 after it has lost the carry, with a certificate of other days."""
    out = run_of(counting_net(wrong={(1, 4): 3}), run_folder, tmp_path / "wrong")
    (out / "certificate.json").write_text("{}")
    return out


@pytest.fixture
def tied_run(run_folder: Path, tmp_path: Path) -> Path:
    """A run whose net is right, but only because a tie is answered with the lowest class."""
    net = counting_net()
    weight, bias = net.weight.copy(), net.bias.copy()
    weight[7, 14] = 1
    bias[7] += 1
    return run_of(dataclasses.replace(net, weight=weight, bias=bias), run_folder, tmp_path / "tied")


def test_a_net_taught_on_0_to_100_is_proved_with_noise_to_spare(certified_run):
    found = Verdict.from_json((certified_run / "verdict.json").read_bytes(), "verdict.json")
    assert found.verdict == "PROVED"
    assert found.noise_budget is not None
    assert found.noise_budget > 0.05
    assert {"bfloat16", "float32"} <= set(found.formats)
    assert found.margin is not None
    assert found.margin > 0
    assert found.counterexample is None
    proofs = json.loads((certified_run / "certificate.json").read_bytes())["proofs"]
    assert max(float.fromhex(proof["epsilon"]) for proof in proofs) == found.noise_budget
    assert len(proofs[0]["nodes"]) == found.regions


def test_a_bare_python_with_nothing_but_the_checker_says_valid(certified_run, tmp_path):
    source = Path(anylength_check.__file__).parent
    shutil.copytree(source, tmp_path / "anylength_check", ignore=shutil.ignore_patterns("__pycache__"))
    start = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import runpy; runpy.run_module('anylength_check', run_name='__main__')"
    )
    for name, code, says in (("certificate.json", 0, "VALID"), ("config.json", 4, "REJECTED: ")):
        command = [sys.executable, "-I", "-S", "-c", start, str(certified_run / name), str(certified_run / "model.safetensors")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert (done.returncode, done.stderr) == (code, "")
        assert any(line.startswith(says) for line in done.stdout.splitlines()[:2])


def test_prove_and_check_say_proved_and_valid_with_exit_code_0(called, copied):
    found = called("prove", str(copied), "--json")
    assert found.code == 0
    result = json.loads(found.stdout)
    assert (result["verdict"], result["counterexample"]) == ("PROVED", None)
    checked = called("check", str(copied / "certificate.json"), "--weights", str(copied / "model.safetensors"), "--json")
    assert checked.code == 0
    word = json.loads(checked.stdout)
    assert (word["valid"], word["reason"]) == (True, None)
    assert word["claim"] == json.loads((copied / "certificate.json").read_bytes())["claim"]
    text = called("check", str(copied / "certificate.json"), "--weights", str(copied / "model.safetensors")).stdout
    assert text.splitlines()[1] == "VALID"


def test_proving_twice_leaves_the_same_certificate(copied):
    before = (copied / "certificate.json").read_bytes()
    prove(copied)
    assert (copied / "certificate.json").read_bytes() == before


def test_a_refutation_has_exit_code_1_replays_wrong_through_ask_and_removes_a_stale_certificate(called, wrong_run):
    found = called("prove", str(wrong_run), "--json", "--budget", "60")
    assert found.code == 1
    result = json.loads(found.stdout)
    assert result["verdict"] == "REFUTED"
    assert not (wrong_run / "certificate.json").exists()
    assert json.loads((wrong_run / "verdict.json").read_bytes())["verdict"] == "REFUTED"
    asked = json.loads(called("ask", str(wrong_run), *result["counterexample"], "--json").stdout)
    assert asked["correct"] == [False]
    mistake = result["mistake"]
    assert (asked["answers"][0], mistake["numbers"]) == (mistake["answer"], result["counterexample"])
    assert int(mistake["expected"]) == int(result["counterexample"][0]) + 1
    assert len(result["counterexample"][0]) == 2 or not result["shortest_proved"]  # a busy machine has no time to shorten it


def test_a_tie_is_not_proved_with_exit_code_3(called, tied_run, monkeypatch):
    monkeypatch.setattr(module, "refute_within", lambda *_: None)
    found = called("prove", str(tied_run), "--json", "--budget", "1")
    verdict = json.loads(found.stdout)
    assert (found.code, verdict["verdict"], verdict["horizon"]) == (3, "PROVED UP TO", 1)  # the tie is at step 2
    assert verdict["reason"] and (tied_run / "horizon-certificate.json").exists()
    assert not (tied_run / "certificate.json").exists()


@pytest.mark.parametrize("kind", thorough(ECHOING, quick=2))
def test_a_right_net_of_each_older_cell_is_proved(kind):
    assert verdicts.find_proofs(echoing_net(kind), echo(), (0,)) is not None


def test_a_checker_that_disagrees_is_believed(copied, task, monkeypatch):
    refusal = anylength_check.CheckResult(False, None, "no", ())
    monkeypatch.setattr(module, "independent_check", lambda *_: refusal)
    net = Run(copied).net
    found = verify(net, task, budget=1.0)
    assert (found.verdict.verdict, found.certificate) == ("UNKNOWN", None)


def interrupted(*_: object, **__: object) -> None:
    """Ctrl-C."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("place", ["search", "check", "write"])
def test_an_interrupted_proof_leaves_the_older_one_and_has_exit_code_130(called, copied, monkeypatch, place):
    before = {path.name: path.read_bytes() for path in copied.iterdir()}
    if place == "search":
        monkeypatch.setattr(module, "find_proofs", interrupted)
    elif place == "check":
        monkeypatch.setattr(module, "independent_check", interrupted)
    else:
        monkeypatch.setattr(os, "replace", interrupted)
    found = called("prove", str(copied))
    assert (found.code, found.stdout) == (130, "")
    assert {path.name: path.read_bytes() for path in copied.iterdir()} == before


def test_the_certificate_of_another_net_is_rejected_with_exit_code_4(called, certified_run, run_folder):
    for weights in (run_folder / "model.safetensors", certified_run / "certificate.json"):
        found = called("check", str(certified_run / "certificate.json"), "--weights", str(weights), "--json")
        assert found.code == 4
        word = json.loads(found.stdout)
        assert (word["valid"], word["claim"]) == (False, None)
        assert word["reason"]
    text = called("check", str(certified_run / "certificate.json"), "--weights", str(run_folder / "model.safetensors"))
    assert text.code == 4
    assert text.stdout.splitlines()[-1].startswith("REJECTED: ")


def test_one_flipped_bit_of_any_weight_is_rejected_with_exit_code_4(called, copied):
    weights = (copied / "model.safetensors").read_bytes()
    start = 8 + int.from_bytes(weights[:8], "little")
    rng = np.random.default_rng(0)
    for place in [start, len(weights) - 1, *rng.integers(start, len(weights), 10).tolist()]:
        flipped = bytearray(weights)
        flipped[place] ^= 1 << int(rng.integers(8))
        (copied / "model.safetensors").write_bytes(bytes(flipped))
        found = called("check", str(copied / "certificate.json"), "--weights", str(copied / "model.safetensors"), "--json")
        assert found.code == 4


def test_a_net_of_huge_weights_gets_a_verdict_and_no_warning(task):
    net = counting_net()
    for size in (1e10, 1e30, 1e36):
        cell = dataclasses.replace(net.cell, weight_hh=net.cell.weight_hh * np.float32(size))
        found = verify(dataclasses.replace(net, cell=cell), task, budget=1.0)
        assert found.verdict.verdict in ("REFUTED", "UNKNOWN", "PROVED", "PROVED UP TO")


@pytest.mark.parametrize(("budget", "first"), [(50.0, 3.0), (10.0, 2.5), (4.0, 1.0)])
def test_the_last_attack_gets_all_the_time_that_is_left(tied_run, task, monkeypatch, budget, first):
    given: list[float] = []

    def without_end(net, machine, budget, tried):
        given.append(budget.remaining)
        budget.share(0.0).spent  # noqa: B018 - a part of the attack asks, and is told to end

    monkeypatch.setattr(module, "refute_within", without_end)
    monkeypatch.setattr(module, "find_ellipsoid_proof", lambda *_, **__: None)
    verify(Run(tied_run).net, task, budget=budget)
    assert given[0] == pytest.approx(first, abs=0.1)
    assert len(given) == 2 and given[1] > given[0]


def test_an_attack_that_tried_all_it_has_is_not_made_again_and_leaves_its_time_to_the_search(tied_run, task, monkeypatch):
    given: list[float] = []
    monkeypatch.setattr(module, "refute_within", lambda net, machine, budget, tried: given.append(budget.remaining))
    monkeypatch.setattr(module, "find_ellipsoid_proof", lambda net, machine, until, *_, **__: given.append(until))
    began = time.monotonic()
    verify(Run(tied_run).net, task, budget=50.0)
    assert len(given) == 2 and given[1] == pytest.approx(began + 50.0, abs=1.0)


@pytest.mark.slow
def test_a_crash_never_looks_like_a_verdict(tmp_path):
    crash = "import sys; from anylength.cli.main import main; from anylength.experiments import proving; proving.prove = None; "
    command = [sys.executable, "-c", crash + "sys.exit(main(sys.argv[1:]))", "prove", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert "NoneType" in done.stderr
    assert done.returncode not in (0, 1, 2, 3, 4, 130)


@pytest.mark.slow
def test_a_hardened_net_of_the_post_is_proved_and_what_moved_is_recorded(called, run_folder, tmp_path):
    out = tmp_path / "hard"
    found = called("harden", str(run_folder), "--out", str(out), "--quiet", "--json")
    assert found.code == 0
    result = json.loads(found.stdout)
    assert (result["run"], result["verdict"]) == (str(out), "PROVED")
    assert Hardening.from_json((out / "hardening.json").read_bytes(), "hardening.json") == Hardening.from_json(found.stdout, "json")
    before, after = (np.concatenate([x.ravel() for x in tensors(Run(run).net).values()]) for run in (run_folder, out))
    assert result["updates"] > 0
    assert result["moved"] == pytest.approx(np.linalg.norm(after - before) / np.linalg.norm(before), rel=1e-5)
    assert result["largest_change"] == pytest.approx(np.abs(after - before).max(), rel=1e-6)
    assert 0 <= result["answers_changed"] <= 1
    assert result["answers_broken"] == 0 or result["answers_corrected"] >= result["answers_broken"]
    assert (out / "certificate.json").is_file()
    assert called("check", str(out / "certificate.json"), "--weights", str(out / "model.safetensors"), "--json").code == 0
    assert set(json.loads((run_folder / "config.json").read_bytes())) == set(json.loads((out / "config.json").read_bytes()))


@pytest.mark.slow
def test_hardening_what_can_be_proved_moves_nothing(copied, tmp_path):
    found = harden(copied, tmp_path / "hard")
    assert (found.verdict, found.updates, found.moved, found.largest_change, found.answers_changed) == (
        "PROVED",
        0,
        0.0,
        0.0,
        0.0,
    )
    assert (found.answers_corrected, found.answers_broken) == (0, 0)
    assert (tmp_path / "hard" / "model.safetensors").read_bytes() == (copied / "model.safetensors").read_bytes()


@pytest.mark.slow
def test_an_interrupted_harden_names_a_command_that_works(called, run_folder, tmp_path):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        harden(run_folder, tmp_path / "hard", progress=stop)
    told = called("ask", str(tmp_path / "hard"), "1").stderr
    command = told.split("finish it with: anylength ")[1].split() if "finish it with" in told else ["harden", str(run_folder)]
    assert called(*command).code == 0


@pytest.mark.parametrize(
    ("budgets", "losses", "best", "proved"),
    [
        ([0.1, 0.3, 0.2, 0.0], [4, 3, 2, 1], 1, 3),
        ([0.0, 0.0, 0.0, 1e-9], [1, 1, 1, 9], 3, 1),
        ([0.0, 0.0, 0.0, 0.0], [4, 3, 2, 5], 2, 0),
        ([0.2, 0.1, 0.2, 0.2], [4, 3, 5, 1], 3, 4),
        ([0.2, 0.2, 0.2, 0.2], [1, 1, 1, 1], 0, 4),
    ],
)
def test_the_certificate_chooses_among_candidates_and_the_loss_only_where_it_cannot(budgets, losses, best, proved):
    def epoch(loss: float) -> Epoch:
        return Epoch(
            epoch=1, loss=loss, train_accuracy=1.0, validation_accuracy=1.0, train_digits=1.0, validation_digits=1.0, seconds=0.0
        )

    nets = [TrainResult(counting_net(), [epoch(float(loss))]) for loss in losses]
    chosen = candidates.best_of(nets, [3, 5, 7, 9], budgets)
    assert chosen.trained is nets[best]
    assert (chosen.seed, chosen.proved) == ([3, 5, 7, 9][best], proved)


@pytest.mark.slow
def test_candidates_are_deterministic_and_the_kept_seed_is_on_record(tmp_path):
    wanted = TrainOptions(recipe="certified", data="hundred", hidden=8, epochs=2, candidates=3, seed=5)
    results = [train(wanted, tmp_path / name) for name in ("one", "two")]
    for name in ("model.safetensors", "config.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert results[0].kept_seed == results[1].kept_seed
    assert results[0].kept_seed in {5 + at * candidates.STRIDE for at in range(3)}
    assert results[0].proved_candidates in range(4)
    assert Training.from_json((tmp_path / "one" / "DONE").read_bytes(), "DONE") == results[0]
    assert Run(tmp_path / "one").config.candidates == 3


def test_candidates_that_diverge_are_told_in_one_line(called, tmp_path, monkeypatch):
    class Diverging(Blog):
        """Its loss is NaN."""

        def loss(self, net, *rest):
            loss, schedule_state = super().loss(net, *rest)
            return loss * np.nan, schedule_state

    monkeypatch.setattr("anylength.training.blog.BLOG", Diverging())
    options = ["train", "count", "--recipe", "blog", "--data", "hundred", "--hidden", "2", "--epochs", "1", "--candidates", "2"]
    found = called(*options, "--out", str(tmp_path / "run"))
    assert (found.code, found.stderr.count("\n")) == (2, 1)


@pytest.mark.slow
def test_a_verdict_by_steps_is_the_same_again_and_ends(run_folder, tied_run, task):
    def told(run, steps):
        verdict = verify(Run(run).net, task, steps=steps).verdict
        return verdict.verdict, verdict.reason, getattr(verdict, "counterexample", None), getattr(verdict, "horizon", None)

    assert told(run_folder, 300) == told(run_folder, 300)
    kind = told(tied_run, 60)[0]
    assert kind == "PROVED UP TO"
    assert told(tied_run, 60) == told(tied_run, 60)


def test_a_verdict_by_steps_that_finds_nothing_says_how_many_steps_it_took(tied_run, task, monkeypatch):
    monkeypatch.setattr(module, "find_horizon_proof", lambda *_: None)
    verdict = verify(Run(tied_run).net, task, steps=60).verdict
    expected = "in 60 steps of the attack the search found neither a proof nor a wrong answer: none of "
    assert verdict.verdict == "UNKNOWN" and verdict.reason.startswith(expected)


def test_a_spent_budget_still_tries_all_words_of_a_few_symbols(task, monkeypatch):
    monkeypatch.setattr(module, "try_to_prove", lambda *_: time.sleep(0.2))  # a busy machine: the budget is spent before the attack
    monkeypatch.setattr(module, "find_horizon_proof", lambda *_: None)
    right = verify(counting_net(), task, budget=0.1).verdict
    assert right.verdict == "UNKNOWN"
    assert "of all words of up to 4 symbols and of some longer ones, is wrong; boxes did not close" in right.reason
    wrong = verify(counting_net(wrong={(1, 3): 4}), task, budget=0.1).verdict
    assert (wrong.verdict, wrong.counterexample) == ("REFUTED", ["30"])


@pytest.mark.parametrize("kind", [TimeBudget, StepBudget])
def test_a_budget_tells_whether_it_or_a_share_of_it_ended_something(kind):
    budget = kind(1000.0)
    assert not budget.spent and not budget.share(0.5).spent and not budget.was_short
    assert budget.at_most(0.0).spent and not budget.was_short  # that was for something else
    assert budget.share(0.5).share(0.0).spent and budget.was_short


def test_a_step_budget_counts_its_questions_and_those_of_its_shares():
    budget = StepBudget(10)
    half = budget.share(0.5)
    assert [half.spent for _ in range(6)] == [False] * 4 + [True] * 2
    assert budget.remaining == 4
    assert budget.at_most(0.01).remaining == 1
    assert budget.at_most(1.0).remaining == 4

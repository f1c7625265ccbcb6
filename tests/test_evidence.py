"""A proof is shown only for what it proves: every page and command judges a stored verdict by the run's own net and task."""

import dataclasses
import shutil
from pathlib import Path

import msgspec
import pytest
from passed_off import OF_ONE_RUN, another_cell, changed, other_weights

from anylength.base import InputError
from anylength.experiments.export import export
from anylength.experiments.proving import prove
from anylength.experiments.report import report
from anylength.experiments.results import complete, extract
from anylength.experiments.run_view import run_view
from anylength.experiments.run_words import run_words
from anylength.nets import describe, to_bytes
from anylength.records import NotApplicable, Refuted, Unknown
from anylength.rules import Extraction, task_named
from anylength.rules.own_tasks import machine_task
from anylength.runs import Run
from anylength.verification.verdicts import judge_verdict, verify
from tests.selection import thorough

FIXTURE = Path(__file__).parent / "fixtures" / "runs" / "post"


@pytest.fixture
def proved(whole_certified_run: Path, tmp_path: Path) -> Path:
    """A copy of a run with a proof and every other result."""
    return Path(shutil.copytree(whole_certified_run, tmp_path / "run"))


@pytest.fixture
def refuted(tmp_path: Path) -> Path:
    """A copy of a run with a wrong answer. It was made before verdicts had the digest of the tensors."""
    return Path(shutil.copytree(FIXTURE, tmp_path / "run"))


@pytest.mark.parametrize("attack", thorough(OF_ONE_RUN, quick=2), ids=lambda attack: attack.__name__)
def test_nothing_says_proved_where_the_proof_is_not_of_this_run(proved, attack):
    attack(proved)
    assert Run(proved).stored_verdict.verdict == "PROVED"
    verdict = Run.open(proved).verdict
    assert verdict.verdict == "UNKNOWN"
    assert verdict.reason.endswith(": run anylength prove") and "\n" not in verdict.reason
    view, words = run_view(proved, "run"), run_words(Run(proved))
    assert view.verdict == verdict
    assert view.certificate is None or (not view.certificate.valid and not view.certificate.proofs and view.certificate.reason)
    assert words.verdict == f"Neither proved nor refuted: {verdict.reason}."
    assert export(proved, "json").covered is False
    assert report([proved]).stat().st_size > 1000


@pytest.mark.parametrize("attack", [another_cell, other_weights], ids=lambda attack: attack.__name__)
def test_an_extracted_machine_of_another_net_is_no_theorem(proved, attack):
    assert Run(proved).extraction.status == "theorem"
    attack(proved)
    assert Run(proved).stored_extraction.status == "theorem"
    assert Run(proved).extraction.status != "theorem"
    assert extract(proved, budget=1.0).status != "theorem" or (proved / "machine-certificate.json").exists()


def test_a_proved_run_shows_the_numbers_of_its_certificate(proved):
    verdict = Run(proved).verdict
    changed(proved / "verdict.json", noise_budget=9.0, formats=["float64"], regions=1, margin=1e9, reason="because")
    shown = Run(proved).verdict
    assert (shown.noise_budget, shown.formats, shown.regions, shown.reason) == (
        verdict.noise_budget, verdict.formats, verdict.regions, verdict.reason,
    )  # fmt: skip
    assert 0 < shown.margin <= verdict.margin


def test_the_judged_verdict_is_the_one_that_prove_gave(proved):
    assert Run(proved).verdict == Run(proved).stored_verdict
    assert prove(proved) == Run(proved).verdict


@pytest.mark.parametrize("stored", [Refuted(reason="I say so"), Unknown(reason="I say so"), None])
def test_an_accepted_certificate_is_a_proof_whatever_the_verdict_beside_it_says(proved, stored):
    if stored is None:
        (proved / "verdict.json").unlink()
    else:
        (proved / "verdict.json").write_bytes(stored.to_file())
    assert Run(proved).verdict.verdict == "PROVED"


def test_a_counterexample_is_replayed_before_it_is_shown(refuted):
    run, stored = refuted, Run(refuted).stored_verdict
    assert Run(run).verdict == stored and stored.verdict == "REFUTED"
    changed(run / "verdict.json", counterexample=["1"])
    assert (Run(run).verdict.verdict, "does not answer" in Run(run).verdict.reason) == ("UNKNOWN", True)
    for nonsense in (["1", "2"], ["x"], [], ["9" * 100_001]):
        changed(run / "verdict.json", counterexample=nonsense)
        assert Run(run).verdict.verdict == "UNKNOWN"


def test_a_mistake_that_the_net_makes_otherwise_now_is_shown_as_it_is_now(refuted):
    run, stored = refuted, Run(refuted).stored_verdict
    changed(run / "verdict.json", mistake={"numbers": stored.counterexample, "answer": "7", "expected": "8"})
    shown = Run(run).verdict
    assert (shown.verdict, shown.mistake) == ("REFUTED", stored.mistake)
    assert (shown.shortest_proved, shown.pumped_family) == (False, None)


@pytest.mark.parametrize(
    "family",
    [
        {"before": ["1"], "digit": ["0"], "after": ["1"], "least": 1},
        {"before": ["1"], "digit": ["9"], "after": ["9"], "least": -1},
        {"before": ["1"], "digit": [], "after": ["9"], "least": 1},
        {"before": [], "digit": [], "after": [], "least": 1},
        {"before": ["1"], "digit": ["9"], "after": ["9"], "least": 10**12},
    ],
)
def test_a_family_of_wrong_inputs_is_replayed_before_it_is_shown(refuted, family):
    stored = Run(refuted).stored_verdict
    changed(refuted / "verdict.json", pumped_family=family, noise_budget=9.0)
    shown = Run(refuted).verdict
    assert (shown.verdict, shown.mistake, shown.pumped_family) == ("REFUTED", stored.mistake, None)
    assert shown.noise_budget is None


@pytest.mark.parametrize("kind", [Refuted, Unknown, NotApplicable])
def test_a_verdict_on_other_weights_is_not_shown(refuted, kind):
    run = refuted
    (run / "verdict.json").write_bytes(kind(reason="I say so", tensors="0" * 64).to_file())
    assert Run(run).verdict == Unknown(reason="the stored verdict is of other weights: run anylength prove")


@pytest.mark.slow
def test_a_run_that_is_completed_gets_a_new_verdict_and_machine_for_old_ones_of_another_net(proved):
    other_weights(proved)
    run = Run(proved)
    prove(run, budget=1.0)
    assert Run(proved).verdict == Run(proved).stored_verdict
    assert Run(proved).verdict.tensors is not None
    complete(run)
    assert Run(proved).extraction.status == Run(proved).stored_extraction.status


def test_a_forged_theorem_is_tested_and_a_wrong_one_is_refused(proved):
    extraction = Run(proved).extraction
    for name in ("certificate.json", "machine-certificate.json"):
        (proved / name).unlink(missing_ok=True)
    tested = Run(proved).extraction
    assert (tested.status, tested.equivalent, tested.words_compared) == ("tested", True, 2048)
    machine = msgspec.structs.replace(extraction.machine, output=[[0] * 10] * 2)
    Run(proved).save(msgspec.structs.replace(extraction, machine=machine))
    refused = Run(proved).extraction
    assert (refused.status, refused.machine, refused.equivalent) == ("unfinished", None, None)
    assert "anylength extract" in refused.note
    for field in ({"delta": [[5] * 10] * 2}, {"output": [[0]]}, {"delta": []}):
        Run(proved).save(msgspec.structs.replace(extraction, machine=msgspec.structs.replace(extraction.machine, **field)))
        assert Run(proved).extraction.machine is None


@pytest.mark.slow
def test_a_theorem_about_a_wrong_net_brings_its_certificate(run_folder, tmp_path):
    from by_hand import counting_net

    run = Path(shutil.copytree(run_folder, tmp_path / "run"))
    net = counting_net(wrong={(1, 4): 3})
    changed(run / "config.json", hidden=net.hidden)
    (run / "model.safetensors").write_bytes(to_bytes(net, describe(net, task_named("count"))))
    result = extract(run, budget=60.0)
    assert (result.status, result.equivalent) == ("theorem", False)
    assert (run / "machine-certificate.json").is_file()
    assert Run(run).extraction == result
    (run / "machine-certificate.json").unlink()
    assert Run(run).extraction.status == "tested"


def test_a_machine_of_a_users_own_may_not_take_the_name_of_another_rule(proved):
    own = machine_task(lambda state, digits: (state, digits[0]), start=0, name="count")
    assert own.description is not None
    with pytest.raises(InputError, match="another name"):
        task_named("count", 10, own.description)
    other = machine_task(lambda state, digits: (state, digits[0]), start=0, name="copy")
    changed(proved / "config.json", machine=other.description)
    with pytest.raises(InputError, match="belong to different runs"):
        _ = Run(proved).task


def test_a_certificate_of_another_alphabet_proves_nothing(certified_run, certified_net):
    found = verify(certified_net, task_named("count"))
    subject = Run(certified_run).subject
    other = dataclasses.replace(subject, task=task_named("count", 9))
    assert judge_verdict(None, found.certificate, subject).verdict == "PROVED"
    assert judge_verdict(None, found.certificate, other) is None


@pytest.mark.parametrize("status", ["unfinished", "tested", "theorem", "not applicable"])
def test_a_note_of_an_extraction_is_not_believed(proved, status):
    Run(proved).save(Extraction(states=None, machine=None, equivalent=True, status=status, note="PROVED: it counts"))
    shown = Run(proved).extraction
    assert (shown.status, shown.equivalent, shown.machine) == ("unfinished", None, None)
    assert "anylength extract" in shown.note and "PROVED" not in shown.note

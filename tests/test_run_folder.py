"""`Run`: one door to everything in a run folder."""

import os
import shlex
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from anylength.base import InputError
from anylength.experiments.options import TrainOptions
from anylength.experiments.results import complete
from anylength.records import Stress, Verdict
from anylength.runs import Run, layout
from anylength.runs.configuration import train_command
from anylength_check.certificate import CERTIFICATE_LIMIT

FIXTURE = Path(__file__).parent / "fixtures" / "runs" / "hundred"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A finished run."""
    return Run(shutil.copytree(FIXTURE, tmp_path / "run"))


@pytest.mark.parametrize(
    "attribute", ["training", "stress_test", "explanation", "extraction", "verdict", "imported", "hardening", "quantisation"]
)
def test_a_new_run_has_no_results(tmp_path, attribute):
    run = Run.create(tmp_path / "run", TrainOptions(recipe="blog").config())
    assert getattr(run, attribute) is None
    assert (run.finished, run.epochs, run.certificate) == (False, [], None)


def test_a_record_is_saved_to_its_own_file(run):
    stress_test, verdict = run.stress_test, run.stored_verdict
    run.remove(layout.STRESS)
    run.remove(layout.VERDICT)
    assert (run.stress_test, run.stored_verdict) == (None, None)
    run.save(stress_test)
    run.save(verdict)
    assert isinstance(run.stress_test, Stress)
    assert isinstance(run.stored_verdict, Verdict)


def test_a_record_of_another_kind_is_refused(run):
    with pytest.raises(TypeError, match="a run folder holds no Epoch"):
        run.save(run.epochs[0])


def test_opening_checks_that_net_and_configuration_belong_together(run):
    text = (run.path / layout.CONFIG).read_text()
    (run.path / layout.CONFIG).write_text(text.replace('"hidden": 16', '"hidden": 17'))
    with pytest.raises(InputError, match=r"one of the two files is from another run|expected"):
        Run.open(run.path)


@pytest.mark.parametrize(("key", "value"), [("epochs", 3), ("train_accuracy", 0.5), ("validation_accuracy", 0.5)])
def test_opening_checks_that_the_result_is_that_of_the_metrics(run, key, value):
    (run.path / layout.DONE).write_bytes(msgspec.structs.replace(run.training, **{key: value}).to_file())
    with pytest.raises(InputError, match=f"the {key} of metrics.jsonl, .*, got {value} in DONE"):
        Run.open(run.path)


def test_a_run_that_is_not_finished_is_not_opened(run):
    run.remove(layout.DONE)
    with pytest.raises(InputError, match="a finished run, got .*, which is half-written: finish it with: anylength train count"):
        Run.open(run.path)


def test_a_damaged_record_is_told_with_its_file(run):
    (run.path / layout.VERDICT).write_text("{")
    with pytest.raises(InputError, match=r"verdict\.json"):
        _ = run.verdict


def test_two_workers_do_not_work_in_one_run(run):
    def work():
        with run.locked():
            return True

    with run.locked(), ThreadPoolExecutor(1) as pool:
        assert work()  # who holds the lock may take it again
        with pytest.raises(InputError, match="a run that nobody is working on"):
            pool.submit(work).result()
    assert work()


def test_complete_makes_only_what_is_missing(run):
    run.remove(layout.STRESS)
    kept = (run.path / layout.VERDICT).stat().st_mtime_ns
    complete(run)
    assert run.stress_test is not None
    assert (run.path / layout.VERDICT).stat().st_mtime_ns == kept


def test_the_certificate_of_another_net_is_not_accepted(run):
    assert run.accepted_certificate() is not None
    content = bytearray((run.path / layout.MODEL).read_bytes())
    content[-1] ^= 1
    (run.path / layout.MODEL).write_bytes(bytes(content))
    assert Run(run.path).accepted_certificate() is None


@pytest.mark.parametrize("name", [layout.CERTIFICATE, layout.MACHINE_CERTIFICATE])
def test_certificates_are_read_up_to_the_length_that_the_checker_reads(run, name):
    path = run.path / name
    with path.open("wb") as file:
        file.truncate(CERTIFICATE_LIMIT)
    run.open_file(name).close()
    with path.open("ab") as file:
        file.write(b" ")
    with pytest.raises(InputError, match="a file of at most 320 MiB"):
        run.open_file(name)


def test_a_command_that_a_message_tells_to_repeat_is_quoted(run):
    config = msgspec.structs.replace(run.config, task="count; rm -rf ~", recipe="$(id)")
    words = shlex.split(train_command(config, run.path))
    assert words[:3] == ["anylength", "train", "count; rm -rf ~"]
    assert words[words.index("--recipe") + 1] == "$(id)"
    assert words[-2:] == ["--out", str(run.path)]


@pytest.mark.parametrize("command", ["prove", "stress", "explain", "extract"])
def test_a_read_only_folder_is_refused_before_any_work(run, called, monkeypatch, command):
    before = {path.name: path.read_bytes() for path in run.path.iterdir()}
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # also root may write what is read-only
    found = called(command, str(run.path))
    assert (found.code, found.stdout) == (2, "")
    assert "expected a folder that can be written" in found.stderr
    assert {path.name: path.read_bytes() for path in run.path.iterdir()} == before


def test_a_certificate_that_is_no_text_gives_a_report_without_a_proof(run, called, tmp_path):
    (run.path / layout.CERTIFICATE).write_bytes(bytes(range(128, 256)) * 100)
    assert called("report", str(run.path), "--out", str(tmp_path / "report.html")).code == 0
    assert ">PROVED<" not in (tmp_path / "report.html").read_text()
    assert Run(run.path).verdict.verdict == "UNKNOWN"


@pytest.mark.parametrize(
    "words",
    [
        ["train", "count"],
        ["report", "RUN"],
        ["harden", "RUN"],
        ["quantise", "RUN", "--to", "int8"],
        ["export", "RUN", "--to", "json"],
    ],
)
def test_a_name_of_300_characters_is_refused_in_one_line(run, called, tmp_path, words):
    out = tmp_path / ("x" * 300)
    found = called(*[str(run.path) if word == "RUN" else word for word in words], "--out", str(out))
    assert (found.code, found.stdout) == (2, "")
    assert found.stderr.count("\n") == 1
    assert "File name too long: choose a shorter name" in found.stderr

"""Run folders, certificates and sweeps that were made before the renames still work, and keep their keys."""

import json
import shutil
from pathlib import Path

import pytest

from anylength.experiments.proving import prove
from anylength.experiments.run_view import run_view
from anylength.experiments.train import resume_run
from anylength.records import RunConfig, SweepRow
from anylength.runs import Run, recipe_of
from anylength.sweeps import folder
from anylength.sweeps.export_run import export_run
from anylength.sweeps.summary import summarise
from anylength_check import check
from tests.conftest import Finished
from tests.selection import thorough

FIXTURES = Path(__file__).parent / "fixtures" / "runs"
RUNS = ("post", "hundred", "hardened", "int8")
RECORDS = {
    "config": "config.json",
    "environment": "environment.json",
    "training": "DONE",
    "stress_test": "stress.json",
    "explanation": "explain.json",
    "stored_extraction": "machine.json",
    "stored_verdict": "verdict.json",
    "hardening": "hardening.json",
    "quantisation": "quantisation.json",
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A copy of all fixtures."""
    return Path(shutil.copytree(FIXTURES, tmp_path / "old"))


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("attribute", RECORDS)
def test_a_record_is_read_and_written_back_with_the_same_keys_and_values(old, name, attribute):
    run, file = Run(old / name), old / name / RECORDS[attribute]
    record = RunConfig.from_json(file.read_bytes(), file.name) if attribute == "config" else getattr(run, attribute)
    assert (record is not None) == file.is_file()
    if record is not None:
        added = {"left_out": []} if attribute == "explanation" else {}
        assert json.loads(record.to_json()) == json.loads(file.read_bytes()) | added


def test_a_configuration_is_given_in_todays_words(old):
    stored = RunConfig.from_json((old / "half" / "config.json").read_bytes(), "config.json")
    config = Run(old / "half").config
    assert (stored.recipe, config.recipe) == ("certified", "unrolled")
    assert config.settings == recipe_of(config).settings()
    assert [Run(old / name).config.recipe for name in RUNS] == ["blog", "unrolled", "harden", "quantise"]


@pytest.mark.parametrize("name", RUNS)
def test_a_run_answers(old, name):
    run = Run.open(old / name)
    assert run.ask([["199"]]).answers == ["200"]


@pytest.mark.parametrize("name", ["hundred", "hardened", "int8"])
def test_a_certificate_is_valid(old, name):
    assert check(old / name / "certificate.json", old / name / "model.safetensors").valid
    assert Run(old / name).accepted_certificate() is not None


@pytest.mark.slow
def test_a_run_is_judged_as_before(old):
    before = Run(old / "hundred").verdict
    again = prove(old / "hundred", budget=60)
    assert (before.verdict, before.formats) == (again.verdict, again.formats) == ("PROVED", before.formats)
    assert json.loads(Run(old / "hundred").certificate)["format"] == 1
    assert prove(old / "post", budget=60).verdict == "REFUTED"


@pytest.mark.slow
def test_an_interrupted_run_resumes(old):
    run = Run(old / "half")
    before = len(run.epochs)
    result = resume_run(run)
    assert (result.epochs, len(run.epochs)) == (run.config.epochs, run.config.epochs)
    assert 0 < before < result.epochs
    assert not run.has("checkpoint.safetensors")


@pytest.mark.slow
def test_a_command_line_in_todays_words_resumes_it(called, old):
    config = Run(old / "half").config
    options = {"base": 10, "cell": config.cell, "hidden": config.hidden, "recipe": config.recipe, "data": config.data, "seed": 1}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    found = called("train", config.task, *words, "--epochs", str(config.epochs), "--out", str(old / "half"), "--resume", "--json")
    assert found.code in (0, 3) and json.loads(found.stdout)["epochs"] == config.epochs


def test_a_view_of_a_run_has_all_records(old):
    view = run_view(old / "hundred", "hundred")
    assert view.verdict is not None and view.stress is not None and view.explanation is not None
    assert view.certificate is not None and view.certificate.valid


def test_a_sweep_is_summarised_and_gives_a_run(old):
    summary, _ = summarise(old / "sweep")
    assert json.loads((FIXTURES / "sweep" / "summary.json").read_bytes()) == json.loads(summary.to_json())
    export_run(old / "sweep", 1, old / "row")
    assert Run.open(old / "row").config.seed == 1
    lines = (old / "sweep" / "results.jsonl").read_text().splitlines()
    assert [row.to_json() for row in folder.read_rows(old / "sweep")] == lines
    assert all(SweepRow.from_json(line, "row").to_json() == line for line in lines)


@pytest.mark.parametrize(
    "command",
    thorough(["ask RUN 999", "count RUN --steps 3", "stress RUN --limit 30", "explain RUN", "extract RUN", "report RUN"], quick=2),
)
def test_a_command_works_on_a_run(called, old, command):
    found: Finished = called(*command.replace("RUN", str(old / "hundred")).split(), "--json", "--quiet")
    assert (found.code, found.stderr) == (0, "")

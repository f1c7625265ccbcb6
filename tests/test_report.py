"""The report's file: what is in it, what cannot get out of it, and the faults of the command that writes it."""

import json
import re
import shutil
from pathlib import Path

import pytest

from anylength.experiments.report import report
from anylength.experiments.run_view import run_view
from anylength.records import RunView
from anylength.runs.layout import EXPLANATION, STRESS, VERDICT
from anylength.web import report_page

EVIL = "</script><script>alert(1)</script><!--"


@pytest.fixture
def copied(run_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(run_folder, tmp_path / "run"))


def data_of(text: str) -> list[dict]:
    """The records in a report."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def test_the_file_is_the_runs_own_and_small(whole_certified_run):
    file = whole_certified_run / "report.html"
    assert file.stat().st_size < 6_000_000
    run = data_of(file.read_text())[0]
    assert run["verdict"]["verdict"] == "PROVED"
    assert run["certificate"]["valid"]
    assert run["certificate"]["text"] == (whole_certified_run / "certificate.json").read_text()


def test_it_names_no_address_of_anywhere(whole_certified_run):
    text = (whole_certified_run / "report.html").read_text()
    assert set(re.findall(r"https?://[^\"'\s<]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(?:script|img|iframe|link)[^>]*(?:src|href)=[\"'](?!data:(?:,|image/svg\+xml,))", text)


def test_writing_it_again_writes_the_same(whole_certified_run, tmp_path):
    one, two = (report([whole_certified_run], out=tmp_path / name) for name in ("one.html", "two.html"))
    assert one.read_bytes() == two.read_bytes()


def test_no_text_of_a_run_can_end_the_script_that_holds_it(copied):
    run = run_view(copied, EVIL)
    text = report_page([run])
    assert EVIL not in text
    assert "<!--" not in text
    assert text.count("<script") == text.count("</script>") == 2
    assert data_of(text)[0]["name"] == EVIL


def test_the_words_for_readers_without_scripts_are_escaped(whole_blog_run):
    run = run_view(whole_blog_run, "run")
    text = report_page([RunView.from_json(run.to_json().replace(run.verdict.reason, "<b>&amp"), "run")])
    assert "<b>REFUTED</b>: This net is wrong" in text
    assert "why: &lt;b&gt;&amp;amp" in text


def test_several_runs_stand_in_one_file_in_the_current_folder(called, whole_blog_run, whole_certified_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = called("report", str(whole_blog_run), str(whole_certified_run), "--json")
    assert (done.code, json.loads(done.stdout)) == (0, {"path": "report.html"})
    assert [run["name"] for run in data_of(Path("report.html").read_text())] == [str(whole_blog_run), str(whole_certified_run)]


def test_a_run_without_further_records_has_a_report(called, copied):
    assert called("report", str(copied)).code == 0
    run = data_of((copied / "report.html").read_text())[0]
    assert all(run[name] is None for name in ("stress", "explanation", "extraction", "verdict", "certificate"))


def test_complete_makes_what_a_run_lacks_and_keeps_what_it_has(called, whole_certified_run, tmp_path):
    run = Path(shutil.copytree(whole_certified_run, tmp_path / "run"))
    (run / "machine.json").unlink()
    before = {name: (run / name).stat().st_mtime_ns for name in (STRESS, EXPLANATION, VERDICT)}
    assert called("report", str(run), "--complete").code == 0
    assert data_of((run / "report.html").read_text())[0]["extraction"]["status"] == "theorem"
    assert before == {name: (run / name).stat().st_mtime_ns for name in before}


BAD = {
    "half-written": (["RUN"], ["DONE"], "expected a finished run, got 'RUN', which is half-written: finish it with: anylength"),
    "missing": (["RUN/no"], [], "expected a run folder, got nothing at 'RUN/no': make one with: anylength train count"),
    "a folder as --out": (["RUN", "--out", "RUN"], [], "expected a file for the report, got 'RUN', a folder: pass for example"),
    "too many": (["RUN"] * 9, [], "expected 1 to 8 runs, got 9: name fewer"),
    "in no folder": (["RUN", "--out", "RUN/no/r.html"], [], "r.html', got No such file or directory"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_report_that_cannot_be_is_one_line_and_exit_code_2(called, copied, kind):
    given, lost, says = BAD[kind]
    for name in lost:
        (copied / name).unlink()
    done = called("report", *(each.replace("RUN", str(copied)) for each in given))
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert says.replace("RUN", str(copied)) in done.stderr
    assert not (copied / "report.html").exists()


@pytest.mark.parametrize("name", [VERDICT, STRESS, EXPLANATION, "metrics.jsonl", "environment.json", "model.safetensors"])
def test_a_damaged_record_is_one_line_that_names_the_file(called, copied, name):
    (copied / name).write_bytes(b'{"format": 1, "\n' * 2)
    done = called("report", str(copied))
    assert (done.code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert name in done.stderr


def test_a_damaged_certificate_is_told_in_the_report(called, whole_certified_run, tmp_path):
    run = Path(shutil.copytree(whole_certified_run, tmp_path / "run"))
    (run / "certificate.json").write_text("{}")
    assert called("report", str(run)).code == 0
    told = data_of((run / "report.html").read_text())[0]["certificate"]
    assert told["valid"] is False
    assert told["proofs"] == []
    assert told["reason"]

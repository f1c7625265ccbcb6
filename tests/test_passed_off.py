"""A proof of one task, cell or net is passed off as one of another nowhere: each attack meets each place that shows a verdict."""

import dataclasses
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from in_node import NODE, in_node
from passed_off import ALONE, REFUSED, SWAPS, Attack, Swap, as_a_program, changed, other_weights, save_weights

import anylength
from anylength.base import InputError
from anylength.experiments.export import export
from anylength.experiments.formalise import formalise
from anylength.experiments.harden import harden
from anylength.experiments.options import TrainOptions
from anylength.experiments.proving import prove, verification_of
from anylength.experiments.quantise import quantise
from anylength.experiments.report import report
from anylength.experiments.results import extract
from anylength.experiments.run_view import run_view
from anylength.experiments.run_words import run_words
from anylength.experiments.tracking import log_run
from anylength.experiments.train import train
from anylength.nets import grid_named
from anylength.rules import task_named
from anylength.runs import Run
from anylength.sweeps.export_run import export_run
from anylength.sweeps.summary import summarise
from anylength.trackers import AbstractTracker
from tests.selection import thorough

CLAIMS = re.compile(
    r"\bPROVED|\bProved\w*\(|right on every input"
    r"|[Tt]he proof covers|\"covered\": ?true|\"valid\": ?true|VALID\b|Noise budget|noise budget \d"
    r"|storage formats|The proof came later"
)
"""What no page and no command says of a net that was not proved."""

FORMATS = ("onnx", "torch", "json", "js", "c")


@pytest.fixture(scope="module")
def decrement(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was proved to decrement, with a machine."""
    out = tmp_path_factory.mktemp("decrement") / "run"
    train(TrainOptions(task="decrement", recipe="certified", data="hundred", hidden=16), out)
    assert prove(out).verdict == "PROVED"
    assert extract(out).status == "theorem"
    return out


@pytest.fixture
def proved(whole_certified_run: Path, tmp_path: Path) -> Path:
    """A copy of a run that was proved to count, with every other result."""
    return Path(shutil.copytree(whole_certified_run, tmp_path / "runs" / "run"))


class Log(AbstractTracker):
    """A tracker that keeps what it is told."""

    said: list[Any]

    def start(self, folder, name, config):
        self.said = []

    def log_metrics(self, values, step):
        pass

    def log_summary(self, values, step):
        self.said.append(dict(values))

    def finish(self, *, failed):
        pass


def a_report(run: Path) -> str:
    """The title and the data of a report."""
    page = report([run]).read_text(encoding="utf-8")
    title, data = re.search(r"<title>(.*?)</title>", page), re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert title and data
    (view,) = json.loads(data[1])
    return title[1] + of_view(view)


def of_view(view: dict[str, Any]) -> str:
    """What a page says of a run: all but the files that it carries for downloads."""
    certificate = view["certificate"] and {name: part for name, part in view["certificate"].items() if name != "text"}
    assert not (certificate and certificate["lines"])
    return json.dumps([view["verdict"], view["words"], certificate, view["machine"], view["extraction"]])


def a_log(run: Path) -> str:
    """What a tracker is told."""
    log = Log()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("anylength.trackers.open_trackers", lambda *_, **__: {"log": log})
        log_run(run, "log")
    return json.dumps(log.said)


def from_python(run: Path) -> str:
    """What Python says."""
    found = Run.open(run)
    assert verification_of(found, found.verdict).certificate is None
    return repr([found.verdict, found.verdict_within, found.verdict_rounded, found.extraction and found.extraction.note])


PLACES: dict[str, Callable[[Path], str]] = {
    "report": a_report,
    "view": lambda run: of_view(json.loads(run_view(run, "run").to_json())),
    "words": lambda run: run_words(Run(run)).to_json(),
    "log": a_log,
    "python": from_python,
    "export": lambda run: export(run, "json").to_json(),
}


def shown(place: str, run: Path) -> None:
    """Fails where a place makes a claim of a net that was not proved."""
    claim = CLAIMS.search(PLACES[place](run))
    assert claim is None, f"{place} says {claim[0]}"


@pytest.mark.parametrize("attack", thorough(ALONE), ids=lambda attack: attack.__name__)
def test_no_place_says_proved_of_a_changed_run(proved, attack: Attack):
    attack(proved)
    for place in PLACES:
        shown(place, proved)


@pytest.mark.parametrize("swap", thorough(SWAPS, quick=2), ids=lambda swap: swap.__name__)
def test_no_place_says_proved_with_the_files_of_another_run(proved, decrement, swap: Swap):
    swap(proved, decrement)
    for place in PLACES:
        shown(place, proved)


@pytest.mark.parametrize("attack", thorough(ALONE, quick=4), ids=lambda attack: attack.__name__)
def test_no_theorem_is_made_of_a_changed_run(proved, tmp_path, attack: Attack):
    attack(proved)
    with pytest.raises(InputError, match="a run whose net is proved"):
        formalise(proved, tmp_path / "theorem")
    assert not (tmp_path / "theorem").exists()


@pytest.mark.parametrize("swap", SWAPS, ids=lambda swap: swap.__name__)
def test_no_theorem_is_made_with_the_files_of_another_run(proved, decrement, tmp_path, swap: Swap):
    swap(proved, decrement)
    with pytest.raises(InputError, match="a run whose net is proved"):
        formalise(proved, tmp_path / "theorem")


@pytest.mark.parametrize("place", PLACES)
def test_each_place_says_it_of_the_run_that_was_proved(proved, place, monkeypatch):
    """Else the tests above would test nothing."""
    monkeypatch.setitem(globals(), "of_view", lambda view: json.dumps([view["verdict"], view["words"]]))
    monkeypatch.setitem(PLACES, "python", lambda run: repr(Run.open(run).verdict))
    assert CLAIMS.search(PLACES[place](proved))


def test_the_same_program_in_the_weights_file_is_still_proved(proved):
    as_a_program(proved, lambda text: text)
    assert Run(proved).verdict.verdict == "PROVED"


@pytest.mark.parametrize("attack", thorough(REFUSED), ids=lambda attack: attack.__name__)
def test_files_that_contradict_each_other_are_refused_in_one_line(proved, attack: Attack, called):
    attack(proved)
    for place in PLACES:
        try:
            said = PLACES[place](proved)
        except InputError as error:
            assert "\n" not in str(error)
        else:
            assert not CLAIMS.search(said), place
    for command in (
        ["prove"],
        ["extract"],
        ["export", "--to", "json"],
        ["ask", "7"],
        ["stress"],
        ["explain"],
        ["report"],
        ["formalise"],
    ):
        found = called(command[0], str(proved), *command[1:])
        assert (found.code, found.stdout, found.stderr.count("\n")) == (2, "", 1), command


@pytest.mark.parametrize("to", FORMATS)
def test_no_export_says_that_a_proof_holds(proved, called, to):
    if to == "onnx":
        pytest.importorskip("onnx")
    save_weights(proved, dataclasses.replace(Run(proved).net_config), 0.5)
    found = called("export", str(proved), "--to", to)
    assert found.code == 0 and "nothing is proved of this net" in " ".join(found.stdout.split())
    assert not re.search(
        rb"PROVED|covered", (proved / {"torch": "model.torch.safetensors", "js": "model.mjs"}.get(to, f"model.{to}")).read_bytes()
    )


@pytest.mark.slow
def test_a_relabelled_run_is_proved_anew_and_refuted(proved, called):
    changed(proved / "config.json", task="decrement")
    save_weights(proved, Run(proved).net_config)
    extracted = json.loads(called("extract", str(proved), "--json").stdout)
    assert extracted["equivalent"] is False and "it is not the task's machine" in extracted["note"]
    found = called("prove", str(proved))
    assert found.code == 1 and "PROVED" not in found.stdout
    assert not (proved / "certificate.json").exists()


@pytest.mark.slow
def test_python_proves_what_it_is_given(proved):
    net = Run(proved).net
    assert anylength.prove(net, "decrement").verdict.verdict == "REFUTED"
    assert anylength.extract(net, "decrement").equivalent is False


# Commands that write a new run


@pytest.mark.slow
def test_a_hardened_net_is_shown_with_what_its_own_proof_says(proved, tmp_path):
    out = tmp_path / "hard"
    made = harden(proved, out)
    changed(out / "hardening.json", noise_budget=9.0)
    assert harden(proved, out, resume=True).noise_budget == made.noise_budget
    other_weights(out)
    again = harden(proved, out, resume=True)
    assert (again.verdict, again.noise_budget) == ("UNKNOWN", None)


def test_a_quantised_net_is_shown_with_what_its_own_proof_says(proved, tmp_path):
    out, grid = tmp_path / "coarse", grid_named("bfloat16")
    made = quantise(proved, out, grid)
    assert made.verdict == "PROVED"
    changed(out / "quantisation.json", noise_budget=9.0, formats=["float8"], state_note="any", state_spacing=1.0, state_values=2)
    assert quantise(proved, out, grid, resume=True) == msgspec.structs.replace(made)
    other_weights(out)
    again = quantise(proved, out, grid, resume=True)
    assert (again.verdict, again.noise_budget, again.formats, again.state_note) == ("UNKNOWN", None, (), None)


# Names


DIGITS = "0123456789"
COUNTING = {
    "carry": {digit: ["none" if digit != "9" else "carry", str((int(digit) + 1) % 10)] for digit in DIGITS},
    "none": {digit: ["none", digit] for digit in DIGITS},
}
RENAMED = {state: {str(9 - int(s)): [q, f"{9 - int(o)}"] for s, (q, o) in row.items()} for state, row in COUNTING.items()}
NAMED = {"symbols": [*"9876543210"], "labels": [*"9876543210"], "graded": "all", "states": RENAMED}
ONE_STATE = {"labels": ["no", "yes"], "start": "a", "states": {"a": {"*": ["a", "no"]}}}

OWN: dict[str, dict[str, Any]] = {
    "count from the left": {"name": "count", "base": 10, "read": "most", "start": "carry", "states": COUNTING},
    "count without its last carry": {"name": "count", "base": 10, "start": "carry", "states": COUNTING},
    "count with digits renamed": {"name": "count", "start": "carry", **NAMED},
    "count of 40 symbols": {"name": "count", "symbols": [f"s{k}" for k in range(40)], **ONE_STATE},
    "s5 of two symbols": {"name": "s5", "symbols": ["a", "b"], **ONE_STATE},
    "a pattern of another machine": {
        "name": "regex-ab-6aea2c",
        "summary": "is the word matched by (ab)*?",
        "symbols": ["a", "b"],
        **ONE_STATE,
    },
    "next symbols of another machine": {"name": "next-tomita-4", "symbols": ["0", "1"], **ONE_STATE},
    "a pattern of another summary": {"name": "regex-ab-6aea2c", "symbols": ["a", "b"], **ONE_STATE},
    "a factor that is too large": {"name": "multiply-999999", "base": 10, "start": "carry", "states": COUNTING},
}


@pytest.mark.parametrize("kind", OWN)
def test_no_machine_of_a_users_own_takes_the_name_of_another_rule(kind):
    own = anylength.rules.own_tasks.from_mapping({"summary": "n -> n + 1", **OWN[kind]})
    with pytest.raises(InputError, match="give your machine another name"):
        task_named(own.name, own.base, own.description)


@pytest.mark.parametrize(
    "name", ["regex:(ab)*", "regex:(ab|b)*a", "next:regex:(ab)*", "next:tomita-4", "next:dyck-1-2", f"regex:{'ab' * 120}"]
)
def test_a_pattern_keeps_its_name(name):
    task = task_named(name)
    if task.description is not None:
        assert task_named(task.name, task.base, task.description).transducer == task.transducer


def test_a_machine_that_does_what_its_name_says_keeps_it():
    own = anylength.rules.own_tasks.from_mapping(
        {"name": "count", "summary": "mine", "base": 10, "tail": 1, "start": "carry", "states": COUNTING}
    )
    assert task_named("count", 10, own.description).transducer == task_named("count").transducer


# Sweeps


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of two nets with verdicts."""
    from anylength.cli.main import main

    folder = tmp_path_factory.mktemp("swept")
    (folder / "sweep.toml").write_text(
        'seeds = 2\n[verdict]\nsteps = 200\n[grid]\ntask = "count"\nrecipe = "certified"\ndata = "hundred"\nhidden = 16\n'
    )
    assert main(["sweep", str(folder / "sweep.toml"), "--out", str(folder / "sweep"), "--quiet"]) == 0
    return folder / "sweep"


@pytest.mark.parametrize("field", ["task", "cell", "first_seed"])
def test_a_sweep_whose_plan_was_relabelled_is_refused(swept, tmp_path, field):
    sweep = Path(shutil.copytree(swept, tmp_path / "sweep"))
    plan = json.loads((sweep / "plan.json").read_bytes())
    if field == "first_seed":
        plan["first_seed"] = 7
    else:
        plan["settings"][0][field] = {"task": "decrement", "cell": "relu"}[field]
    (sweep / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(InputError, match="the two files are of different sweeps"):
        summarise(sweep)
    with pytest.raises(InputError, match="the two files are of different sweeps"):
        export_run(sweep, 0, tmp_path / "run")


@pytest.mark.parametrize(("field", "value"), thorough([("task", "decrement"), ("cell", "relu")], unpack=True))
def test_a_sweep_that_was_relabelled_throughout_gives_no_run(swept, tmp_path, field, value):
    sweep = Path(shutil.copytree(swept, tmp_path / "sweep"))
    plan = json.loads((sweep / "plan.json").read_bytes())
    plan["settings"][0][field] = value
    (sweep / "plan.json").write_text(json.dumps(plan))
    rows = [json.loads(line) | {field: value} for line in (sweep / "results.jsonl").read_text().splitlines()]
    (sweep / "results.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(InputError, match="in the weights of block 0: the two files are of different sweeps"):
        export_run(sweep, 0, tmp_path / "run")


def test_a_sweep_says_that_its_verdicts_are_those_that_it_recorded(swept, tmp_path, called):
    sweep = Path(shutil.copytree(swept, tmp_path / "sweep"))
    said = called("summary", str(sweep)).stdout
    assert "PROVED" in said and "Verdicts are as the sweep recorded them" in " ".join(said.split())
    assert "Verdicts are as the sweep recorded them" in (sweep / "summary.html").read_text()
    export_run(sweep, 0, tmp_path / "run")
    assert Run(tmp_path / "run").verdict is None


# Pages


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_a_report_offers_to_check_only_a_certificate_that_proves_something_of_its_net():
    body = """
    const part = () => ({ append() {}, setAttribute() {}, style: {}, dataset: {} });
    globalThis.document = { createElement: part, createTextNode: (text) => text };
    const { checkHere } = await module("report/check-here.js");
    const text = '{"format": 2}';
    return [true, false].map((valid) => checkHere({ certificate: { text, valid, lines: [] }, model: "AAAA" }) !== null);"""
    assert in_node(body) == [True, False]


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_a_report_rejects_a_certificate_of_another_machine_than_the_one_of_its_task(proved, decrement):
    view, other = (json.loads(run_view(run, "run").to_json()) for run in (proved, decrement))
    swapped = view | {name: other[name] for name in ("certificate", "model")}
    body = """
    const { resultOf } = await module("report/check-here.js");
    return given.map((run) => { const { valid, reason } = resultOf(run); return [valid, reason]; });"""
    reason = "the certificate is of another machine than that of the task count"
    assert in_node(body, [view, other, swapped]) == [[True, None], [True, None], [False, reason]]


def test_the_report_of_a_relabelled_run_has_no_valid_certificate(proved, decrement):
    shutil.copy(decrement / "certificate.json", proved / "certificate.json")
    view = run_view(proved, "run")
    assert view.certificate is not None and not view.certificate.valid and view.certificate.lines == []

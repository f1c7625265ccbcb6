"""The public functions take runs, nets and paths, and tasks and recipes by name; bad arguments are errors in the caller's terms."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import anylength
from anylength.base import InputError
from anylength.cells import CELLS, Layering
from anylength.nets import Net
from anylength.rules import Task, task_named
from anylength.runs import Run
from anylength.training import UNROLLED, recipe_named

FIXTURES = Path(__file__).parent / "fixtures" / "runs"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished run with a proof."""
    return Path(shutil.copytree(FIXTURES / "hundred", tmp_path / "hundred"))


@pytest.fixture(scope="module")
def net() -> Net:
    """Its net."""
    net = Run(FIXTURES / "hundred").net
    assert isinstance(net, Net)
    return net


def test_a_run_a_path_and_a_net_get_the_same_verdict_and_certificate(run, net):
    subjects = [(Run(run),), (run,), (str(run),), (net, "count"), (net, task_named("count"))]
    results = [anylength.prove(*subject, budget=60) for subject in subjects]
    assert {result.verdict.verdict for result in results} == {"PROVED"}
    assert len({result.certificate for result in results}) == 1
    assert len({result.weights for result in results}) == 1


@pytest.mark.slow
def test_a_run_and_a_net_are_explained_tested_extracted_and_asked_alike(run, net):
    assert anylength.explain(run).findings == anylength.explain(net, "count").findings
    assert anylength.stress(run, limit=30).curve == anylength.stress(net, "count", limit=30).curve
    assert anylength.extract(run).machine == anylength.extract(net, "count").machine
    assert anylength.ask(run, None, [["99"]]) == anylength.ask(net, "count", [["99"]])
    assert anylength.count_on(run, steps=3) == anylength.count_on(net, "count", steps=3)
    assert anylength.horizon(run, limit=50) == anylength.horizon(net, "count", 50)


def test_names_stand_for_tasks_and_recipes():
    by_name = anylength.fit("count", recipe="blog", seed=3, epochs=1, hidden=4, data="hundred")
    task = task_named("count")
    by_value = anylength.fit(task, recipe=recipe_named("blog", task), seed=3, epochs=1, hidden=4, data="hundred")
    assert by_name.epochs[0].loss == by_value.epochs[0].loss
    assert isinstance(anylength.task("add"), Task)
    assert anylength.recipe("certified", "count") == recipe_named("certified", task)
    assert len(anylength.fit_block("count", [1, 2], recipe="blog", hidden=4, epochs=1, data="hundred")) == 2


def test_a_saved_net_is_a_run_that_every_function_takes(net, tmp_path):
    saved = anylength.save(net, "count", tmp_path / "saved")
    assert saved.result().validation_accuracy == 1.0
    opened, task = anylength.open_run(tmp_path / "saved")
    assert (task.name, opened.parameters) == ("count", net.parameters)
    assert anylength.prove(saved, budget=60).verdict.verdict == "PROVED"
    assert anylength.check(tmp_path / "saved" / "certificate.json", tmp_path / "saved" / "model.safetensors").valid
    assert "saved from Python" in anylength.report(saved).read_text()


def test_a_net_of_several_layers_is_saved_with_its_layers(tmp_path):
    task = anylength.task("parity")
    net = UNROLLED.initial(np.random.default_rng(0), task, Layering(2).of(CELLS["gru"]), 4)
    anylength.save(net, task, tmp_path / "saved")
    assert anylength.open_run(tmp_path / "saved")[0].parameters == net.parameters


@pytest.mark.slow
def test_runs_are_made_from_runs(tmp_path):
    post = Path(shutil.copytree(FIXTURES / "post", tmp_path / "post"))
    hundred = Path(shutil.copytree(FIXTURES / "hundred", tmp_path / "hundred"))
    assert anylength.harden(post, out=tmp_path / "hardened").verification.verdict.verdict == "PROVED"
    assert anylength.quantise(str(hundred), tmp_path / "int8", "int8").verdict == "PROVED"
    assert anylength.export(hundred, "json").covered


BAD = {
    "a task that is a number": (lambda net: anylength.task(3), "the name of a task or a Task, got 3"),
    "a task of no name": (lambda net: anylength.fit("cuont"), "a known task, got 'cuont': did you mean 'count'"),
    "a recipe of no name": (lambda net: anylength.fit("count", recipe="blogg"), "a known recipe, got 'blogg': did you mean 'blog'"),
    "a recipe that is a number": (lambda net: anylength.fit("count", recipe=7), "the name of a recipe or a recipe, got 7"),
    "a path of no run": (lambda net: anylength.open_run("nope"), "a run folder, got nothing at 'nope'"),
    "a proof of no run": (lambda net: anylength.prove("nope"), "a run folder, got nothing at 'nope'"),
    "a net without a task": (anylength.prove, "a task for this net, got none"),
    "a net of another alphabet": (lambda net: anylength.prove(net, "add"), r"a net with 10 letters, 2 tape\(s\) and 10 outputs"),
    "a net of other outputs": (lambda net: anylength.explain(net, "parity"), "outputs for the task parity"),
    "no time": (lambda net: anylength.prove(net, "count", budget=-1), "a budget of 0.1 to 86400 seconds, got -1"),
    "no steps": (lambda net: anylength.prove(net, "count", steps=0), "1 step or more, got 0"),
    "no time to extract": (lambda net: anylength.extract(net, "count", budget=0), "a budget of 0.1 to 86400 seconds, got 0"),
    "a run with another task": (lambda net: anylength.prove(FIXTURES / "hundred", "add"), "the run's own task, count, got 'add'"),
    "a folder that exists": (
        lambda net: anylength.save(net, "count", FIXTURES),
        "a new run folder, got .*, which exists: pass another path",
    ),
    "something else": (lambda net: anylength.prove(object(), "count"), "torch.nn.Module"),
    "a format of no name": (lambda net: anylength.quantise(FIXTURES / "hundred", "x", "int99"), "expected"),
    "an export of no name": (lambda net: anylength.export(FIXTURES / "hundred", "word"), "expected"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_argument_is_an_input_error(net, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    call, message = BAD[name]
    with pytest.raises(InputError, match=message):
        call(net)
    assert list(tmp_path.iterdir()) == []


NUMBERS = {
    "stress(net, 'count', limit='100')": "a limit of 3 to 1,000,000 digits, got '100'",
    "stress(net, 'count', limit=100.5)": "a limit of 3 to 1,000,000 digits, got 100.5",
    "stress(net, 'count', limit=True)": "a limit of 3 to 1,000,000 digits, got True",
    "stress(net, 'count', seed=0.5)": "a seed of 0 or more, got 0.5",
    "stress(run, limit='100')": "a limit of 3 to 1,000,000 digits, got '100'",
    "prove(net, 'count', budget='60')": "a budget of 0.1 to 86400 seconds, got '60'",
    "prove(net, 'count', steps=1.5)": "1 step or more, got 1.5",
    "explain(net, 'count', budget=None)": "a budget of 0.1 to 86400 seconds, got None",
    "count_on(net, 'count', steps='5')": "1 to 1,000,000 steps, got '5'",
    "count_on(net, 'count', start=1.5)": "a whole number, or its digits as text, got 1.5",
    "ask(net, 'count', [[1.5]])": "a whole number, or its digits as text, got 1.5",
    "ask(net, 'count', [5])": "a list of numbers for each question, got [5]",
    "horizon(net, 'count', '7')": "a limit of 3 to 1,000,000 digits, got '7'",
    "fit('count', layers='2')": "1 to 4 layers, got '2'",
    "fit('count', hidden='2')": "1 to 8192 hidden units, got '2'",
    "fit('count', seed='2')": "a seed of 0 or more, got '2'",
    "fit('count', epochs=2.5)": "1 to 1,000,000 epochs, got 2.5",
    "fit_block('count', 3)": "a list of seeds, got 3",
}


@pytest.mark.slow
def test_a_number_of_the_wrong_kind_is_an_input_error(tmp_path):
    """In a process of its own: here the types of most modules are checked first."""
    script = (
        "import sys, json, anylength\nrun = sys.argv[1]\nnet = anylength.open_run(run)[0]\nmessages = []\n"
        "for call in json.loads(sys.argv[2]):\n    try:\n        eval('anylength.' + call)\n"
        "    except anylength.InputError as error:\n        messages.append(str(error))\nprint(json.dumps(messages))"
    )
    calls = json.dumps(list(NUMBERS))
    done = subprocess.run(
        [sys.executable, "-c", script, str(FIXTURES / "hundred"), calls], capture_output=True, text=True, check=True
    )
    messages = json.loads(done.stdout)
    assert [text.startswith(f"expected {start}: pass ") for text, start in zip(messages, NUMBERS.values(), strict=True)] == [
        True
    ] * len(messages)


def test_progress_is_shown_where_it_is_asked_for(net, capsys):
    task = task_named("count")
    called: list[str] = []
    for progress in (None, False, called.append):  # standard error is no terminal here
        anylength.explain(net, task, progress=progress)
        assert capsys.readouterr().err == ""
    anylength.explain(net, task, progress=True)
    assert capsys.readouterr().err.splitlines() == [f"explain: {part}" for part in called] != []
    anylength.fit("count", recipe="blog", seed=3, epochs=1, hidden=4, data="hundred", progress=True)
    assert capsys.readouterr().err.startswith("epoch   1  loss ")


def test_the_version_is_that_of_the_package():
    assert anylength.__version__.count(".") == 2


def test_a_task_that_needs_a_memory_gets_a_cell_with_one(monkeypatch):
    asked: list[tuple[str, str]] = []
    for name in ("fit", "fit_block"):
        monkeypatch.setattr(f"anylength.training.{name}", lambda *_, cell, recipe, **__: asked.append((cell, recipe.name)))
    for name in ("count", "reverse", "multiply"):
        anylength.fit(name)
        anylength.fit_block(name, [0])
    assert asked[::2] == asked[1::2] == [("rnn", "certified"), ("stack-rnn", "certified"), ("transformer-rotary", "plain")]
    assert anylength.recipe("certified", "count") == anylength.recipe("certified", "count", "rnn")

"""Commands that were interrupted: each continues to the same bytes, and takes up nothing that another command began."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from anylength.base import InputError
from anylength.experiments import candidates
from anylength.experiments import checkpoint as checkpoints
from anylength.experiments.demo import demo
from anylength.experiments.harden import harden
from anylength.experiments.imports import import_net
from anylength.experiments.options import TrainOptions
from anylength.experiments.proving import prove
from anylength.experiments.quantise import quantise
from anylength.experiments.results import explain, extract, stress
from anylength.experiments.save import save_net
from anylength.experiments.train import resume_run, train
from anylength.nets import build, grid_named, load, tensors, to_bytes
from anylength.rules import task_named
from anylength.runs import Run, creation, layout
from anylength.training import Session
from anylength.verification import verdicts
from tests.selection import thorough

verifying = sys.modules[verdicts.verify.__module__]
tuning = sys.modules[harden.__module__.replace("harden", "tuning")]
FIXTURES = Path(__file__).parent / "fixtures" / "runs"
BLOCK = TrainOptions(recipe="certified", data="hundred", hidden=3, epochs=3, candidates=2)
"""Two candidates that are trained in seconds."""


@pytest.fixture(autouse=True)
def every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint after every step."""
    monkeypatch.setattr(checkpoints, "pause", lambda took: -1.0)


def without_seconds(path: Path) -> object:
    """A file; of a JSON file its values without durations and paths."""
    if path.suffix == ".safetensors":
        return path.read_bytes()
    lines = path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]
    ignored = ("seconds", "run", "path")
    return [{key: value for key, value in json.loads(line).items() if key not in ignored} for line in lines]


def same(run: Path, other: Path) -> None:
    """The two folders hold the same, but for durations."""
    assert {path.name for path in run.iterdir()} == {path.name for path in other.iterdir()}
    for path in other.iterdir():
        assert without_seconds(run / path.name) == without_seconds(path), path.name


def after(calls: int, error: type[BaseException] = KeyboardInterrupt) -> Callable[..., None]:
    """A function that raises at its call number `calls`."""
    made = iter(range(calls))

    def call(*_: object) -> None:
        if next(made, None) is None:
            raise error

    return call


# candidates


@pytest.fixture(scope="module")
def block(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The candidates, trained in one go."""
    train(BLOCK, tmp_path_factory.mktemp("block") / "run")
    return next(tmp_path_factory.getbasetemp().glob("block*")) / "run"


@pytest.mark.parametrize(
    "place", thorough(["before the first", "between two epochs", "before the verdicts", "between two verdicts"])
)
def test_interrupted_candidates_continue_from_what_is_done(tmp_path, monkeypatch, block, place):
    measured, stepped, trained = candidates._noise_budget, Session.step, []
    stops = {
        "before the first": (0, 9),
        "between two epochs": (2, 9),
        "before the verdicts": (9, 0),
        "between two verdicts": (9, 1),
    }
    with monkeypatch.context() as patch:
        stop_steps, stop_verdicts = map(after, stops[place])
        patch.setattr(Session, "step", lambda session: (stop_steps(), stepped(session))[1])
        patch.setattr(candidates, "_noise_budget", lambda *given: (stop_verdicts(), measured(*given))[1])
        with pytest.raises(KeyboardInterrupt):
            train(BLOCK, tmp_path / "run")
    monkeypatch.setattr(Session, "step", lambda session: trained.append("epoch") or stepped(session))
    monkeypatch.setattr(candidates, "_noise_budget", lambda *given: trained.append("verdict") or measured(*given))
    train(BLOCK, tmp_path / "run", resume=True)
    same(tmp_path / "run", block)
    left = {"before the first": (3, 2), "between two epochs": (1, 2), "before the verdicts": (0, 2), "between two verdicts": (0, 1)}
    assert (trained.count("epoch"), trained.count("verdict")) == left[place]


@pytest.mark.slow
def test_candidates_that_end_at_different_epochs_continue_too(tmp_path, monkeypatch):
    options = TrainOptions(recipe="blog", data="hundred", hidden=12, epochs=4, candidates=3)
    perfect = {0: 2, 1: 99, 2: 3}
    monkeypatch.setattr(Session, "_ended", lambda session, place: len(session.histories[place]) >= min(4, perfect[place]))
    train(options, tmp_path / "whole")
    stepped, stop = Session.step, after(3)
    with monkeypatch.context() as patch:
        patch.setattr(Session, "step", lambda session: (stop(), stepped(session))[1])
        with pytest.raises(KeyboardInterrupt):
            train(options, tmp_path / "run")
    train(options, tmp_path / "run", resume=True)
    same(tmp_path / "run", tmp_path / "whole")


def test_a_checkpoint_of_other_candidates_is_refused(tmp_path, monkeypatch, block):
    stepped, stop = Session.step, after(2)
    with monkeypatch.context() as patch:
        patch.setattr(Session, "step", lambda session: (stop(), stepped(session))[1])
        with pytest.raises(KeyboardInterrupt):
            train(dataclasses.replace(BLOCK, candidates=3), tmp_path / "other")
    run = Path(shutil.copytree(block, tmp_path / "run"))
    (run / layout.DONE).unlink()
    shutil.copy(tmp_path / "other" / layout.CHECKPOINT, run / layout.CHECKPOINT)
    with pytest.raises(InputError, match="delete it to start the run again"):
        train(BLOCK, run, resume=True)


def test_candidates_too_large_for_a_checkpoint_are_trained_without(tmp_path, monkeypatch, block):
    monkeypatch.setitem(layout.LIMITS, layout.CHECKPOINT, checkpoints.MAX_EPOCHS_BYTES)
    train(BLOCK, tmp_path / "run")
    same(tmp_path / "run", block)


def test_a_checkpoint_that_a_killed_process_left_in_a_finished_run_is_removed(tmp_path, block):
    run = Path(shutil.copytree(block, tmp_path / "run"))
    (run / layout.CHECKPOINT).write_bytes(b"whatever")
    train(BLOCK, run, resume=True)
    same(run, block)


# harden and quantise


@pytest.fixture(scope="module")
def shaken(certified_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certified run with every weight moved so far that it takes several updates to make it provable again."""
    out, rng = Path(shutil.copytree(certified_run, tmp_path_factory.mktemp("shaken") / "run")), np.random.default_rng(0)
    net, config = load(out / "model.safetensors")
    moved = {name: (value + 0.8 * rng.normal(size=value.shape)).astype(np.float32) for name, value in tensors(net).items()}
    (out / "model.safetensors").write_bytes(to_bytes(build(config, moved), config))
    return out


Make = Callable[..., object]
MAKERS: dict[str, Make] = {
    "harden": harden,
    "quantise": lambda run, out, **given: quantise(run, out, grid_named("int4", "row"), tune=True, **given),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MAKERS)
def test_interrupted_tuning_continues_to_the_same_bytes(name, shaken, tmp_path, monkeypatch):
    make = MAKERS[name]
    make(shaken, tmp_path / "whole")
    places = [(tuning, "find_proofs", 0), (tuning, "find_proofs", 2), (sys.modules[make.__module__], "verify", 0)]
    for number, (module, function, calls) in enumerate(places):
        out, original, stop = tmp_path / f"run-{number}", getattr(module, function, None), after(calls)
        if original is None:
            continue
        with monkeypatch.context() as patch:
            patch.setattr(module, function, lambda *given, o=original, s=stop, **more: (s(), o(*given, **more))[1])
            with pytest.raises(KeyboardInterrupt):
                make(shaken, out)
        assert not Run(out).finished
        make(shaken, out, resume=True)
        same(out, tmp_path / "whole")
        assert make(shaken, out, resume=True) is not None


@pytest.mark.slow
def test_an_unfinished_net_names_the_command_that_finishes_it(shaken, tmp_path, monkeypatch, called):
    for name, make in MAKERS.items():
        with monkeypatch.context() as patch:
            patch.setattr(tuning, "find_proofs", after(1))
            with pytest.raises(KeyboardInterrupt):
                make(shaken, tmp_path / name)
        told = called("ask", str(tmp_path / name), "1")
        assert (told.code, told.stderr.count("\n")) == (2, 1)
        command = told.stderr.split("finish it with: anylength ")[1].split()
        assert called(*command, "--quiet").code == 0
        assert Run.open(tmp_path / name).verdict.verdict == "PROVED"


@pytest.mark.slow
def test_what_another_net_or_command_began_is_not_continued(shaken, certified_run, tmp_path, monkeypatch):
    monkeypatch.setattr(tuning, "find_proofs", after(1))
    with pytest.raises(KeyboardInterrupt):
        harden(shaken, tmp_path / "run")
    monkeypatch.undo()
    with pytest.raises(InputError, match="pass --resume to continue it"):
        harden(shaken, tmp_path / "run")
    with pytest.raises(InputError, match="another net: pass another --out"):
        harden(certified_run, tmp_path / "run", resume=True)
    with pytest.raises(InputError, match="repeat the run's own options"):
        quantise(shaken, tmp_path / "run", grid_named("int4", "row"), resume=True)
    with pytest.raises(InputError, match="repeat the run's own options"):
        train(TrainOptions(recipe="certified", data="hundred"), tmp_path / "run", resume=True)


@pytest.mark.slow
def test_a_finished_net_is_called_proved_only_while_it_is(certified_run, tmp_path):
    for name, make in MAKERS.items():
        assert make(certified_run, tmp_path / name).verdict == "PROVED"
        assert make(certified_run, tmp_path / name, resume=True).verdict == "PROVED"
        (tmp_path / name / "certificate.json").unlink()
        again = make(certified_run, tmp_path / name, resume=True)
        assert (again.verdict, again.noise_budget) == ("UNKNOWN", None)


# prove


@pytest.mark.slow
def test_a_proof_that_is_there_stays_where_a_search_finds_nothing(certified_run, tmp_path, monkeypatch):
    run = Run(shutil.copytree(certified_run, tmp_path / "run"))
    before = {path.name: path.read_bytes() for path in run.path.iterdir()}
    monkeypatch.setattr(verifying, "find_proofs", lambda *_: None)
    assert prove(run, budget=0.1).verdict == "PROVED"
    assert {path.name: path.read_bytes() for path in run.path.iterdir()} == before


@pytest.mark.slow
@pytest.mark.parametrize("write", range(4))
def test_a_proof_killed_between_two_writes_leaves_a_proof(certified_run, tmp_path, monkeypatch, write):
    run = Path(shutil.copytree(certified_run, tmp_path / "run"))
    replaced, stop = os.replace, after(write // 2)
    with monkeypatch.context() as patch:
        order = ((stop, replaced), (replaced, stop))[write % 2]
        patch.setattr(
            os, "replace", lambda *given, **more: [step(*given, **more) if step is replaced else step() for step in order]
        )
        with pytest.raises(KeyboardInterrupt):
            prove(run)
    assert Run(run).verdict.verdict == "PROVED"
    assert prove(run).verdict == "PROVED"


COMMANDS = {
    "prove": lambda run: prove(run, budget=1.0),
    "stress": lambda run: stress(run, limit=20),
    "explain": explain,
    "extract": lambda run: extract(run, budget=1.0),
}
HOLDER = """
import sys, time
from pathlib import Path
from anylength.runs.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_every_command_that_writes_a_run_refuses_one_in_use(certified_run, tmp_path, called):
    run = Path(shutil.copytree(certified_run, tmp_path / "run"))
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    command = [sys.executable, "-c", HOLDER, str(run)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin is not None and holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        for work in COMMANDS.values():
            with pytest.raises(InputError, match="a run that nobody is working on"):
                work(Run(run))
        for words in (["report", str(run)], ["export", str(run), "--to", "json"]):
            found = called(*words)
            assert (found.code, "in use" in found.stderr) == (2, True)
        holder.stdin.close()
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


# folders that appear whole


def test_a_net_is_saved_whole_or_not_at_all(certified_run, tmp_path, monkeypatch):
    run, writes = Run(certified_run), creation.write_atomic
    for number in range(4):
        stop = after(number)
        with monkeypatch.context() as patch:
            patch.setattr(creation, "write_atomic", lambda *given, stop=stop: (stop(), writes(*given))[1])
            with pytest.raises(KeyboardInterrupt):
                save_net(run.net, run.task, tmp_path / "saved")
        assert list(tmp_path.iterdir()) == []
    assert Run.open(save_net(run.net, run.task, tmp_path / "saved").path).finished


def test_what_a_killed_process_left_beside_a_new_folder_is_removed(certified_run, tmp_path):
    left = tmp_path / ".saved.1.tmp"
    left.mkdir()
    (left / "config.json").write_text("{")
    run = Run(certified_run)
    save_net(run.net, run.task, tmp_path / "saved")
    assert [path.name for path in tmp_path.iterdir()] == ["saved"]


def test_an_import_leaves_nothing_half_made(certified_run, tmp_path, monkeypatch):
    from anylength.interchange import export_bytes

    run = Run(certified_run)
    source = tmp_path / "net.safetensors"
    source.write_bytes(export_bytes(run.net, run.net_config, "torch"))
    monkeypatch.setattr(creation, "write_atomic", after(3))
    with pytest.raises(KeyboardInterrupt):
        import_net(source, task_named("count"), tmp_path / "imported")
    assert not (tmp_path / "imported").exists()


# the demo


@pytest.mark.slow
def test_an_interrupted_demo_continues(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Run, "prove", after(1))
        with pytest.raises((KeyboardInterrupt, TypeError)):
            demo(tmp_path / "demo", seed=15, limit=20)
    with pytest.raises(InputError, match="pass --resume to continue it"):
        demo(tmp_path / "demo", seed=15, limit=20)
    with pytest.raises(InputError, match="repeat the run's own options"):
        demo(tmp_path / "demo", seed=16, limit=20, resume=True)
    kept = (tmp_path / "demo" / "post" / layout.STRESS).stat().st_mtime_ns
    result = demo(tmp_path / "demo", seed=15, limit=20, resume=True)
    assert [run.verdict.verdict for run in result.runs] == ["REFUTED", "PROVED"]
    assert (tmp_path / "demo" / "post" / layout.STRESS).stat().st_mtime_ns == kept


def test_a_demo_is_only_continued_by_name(called):
    found = called("demo", "--resume")
    assert (found.code, "--out" in found.stderr) == (2, True)


def test_going_on_with_other_numbers_of_the_recipe_is_refused(tmp_path, monkeypatch):
    stepped, stop = Session.step, after(1)
    monkeypatch.setattr(Session, "step", lambda session: (stop(), stepped(session))[1])
    with pytest.raises(KeyboardInterrupt):
        train(TrainOptions(recipe="blog", data="hundred", hidden=2, epochs=3), tmp_path / "run")
    config = json.loads((tmp_path / "run" / layout.CONFIG).read_bytes())
    config["settings"]["batch"] = 7
    (tmp_path / "run" / layout.CONFIG).write_text(json.dumps(config))
    with pytest.raises(InputError, match="got other numbers: train it into a new folder"):
        resume_run(Run(tmp_path / "run"))

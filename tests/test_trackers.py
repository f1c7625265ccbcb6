"""Trackers: they log the whole run, only if a user names them, and no failure of theirs stops a run."""

import importlib.abc
import json
import os
import re
import socket
import sqlite3
import struct
import subprocess
import sys
import tomllib
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import anylength
from anylength.base import InputError
from anylength.cells import Rnn
from anylength.experiments.options import TrainOptions
from anylength.experiments.tracking import log_run, logged
from anylength.experiments.train import train
from anylength.nets import Net, describe, to_bytes
from anylength.records import Epoch, Refuted, Share, Training
from anylength.records.lengths import LengthPoint, Mistake, Stress
from anylength.rules import task_named
from anylength.trackers import TRACKERS, AbstractTracker
from anylength.trackers.registry import TrackerKind
from tests.patience import PATIENCE

LIBRARIES = {"tensorboardX", "tensorboard", "wandb", "trackio"}

SMALL = ["train", "count", "--recipe", "blog", "--data", "hundred", "--hidden", "2", "--epochs", "3", "--quiet"]

SHARE, FULL = Share(right=1, tried=4, low=0.0, high=0.9), Share(right=4, tried=4, low=0.4, high=1.0)


def epoch(number: int) -> Epoch:
    return Epoch(
        epoch=number, loss=1 / number, train_accuracy=0.5, validation_accuracy=0.25, train_digits=0.75, validation_digits=0.5,
        seconds=0.125,
    )  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The records of a finished run of four epochs, with a stress test and a verdict. Its net answers every digit with 0."""
    out = tmp_path / "run"
    out.mkdir()
    cell = Rnn(**{name: np.zeros(shape, np.float32) for name, shape in Rnn.shapes(10, 12).items()})
    net = Net(cell, np.zeros((10, 12), np.float32), np.zeros(10, np.float32), base=10, tapes=1)
    (out / "model.safetensors").write_bytes(to_bytes(net, describe(net, task_named("count"))))
    (out / "config.json").write_text(TrainOptions(recipe="blog").config().to_json())
    (out / "metrics.jsonl").write_text("".join(f"{epoch(number).to_json()}\n" for number in range(1, 5)))
    done = Training(epochs=4, train_accuracy=0.5, validation_accuracy=0.25, seconds=0.5, parameters=406)
    (out / "DONE").write_text(done.to_json())
    point = LengthPoint(length=3, random=FULL, random_digits=FULL, worst=SHARE)
    mistake = Mistake(numbers=["999"], answer="0", expected="1000")
    stress = Stress(task="count", base=10, horizon=2, limit=3, curve=[point], families=[], shortest_mistake=mistake, seconds=0.1)
    (out / "stress.json").write_text(stress.to_json())
    verdict = Refuted(reason="999 is answered wrongly", counterexample=["999"], mistake=mistake)
    (out / "verdict.json").write_text(verdict.to_json())
    return out


class Recorder(AbstractTracker):
    """A tracker that records its calls, prints as some libraries do, and fails in the call named `fails`."""

    def __init__(self, fails: str = "") -> None:
        self.calls: list[tuple[Any, ...]] = []
        self._fails = fails

    def _record(self, *what: Any) -> None:
        print("* a library talks")
        if what[0] == self._fails:
            raise ConnectionError("no route\nto host")
        self.calls.append(what)

    def start(self, folder, name, config):
        self._record("start", folder, name, dict(config))

    def log_metrics(self, values, step):
        self._record("metrics", step, dict(values))

    def log_summary(self, values, step):
        self._record("summary", step, dict(values))

    def finish(self, *, failed):
        self._record("finish", failed)

    def all(self, kind: str) -> list[tuple[Any, ...]]:
        return [what[1:] for what in self.calls if what[0] == kind]


@pytest.fixture
def recorders(monkeypatch) -> dict[str, Recorder]:
    """Trackers by the names `good` and `fails-X`. Each opening makes new ones; this holds the last."""
    made: dict[str, Recorder] = {}

    def kind(name: str, fails: str) -> TrackerKind:
        def make(module: Any, *, quiet: bool) -> Recorder:
            made[name] = Recorder(fails)
            return made[name]

        return TrackerKind("json", make)

    kinds = {"good": kind("good", "")} | {
        f"fails-{at}": kind(f"fails-{at}", at) for at in ("start", "metrics", "summary", "finish")
    }
    monkeypatch.setattr("anylength.trackers.registry.TRACKERS", kinds)
    return made


# What is logged


def test_a_tracker_logs_the_whole_run_in_order(run, recorders):
    log_run(run, "good", "good")
    tracker = recorders["good"]
    assert [what[0] for what in tracker.calls] == ["start", *["metrics"] * 4, "summary", "summary", "summary", "finish"]
    ((folder, name, config),) = tracker.all("start")
    assert (folder, name, config["task"], config["cell"], config["hidden"]) == (run, "run", "count", "rnn", 12)
    assert config["settings/learning_rate"] == TrainOptions(recipe="blog").config().settings["learning_rate"]
    assert "machine" not in config
    assert [step for step, _ in tracker.all("metrics")] == [1, 2, 3, 4]
    assert tracker.all("metrics")[1][1] == {
        "loss": 0.5, "train_accuracy": 0.5, "validation_accuracy": 0.25, "train_digits": 0.75, "validation_digits": 0.5,
        "seconds": 0.125,
    }  # fmt: skip
    facts = {key: value for step, values in tracker.all("summary") for key, value in values.items() if step == 4}
    assert facts == {
        "final/epochs": 4, "final/train_accuracy": 0.5, "final/validation_accuracy": 0.25, "final/seconds": 0.5,
        "final/parameters": 406, "stress/limit": 3, "stress/broke": True, "stress/horizon": 2, "stress/shortest_mistake": "999",
        "stress/random/3": 1.0, "stress/worst/3": 0.25, "verdict": "REFUTED", "verdict/reason": "999 is answered wrongly",
        "verdict/counterexample": "999",
    }  # fmt: skip
    assert tracker.all("finish") == [(False,)]


def test_live_and_afterwards_the_same_is_logged(tmp_path, recorders):
    out, wanted = tmp_path / "run", TrainOptions(recipe="blog", data="hundred", hidden=2, epochs=3)
    seen: list[int] = []
    with logged(["good"], out, lambda record, limit: seen.append(record.epoch)) as progress:
        train(wanted, out, progress=progress)
    live = recorders["good"].calls
    log_run(out, "good")
    assert recorders["good"].calls == live
    assert seen == [1, 2, 3]


def test_an_interrupted_run_is_marked_as_failed_and_a_resumed_one_is_whole(tmp_path, recorders):
    out, wanted = tmp_path / "run", TrainOptions(recipe="blog", data="hundred", hidden=2, epochs=3)

    def interrupt(record: Epoch, limit: int) -> None:
        if record.epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), logged(["good"], out, interrupt) as progress:
        train(wanted, out, progress=progress)
    assert recorders["good"].all("finish") == [(True,)]
    with logged(["good"], out, None) as progress:
        train(wanted, out, resume=True, progress=progress)
    assert [step for step, _ in recorders["good"].all("metrics")] == [1, 2, 3]
    assert recorders["good"].all("finish") == [(False,)]


def test_a_run_without_progress_calls_is_logged_at_the_end(run, recorders):
    with logged(["good"], run, None):
        """As with several candidates, or a run that is already finished."""
    assert [step for step, _ in recorders["good"].all("metrics")] == [1, 2, 3, 4]


# Failures, and libraries that print


@pytest.mark.parametrize("at", ["start", "metrics", "summary", "finish"])
def test_a_tracker_that_fails_is_left_out_with_a_warning_and_the_others_go_on(run, recorders, at):
    words = rf"fails-{at} failed and logs no more \(ConnectionError: 'no route to host'\); the run goes on"
    with pytest.warns(UserWarning, match=words) as caught:
        log_run(run, f"fails-{at}", "good")
    assert len(caught) == 1
    assert len(recorders["good"].calls) == 9
    assert len(recorders[f"fails-{at}"].calls) < 9


def test_what_a_library_prints_does_not_reach_standard_output(run, recorders, capsys):
    log_run(run, "good")
    assert capsys.readouterr() == ("", "* a library talks\n" * 9)
    log_run(run, "good", quiet=True)
    assert capsys.readouterr() == ("", "")


class Refused(importlib.abc.MetaPathFinder):
    """Refuses to import the libraries, and records the attempts."""

    def __init__(self) -> None:
        self.attempts: list[str] = []

    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in LIBRARIES:
            self.attempts.append(name)
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@pytest.fixture
def refused(monkeypatch) -> Refused:
    for name in list(sys.modules):
        if name.split(".")[0] in LIBRARIES:
            monkeypatch.delitem(sys.modules, name)
    finder = Refused()
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    return finder


def test_without_log_no_tracker_is_imported_and_nothing_is_sent(called, refused, monkeypatch, tmp_path):
    def send(*_: object) -> None:
        raise AssertionError("something was sent")

    monkeypatch.setattr(socket.socket, "connect", send)
    assert called(*SMALL, "--out", str(tmp_path / "run")).code in (0, 3)
    assert refused.attempts == []
    assert not LIBRARIES & set(sys.modules)


@pytest.mark.parametrize("name", TRACKERS)
def test_a_missing_library_is_reported_before_training(called, refused, tmp_path, name):
    found = called(*SMALL, "--log", name, "--out", str(tmp_path / "run"))
    module = TRACKERS[name].module
    assert (found.code, found.stdout) == (2, "")
    assert found.stderr == (
        f"anylength: expected the library {module} to log to {name}, got no module {module}: pip install '.[{name}]'\n"
    )
    assert not (tmp_path / "run").exists()


def test_an_unknown_tracker_is_reported_before_training(called, tmp_path):
    found = called(*SMALL, "--log", "tensorbord", "--out", str(tmp_path / "run"))
    assert (found.code, found.stderr) == (2, "anylength: expected a known tracker, got 'tensorbord': did you mean 'tensorboard'?\n")
    assert not (tmp_path / "run").exists()


def test_a_library_that_fails_on_import_is_reported(monkeypatch, run):
    def broken(name: str) -> None:
        raise RuntimeError("built for another Python")

    monkeypatch.setattr("importlib.import_module", broken)
    with pytest.raises(InputError, match="tensorboardX that can be imported, got RuntimeError: 'built for another Python'"):
        log_run(run, "tensorboard")


def test_a_half_written_run_is_not_logged(run, recorders):
    (run / "DONE").unlink()
    with pytest.raises(InputError, match="a finished run"):
        log_run(run, "good")
    assert recorders["good"].calls == []


# The libraries


def events(folder: Path) -> list[Any]:
    """The events of all files in a folder: each is its length, a checksum of that, itself, a checksum of it."""
    from tensorboardX.proto.event_pb2 import Event

    found = []
    for file in sorted(folder.iterdir()):
        raw, at = file.read_bytes(), 0
        while at < len(raw):
            (size,) = struct.unpack_from("<Q", raw, at)
            found.append(Event.FromString(raw[at + 12 : at + 12 + size]))
            at += 16 + size
        assert at == len(raw)
    return found


def test_a_tensorboard_event_file_holds_the_run(called, tmp_path):
    pytest.importorskip("tensorboardX", reason="needs tensorboardX: pip install .[tensorboard]")
    out = tmp_path / "run"
    found = called(*SMALL, "--log", "tensorboard", "--json", "--out", str(out))
    assert found.code in (0, 3) and (found.stderr, found.stdout.count("\n")) == ("", 1)
    read = events(out / "tensorboard")
    assert read[0].file_version == "brain.Event:2"
    values = {(value.tag, event.step): value for event in read for value in event.summary.value}
    for line in (out / "metrics.jsonl").read_text().splitlines():
        record = json.loads(line)
        step = record.pop("epoch")
        assert {key: values[key, step].simple_value for key in record} == {key: np.float32(value) for key, value in record.items()}
    assert values["final/parameters", 3].simple_value == json.loads(found.stdout)["parameters"]
    config = values["config/text_summary", 0].tensor.string_val[0].decode()
    assert "| recipe | blog |" in config
    assert "| hidden | 2 |" in config


def logged_elsewhere(called, tmp_path: Path, name: str) -> Path:
    """A finished small run that a process of its own has logged with the real library; nothing is sent."""
    pytest.importorskip(TRACKERS[name].module, reason=f"needs the library: pip install .[{name}]")
    out = tmp_path / "run"
    assert called(*SMALL, "--out", str(out)).code in (0, 3)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("WANDB_", "TRACKIO_"))}
    subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", f"import anylength; anylength.log_run({str(out)!r}, {name!r})"],
        env=environment | {"TRACKIO_DIR": str(tmp_path / "trackio")}, check=True, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    return out


def test_the_real_wandb_writes_the_run_into_an_offline_file(called, tmp_path):
    (file,) = (logged_elsewhere(called, tmp_path, "wandb") / "wandb").glob("offline-run-*/*.wandb")
    raw = file.read_bytes()
    assert all(word in raw for word in (b"train_digits", b"final/parameters", b"learning_rate"))


def test_the_real_trackio_stores_every_epoch_and_the_result(called, tmp_path):
    logged_elsewhere(called, tmp_path, "trackio")
    (file,) = (tmp_path / "trackio").glob("*.db")
    rows = sqlite3.connect(file).execute("select step, metrics from metrics order by step").fetchall()
    assert [step for step, _ in rows] == [1, 2, 3, 4]
    assert "final/parameters" in json.loads(rows[-1][1])


def test_the_page_names_the_lowest_versions_that_the_extras_allow():
    root = Path(__file__).parent.parent
    extras = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    page = (root / "docs" / "how-to" / "trackers.md").read_text()
    for name in TRACKERS:
        library, lowest = extras[name][0].split(">=")
        (row,) = (line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        named = re.search(rf"{library} from (\S+) on", row)
        assert named and named[1] in (lowest, f"{lowest}.0")


def fake_wandb(calls: list[Any]) -> types.ModuleType:
    """A module with the signatures of wandb 0.31 that are used, and all other parameters of `init` that it has."""

    class Summary:
        def update(self, d: dict[str, Any]) -> None:
            calls.append(("summary.update", d))

    class Run:
        summary = Summary()

        def log(self, data: dict[str, Any], step: int | None = None, commit: bool | None = None) -> None:
            calls.append(("log", data, step))

        def finish(self, exit_code: int | None = None) -> None:
            calls.append(("finish", exit_code))

    def init(entity=None, project=None, dir=None, id=None, name=None, notes=None, tags=None, config=None, config_exclude_keys=None,
             config_include_keys=None, allow_val_change=None, group=None, job_type=None, mode=None, force=None, reinit=None,
             resume=None, resume_from=None, fork_from=None, save_code=None, tensorboard=None, sync_tensorboard=None,
             monitor_gym=None, settings=None):  # fmt: skip
        calls.append(("init", project, mode, dir, name, config, settings))
        return Run()

    module = types.ModuleType("wandb")
    module.init = init  # type: ignore[attr-defined]
    return module


def test_weights_and_biases_gets_the_run_offline(run, monkeypatch):
    calls: list[Any] = []
    monkeypatch.setitem(sys.modules, "wandb", fake_wandb(calls))
    monkeypatch.delenv("WANDB_MODE", raising=False)
    monkeypatch.delenv("WANDB_PROJECT", raising=False)
    log_run(run, "wandb", quiet=True)
    what, project, mode, folder, name, config, settings = calls[0]
    assert (what, project, mode, folder, name) == ("init", "anylength", "offline", str(run), "run")
    assert (config["recipe"], settings) == ("blog", {"console": "off", "silent": True})
    assert [call[2] for call in calls if call[0] == "log"] == [1, 2, 3, 4]
    assert [call[1]["loss"] for call in calls if call[0] == "log"] == [1, 1 / 2, 1 / 3, 1 / 4]
    summary = {key: value for call in calls if call[0] == "summary.update" for key, value in call[1].items()}
    assert (summary["verdict"], summary["stress/horizon"], summary["final/epochs"]) == ("REFUTED", 2, 4)
    assert calls[-1] == ("finish", 0)


def test_weights_and_biases_follows_the_users_own_settings(run, monkeypatch):
    calls: list[Any] = []
    monkeypatch.setitem(sys.modules, "wandb", fake_wandb(calls))
    monkeypatch.setenv("WANDB_MODE", "online")
    monkeypatch.setenv("WANDB_PROJECT", "mine")
    log_run(run, "wandb")
    assert calls[0][1:3] == ("mine", "online")


def test_trackio_gets_the_run(run, monkeypatch):
    calls: list[Any] = []

    class Run:
        def log(self, metrics: dict[str, Any], step: int | None = None) -> None:
            calls.append(("log", metrics, step))

    def init(project, name=None, group=None, space_id=None, server_url=None, dataset_id=None, bucket_id=None, config=None,
             resume="never", settings=None, private=None, embed=True):  # fmt: skip
        calls.append(("init", project, name, space_id, server_url, config))
        return Run()

    module = types.ModuleType("trackio")
    module.init, module.finish = init, lambda: calls.append(("finish",))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "trackio", module)
    anylength.log_run(run, "trackio")
    assert calls[0][:5] == ("init", "anylength", "run", None, None)
    assert calls[0][5]["recipe"] == "blog"
    rows = [call[1:] for call in calls if call[0] == "log"]
    assert [step for _, step in rows] == [1, 2, 3, 4, 5, 5, 5]
    assert rows[-1][0]["verdict"] == "REFUTED"
    assert calls[-1] == ("finish",)

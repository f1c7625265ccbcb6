"""Run folders: whole or absent, never shared, resumed to the same bits, refused in one line when anything is wrong."""

import errno
import fcntl
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from safetensors.numpy import load_file, save

from anylength.api.folders import open_run
from anylength.base import InputError, free_name, write_atomic
from anylength.base import files as atomic
from anylength.base import files as folder
from anylength.base.files import replace_in
from anylength.experiments import checkpoint as checkpoints
from anylength.experiments.demo import demo
from anylength.experiments.options import TrainOptions
from anylength.experiments.train import train
from anylength.nets import load, tensors
from anylength.records import Environment, Epoch, RunConfig, Stress, Training, Verdict
from anylength.runs import Run, creation, layout
from anylength.runs.environment import environment
from anylength.training import RECIPES, Blog, fitting
from tests.patience import PATIENCE
from tests.selection import thorough

SHORT = TrainOptions(recipe="blog", data="hundred", hidden=2, epochs=6)
"""A run that never gets to 100 % and takes a fraction of a second."""


@pytest.fixture
def copied(run_folder: Path, tmp_path: Path) -> Path:
    """A copy of the finished run, free to be damaged."""
    return Path(shutil.copytree(run_folder, tmp_path / "copied"))


@pytest.fixture
def always_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint after every epoch."""
    monkeypatch.setattr(checkpoints, "pause", lambda took: -1.0)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The short run, trained in one go."""
    out = tmp_path_factory.mktemp("short") / "run"
    train(SHORT, out)
    return out


def stop_at(epoch: int) -> Callable[[Epoch, int], None]:
    """A progress callback that interrupts after some epoch."""

    def progress(record: Epoch, limit: int) -> None:
        if record.epoch == epoch:
            raise KeyboardInterrupt

    return progress


def interrupt(wanted: TrainOptions, out: Path, epoch: int, **options: bool) -> None:
    """Trains up to an epoch and is interrupted there."""
    with pytest.raises(KeyboardInterrupt):
        train(wanted, out, progress=stop_at(epoch), **options)


def names_in(path: Path) -> set[str]:
    """The files of a folder, hidden ones too."""
    return {entry.name for entry in path.iterdir()}


def epochs_in(path: Path) -> list[dict[str, float]]:
    """The lines of a run's metrics, without the times."""
    lines = [json.loads(line) for line in (path / layout.METRICS).read_text().splitlines()]
    return [{key: value for key, value in line.items() if key != "seconds"} for line in lines]


def same_run(one: Path, other: Path) -> None:
    """Asserts that two runs ended alike, to the last bit."""
    assert (one / layout.MODEL).read_bytes() == (other / layout.MODEL).read_bytes()
    assert epochs_in(one) == epochs_in(other)
    assert names_in(one) == names_in(other)
    assert (one / layout.CONFIG).read_bytes() == (other / layout.CONFIG).read_bytes()


def test_a_finished_run_holds_just_its_files_and_they_can_be_read(run_folder, trained):
    assert names_in(run_folder) == {"config.json", "environment.json", "metrics.jsonl", "model.safetensors", "DONE"}
    config = RunConfig.from_json((run_folder / "config.json").read_bytes(), "config.json")
    assert (config.task, config.cell, config.recipe, config.data, config.seed) == ("count", "rnn", "blog", "post", 2)
    assert config.settings == RECIPES["blog"].settings()
    assert Environment.from_json((run_folder / "environment.json").read_bytes(), "environment.json") == environment()
    result = Training.from_json((run_folder / "DONE").read_bytes(), "DONE")
    assert (result.epochs, result.train_accuracy, result.validation_accuracy) == (len(trained.epochs), 1.0, 1.0)
    assert result.parameters == trained.net.parameters
    epochs = [Epoch.from_json(line, "metrics.jsonl") for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    assert [epoch.epoch for epoch in epochs] == list(range(1, result.epochs + 1))
    assert result.seconds == pytest.approx(sum(epoch.seconds for epoch in epochs))


def test_a_run_holds_the_net_that_fit_gives(run_folder, trained, task):
    net, found = open_run(run_folder)
    assert {name: value.tobytes() for name, value in tensors(net).items()} == {
        name: value.tobytes() for name, value in tensors(trained.net).items()
    }
    assert (found.name, found.base) == (task.name, task.base)
    assert load(run_folder / layout.MODEL)[1] == Run(run_folder).net_config


def test_done_is_written_last(tmp_path, monkeypatch):
    written: list[str] = []

    def spy(handle: int, name: str, content: bytes) -> None:
        replace_in(handle, name, content)
        written.append(name)

    monkeypatch.setattr(atomic, "replace_in", spy)
    monkeypatch.setattr(folder, "replace_in", spy)
    train(SHORT, tmp_path / "run")
    assert written[-2:] == ["model.safetensors", "DONE"]
    assert written[:2] == ["environment.json", "config.json"]


def test_an_existing_folder_is_refused_and_left_alone(copied):
    before = {name: (copied / name).read_bytes() for name in names_in(copied)}
    with pytest.raises(InputError, match=r"which exists: pass --resume"):
        train(TrainOptions(recipe="blog", seed=2), copied)
    assert {name: (copied / name).read_bytes() for name in names_in(copied)} == before


def test_an_existing_file_is_refused_as_a_run_folder(tmp_path):
    path = tmp_path / "run"
    path.write_text("mine")
    with pytest.raises(InputError, match="which exists: pass another --out"):
        train(SHORT, path)
    assert path.read_text() == "mine"


def test_a_wrong_configuration_makes_no_folder(tmp_path):
    for wanted in (
        TrainOptions(recipe="blog", task="cuont"),
        TrainOptions(recipe="blog", cell="rn"),
        TrainOptions(recipe="blgo"),
        TrainOptions(recipe="blog", hidden=0),
        TrainOptions(recipe="blog", base=1),
        TrainOptions(recipe="blog", data="x"),
    ):
        with pytest.raises(InputError):
            train(wanted, tmp_path / "run")
    assert names_in(tmp_path) == set()


def test_a_free_name_is_the_first_that_does_not_exist(tmp_path):
    assert free_name(tmp_path / "run") == tmp_path / "run"
    (tmp_path / "run").mkdir()
    (tmp_path / "run-2").touch()
    assert free_name(tmp_path / "run") == tmp_path / "run-3"


@pytest.mark.usefixtures("always_checkpoint")
@pytest.mark.parametrize("epoch", [1, 2, 5])
def test_an_interrupted_run_goes_on_to_the_same_bits(tmp_path, uninterrupted, epoch):
    out = tmp_path / "run"
    interrupt(SHORT, out, epoch)
    assert layout.DONE not in names_in(out)
    assert train(SHORT, out, resume=True).epochs == 6
    same_run(out, uninterrupted)


def test_an_interrupt_saves_the_epoch_it_came_in_without_waiting_for_a_checkpoint(tmp_path, uninterrupted, monkeypatch):
    monkeypatch.setattr(checkpoints, "pause", lambda took: 1e9)
    heard: list[int] = []
    interrupt(SHORT, tmp_path / "run", 3)
    train(SHORT, tmp_path / "run", resume=True, progress=lambda epoch, limit: heard.append(epoch.epoch))
    assert heard == [4, 5, 6]
    same_run(tmp_path / "run", uninterrupted)


def test_a_run_interrupted_again_and_again_ends_in_the_same_bits(tmp_path, uninterrupted):
    out = tmp_path / "run"
    interrupt(SHORT, out, 1)
    interrupt(SHORT, out, 2, resume=True)
    interrupt(SHORT, out, 4, resume=True)
    train(SHORT, out, resume=True)
    same_run(out, uninterrupted)


def test_an_interrupt_between_an_update_and_its_record_loses_no_bit(tmp_path, uninterrupted, monkeypatch):
    def recorded(number: int, *rest: object, record=fitting.epoch_record) -> Epoch:
        if number == 2:
            raise KeyboardInterrupt
        return record(number, *rest)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(fitting, "epoch_record", recorded)
        train(SHORT, tmp_path / "run")
    assert len(json.loads(epochs_text(tmp_path / "run" / layout.CHECKPOINT))["epochs"][0]) == 1
    train(SHORT, tmp_path / "run", resume=True)
    same_run(tmp_path / "run", uninterrupted)


KILLED = """
import os, signal, sys
from pathlib import Path
from anylength.experiments.options import TrainOptions
from anylength.experiments.train import train
from anylength.experiments import checkpoint
checkpoint.pause = lambda took: -1.0
def progress(epoch, limit):
    if epoch.epoch == 4:
        os.kill(os.getpid(), signal.SIGKILL)
train(TrainOptions(recipe="blog", data="hundred", hidden=2, epochs=6), Path(sys.argv[1]), progress=progress)
"""


@pytest.mark.slow
def test_a_killed_process_loses_only_what_came_after_its_checkpoint(tmp_path, uninterrupted):
    out, heard = tmp_path / "run", []
    killed = subprocess.run([sys.executable, "-c", KILLED, str(out)], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(epochs_in(out)) == 4
    assert train(SHORT, out, resume=True, progress=lambda epoch, limit: heard.append(epoch.epoch)).epochs == 6
    assert heard == [4, 5, 6]
    same_run(out, uninterrupted)


def test_a_run_killed_before_its_first_checkpoint_starts_again(tmp_path, uninterrupted):
    out = tmp_path / "run"
    interrupt(SHORT, out, 2)
    (out / layout.CHECKPOINT).unlink()
    train(SHORT, out, resume=True)
    same_run(out, uninterrupted)


def test_a_run_killed_while_it_was_making_its_folder_can_be_had(tmp_path, uninterrupted, monkeypatch):
    out = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(creation, "write_atomic", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            train(SHORT, out)
    train(SHORT, out, resume=out.exists())
    same_run(out, uninterrupted)


def test_resuming_a_finished_run_changes_nothing(copied):
    before = {name: (copied / name).read_bytes() for name in names_in(copied)}
    assert train(TrainOptions(recipe="blog", seed=2), copied, resume=True) == Run(copied).result()
    assert {name: (copied / name).read_bytes() for name in names_in(copied)} == before


def test_resuming_what_does_not_exist_starts_it(tmp_path, uninterrupted):
    train(SHORT, tmp_path / "run", resume=True)
    same_run(tmp_path / "run", uninterrupted)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (TrainOptions(recipe="blog", seed=3), r"\(seed 2\), got seed 3"),
        (TrainOptions(recipe="blog", seed=2, hidden=5), r"\(hidden 12\), got hidden 5"),
        (TrainOptions(recipe="blog", seed=2, data="hundred"), r"\(data post\), got data hundred"),
        (TrainOptions(recipe="blog", seed=2, base=2), r"\(base 10\), got base 2"),
        (TrainOptions(recipe="blog", seed=2, epochs=3), r"\(epochs 20\), got epochs 3"),
    ],
)
def test_resuming_with_another_configuration_is_refused_naming_the_difference(run_folder, other, says):
    with pytest.raises(InputError, match=says):
        train(other, run_folder, resume=True)


def test_a_folder_that_another_process_trains_in_is_refused(tmp_path):
    out = tmp_path / "run"
    interrupt(SHORT, out, 1)
    handle = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(InputError, match="in use: wait, or pass another --out"):
            train(SHORT, out, resume=True)
    finally:
        os.close(handle)
    assert train(SHORT, out, resume=True).epochs == 6


def test_a_half_written_run_is_refused_with_the_command_that_finishes_it(tmp_path):
    interrupt(SHORT, tmp_path / "run", 1)
    with pytest.raises(InputError, match=r"half-written: finish it with: anylength train count ") as caught:
        open_run(tmp_path / "run")
    for option in ("--base 10", "--hidden 2", "--data hundred", "--seed 0", "--epochs 6", "--candidates 1", "--resume"):
        assert option in str(caught.value)


def test_a_folder_that_is_missing_or_no_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="expected a run folder, got nothing at"):
        open_run(tmp_path / "nowhere")
    for path in (tmp_path, tmp_path / "file"):
        (tmp_path / "file").touch()
        with pytest.raises(InputError, match=r"without config\.json"):
            open_run(path)


def edited(**changes: object) -> Callable[[bytes], bytes]:
    """JSON with some fields changed."""
    return lambda content: json.dumps(json.loads(content) | changes).encode()


DAMAGES = {
    "config empty": ("config.json", lambda _: b"", "config.json"),
    "config truncated": ("config.json", lambda content: content[:30], "config.json"),
    "config binary": ("config.json", lambda _: b"\xff\xfe\x00\x01", "config.json"),
    "config Latin-1": ("config.json", lambda content: content.replace(b"count", b"c\xf6unt"), "config.json"),
    "config no object": ("config.json", lambda _: b"[]", "config.json"),
    "config of another format": ("config.json", edited(format=2), "format 1, got format 2 in config.json"),
    "config with a field too many": ("config.json", edited(colour="red"), "colour"),
    "config with a text for a number": ("config.json", edited(hidden="12"), "hidden"),
    "config of an unknown task": ("config.json", edited(task="cuont"), "config.json|cuont"),
    "config of another base": ("config.json", edited(base=3), "another one in model.safetensors"),
    "config of another size": ("config.json", edited(hidden=13), "another one in model.safetensors"),
    "DONE empty": ("DONE", lambda _: b"", "DONE"),
    "DONE truncated": ("DONE", lambda content: content[:20], "DONE"),
    "DONE of another format": ("DONE", edited(format=7), "format 1, got format 7 in DONE"),
    "weights empty": ("model.safetensors", lambda _: b"", "readable safetensors file"),
    "weights truncated": ("model.safetensors", lambda content: content[:-1], "readable safetensors file"),
    "weights text": ("model.safetensors", lambda _: b"these are no weights at all", "readable safetensors file"),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_run_is_refused_in_one_line(copied, kind):
    name, damage, says = DAMAGES[kind]
    (copied / name).write_bytes(damage((copied / name).read_bytes()))
    with pytest.raises(InputError, match=says) as caught:
        open_run(copied)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["config.json", "DONE", "model.safetensors"])
def test_a_run_that_lacks_a_file_is_refused(copied, name):
    (copied / name).unlink()
    with pytest.raises(InputError):
        open_run(copied)


def epochs_text(path: Path) -> str:
    """The epochs in a checkpoint."""
    return load_file(path)["epochs"].tobytes().decode()


def leaves(path: Path) -> dict[str, np.ndarray]:
    """The state in a checkpoint."""
    return {name: value for name, value in load_file(path).items() if name != "epochs"}


def checkpoint(path: Path, epochs: str | None = None, **changed: np.ndarray) -> bytes:
    """A checkpoint with other epochs or leaves."""
    text = epochs_text(path) if epochs is None else epochs
    return save(leaves(path) | changed | {"epochs": np.frombuffer(text.encode(), np.uint8)})


CHECKPOINTS = {
    "empty": lambda path: b"",
    "truncated": lambda path: path.read_bytes()[:-10],
    "text": lambda path: b"this is no checkpoint, only some text",
    "no epochs": lambda path: save(leaves(path)),
    "other metadata": lambda path: save(leaves(path), metadata={"x": "y"}),
    "epochs no JSON": lambda path: checkpoint(path, "[{"),
    "epochs no list": lambda path: checkpoint(path, "3"),
    "a leaf too few": lambda path: save(dict(list(leaves(path).items())[1:]) | {"epochs": load_file(path)["epochs"]}),
    "a leaf too many": lambda path: checkpoint(path, other=np.zeros(1, np.float32)),
    "a leaf of another shape": lambda path: checkpoint(path, **{"0000": np.zeros((3, 3), np.float32)}),
    "a leaf of another type": lambda path: checkpoint(path, **{"0000": leaves(path)["0000"].astype(np.float64)}),
}


@pytest.mark.parametrize("kind", thorough(CHECKPOINTS, quick=3))
def test_a_damaged_checkpoint_is_refused_in_one_line(tmp_path, kind):
    out = tmp_path / "run"
    interrupt(SHORT, out, 2)
    path = out / layout.CHECKPOINT
    path.write_bytes(CHECKPOINTS[kind](path))
    with pytest.raises(InputError, match=r"checkpoint") as caught:
        train(SHORT, out, resume=True)
    assert "\n" not in str(caught.value)


def test_damaged_metrics_are_written_anew_from_the_checkpoint(tmp_path, uninterrupted):
    out = tmp_path / "run"
    interrupt(SHORT, out, 2)
    (out / layout.METRICS).write_bytes(b'{"epoch": 1, "lo')
    train(SHORT, out, resume=True)
    same_run(out, uninterrupted)


def full_disk(*_: object, **__: object) -> None:
    """What a full disk says."""
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_in_one_line_and_leaves_nothing_half_written(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(InputError, match=r"No space left on device: free some space, or choose another folder with --out"):
        train(SHORT, tmp_path / "run")
    left = names_in(tmp_path / "run") if (tmp_path / "run").exists() else set()
    assert left == set()


def test_after_a_full_disk_the_same_command_works_once_there_is_room(tmp_path, monkeypatch, uninterrupted):
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_disk)
        with pytest.raises(InputError):
            train(SHORT, tmp_path / "run")
    train(SHORT, tmp_path / "run")
    same_run(tmp_path / "run", uninterrupted)


@pytest.mark.parametrize("kept", thorough(range(8), quick=3))
def test_a_disk_that_fills_up_at_any_moment_leaves_whole_files_and_a_run_that_goes_on(tmp_path, monkeypatch, uninterrupted, kept):
    out, synced, sync = tmp_path / "run", itertools.count(), os.fsync
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "pause", lambda took: -1.0)
        patch.setattr(os, "fsync", lambda handle: full_disk() if next(synced) >= 4 + 2 * kept else sync(handle))
        with pytest.raises(InputError, match="No space left on device"):
            train(SHORT, out)
    assert not [name for name in names_in(out) if name.endswith(".tmp")]
    assert layout.DONE not in names_in(out)
    train(SHORT, out, resume=True)
    same_run(out, uninterrupted)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"expected to write .*: free some space, or choose another folder"):
        train(SHORT, tmp_path / "file" / "run")


def test_a_folder_without_permission_is_refused(tmp_path, monkeypatch):
    def denied(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(InputError, match="Permission denied"):
        train(SHORT, tmp_path / "run")
    assert names_in(tmp_path) == set()


def test_an_atomic_write_replaces_the_file_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "file"
    for content in (b"one", b"", b"three" * 100_000):
        write_atomic(path, content)
        assert path.read_bytes() == content
        assert names_in(tmp_path) == {"file"}


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_an_atomic_write_that_fails_keeps_the_old_file_and_leaves_nothing_beside_it(tmp_path, monkeypatch, call):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, call, full_disk)
    with pytest.raises(InputError, match="No space left"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == {"file"}


def test_an_atomic_write_is_synced_before_it_is_renamed(tmp_path, monkeypatch):
    calls: list[str] = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (calls.append("fsync"), sync(handle)))
    monkeypatch.setattr(os, "replace", lambda *paths, **folders: (calls.append("replace"), replace(*paths, **folders)))
    write_atomic(tmp_path / "file", b"x")
    assert calls[:2] == ["fsync", "replace"]


def test_a_training_that_diverges_is_told_in_one_line_and_is_not_done(tmp_path, monkeypatch):
    class Diverging(Blog):
        """Its loss is NaN."""

        def loss(self, net, *rest):
            loss, schedule_state = super().loss(net, *rest)
            return loss * jnp.nan, schedule_state

    monkeypatch.setattr("anylength.training.blog.BLOG", Diverging())
    with pytest.raises(InputError, match="expected a finite loss, got the loss of epoch 1 is not finite"):
        train(SHORT, tmp_path / "run")
    assert not names_in(tmp_path / "run") & {layout.DONE, layout.MODEL}


@pytest.mark.slow
def test_the_demo_is_two_runs_with_their_stress_tests_their_verdicts_and_the_posts_own_example(tmp_path, monkeypatch):
    showing = sys.modules[demo.__module__]
    small = {"recipe": "certified", "candidates": 1}
    monkeypatch.setattr(showing, "TrainOptions", lambda **given: TrainOptions(**given | (small if "candidates" in given else {})))
    monkeypatch.setattr(showing, "VERDICT_SECONDS", 20.0)
    found = demo(tmp_path / "demo", seed=15, limit=30)
    assert [(run.data, run.run) for run in found.runs] == [(name, str(tmp_path / "demo" / name)) for name in ("post", "hundred")]
    assert [run.verdict.verdict for run in found.runs] == ["REFUTED", "PROVED"]
    assert "forgets" in Path(found.report).read_text(encoding="utf-8")
    for run in found.runs:
        out = Path(run.run)
        assert (out / "explain.json").is_file()
        assert run.limit == 30
        assert run.example.questions == [["1476233999"]]
        assert run.example.correct == [run.example.answers == ["1476234000"]]
        assert run.counting.sequence[0] == "9" * 11 + "7"
        assert (out / layout.DONE).is_file()
        assert Stress.from_json((out / layout.STRESS).read_bytes(), layout.STRESS).horizon == run.horizon
        assert Verdict.from_json((out / layout.VERDICT).read_bytes(), layout.VERDICT) == run.verdict
        assert (out / layout.CERTIFICATE).exists() == (run.verdict.verdict == "PROVED")
    assert [baseline.dtype for baseline in found.baselines] == ["float32", "float64"]

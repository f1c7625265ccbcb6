"""Full disks, folders that vanish and clocks that go back: one line, and what was whole stays whole."""

import errno
import itertools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from anylength.base import InputError
from anylength.experiments import checkpoint as checkpoints
from anylength.experiments.export import export
from anylength.experiments.harden import harden
from anylength.experiments.options import TrainOptions
from anylength.experiments.proving import prove
from anylength.experiments.report import report
from anylength.experiments.results import explain, extract, stress
from anylength.experiments.train import train
from anylength.records import Epoch
from anylength.runs import Run, layout
from anylength.sweeps.run import sweep
from tests.patience import PATIENCE
from tests.selection import thorough

FIXTURES = Path(__file__).parent / "fixtures" / "runs"
SHORT = TrainOptions(recipe="blog", data="hundred", hidden=2, epochs=6)

SWEEP = """
seeds = 2

[grid]
task = "count"
recipe = "blog"
data = "hundred"
hidden = [2, 3]
epochs = 1
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished run with every result."""
    return Path(shutil.copytree(FIXTURES / "hundred", tmp_path / "run"))


@pytest.fixture
def sweep_file(tmp_path: Path) -> Path:
    """A small sweep of two settings."""
    path = tmp_path / "sweep.toml"
    path.write_text(SWEEP)
    return path


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def full(*_: object, **__: object) -> None:
    """What a full disk says."""
    raise OSError(errno.ENOSPC, "No space left on device")


def fill_after(patch: pytest.MonkeyPatch, writes: int) -> None:
    """Lets so many files be synced or appended to, then the disk is full."""
    made, sync, write = itertools.count(), os.fsync, os.write
    patch.setattr(os, "fsync", lambda handle: full() if next(made) >= writes else sync(handle))
    patch.setattr(os, "write", lambda handle, content: full() if next(made) >= writes else write(handle, content))


WORK: dict[str, Callable[[Run], object]] = {
    "prove": lambda run: prove(run, budget=5.0),
    "stress": lambda run: stress(run, limit=20),
    "explain": explain,
    "extract": lambda run: extract(run, budget=5.0),
    "report": lambda run: report([run]),
    "export": lambda run: export(run, "c"),
}


@pytest.mark.parametrize(
    ("name", "writes"),
    thorough(
        [
            ("prove", 0),
            ("prove", 1),
            ("stress", 0),
            ("explain", 0),
            ("extract", 0),
            ("extract", 1),
            ("report", 0),
            ("export", 0),
        ],
        quick=2,
        unpack=True,
    ),
)
def test_a_disk_that_is_full_changes_no_result_of_a_run(run, monkeypatch, name, writes):
    before = files_of(run)
    with monkeypatch.context() as patch:
        fill_after(patch, writes)
        with pytest.raises(InputError, match="No space left on device: free some space"):
            WORK[name](Run(run))
    changed = {file for file, content in files_of(run).items() if before.get(file) != content}
    assert len(changed) <= writes and set(before) <= set(files_of(run))
    assert (Run(run).verdict.verdict, Run(run).extraction.status) == ("PROVED", "theorem")
    WORK[name](Run(run))


@pytest.mark.slow
@pytest.mark.parametrize("writes", [5, 7, 12, 20])
def test_a_disk_that_fills_up_in_a_sweep_loses_no_block(sweep_file, tmp_path, monkeypatch, writes):
    sweep(sweep_file, tmp_path / "whole")
    with monkeypatch.context() as patch:
        fill_after(patch, writes)
        try:
            sweep(sweep_file, tmp_path / "out")
        except InputError as error:
            assert "No space left on device" in str(error) and "\n" not in str(error)
    kept = (tmp_path / "out" / "results.jsonl").read_bytes() if (tmp_path / "out" / "results.jsonl").exists() else b""
    sweep(sweep_file, tmp_path / "out")
    assert (tmp_path / "out" / "results.jsonl").read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])
    compared = [name for name in files_of(tmp_path / "whole") if name.startswith("weights") or name == "results.jsonl"]
    for name in compared:
        assert files_of(tmp_path / "out")[name] == files_of(tmp_path / "whole")[name], name


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from anylength.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


def limited(size: int, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that may write no file of more than `size` bytes."""
    command = [sys.executable, "-c", LIMITED, str(size), *words]
    quiet = {"JAX_COMPILATION_CACHE_DIR": "", "JAX_ENABLE_COMPILATION_CACHE": "false"}
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, env=os.environ | quiet)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["train", "prove"])
def test_a_limit_on_the_size_of_files_is_told_in_one_line(run, tmp_path, command):
    before = files_of(run)
    words = {
        "train": ["train", "count", "--recipe", "blog", "--data", "hundred", "--hidden", "2", "--epochs", "6"],
        "prove": ["prove", str(run)],
    }[command]
    out = tmp_path / "out" if command == "train" else run
    found = limited(800, *words, "--quiet", *(["--out", str(out)] if command == "train" else []))
    assert (found.returncode, found.stderr.count("\n"), "File too large" in found.stderr) == (2, 1, True), found.stderr
    assert not list(out.rglob(".*.tmp"))
    assert files_of(run) == before
    if command == "train":
        train(SHORT, out, resume=True)
        assert Run.open(out).finished


# 400 epochs write 80 kB of metrics, far more than the disk holds. A run that just about fills the disk may or may not fit: the
# metrics hold times, whose length changes.
FULL_TMPFS = """
set -e
train="{python} -m anylength train count --recipe blog --data hundred --hidden 2 --epochs 400 --out run --quiet"
mount -t tmpfs -o size=48k tmpfs {disk}
cd {disk}
$train && exit 99
echo "code $?"
test ! -e run/DONE
mount -o remount,size=64m {disk}
$train --resume --json || test $? = 3
cp -r run {out}
"""


@pytest.mark.slow
def test_a_real_disk_that_fills_up_in_training(tmp_path):
    inside = ["unshare", "--user", "--map-root-user", "--mount"]
    try:
        allowed = subprocess.run([*inside, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        pytest.skip("a small disk needs unshare and the right to mount")
    (tmp_path / "disk").mkdir()
    script = FULL_TMPFS.format(disk=tmp_path / "disk", python=sys.executable, out=tmp_path / "copied")
    cache = {"JAX_COMPILATION_CACHE_DIR": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    found = subprocess.run([*inside, "bash", "-c", script], capture_output=True, text=True, check=False, env=os.environ | cache)
    assert (found.returncode, "code 2" in found.stdout) == (0, True), found.stderr
    assert "No space left on device" in found.stderr and found.stderr.count("\n") == 1
    train(TrainOptions(recipe="blog", data="hundred", hidden=2, epochs=400), tmp_path / "whole")
    model = layout.MODEL
    assert (tmp_path / "copied" / model).read_bytes() == (tmp_path / "whole" / model).read_bytes()


# folders that vanish


def removing(folder: Path) -> Callable[[Epoch, int], None]:
    """A progress function that removes a folder after the second epoch."""
    return lambda epoch, limit: shutil.rmtree(folder) if epoch.epoch == 2 else None


@pytest.mark.slow
def test_a_folder_that_vanishes_in_training_is_told_in_one_line(tmp_path):
    with pytest.raises(InputError, match="No such file or directory: check that nobody moved or deleted it") as told:
        train(SHORT, tmp_path / "run", progress=removing(tmp_path / "run"))
    assert "\n" not in str(told.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_folder_that_vanishes_while_a_net_is_hardened_is_told_in_one_line(tmp_path):
    with pytest.raises(InputError, match="check that nobody moved or deleted it"):
        harden(FIXTURES / "post", tmp_path / "run", progress=removing(tmp_path / "run"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", thorough(["prove", "stress", "explain", "extract"]))
def test_a_folder_that_vanishes_while_a_result_is_made_is_told_in_one_line(run, monkeypatch, name):
    save = Run.save

    def vanishing(self: Run, record: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        save(self, record)

    monkeypatch.setattr(Run, "save", vanishing)
    with pytest.raises(InputError, match="check that nobody moved or deleted it"):
        WORK[name](Run(run))
    assert not run.exists()


def test_a_folder_that_vanishes_in_a_sweep_is_told_in_one_line(sweep_file, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(InputError, match="check that nobody moved or deleted it"):
        sweep(sweep_file, out, progress=lambda *_: shutil.rmtree(out, ignore_errors=True))
    assert not out.exists()


# clocks


@pytest.mark.slow
def test_a_clock_that_goes_back_changes_nothing(tmp_path, monkeypatch):
    train(SHORT, tmp_path / "before")
    hours = itertools.count()
    monkeypatch.setattr(time, "time", lambda: -3600.0 * next(hours))
    monkeypatch.setattr(time, "time_ns", lambda: -(10**12) * next(hours))
    monkeypatch.setattr(checkpoints, "pause", lambda took: -1.0)
    train(SHORT, tmp_path / "after")
    assert (tmp_path / "after" / layout.MODEL).read_bytes() == (tmp_path / "before" / layout.MODEL).read_bytes()
    assert all(epoch.seconds >= 0 for epoch in Run(tmp_path / "after").epochs)
    run = Run(shutil.copytree(FIXTURES / "hundred", tmp_path / "proved"))
    assert 0 <= prove(run, budget=60.0).seconds < 100
    assert stress(run, limit=20).limit == 20


def test_a_file_that_is_older_than_it_was_is_read_anew(run):
    os.utime(run / layout.VERDICT, (0, 0))
    assert Run(run).verdict.verdict == "PROVED"

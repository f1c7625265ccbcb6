"""Run folders: where a run's files are, and the rules they keep.

A run is finished when `DONE` exists; it is written last. Two runs never share a folder: creating one takes a folder that
does not exist, and a lock is held while a run trains.
"""

import fcntl
import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anylength.errors import InputError
from anylength.experiments.files import disk_errors, write_atomic
from anylength.nets import AbstractNet, NetConfig, load
from anylength.records import Environment, Record, RunConfig, Training
from anylength.tasks import Task, task_named

CONFIG, ENVIRONMENT, METRICS, CHECKPOINT = "config.json", "environment.json", "metrics.jsonl", "checkpoint.safetensors"
MODEL, DONE, STRESS = "model.safetensors", "DONE", "stress.json"
VERDICT, CERTIFICATE, IMPORT = "verdict.json", "certificate.json", "import.json"


def create(path: Path, config: RunConfig, environment: Environment) -> None:
    """Makes a new run folder with its configuration.

    Raises:
        InputError: The folder exists already, or cannot be made.
    """
    if path.exists():
        remedy = "pass --resume to go on with it, or another --out" if path.is_dir() else "pass another --out"
        raise InputError("a new run folder", f"{str(path)!r}, which exists", remedy)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.mkdir()
            write(temporary, ENVIRONMENT, environment)
            write(temporary, CONFIG, config)
            temporary.rename(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def free_name(path: Path) -> Path:
    """`path`, or the first of path-2, path-3, … that does not exist."""
    number, candidate = 1, path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the run folder for one process.

    Raises:
        InputError: Another process is training in it.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError("a run that nobody is working on", f"{str(path)!r}, in use", "wait, or pass another --out") from None
        yield
    finally:
        os.close(handle)


def write(path: Path, name: str, record: Record) -> None:
    """Writes one record of a run."""
    write_atomic(path / name, record.to_file())


def config_of(path: Path) -> RunConfig:
    """The configuration of a run, finished or not.

    Raises:
        InputError: There is no run at `path`, or its configuration is damaged.
    """
    if not path.exists():
        raise InputError("a run folder", f"nothing at {str(path)!r}", "make one with: anylength train count")
    if not (path / CONFIG).is_file():
        raise InputError("a run folder", f"{str(path)!r} without {CONFIG}", "make one with: anylength train count")
    return RunConfig.from_json((path / CONFIG).read_bytes(), CONFIG)


def command(config: RunConfig, path: Path) -> str:
    """The command line that trains this configuration into this folder; a user's own machine comes from the folder itself."""
    names = ("base", "cell", "hidden", "recipe", "data", "seed", "epochs", "candidates")
    options = [f"--{name} {getattr(config, name)}" for name in names]
    task = shlex.quote(str(path / CONFIG)) if config.machine else config.task
    return " ".join(["anylength train", task, *options, "--out", shlex.quote(str(path))])


def result_of(path: Path) -> Training:
    """The result of a finished run.

    Raises:
        InputError: The run is missing, damaged or unfinished.
    """
    config = config_of(path)
    if not (path / DONE).is_file():
        remedy = f"finish it with: {command(config, path)} --resume"
        raise InputError("a finished run", f"{str(path)!r}, which is half-written", remedy)
    return Training.from_json((path / DONE).read_bytes(), DONE)


def open_run(path: Path) -> tuple[AbstractNet, Task]:
    """The net and the task of a finished run, all checked.

    Raises:
        InputError: Anything about the run is missing, damaged, unfinished or does not fit together.
    """
    result_of(path)
    config = config_of(path)
    net, found = load(path / MODEL)
    wanted = net_config(config)
    if found != wanted:
        raise InputError(f"the net of {CONFIG}", f"another one in {MODEL}", "one of the two files is from another run")
    return net, task_of(config)


def task_of(config: RunConfig) -> Task:
    """The task of a configuration, a user's own one from the machine's text."""
    return task_named(config.task, config.base, config.machine)


def net_config(config: RunConfig) -> NetConfig:
    """The part of a run's configuration that the weights file repeats."""
    return NetConfig(task_name=config.task, base=config.base, cell=config.cell, hidden=config.hidden, machine=config.machine)

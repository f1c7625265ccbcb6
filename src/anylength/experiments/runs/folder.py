"""A run folder: a configuration, a net, its training, and every result about it.

`RunFolder` reads and writes the files. `Run` adds the commands that compute results.
"""

import os
import shlex
import shutil
from contextlib import AbstractContextManager
from functools import cached_property
from io import BufferedIOBase
from pathlib import Path

from anylength.errors import InputError
from anylength.experiments.runs import layout
from anylength.experiments.runs.lock import locked
from anylength.experiments.runs.records import RecordFile, records_in
from anylength.files import Folder, disk_errors, temporary_name, write_atomic
from anylength.film.file import frames_in
from anylength.nets import AbstractNet, NetConfig, from_bytes, to_bytes
from anylength.records import (
    Environment,
    Epoch,
    Explanation,
    Extraction,
    Frame,
    Hardening,
    Imported,
    Quantisation,
    Record,
    RunConfig,
    Stress,
    Training,
    Verdict,
)
from anylength.tasks import Task, task_named


class RunFolder:
    """A run folder. Each record is an attribute: None where it has not been made yet.

    Attributes:
        path: The folder.
        environment: Versions and processor of the training.
        training: The result of training; None while the run is unfinished.
        stress_test: The last stress test.
        explanation: The last explanation.
        extraction: The last extracted machine.
        verdict: The last verdict.
        imported: Where the net is from, for an imported net.
        hardening: How the net was hardened, for a hardened net.
        quantisation: How the net was quantised, for a quantised net.
    """

    environment = RecordFile(Environment, layout.ENVIRONMENT)
    training = RecordFile(Training, layout.DONE)
    stress_test = RecordFile(Stress, layout.STRESS)
    explanation = RecordFile(Explanation, layout.EXPLANATION)
    extraction = RecordFile(Extraction, layout.MACHINE)
    verdict = RecordFile(Verdict, layout.VERDICT)
    imported = RecordFile(Imported, layout.IMPORT)
    hardening = RecordFile(Hardening, layout.HARDENING)
    quantisation = RecordFile(Quantisation, layout.QUANTISATION)

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._files = Folder(self.path)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    # reading

    @property
    def config(self) -> RunConfig:
        """The configuration, of a finished or an unfinished run.

        Raises:
            InputError: The folder is no run, or its configuration is damaged.
        """
        remedy = "make one with: anylength train count"
        if not self.path.exists():
            raise InputError("a run folder", f"nothing at {str(self.path)!r}", remedy)
        content = self.read(layout.CONFIG) if self.path.is_dir() else None
        if content is None:
            raise InputError("a run folder", f"{str(self.path)!r} without {layout.CONFIG}", remedy)
        return RunConfig.from_json(content, layout.CONFIG)

    @property
    def finished(self) -> bool:
        """Whether training has ended."""
        return self.has(layout.DONE)

    def has(self, name: str) -> bool:
        """Whether the folder holds a file.

        Raises:
            InputError: It holds something else of that name, such as a symbolic link.
        """
        return self._files.has(name)

    def read(self, name: str) -> bytes | None:
        """All bytes of a file of the run; None where it does not exist.

        Raises:
            InputError: It is a symbolic link or no regular file, longer than `layout.LIMITS` allows, or cannot be read.
        """
        return self._files.read(name, limit=layout.LIMITS.get(name, layout.RECORD_LIMIT))

    def open_file(self, name: str) -> BufferedIOBase:
        """A file of the run, for reading in parts.

        Raises:
            InputError: It does not exist; else what `read` raises.
        """
        return self._files.open(name, limit=layout.LIMITS.get(name, layout.RECORD_LIMIT))

    def result(self) -> Training:
        """The result of training.

        Raises:
            InputError: The run is missing, damaged or unfinished.
        """
        config, training = self.config, self.training
        if training is None:
            remedy = f"finish it with: {train_command(config, self.path)} --resume"
            raise InputError("a finished run", f"{str(self.path)!r}, which is half-written", remedy)
        return training

    @cached_property
    def task(self) -> Task:
        """The task. A user's own task is read from the configuration."""
        return task_of(self.config)

    @property
    def net_config(self) -> NetConfig:
        """The part of the configuration that the weights file repeats."""
        return net_config(self.config)

    @property
    def weights(self) -> bytes:
        """The weights file.

        Raises:
            InputError: It is missing, too long, or no regular file.
        """
        content = self.read(layout.MODEL)
        if content is None:
            raise InputError("a weights file", f"{str(self.path)!r} without {layout.MODEL}", "train or copy the run again")
        return content

    @cached_property
    def net(self) -> AbstractNet:
        """The trained net.

        Raises:
            InputError: The weights are missing or damaged, or belong to another configuration.
        """
        net, stored_config = from_bytes(self.weights, layout.MODEL)
        if stored_config != self.net_config:
            got = f"another one in {layout.MODEL}"
            raise InputError(f"the net of {layout.CONFIG}", got, "one of the two files is from another run")
        return net

    @property
    def epochs(self) -> list[Epoch]:
        """The epochs so far."""
        return records_in(self.read(layout.METRICS) or b"", Epoch, layout.METRICS)

    @property
    def film(self) -> list[Frame]:
        """The frames of the film so far."""
        return frames_in(self.path)

    @property
    def certificate(self) -> bytes | None:
        """The certificate, as it lies in the folder; None without one."""
        return self.read(layout.CERTIFICATE)

    # writing

    def locked(self) -> AbstractContextManager[None]:
        """Holds the run for one process.

        Raises:
            InputError: Another process holds it, or it cannot be written.
        """
        return locked(self.path)

    def save(self, record: Record) -> None:
        """Writes a record to its file, in place of an older one.

        Raises:
            InputError: The disk is full or the folder cannot be written.
        """
        self.write(_file_of(record), record.to_file())

    def save_net(self, net: AbstractNet) -> None:
        """Writes the net. Raises what `save` does."""
        self.write(layout.MODEL, to_bytes(net, self.net_config))

    def write(self, name: str, content: bytes) -> None:
        """Writes another file of the run. Raises what `save` does."""
        self._files.write(name, content)

    def append_epoch(self, epoch: Epoch) -> None:
        """Appends an epoch to the metrics. Raises what `save` does."""
        self._files.append(layout.METRICS, f"{epoch.to_json()}\n".encode())

    def write_epochs(self, epochs: list[Epoch]) -> None:
        """Writes all epochs, in place of the older ones. Raises what `save` does."""
        self.write(layout.METRICS, "".join(f"{epoch.to_json()}\n" for epoch in epochs).encode())

    def remove(self, name: str) -> None:
        """Removes a file where it exists."""
        self._files.remove(name)


def make_folder(path: Path, config: RunConfig, made_with: Environment) -> None:
    """Makes a new run folder with its configuration and environment.

    Raises:
        InputError: The folder exists, or cannot be made.
    """
    if os.path.lexists(path):
        remedy = "pass --resume to continue it, or another --out" if path.is_dir() else "pass another --out"
        raise InputError("a new run folder", f"{str(path)!r}, which exists", remedy)
    temporary = path.with_name(temporary_name(path.name))
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        try:
            temporary.mkdir()
            write_atomic(temporary / layout.ENVIRONMENT, made_with.to_file())
            write_atomic(temporary / layout.CONFIG, config.to_file())
            temporary.rename(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def task_of(config: RunConfig) -> Task:
    """The task of a configuration. A user's own task is read from the machine's text."""
    return task_named(config.task, config.base, config.machine)


def net_config(config: RunConfig) -> NetConfig:
    """The part of a run's configuration that the weights file repeats."""
    return NetConfig(task_name=config.task, base=config.base, cell=config.cell, hidden=config.hidden, machine=config.machine)


def train_command(config: RunConfig, path: Path) -> str:
    """The command line that trains a configuration into a folder. The folder itself holds a user's own machine."""
    names = ("base", "cell", "hidden", "recipe", "data", "seed", "epochs", "candidates")
    options = [f"--{name} {getattr(config, name)}" for name in names]
    task = shlex.quote(str(path / layout.CONFIG)) if config.machine else config.task
    return " ".join(["anylength train", task, *options, "--out", shlex.quote(str(path))])


def _file_of(record: Record) -> str:
    """The file that a record belongs in."""
    for attribute in vars(RunFolder).values():
        if isinstance(attribute, RecordFile) and isinstance(record, attribute.kind):
            return attribute.name
    raise TypeError(f"a run folder holds no {type(record).__name__}")

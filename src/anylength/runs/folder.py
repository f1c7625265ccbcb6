"""A run folder: a configuration, a net, its training, and every result about it.

`Run` reads, writes and locks. Functions on it compute results (`anylength.experiments`). Reading a verdict, a proof or an
extracted machine judges what the file is worth for this net, and imports what judges it.
"""

import dataclasses
import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING

from anylength.base import Folder, InputError, Record, exists, is_folder, write_atomic
from anylength.nets import PROGRAM, AbstractNet, NetConfig, describe, from_bytes, to_bytes
from anylength.records.runs import Epoch, RunConfig, Training
from anylength.rules import Task
from anylength.runs import layout
from anylength.runs.configuration import command_of, net_config, task_of
from anylength.runs.records import RecordFile, records_in

if TYPE_CHECKING:
    from anylength.records import Answers, Environment, Explanation, Hardening, Imported, Origin, Quantisation, Stress, Verdict
    from anylength.rules import Extraction
    from anylength.verification.verdicts import Judgement, Subject


class Run:
    """A run folder. Each record is an attribute: None where it has not been made yet.

    `Run.open(path)` takes a finished run, `Run.create(path, config)` makes a new folder, and `Run(path)` takes a folder in any
    state.

    Attributes:
        path: The folder.
        environment: Versions and processor of the training.
        training: The result of training; None while the run is unfinished.
        stress_test: The last stress test.
        explanation: The last explanation.
        stored_extraction: The last extracted machine, as the file has it. `extraction` is what it is worth.
        stored_verdict: The last verdict, as the file has it. `verdict` is what it is worth.
        imported: Where the net is from, for an imported net.
        origin: The run whose net this one was made from, for a hardened or quantised net.
        hardening: How the net was hardened, for a hardened net.
        quantisation: How the net was quantised, for a quantised net.
    """

    environment: "RecordFile[Environment]" = RecordFile("records:Environment", layout.ENVIRONMENT)
    training: "RecordFile[Training]" = RecordFile("records:Training", layout.DONE)
    stress_test: "RecordFile[Stress]" = RecordFile("records:Stress", layout.STRESS)
    explanation: "RecordFile[Explanation]" = RecordFile("records:Explanation", layout.EXPLANATION)
    stored_extraction: "RecordFile[Extraction]" = RecordFile("rules:Extraction", layout.MACHINE)
    stored_verdict: "RecordFile[Verdict]" = RecordFile("records:Verdict", layout.VERDICT)
    stored_within: "RecordFile[Verdict]" = RecordFile("records:Verdict", layout.WITHIN)
    stored_rounded: "RecordFile[Verdict]" = RecordFile("records:Verdict", layout.ROUNDED)
    imported: "RecordFile[Imported]" = RecordFile("records:Imported", layout.IMPORT)
    origin: "RecordFile[Origin]" = RecordFile("records:Origin", layout.ORIGIN)
    hardening: "RecordFile[Hardening]" = RecordFile("records:Hardening", layout.HARDENING)
    quantisation: "RecordFile[Quantisation]" = RecordFile("records:Quantisation", layout.QUANTISATION)

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._files = Folder(self.path)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    @staticmethod
    def open(path: "str | Path | Run") -> "Run":
        """A finished run, with its net loaded and checked.

        Raises:
            InputError: The run is missing, damaged or unfinished, or its files do not belong together.
        """
        run = path if isinstance(path, Run) else Run(path)
        _require_own_result(run.result(), run.epochs)
        _ = run.net  # loading checks the weights
        return run

    @staticmethod
    def create(
        path: str | Path, config: RunConfig, *, made_with: "Environment | None" = None, files: Mapping[str, bytes] | None = None
    ) -> "Run":
        """A new run folder with its configuration and environment, and with other files. It appears whole, or not at all.

        Args:
            path: The folder to make.
            config: The configuration.
            made_with: Versions and processor; None: those of this process.
            files: The content of other files, by name.

        Raises:
            InputError: The folder exists, or cannot be made.
        """
        from anylength.runs.creation import make_folder
        from anylength.runs.environment import environment

        make_folder(Path(path), config, made_with or environment(), files or {})
        return Run(path)

    # reading

    @property
    def config(self) -> RunConfig:
        """The configuration, of a finished or an unfinished run.

        Raises:
            InputError: The folder is no run, or its configuration is damaged.
        """
        remedy = "make one with: anylength train count"
        if not exists(self.path):
            raise InputError("a run folder", f"nothing at {str(self.path)!r}", remedy)
        content = self.read(layout.CONFIG) if is_folder(self.path) else None
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
            InputError: It is a symbolic link or no regular file, longer than `layout.limit_of` allows, or cannot be read.
        """
        return self._files.read(name, limit=layout.limit_of(name))

    def open_file(self, name: str) -> BufferedIOBase:
        """A file of the run, for reading in parts.

        Raises:
            InputError: It does not exist; else what `read` raises.
        """
        return self._files.open(name, limit=layout.limit_of(name))

    def result(self) -> Training:
        """The result of training.

        Raises:
            InputError: The run is missing, damaged or unfinished.
        """
        config, training = self.config, self.training
        if training is None:
            command = command_of(config, self.path, None if self.origin is None else self.origin.run)
            remedy = f"finish it with: {command} --resume"
            raise InputError("a finished run", f"{str(self.path)!r}, which is half-written", remedy)
        return training

    @cached_property
    def task(self) -> Task:
        """The task. A user's own task is read from the configuration."""
        return task_of(self.config)

    @property
    def net_config(self) -> NetConfig:
        """The part of the configuration that the weights file repeats. That file alone holds a step program and a least margin."""
        config, stored = net_config(self.config), self._stored[1]
        return stored if config.cell == PROGRAM else dataclasses.replace(config, least_margin=stored.least_margin)

    def config_of(self, net: AbstractNet) -> NetConfig:
        """The configuration in the weights file of a net that the run is to hold; a step program is the net's own."""
        config, described = net_config(self.config), describe(net, self.task)
        return described if config.cell == PROGRAM else dataclasses.replace(config, least_margin=described.least_margin)

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
    def _stored(self) -> tuple[AbstractNet, NetConfig]:
        """The net and the configuration in the weights file."""
        return from_bytes(self.weights, layout.MODEL)

    @cached_property
    def net(self) -> AbstractNet:
        """The trained net.

        Raises:
            InputError: The weights are missing or damaged, or belong to another configuration.
        """
        net, stored_config = self._stored
        if dataclasses.replace(stored_config, program=None, least_margin=None) != net_config(self.config):
            got = f"another one in {layout.MODEL}"
            raise InputError(f"the net of {layout.CONFIG}", got, "one of the two files is from another run")
        return net

    @property
    def epochs(self) -> "list[Epoch]":
        """The epochs so far."""
        return records_in(self.read(layout.METRICS) or b"", Epoch, layout.METRICS)

    @property
    def certificate(self) -> bytes | None:
        """The certificate, as it lies in the folder; None without one. Call `proof` to know what it proves."""
        return self.read(layout.CERTIFICATE)

    def ask(self, questions: Sequence[Sequence[str]]) -> "Answers":
        """The net's answers to questions, one number per tape each.

        Raises:
            InputError: The run is not finished, or a text is not a number.
        """
        from anylength import lengths

        run = Run.open(self)
        return lengths.ask(run.net, run.task, [list(question) for question in questions])

    # what the results are worth for this net

    @property
    def subject(self) -> "Subject":
        """The net that certificates and verdicts must be about. Raises what `net` does."""
        from anylength.verification.verdicts import Subject

        imported = self.imported
        return Subject(self.net, self.config.cell, self.weights, self.task, imported.folding_error if imported else 0.0)

    @property
    def proof(self) -> "Judgement":
        """What the certificate proves: that this net does the run's task on every input of every length, or nothing."""
        from anylength.verification.verdicts import Judgement, judge_proof

        content = self.certificate
        if content is None:
            return Judgement(f"the run has no certificate (anylength prove {self.path})")
        return judge_proof(content, self.subject)

    def accepted_certificate(self) -> bytes | None:
        """The certificate, if it proves that this net does the run's task (`proof`)."""
        return self.certificate if self.proof.reason is None else None

    @property
    def verdict(self) -> "Verdict | None":
        """What is known about this net, as far as the run's files prove it. None without a verdict, or before training ends."""
        from anylength.verification.verdicts import judge_verdict

        stored, certificate = self.stored_verdict, self.certificate
        if (stored is None and certificate is None) or not self.finished:
            return None
        return judge_verdict(stored, certificate, self.subject, self.read(layout.HORIZON_CERTIFICATE))

    @property
    def verdict_within(self) -> "Verdict | None":
        """PROVED WITHIN a language, as far as the run's files prove it of this net; else None."""
        from anylength.records import ProvedWithin
        from anylength.rules import words_of_language
        from anylength.verification.verdicts import judge_within

        stored = self.stored_within
        if not isinstance(stored, ProvedWithin) or not self.finished:
            return None
        try:
            words = words_of_language(stored.within, self.task)
        except InputError:
            return None
        return judge_within(stored, self.read(layout.WITHIN_CERTIFICATE), words, self.subject)

    @property
    def verdict_rounded(self) -> "Verdict | None":
        """PROVED ROUNDED, as far as the run's files prove it of this net; else None."""
        from anylength.verification.verdicts import judge_rounded

        stored = self.stored_rounded
        if stored is None or not self.finished:
            return None
        return judge_rounded(stored, self.read(layout.ROUNDED_CERTIFICATE), self.subject)

    @property
    def extraction(self) -> "Extraction | None":
        """The machine of this net, a theorem only if a certificate in the run proves it. None without one."""
        from anylength.extraction import judge_extraction

        stored = self.stored_extraction
        if stored is None or not self.finished:
            return None
        return judge_extraction(stored, (self.certificate, self.read(layout.MACHINE_CERTIFICATE)), self.subject)

    # writing

    def locked(self) -> AbstractContextManager[None]:
        """Holds the run for one process.

        Raises:
            InputError: Another process holds it, or it cannot be written.
        """
        from anylength.runs.lock import locked

        return locked(self.path)

    def save(self, record: Record) -> None:
        """Writes a record to its file, in place of an older one.

        Raises:
            InputError: The disk is full or the folder cannot be written.
        """
        self.write(file_of(record), record.to_file())

    def save_net(self, net: AbstractNet) -> None:
        """Writes the net. Raises what `save` does."""
        self.write(layout.MODEL, to_bytes(net, self.config_of(net)))

    def write(self, name: str, content: bytes) -> None:
        """Writes another file of the run. Raises what `save` does."""
        self._files.write(name, content)

    def append_epoch(self, epoch: "Epoch") -> None:
        """Appends an epoch to the metrics. Raises what `save` does."""
        self._files.append(layout.METRICS, f"{epoch.to_json()}\n".encode())

    def write_epochs(self, epochs: "Sequence[Epoch]") -> None:
        """Writes all epochs, in place of the older ones. Raises what `save` does."""
        self.write(layout.METRICS, epochs_file(epochs))

    def remove(self, name: str) -> None:
        """Removes a file where it exists."""
        self._files.remove(name)

    def write_beside(self, target: Path, content: bytes) -> None:
        """Writes a file made from the run. In the run's folder it is written under the run's lock.

        Raises:
            InputError: The file cannot be written, or another process works in the run.
        """
        with self.lock_of(target):
            write_atomic(target, content)

    def lock_of(self, target: Path) -> AbstractContextManager[None]:
        """Holds the run while something is written in its folder; does nothing elsewhere.

        Raises:
            InputError: Another process works in the run.
        """
        within = os.path.realpath(target.parent) == os.path.realpath(self.path)
        return self.locked() if within else nullcontext()


def epochs_file(epochs: "Sequence[Epoch]") -> bytes:
    """The file with these epochs, one a line."""
    return "".join(f"{epoch.to_json()}\n" for epoch in epochs).encode()


def file_of(record: Record) -> str:
    """The name of the file that a record belongs in."""
    kinds = {kind.__name__ for kind in type(record).__mro__}
    for attribute in vars(Run).values():
        if isinstance(attribute, RecordFile) and attribute.kind in kinds:
            return attribute.name
    raise TypeError(f"a run folder holds no {type(record).__name__}")


def _require_own_result(result: Training, epochs: "Sequence[Epoch]") -> None:
    """Checks the numbers of `DONE` that the metrics have too. A net that was saved or rounded has no metrics.

    Raises:
        InputError: They differ.
    """
    if not epochs:
        return
    measured = {"epochs": len(epochs)} | {key: getattr(epochs[-1], key) for key in ("train_accuracy", "validation_accuracy")}
    for key, expected in measured.items():
        got = getattr(result, key)
        if expected != got:
            remedy = "one of the two files was changed, or is from another run"
            raise InputError(f"the {key} of {layout.METRICS}, {expected}", f"{got} in {layout.DONE}", remedy)

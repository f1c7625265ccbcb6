"""The trainer: a process that trains a run at full speed, passes snapshots to the observer, and then judges the net.

`python -m anylength.server.trainer FD` reads commands from standard input. It writes events to standard output and snapshots to the
pipe FD.
"""

import json
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

import msgspec

from anylength.errors import InputError
from anylength.experiments import Run, layout, resume_run
from anylength.nets import architecture_named
from anylength.records import Epoch, Record
from anylength.server import limits
from anylength.server.ipc import Emit, listen_to_stdin, stdout_emitter
from anylength.server.worker_memory import release_memory
from anylength.training import Snapshot

PIPE_SECONDS = 0.05
"""Seconds between writes to the pipe. Fewer writes slow the training down less; the film lags behind by this time at most."""

DONE, STOPPED, FAILED = "done", "stopped", "failed"
"""The outcomes of the work on a run."""


class Snapshots(Protocol):
    """Where the snapshots of a training go."""

    def put(self, message: Any) -> None:
        """Passes a message to the observer."""
        ...


class SnapshotPipe:
    """A pipe to the observer that never blocks the training: a thread of its own writes to it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=self._send, daemon=True).start()

    def put(self, message: Any) -> None:
        """Queues a message for the observer."""
        self._waiting.put(message)

    def _send(self) -> None:
        while True:
            messages = [self._waiting.get()]
            time.sleep(PIPE_SECONDS)
            while not self._waiting.empty():
                messages.append(self._waiting.get())
            try:
                self._pipe.send(messages)
            except OSError:  # the observer has ended; the training continues
                self._pipe.close()


class Trainer:
    """Carries out one command after another."""

    def __init__(self, emit: Emit, snapshots: Snapshots) -> None:
        self._emit, self._snapshots = emit, snapshots
        self._stop = threading.Event()
        self._commands: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def on_command(self, line: str) -> None:
        """Takes a command: to work on a run, or to stop. Called from another thread."""
        command = json.loads(line)
        if command["do"] == "stop":
            self._stop.set()
        else:
            self._stop.clear()
            self._commands.put(command)

    def work(self) -> None:
        """Carries out commands for ever."""
        self._emit("ready", "{}")
        while True:
            command = self._commands.get()
            outcome, message = self.carry_out(Path(command["path"]), watched=command["watched"])
            if release_memory():
                self._emit("too-large", "{}")
            self._emit("finished", json.dumps({"status": outcome, "message": message}))

    def carry_out(self, path: Path, *, watched: bool) -> tuple[str, str | None]:
        """Trains and judges a run, or continues it: the outcome, and a message for people."""
        try:
            self._train(path, watched=watched)
            problem = self._judge(path)
        except KeyboardInterrupt:
            return STOPPED, None
        except InputError as error:
            return FAILED, str(error)
        except Exception as error:
            traceback.print_exc()
            return FAILED, f"an error in anylength: {type(error).__name__}: {error}"
        return DONE, problem

    def _train(self, path: Path, *, watched: bool) -> None:
        if Run(path).finished:
            self._snapshots.put(("end", None))
            return
        self._status("training")
        self._snapshots.put(("begin", str(path)))
        try:
            resume_run(Run(path), progress=self._on_epoch, on_snapshot=self._on_snapshot if watched else None)
        finally:
            self._snapshots.put(("end", None))

    def _judge(self, path: Path) -> str | None:
        """Makes the verdict, explanation and stress test where they are missing. Returns a message if one of them failed."""
        stages: tuple[tuple[str, str, str, Callable[[], Record]], ...] = (
            ("judging", "verdict", layout.VERDICT, lambda: Run(path).prove(budget=limits.VERDICT_SECONDS)),
            ("explaining", "explanation", layout.EXPLANATION, lambda: Run(path).explain()),
            ("testing", "stress", layout.STRESS, lambda: Run(path).stress(limit=stress_limit(Run(path)))),
        )
        problem = None
        for status, event, file, make in stages:
            if Run(path).has(file):
                continue
            self._check_stop()
            self._status(status)
            try:
                self._emit(event, make().to_json())
            except Exception as error:
                traceback.print_exc()
                problem = f"{status} failed: {error if isinstance(error, InputError) else f'{type(error).__name__}: {error}'}"
                self._status(status, problem)
        return problem

    def _on_epoch(self, epoch: Epoch, limit: int) -> None:
        del limit
        self._emit("epoch", epoch.to_json())
        self._check_stop()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshots.put(("snapshot", snapshot))
        self._check_stop()

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise KeyboardInterrupt

    def _status(self, status: str, message: str | None = None) -> None:
        self._emit("status", msgspec.json.encode({"status": status, "message": message}).decode())


def stress_limit(run: Run) -> int | None:
    """The longest number in the stress test; None: the usual one."""
    cell = architecture_named(run.config.cell).cell
    return limits.MEMORY_TEST_LENGTH if cell is not None and not cell.has_fixed_size_state else None


def main(pipe: int) -> None:
    """Runs the process."""
    emit = stdout_emitter()
    trainer = Trainer(emit, SnapshotPipe(Connection(pipe, readable=False)))
    listen_to_stdin(trainer.on_command)
    trainer.work()


if __name__ == "__main__":
    main(int(sys.argv[1]))

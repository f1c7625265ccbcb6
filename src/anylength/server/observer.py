"""The observer: a process that turns glimpses of a training into frames of its film, beside the training.

`python -m anylength.server.observer FD` reads snapshots from the pipe FD. It writes frames to the film and to standard output.
It skips snapshots when it falls behind. A film still gets about `FEWEST` frames, and the last one.
"""

import os
import queue
import sys
import threading
import time
import traceback
from collections import deque
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from anylength.diagnosis.frame import FrameBuilder, TrainingPoint
from anylength.errors import InputError
from anylength.experiments import Run
from anylength.experiments.runs.film import append_frame, repaired_film
from anylength.records import Frame
from anylength.server.ipc import Emit, listen_to_stdin, stdout_emitter
from anylength.tasks import Task
from anylength.training import Snapshot

FEWEST = 40
"""Frames of a film at least, where there are as many glimpses."""

BEHIND = 2.0
"""Seconds that the observer may be behind."""

PACE, REST = 0.08, 4.0
"""While a training lasts, a frame at most every so many seconds, or so many times what it costs to make one: where processors are
few or share their parts, each frame slows the training down. The rest of the film is made when the training is over."""

SLOWEST = 0.15
"""But no slower than this, where a frame can be made so quickly."""

NICE = 10
"""It gives way to the trainer."""


class Filming:
    """One run's film in the making."""

    def __init__(self, path: Path, emit: Emit) -> None:
        self._path, self._emit = path, emit
        self._task: Task = Run(path).task
        film = repaired_film(path)
        self._before: Frame | None = film[-1] if film else None
        self._camera: FrameBuilder | None = None
        self._waiting: deque[Snapshot] = deque()
        self._seen, self._cost = len(film), 0.0
        self.over = False

    def add(self, snapshot: Snapshot) -> None:
        """Takes a glimpse, unless its frame is there already."""
        if self._before is None or snapshot.update > self._before.update:
            self._waiting.append(snapshot)
            self._seen += 1

    @property
    def behind(self) -> bool:
        """Whether glimpses wait."""
        return bool(self._waiting)

    @property
    def pause(self) -> float:
        """Seconds between the beginnings of two frames."""
        return 0.0 if self.over else min(max(PACE, REST * self._cost), max(SLOWEST, self._cost))

    def shoot(self) -> None:
        """Makes the next frame."""
        started = time.perf_counter()
        wanted = round(len(self._waiting) * max(self._cost, self.pause) / BEHIND)
        for _ in range(max(0, min(wanted, self._seen // FEWEST, len(self._waiting)) - 1)):
            self._waiting.popleft()
        snapshot = self._waiting.popleft()
        self._camera = self._camera or FrameBuilder.of(self._task, snapshot.net)
        frame = self._camera.frame(snapshot.net, TrainingPoint(snapshot.update, snapshot.epoch, snapshot.loss), self._before)
        if frame is not None:
            append_frame(self._path, frame)
            self._emit("frame", frame.to_json())
            self._before = frame
        cost = time.perf_counter() - started
        self._cost = cost if not self._cost else 0.8 * self._cost + 0.2 * cost


def observe(messages: "queue.SimpleQueue[tuple[str, Any]]", emit: Emit) -> None:
    """Films one run after another."""
    filming: Filming | None = None
    following = 0.0
    while True:
        wait = None if filming is None or not filming.behind else max(0.0, following - time.perf_counter())
        try:
            kind, value = messages.get(timeout=wait)
        except queue.Empty:
            assert filming is not None
            following = time.perf_counter() + filming.pause
            filming = filming if _shot(filming) else None
            continue
        if kind == "glimpse" and filming is not None:
            filming.add(value)
        elif kind == "begin":
            filming = _begun(Path(value), emit)
        elif kind == "end":
            _to_the_end(filming)
            filming = None
            emit("film", "{}")


def _begun(path: Path, emit: Emit) -> Filming | None:
    try:
        return Filming(path, emit)
    except Exception:
        traceback.print_exc()
        return None


def _to_the_end(filming: Filming | None) -> None:
    if filming is not None:
        filming.over = True
    while filming is not None and filming.behind:
        if not _shot(filming):
            return


def _shot(filming: Filming) -> bool:
    """Makes a frame, or leaves it out where that fails; a film that cannot be written ends. A training never does."""
    try:
        filming.shoot()
    except InputError:
        traceback.print_exc()
        return False
    except Exception:
        traceback.print_exc()
    return True


def main(pipe: int) -> None:
    """The process."""
    emit = stdout_emitter()
    listen_to_stdin(lambda _: None)
    os.nice(NICE)
    messages: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    connection = Connection(pipe, writable=False)

    def receive() -> None:
        try:
            while True:
                for message in connection.recv():
                    messages.put(message)
        except (EOFError, OSError):
            os._exit(0)

    threading.Thread(target=receive, daemon=True).start()
    emit("ready", "{}")
    observe(messages, emit)


if __name__ == "__main__":
    main(int(sys.argv[1]))

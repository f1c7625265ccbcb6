"""The observer: a process that films a training beside it.

`python -m anylength.server.observer FD` reads snapshots from the pipe FD. It writes frames to the film and to standard output.
"""

import os
import queue
import sys
import threading
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from anylength.errors import InputError
from anylength.experiments import Run
from anylength.film import FilmRecorder
from anylength.server.ipc import Emit, listen_to_stdin, stdout_emitter
from anylength.server.worker_memory import release_memory

NICENESS = 10
"""The observer's niceness: the trainer goes first."""


def observe(messages: "queue.SimpleQueue[tuple[str, Any]]", emit: Emit) -> None:
    """Films one run after another."""
    recorder: FilmRecorder | None = None
    next_frame = 0.0
    while True:
        wait = None if recorder is None or not recorder.waiting else max(0.0, next_frame - time.perf_counter())
        try:
            kind, value = messages.get(timeout=wait)
        except queue.Empty:
            assert recorder is not None
            next_frame = time.perf_counter() + recorder.pause
            recorder = recorder if _frame_made(recorder) else None
            continue
        if kind == "snapshot" and recorder is not None:
            recorder.add(value)
        elif kind == "begin":
            recorder = _recorder(Path(value), emit)
        elif kind == "end":
            _finish(recorder)
            recorder = None
            if release_memory():
                emit("too-large", "{}")
            emit("film", "{}")


def _recorder(path: Path, emit: Emit) -> FilmRecorder | None:
    try:
        return FilmRecorder(path, Run(path).task, lambda frame: emit("frame", frame.to_json()))
    except Exception:
        traceback.print_exc()
        return None


def _finish(recorder: FilmRecorder | None) -> None:
    """Makes the frames of all waiting snapshots."""
    if recorder is None:
        return
    recorder.training_ended = True
    while recorder.waiting and _frame_made(recorder):
        pass


def _frame_made(recorder: FilmRecorder) -> bool:
    """Makes a frame. Returns False where the film cannot be written: it ends there. No error here ends a training."""
    try:
        recorder.make_frame()
    except InputError:
        traceback.print_exc()
        return False
    except Exception:
        traceback.print_exc()
    return True


def main(pipe: int) -> None:
    """Runs the process."""
    emit = stdout_emitter()
    listen_to_stdin(lambda _: None)
    os.nice(NICENESS)
    messages: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    connection = Connection(pipe, writable=False)

    def receive_messages() -> None:
        try:
            while True:
                for message in connection.recv():
                    messages.put(message)
        except (EOFError, OSError):
            os._exit(0)

    threading.Thread(target=receive_messages, daemon=True).start()
    emit("ready", "{}")
    observe(messages, emit)


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""A worker pair: a trainer process and an observer process, which work on one run after another. They are spawned, never forked."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from anylength.server import limits

MAX_LINE = 1 << 26
"""Bytes of the longest line from a worker. An explanation of a large net takes a few megabytes; asyncio's own limit is 64 KiB."""

EXIT_SECONDS = 5.0
"""Seconds that a process gets to end by itself before it is killed."""

OnEvent = Callable[[str, str], None]
"""(event, one line of JSON): called with each event of the run in work."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of the work on a run: done, stopped or failed, with a message for people."""

    status: str
    message: str | None = None


class WorkerPair(Protocol):
    """Trains, films and judges runs, one at a time."""

    @property
    def broken(self) -> bool:
        """Whether a process has died or has grown too large, so that no more work can be done."""
        ...

    @property
    def loaded(self) -> bool:
        """Whether the processes can begin at once."""
        ...

    async def work(self, path: Path, on_event: OnEvent) -> Outcome:
        """Works on a run until it is done, stopped or failed."""
        ...

    def stop(self) -> None:
        """Makes the work end within a few seconds. The run stays resumable."""
        ...

    async def ready(self) -> None:
        """Waits until the processes are loaded."""
        ...

    async def close(self) -> None:
        """Ends the processes."""
        ...


class ProcessWorkerPair:
    """A worker pair of two processes. Make one with `open`."""

    def __init__(self, trainer: asyncio.subprocess.Process, observer: asyncio.subprocess.Process) -> None:
        self.broken = False
        self._trainer, self._observer = trainer, observer
        self._killing: asyncio.TimerHandle | None = None
        self._killed = self._working = False
        self._events: asyncio.Queue[tuple[str, str, str]] = asyncio.Queue()
        self._ready = {"trainer": asyncio.Event(), "observer": asyncio.Event()}
        self._readers = [
            asyncio.create_task(self._read("trainer", trainer)),
            asyncio.create_task(self._read("observer", observer)),
        ]

    @staticmethod
    async def open() -> "ProcessWorkerPair":
        """Starts both processes. They load their libraries while other pairs work."""
        reading, writing = os.pipe()
        try:
            trainer = await _process("trainer", writing)
            observer = await _process("observer", reading)
        finally:
            os.close(reading)
            os.close(writing)
        return ProcessWorkerPair(trainer, observer)

    async def ready(self) -> None:
        """Waits until both processes are loaded."""
        for ready in self._ready.values():
            await ready.wait()

    @property
    def loaded(self) -> bool:
        """Whether both processes are loaded."""
        return all(ready.is_set() for ready in self._ready.values())

    async def work(self, path: Path, on_event: OnEvent, *, watched: bool = True) -> Outcome:
        """Works on a run. Its results after the training are delayed until its film is complete."""
        self._send({"do": "work", "path": str(path.resolve()), "watched": watched})
        self._working = True
        try:
            outcome = await self._outcome(on_event)
            return Outcome("stopped") if self._killed else outcome
        finally:
            self._working = False
            if self._killing is not None:
                self._killing.cancel()
                self._killing = None

    async def _outcome(self, on_event: OnEvent) -> Outcome:
        outcome, filmed, delayed = None, False, list[tuple[str, str]]()
        while outcome is None or not filmed:
            source, event, data = await self._events.get()
            if event in ("frame", "status", "epoch"):
                on_event(event, data)
            elif event == "too-large":
                self.broken = True
            elif source == "observer":
                filmed = filmed or event in ("film", "gone")
            elif event == "gone":
                outcome, filmed = outcome or Outcome("failed", "the training process has ended"), True
            elif event == "finished":
                outcome = Outcome(**json.loads(data))
            else:
                delayed.append((event, data))
            if filmed:
                for delayed_event in delayed:
                    on_event(*delayed_event)
                delayed.clear()
        return outcome

    def stop(self) -> None:
        """Asks the trainer to stop, and kills both processes if the work has not ended after some seconds."""
        self._send({"do": "stop"})
        if self._working and self._killing is None:
            self._killing = asyncio.get_running_loop().call_later(limits.STOP_SECONDS, self._kill)

    def _kill(self) -> None:
        self.broken = self._killed = True
        for process in (self._trainer, self._observer):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    async def close(self) -> None:
        """Ends both processes by closing their standard input."""
        self.broken = True
        for process in (self._trainer, self._observer):
            await _wait_for_exit(process)
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    def _send(self, command: dict[str, object]) -> None:
        if self._trainer.stdin is not None and not self._trainer.stdin.is_closing():
            self._trainer.stdin.write(json.dumps(command).encode() + b"\n")

    async def _read(self, name: str, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            event, _, data = line.decode().rstrip("\n").partition(" ")
            if event == "ready":
                self._ready[name].set()
            else:
                self._events.put_nowait((name, event, data))
        self.broken = True
        self._ready[name].set()
        self._events.put_nowait((name, "gone", "{}"))


async def _process(name: str, pipe: int) -> asyncio.subprocess.Process:
    """A worker process in its own session, so that Ctrl-C reaches the server only. `-P` keeps the user's folder off the path."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", f"anylength.server.{name}", str(pipe),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, pass_fds=(pipe,), start_new_session=True, limit=MAX_LINE,
    )  # fmt: skip


async def _wait_for_exit(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), EXIT_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

"""A desk: a trainer and an observer process that work on one run after another. They are spawned, never forked."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

LINE = 1 << 26
"""Bytes of the longest line on the wire."""

PATIENCE = 5.0
"""Seconds that a process gets to end by itself."""

OnEvent = Callable[[str, str], None]
"""(event, one line of JSON): what a desk says of the run it works on."""


@dataclass(frozen=True)
class Outcome:
    """How the work on a run ended: done, stopped or failed, and what there is to say."""

    status: str
    message: str | None = None


class WorkerPair(Protocol):
    """Somewhere a run is trained, watched and judged."""

    broken: bool
    """Whether it can do no more work."""

    async def work(self, path: Path, on_event: OnEvent) -> Outcome:
        """Goes on with a run until it is done, stopped or failed."""
        ...

    def stop(self) -> None:
        """Asks that the work in progress be left as it is, resumable."""
        ...

    async def ready(self) -> None:
        """Waits until work would begin at once."""
        ...

    async def close(self) -> None:
        """Ends it."""
        ...


class ProcessWorkerPair:
    """Two processes. Made with `open`."""

    def __init__(self, trainer: asyncio.subprocess.Process, observer: asyncio.subprocess.Process) -> None:
        self.broken = False
        self._trainer, self._observer = trainer, observer
        self._said: asyncio.Queue[tuple[str, str, str]] = asyncio.Queue()
        self._ready = {"trainer": asyncio.Event(), "observer": asyncio.Event()}
        self._readers = [
            asyncio.create_task(self._read("trainer", trainer)),
            asyncio.create_task(self._read("observer", observer)),
        ]

    @staticmethod
    async def open() -> "ProcessWorkerPair":
        """Starts both processes; they load what they need while others work."""
        reading, writing = os.pipe()
        try:
            trainer = await _process("trainer", writing)
            observer = await _process("observer", reading)
        finally:
            os.close(reading)
            os.close(writing)
        return ProcessWorkerPair(trainer, observer)

    async def ready(self) -> None:
        """Waits until both processes have loaded everything."""
        for ready in self._ready.values():
            await ready.wait()

    async def work(self, path: Path, on_event: OnEvent, *, watched: bool = True) -> Outcome:
        """Goes on with a run. What is said of it after its training waits until its film is whole."""
        self._order({"do": "go on", "path": str(path.resolve()), "watched": watched})
        outcome, filmed, later = None, False, list[tuple[str, str]]()
        while outcome is None or not filmed:
            source, event, data = await self._said.get()
            if event == "frame":
                on_event(event, data)
            elif source == "observer":
                filmed = filmed or event in ("film", "gone")
            elif event == "gone":
                outcome, filmed = outcome or Outcome("failed", "the training process has ended"), True
            elif event == "finished":
                outcome = Outcome(**json.loads(data))
            elif later or (event == "status" and json.loads(data)["status"] != "training"):
                later.append((event, data))
            else:
                on_event(event, data)
            if filmed:
                for each in later:
                    on_event(*each)
                later.clear()
        return outcome

    def stop(self) -> None:
        """Asks the trainer to leave the run as it is."""
        self._order({"do": "stop"})

    async def close(self) -> None:
        """Ends both processes: their input ends, and they with it."""
        self.broken = True
        for process in (self._trainer, self._observer):
            await _ended(process)
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    def _order(self, order: dict[str, object]) -> None:
        if self._trainer.stdin is not None and not self._trainer.stdin.is_closing():
            self._trainer.stdin.write(json.dumps(order).encode() + b"\n")

    async def _read(self, name: str, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            event, _, data = line.decode().rstrip("\n").partition(" ")
            if event == "ready":
                self._ready[name].set()
            else:
                self._said.put_nowait((name, event, data))
        self.broken = True
        self._ready[name].set()
        self._said.put_nowait((name, "gone", "{}"))


async def _process(name: str, pipe: int) -> asyncio.subprocess.Process:
    """A worker in a session of its own: Ctrl-C is the server's to handle. No module of the user's folder is run."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", f"anylength.server.{name}", str(pipe),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, pass_fds=(pipe,), start_new_session=True, limit=LINE,
    )  # fmt: skip


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

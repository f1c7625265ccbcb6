"""The desks and the runs that are in work: a few trainings at a time, a few more that wait, and the events of each."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from anylength.errors import InputError
from anylength.server import limits
from anylength.server.events import END, EventLog
from anylength.server.middleware import RefusedError
from anylength.server.run_index import unmark
from anylength.server.worker_pair import Outcome, WorkerPair

LEAVING = 4.0
"""Seconds that trainings get to write their checkpoints when the server closes."""


@dataclass(eq=False)
class Job:
    """A run in work.

    Attributes:
        name: Its name.
        path: Its folder.
        log: Its events.
        status: The last status told.
        seen: The largest epoch and update told, so that none is told twice.
        desk: The desk that works on it.
        stopping: Whether it was asked to stop.
    """

    name: str
    path: Path
    log: EventLog
    status: str = "waiting"
    seen: dict[str, int] = field(default_factory=dict)
    workers: WorkerPair | None = None
    stopping: bool = False

    def on_event(self, event: str, data: str) -> None:
        """Adds what a desk says to the events."""
        key = {"epoch": "epoch", "frame": "update"}.get(event)
        if key:
            number = msgspec.json.decode(data)[key]
            if number <= self.seen.get(event, 0):
                return
            self.seen[event] = number
        elif event == "status":
            self.status = msgspec.json.decode(data)["status"]
        self.log.add(event, data)

    def emit(self, status: str, message: str | None = None) -> None:
        """Adds a status of the server's own."""
        self.status = status
        self.log.status(status, message)


class JobQueue:
    """All desks and jobs. Everything happens on one event loop."""

    def __init__(self, open_workers: Callable[[], Awaitable[WorkerPair]]) -> None:
        self._open = open_workers
        self.jobs: dict[str, Job] = {}
        self.failed: dict[str, str | None] = {}
        self._waiting: asyncio.Queue[Job] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self.closing = False

    def start(self) -> None:
        """Opens the desks, one after the other."""
        opened = asyncio.Event()
        opened.set()
        for _ in range(limits.TRAININGS):
            after, opened = opened, asyncio.Event()
            self._tasks.append(asyncio.create_task(self._attend(after, opened)))

    def check_room(self) -> None:
        """Checks that one more run may wait.

        Raises:
            RefusedError: As many as may wait do.
        """
        if sum(job.workers is None for job in self.jobs.values()) >= limits.WAITING:
            most = f"at most {limits.TRAININGS} trainings and {limits.WAITING} waiting ones"
            raise RefusedError(429, InputError(most, "one more", "wait until one is done, or stop one"), {"retry-after": "5"})

    def add(self, name: str, path: Path, log: EventLog, seen: dict[str, int] | None = None) -> Job:
        """Lets a run wait for a desk."""
        job = self.jobs[name] = Job(name, path, log, seen=seen or {})
        self.failed.pop(name, None)
        job.emit("waiting")
        self._waiting.put_nowait(job)
        return job

    def stop(self, job: Job) -> None:
        """Asks a run to stop; one that waits is stopped at once."""
        job.stopping = True
        if job.workers is not None:
            job.workers.stop()
        else:
            self._end(job, Outcome("stopped"))

    async def close(self) -> None:
        """Stops all work, leaves every run resumable and marked, and ends the processes."""
        self.closing = True
        at_work = [job for job in self.jobs.values() if job.workers is not None]
        for job in at_work:
            assert job.workers is not None
            job.workers.stop()
        until = asyncio.get_running_loop().time() + LEAVING
        while any(job.workers is not None for job in at_work) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.02)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _attend(self, after: asyncio.Event, opened: asyncio.Event) -> None:
        """One desk's life."""
        await after.wait()
        workers = await self._open()
        opening = asyncio.create_task(_when_ready(workers, opened))
        try:
            while True:
                job = await self._waiting.get()
                if job.stopping or self.closing:
                    continue
                if workers.broken:
                    await workers.close()
                    workers = await self._open()
                await self._work(workers, job)
        finally:
            opening.cancel()
            await workers.close()

    async def _work(self, workers: WorkerPair, job: Job) -> None:
        job.workers = workers
        try:
            outcome = await workers.work(job.path, job.on_event)
        except Exception as error:
            traceback.print_exc()
            outcome = Outcome("failed", f"a fault of ours: {type(error).__name__}: {error}")
        finally:
            job.workers = None
        self._end(job, outcome)

    def _end(self, job: Job, outcome: Outcome) -> None:
        if not self.closing:
            unmark(job.path)
            self.jobs.pop(job.name, None)
        if outcome.status == "failed":
            self.failed[job.name] = outcome.message
        job.emit(outcome.status, outcome.message)
        job.log.add(END, "{}")


async def _when_ready(workers: WorkerPair, opened: asyncio.Event) -> None:
    await workers.ready()
    opened.set()

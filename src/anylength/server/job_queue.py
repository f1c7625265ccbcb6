"""The job queue: a few trainings run at a time, a few more wait, and each has its log of events."""

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

CLOSE_SECONDS = 4.0
"""Seconds that trainings get to write their checkpoints when the server closes. They stop at the end of a chunk of updates."""


CLOSE_CHECK_SECONDS = 0.02
"""Seconds between checks whether the trainings have stopped. Short, because the user waits for the server to close."""


@dataclass(eq=False)
class Job:
    """A run that waits or is in work.

    Attributes:
        name: The run's name.
        path: The run's folder.
        log: The events so far.
        status: The last status.
        newest: The largest epoch and update in the log, so that none is added twice.
        workers: The worker pair that works on the run; None while it waits.
        stopping: Whether the run was asked to stop.
    """

    name: str
    path: Path
    log: EventLog
    status: str = "waiting"
    newest: dict[str, int] = field(default_factory=dict)
    workers: WorkerPair | None = None
    stopping: bool = False

    def on_event(self, event: str, data: str) -> None:
        """Adds an event of the worker pair to the log."""
        key = {"epoch": "epoch", "frame": "update"}.get(event)
        if key:
            number = msgspec.json.decode(data)[key]
            if number <= self.newest.get(event, 0):
                return
            self.newest[event] = number
        elif event == "status":
            self.status = msgspec.json.decode(data)["status"]
        self.log.add(event, data)

    def set_status(self, status: str, message: str | None = None) -> None:
        """Sets a status of the server's own, and adds it to the log."""
        self.status = status
        self.log.status(status, message)


class JobQueue:
    """All jobs and the worker pairs that run them. Everything happens on one event loop."""

    def __init__(self, open_workers: Callable[[], Awaitable[WorkerPair]]) -> None:
        self._open = open_workers
        self.jobs: dict[str, Job] = {}
        self.failed: dict[str, str | None] = {}
        self._waiting: asyncio.Queue[Job] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self.closing = False

    def start(self) -> None:
        """Opens the worker pairs, one after the other."""
        opened = asyncio.Event()
        opened.set()
        for _ in range(limits.MAX_TRAININGS):
            previous, opened = opened, asyncio.Event()
            self._tasks.append(asyncio.create_task(self._run_jobs(previous, opened)))

    def check_room(self) -> None:
        """Checks that one more run may wait.

        Raises:
            RefusedError: The queue is full.
        """
        if sum(job.workers is None for job in self.jobs.values()) >= limits.MAX_WAITING:
            most = f"at most {limits.MAX_TRAININGS} trainings and {limits.MAX_WAITING} waiting ones"
            raise RefusedError(429, InputError(most, "one more", "wait until one is done, or stop one"), {"retry-after": "5"})

    def add(self, name: str, path: Path, log: EventLog, newest: dict[str, int] | None = None) -> Job:
        """Adds a run to the queue."""
        job = self.jobs[name] = Job(name, path, log, newest=newest or {})
        self.failed.pop(name, None)
        job.set_status("waiting")
        self._waiting.put_nowait(job)
        return job

    def stop(self, job: Job) -> None:
        """Asks a run to stop. A run that waits stops at once."""
        job.stopping = True
        if job.workers is not None:
            job.workers.stop()
        else:
            self._end(job, Outcome("stopped"))

    async def close(self) -> None:
        """Stops all work, leaves every run resumable and marked, and ends the processes."""
        self.closing = True
        running = [job for job in self.jobs.values() if job.workers is not None]
        for job in running:
            assert job.workers is not None
            job.workers.stop()
        deadline = asyncio.get_running_loop().time() + CLOSE_SECONDS
        while any(job.workers is not None for job in running) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(CLOSE_CHECK_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run_jobs(self, previous_opened: asyncio.Event, opened: asyncio.Event) -> None:
        """Runs jobs on one worker pair. The pair opens once the previous pair is ready."""
        await previous_opened.wait()
        workers = await self._open()
        announcement = asyncio.create_task(_when_ready(workers, opened))
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
            announcement.cancel()
            await workers.close()

    async def _work(self, workers: WorkerPair, job: Job) -> None:
        job.workers = workers
        try:
            outcome = await workers.work(job.path, job.on_event)
        except Exception as error:
            traceback.print_exc()
            outcome = Outcome("failed", f"an error in anylength: {type(error).__name__}: {error}")
        finally:
            job.workers = None
        self._end(job, outcome)

    def _end(self, job: Job, outcome: Outcome) -> None:
        if not self.closing:
            unmark(job.path)
            self.jobs.pop(job.name, None)
        if outcome.status == "failed":
            self.failed[job.name] = outcome.message
        job.set_status(outcome.status, outcome.message)
        job.log.add(END, "{}")


async def _when_ready(workers: WorkerPair, opened: asyncio.Event) -> None:
    await workers.ready()
    opened.set()

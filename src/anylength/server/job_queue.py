"""The job queue: a few runs are in work at a time, and a few more wait. Long tests leave room for the runs of others.

Everything happens on one event loop. Where runs with long tests take all places and another run waits, one of them gives way: its
tests stop, and it waits again. From then on it is in work only while no other run has long tests, so that at most one place of the
queue is taken by long tests while others wait.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from anylength.errors import InputError
from anylength.server import limits
from anylength.server.events import END, EventLog
from anylength.server.job import Job
from anylength.server.middleware import RefusedError
from anylength.server.waiting_words import LOADING, waiting_words
from anylength.server.worker_pair import Outcome, WorkerPair

CLOSE_SECONDS = limits.STOP_SECONDS + 1.0
"""Seconds that runs get to stop when the server closes: those after which they are killed, and one more."""

CLOSE_CHECK_SECONDS = 0.02
"""Seconds between checks whether the trainings have stopped. Short, because the user waits for the server to close."""

YIELD_CHECK_SECONDS = 1.0
"""Seconds between checks whether a run with long tests must give way."""


class JobQueue:
    """All jobs and the worker pairs that run them.

    Args:
        open_workers: Opens a worker pair.
        on_end: Called with the folder of each run that ends, unless the server is closing.

    Attributes:
        jobs: The jobs by name, in the order of the queue.
        failed: The messages of the runs that failed, by name.
        loop: The event loop, once it is started.
    """

    loop: asyncio.AbstractEventLoop

    def __init__(self, open_workers: Callable[[], Awaitable[WorkerPair]], on_end: Callable[[Path], None]) -> None:
        self._open, self._on_end = open_workers, on_end
        self.jobs: dict[str, Job] = {}
        self.failed: dict[str, str | None] = {}
        self.closing = False
        self._more = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._idle_pairs = 0

    def start(self) -> None:
        """Opens the worker pairs one after the other, so that the page can be used soonest."""
        self.loop, opened = asyncio.get_running_loop(), asyncio.Event()
        opened.set()
        for _ in range(limits.MAX_TRAININGS):
            previous, opened = opened, asyncio.Event()
            self._tasks.append(asyncio.create_task(self._run_jobs(previous, opened)))
        self._tasks.append(asyncio.create_task(self._make_room_for_ever()))

    @property
    def waiting(self) -> list[Job]:
        """The jobs that wait, in their order."""
        return [job for job in self.jobs.values() if not job.taken]

    @property
    def in_work(self) -> list[Job]:
        """The jobs in work."""
        return [job for job in self.jobs.values() if job.taken]

    def check_room(self) -> None:
        """Checks that one more run may wait.

        Raises:
            RefusedError: The queue is full.
        """
        if len(self.waiting) >= limits.MAX_WAITING:
            most = f"at most {limits.MAX_TRAININGS} trainings and {limits.MAX_WAITING} waiting ones"
            raise RefusedError(429, InputError(most, "one more", "wait until one is done, or stop one"), {"retry-after": "5"})

    def add(self, name: str, path: Path, log: EventLog, newest: dict[str, int] | None = None) -> Job:
        """Adds a run to the queue."""
        job = self.jobs[name] = Job(name, path, log, newest=newest or {})
        self.failed.pop(name, None)
        self._changed()
        return job

    def stop(self, job: Job) -> None:
        """Stops a run: a waiting one at once, another one within a few seconds."""
        job.stopping = True
        if job.workers is not None:
            job.stop_workers()
        elif not job.taken:
            self._end(job, Outcome("stopped"))

    async def close(self) -> None:
        """Stops all work, leaves every run resumable and marked, and ends the processes."""
        self.closing = True
        for job in self.in_work:
            job.stop_workers()
        deadline = self.loop.time() + CLOSE_SECONDS
        while any(job.workers is not None for job in self.in_work) and self.loop.time() < deadline:
            await asyncio.sleep(CLOSE_CHECK_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # one place of the queue

    async def _run_jobs(self, previous_opened: asyncio.Event, opened: asyncio.Event) -> None:
        """Runs jobs on one worker pair. The pair opens once the previous pair is ready."""
        await previous_opened.wait()
        workers = await self._open()
        announcement = asyncio.create_task(_when_ready(workers, opened))
        try:
            while True:
                workers = await self._unbroken(workers)
                job = await self._next()
                workers = await self._unbroken(workers)
                if not self.closing:
                    await self._work(workers, job)
        finally:
            announcement.cancel()
            await workers.close()

    async def _unbroken(self, workers: WorkerPair) -> WorkerPair:
        """The worker pair, or a new one where it is broken."""
        if not workers.broken:
            return workers
        await workers.close()
        return await self._open()

    async def _next(self) -> Job:
        """Takes the first waiting job that may start."""
        self._idle_pairs += 1
        try:
            while True:
                job = next((job for job in self.waiting if not self._is_held_back(job)), None)
                if job is not None:
                    job.taken = True
                    return job
                self._more.clear()
                await self._more.wait()
        finally:
            self._idle_pairs -= 1

    async def _work(self, workers: WorkerPair, job: Job) -> None:
        job.workers = workers
        if not workers.loaded:
            job.set_status("waiting", LOADING)
        self._changed()
        try:
            if job.stopping:
                outcome = Outcome("stopped")
            else:
                outcome = await workers.work(job.path, lambda event, data: self._on_event(job, event, data, self.loop.time()))
        except Exception as error:
            traceback.print_exc()
            outcome = Outcome("failed", f"an error in anylength: {type(error).__name__}: {error}")
        finally:
            job.workers = None
        if outcome.status == "stopped" and job.yielding and not (job.stopping or self.closing):
            self._queue_again(job)
        else:
            self._end(job, outcome)

    def _on_event(self, job: Job, event: str, data: str, now: float) -> None:
        before = job.status
        job.on_event(event, data, now)
        if job.status != before:
            self._changed()

    # the order of the queue

    def _is_held_back(self, job: Job) -> bool:
        """Whether a job waits until another one with long tests has ended."""
        return job.has_long_tests and any(other.has_long_tests for other in self.in_work)

    async def _make_room_for_ever(self) -> None:
        while True:
            await asyncio.sleep(YIELD_CHECK_SECONDS)
            self._make_room()

    def _make_room(self) -> None:
        """Lets the youngest of the runs with long tests give way, where they take all places and another run waits."""
        now, in_work = self.loop.time(), self.in_work
        for job in in_work:
            if job.tests_since is not None and now - job.tests_since > limits.LONG_TEST_SECONDS:
                job.has_long_tests = True
        are_all_long = len(in_work) >= limits.MAX_TRAININGS and all(job.has_long_tests for job in in_work)
        if are_all_long and any(not job.has_long_tests for job in self.waiting):
            youngest = max(in_work, key=lambda job: job.tests_since or 0.0)
            youngest.yielding = True
            youngest.stop_workers()

    def _queue_again(self, job: Job) -> None:
        job.wait_again()
        self.jobs[job.name] = self.jobs.pop(job.name)  # the last in the order
        self._changed()

    def _end(self, job: Job, outcome: Outcome) -> None:
        if not self.closing:
            self.jobs.pop(job.name, None)
            self._on_end(job.path)
        if outcome.status == "failed":
            self.failed[job.name] = outcome.message
        job.set_status(outcome.status, outcome.message)
        job.log.add(END, "{}")
        self._changed()

    def _changed(self) -> None:
        """Lets idle worker pairs look at the queue, and tells every waiting run its place."""
        self._more.set()
        waiting, in_work = self.waiting, self.in_work
        for place, job in enumerate(waiting, 1):
            is_held_back = self._is_held_back(job)
            begins = place <= self._idle_pairs and not is_held_back
            job.set_status("waiting", None if begins else waiting_words(place, len(waiting), in_work, is_held_back=is_held_back))


async def _when_ready(workers: WorkerPair, opened: asyncio.Event) -> None:
    await workers.ready()
    opened.set()

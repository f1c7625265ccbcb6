"""The service behind the routes: it connects the index of runs and the job queue. Disk access and JAX run in threads."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from anylength.errors import InputError, quoted
from anylength.experiments import Run, free_name, layout
from anylength.records import RunConfig
from anylength.server import event_history
from anylength.server.events import EventLog
from anylength.server.job_queue import Job, JobQueue
from anylength.server.middleware import RefusedError
from anylength.server.run_index import GalleryRow, RunIndex, complete, mark
from anylength.server.train_request import TrainRequest

Result = TypeVar("Result")


class RunService:
    """Lists, starts, stops, continues and follows runs, by name."""

    def __init__(self, index: RunIndex, job_queue: JobQueue) -> None:
        self.index, self.job_queue = index, job_queue
        self._lock = asyncio.Lock()

    async def open(self) -> None:
        """Opens the worker pairs, and continues the runs that an earlier server has left unfinished."""
        self.job_queue.start()
        for name in await in_thread(self.index.unfinished):
            path = await in_thread(self.index.path, name)
            if path is not None:
                await self._enqueue(name, path)

    async def rows(self) -> list[GalleryRow]:
        """The gallery."""
        rows = await in_thread(self.index.rows)
        return [msgspec.structs.replace(row, status=self._status(row.name, row.status)) for row in rows]

    async def train(self, request: TrainRequest) -> tuple[str, str, bool]:
        """Starts a training, or finds the run that has the same configuration.

        Returns:
            The run's name, its status, and whether the run is new.

        Raises:
            InputError: A name does not exist, or a number is out of range.
            RefusedError: The queue is full.
        """
        config = await in_thread(lambda: request.options().config())
        async with self._lock:
            name = await in_thread(self.index.find, config)
            if name is not None:
                return name, await self._resume(name), False
            self.job_queue.check_room()
            path = await in_thread(self._create, config)
            return path.name, (await self._enqueue(path.name, path)).status, True

    async def resume(self, name: str) -> str:
        """Continues a run that lacks a result. Returns its status."""
        async with self._lock:
            return await self._resume(name)

    async def stop(self, name: str) -> str:
        """Stops a run that is in work. Returns its status."""
        await self.path(name)
        job = self.job_queue.jobs.get(name)
        if job is None:
            raise RefusedError(409, InputError("a run that is in work", quoted(name), "it has stopped already"))
        self.job_queue.stop(job)
        return "stopped"

    async def log(self, name: str) -> EventLog:
        """The events of a run."""
        job = self.job_queue.jobs.get(name)
        if job is not None:
            return job.log
        return await in_thread(event_history.finished, await self.path(name), self.job_queue.failed.get(name))

    async def path(self, name: str) -> Path:
        """The folder of a run.

        Raises:
            RefusedError: There is no run of this name.
        """
        path = await in_thread(self.index.path, name)
        if path is None:
            raise RefusedError(404, InputError("the name of a run", quoted(name), "take one of those in the list"))
        return path

    async def status(self, name: str) -> str:
        """The status of a run."""
        path = await self.path(name)
        done = await in_thread((path / layout.DONE).is_file)
        return self._status(name, "done" if done else "stopped")

    def _status(self, name: str, on_disk: str) -> str:
        job = self.job_queue.jobs.get(name)
        return job.status if job else "failed" if name in self.job_queue.failed else on_disk

    async def _resume(self, name: str) -> str:
        path, job = await self.path(name), self.job_queue.jobs.get(name)
        if job is not None:
            return job.status
        if await in_thread(complete, path):
            return "done"
        self.job_queue.check_room()
        await in_thread(mark, path)
        return (await self._enqueue(name, path)).status

    async def _enqueue(self, name: str, path: Path) -> Job:
        log, newest = await in_thread(event_history.events_of, path)
        return self.job_queue.add(name, path, log, newest)

    def _create(self, config: RunConfig) -> Path:
        """Makes a run folder and marks it as unfinished."""
        parts = [config.task, config.cell, config.recipe, config.data, f"h{config.hidden}", f"seed{config.seed}"]
        path = free_name(self.index.root / "-".join(parts))
        Run.create(path, config)
        mark(path)
        self.index.changed()
        return path


async def in_thread(call: Callable[..., Result], *arguments: Any) -> Result:
    """Calls a slow function in a thread."""
    return await asyncio.to_thread(call, *arguments)

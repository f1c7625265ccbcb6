"""The service behind the routes: it connects the index of runs and the job queue. Disk access and JAX run in threads."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from anylength.errors import InputError, quoted
from anylength.experiments import Run, free_name, layout
from anylength.records import RunConfig
from anylength.server import event_history
from anylength.server.accepted import check_limits
from anylength.server.events import EventLog
from anylength.server.gallery import GalleryRow
from anylength.server.job import Job
from anylength.server.job_queue import JobQueue
from anylength.server.marks import Marks
from anylength.server.middleware import RefusedError
from anylength.server.run_index import RunIndex, complete
from anylength.server.train_request import TrainRequest
from anylength.server.worker_pair import WorkerPair

Result = TypeVar("Result")


class RunService:
    """Lists, starts, stops, continues and follows runs, by name.

    Args:
        root: The folder of runs.
        key: The key that signs the marks of the runs that this server starts.
        open_workers: Opens a worker pair.
    """

    def __init__(self, root: Path, key: bytes, open_workers: Callable[[], Awaitable[WorkerPair]]) -> None:
        self.marks = Marks(key)
        self.index, self.job_queue = RunIndex(root, self.marks), JobQueue(open_workers, self.marks.remove)
        self._lock = asyncio.Lock()

    async def open(self) -> None:
        """Opens the worker pairs, and continues the runs that an earlier server of this user has left unfinished here."""
        self.job_queue.start()
        for name in await in_thread(self.index.unfinished):
            path = await in_thread(self.index.path, name)
            if path is not None and await in_thread(_is_accepted, path):
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
        status, message = await self.status(name), self.job_queue.failed.get(name)
        return await in_thread(event_history.finished, await self.path(name), status, message)

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
        return self._status(name, await in_thread(self.index.status, await self.path(name)))

    def _status(self, name: str, on_disk: str) -> str:
        job = self.job_queue.jobs.get(name)
        return job.status if job else "failed" if name in self.job_queue.failed else on_disk

    async def _resume(self, name: str) -> str:
        path, job = await self.path(name), self.job_queue.jobs.get(name)
        if job is not None:
            return job.status
        if await in_thread(complete, path):
            return "done"
        await in_thread(lambda: check_limits(Run(path)))
        self.job_queue.check_room()
        await in_thread(self.marks.add, path)
        return (await self._enqueue(name, path)).status

    async def _enqueue(self, name: str, path: Path) -> Job:
        log, newest = await in_thread(event_history.events_of, path)
        return self.job_queue.add(name, path, log, newest)

    def _create(self, config: RunConfig) -> Path:
        """Makes a run folder with an empty film, and marks it as unfinished."""
        parts = [config.task, config.cell, config.recipe, config.data, f"h{config.hidden}", f"seed{config.seed}"]
        path = free_name(self.index.root / "-".join(parts))
        Run.create(path, config).write(layout.FILM, b"")
        self.marks.add(path)
        self.index.changed()
        return path


def _is_accepted(path: Path) -> bool:
    try:
        check_limits(Run(path))
    except (InputError, OSError):
        return False
    return True


async def in_thread(call: Callable[..., Result], *arguments: Any) -> Result:
    """Calls a slow function in a thread."""
    return await asyncio.to_thread(call, *arguments)

"""Executors on Dask: workers of a running scheduler, or of this machine, compute the blocks. The driver alone writes files.

A worker is a plain Dask worker with the package installed. Only `BLOCKS_PER_THREAD` blocks for each worker thread are sent in
advance, so scheduler and driver hold few blocks, however many rows the sweep has. If a worker is lost, Dask gives its blocks to
another. A block that was lost too often is sent again as a new task. Workers start by spawn, because JAX does not survive a fork.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from dask import config
from distributed import Client, Future, KilledWorker, LocalCluster, as_completed
from distributed.client import FutureCancelledError

from anylength.errors import InputError
from anylength.sweeps.executors import Executor, ExecutorContext
from anylength.sweeps.job import BlockJob, BlockResult, versions
from anylength.sweeps.worker import THREADS, check_versions, run
from anylength.training import processors

TIMEOUT = 15.0
"""Seconds within which a scheduler must answer, and its first worker must be there."""

REFILL_SECONDS = 2.0
"""Seconds between checks of the number of local workers. Shorter replaces a worker sooner, and costs a call each time."""

BLOCKS_PER_THREAD = 2
"""Blocks that are sent for each worker thread: one is computed, one waits at the worker, so that it is never idle."""

MOST_LOSSES = 20
"""Lost workers that one block survives: Dask gives up after this many, and the driver sends the block again as often."""

MALLOC_TRIM_BYTES = 65_536
"""Dask's own setting for its workers: the allocator returns larger blocks of free memory to the system."""

SETTINGS = {
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.scheduler.allowed-failures": MOST_LOSSES,
    "distributed.scheduler.work-stealing": True,
    "distributed.logging.distributed": "error",
    "distributed.worker.daemon": True,
    "distributed.deploy.lost-worker-timeout": REFILL_SECONDS,
}
"""Dask's settings for a sweep."""


Call = Callable[[bytes], BlockResult]
"""What a worker calls on each job as JSON."""


def remote(address: str, call: Call = run) -> ExecutorContext:
    """The executor on a scheduler that is already running. Its workers call `call` on each job as JSON."""

    @contextmanager
    def executor() -> Iterator[Executor]:
        with config.set(SETTINGS), _connected(address) as client:
            yield partial(run_jobs, client, call=call)

    return executor


def local(workers: int, call: Call = run) -> ExecutorContext:
    """The executor on worker processes of this machine, which divide its processors. They call `call` on each job as JSON."""

    @contextmanager
    def executor() -> Iterator[Executor]:
        with config.set(SETTINGS), local_cluster(workers) as cluster, Client(cluster) as client:
            yield partial(run_jobs, client, call=call)

    return executor


@contextmanager
def local_cluster(workers: int, threads: int | None = None) -> Iterator[LocalCluster]:
    """Worker processes of this machine.

    Args:
        workers: Number of processes.
        threads: Threads of each process; None: the processors are divided evenly.
    """
    threads = max(1, processors() // workers) if threads is None else threads
    # set before a worker starts: XLA and numpy read these once
    limits = {THREADS: threads, "NPROC": threads, "OMP_NUM_THREADS": 1, "OPENBLAS_NUM_THREADS": 1, "MKL_NUM_THREADS": 1}
    nanny = {"distributed.nanny.pre-spawn-environ": {**limits, "MALLOC_TRIM_THRESHOLD_": MALLOC_TRIM_BYTES}}
    with config.set(SETTINGS | nanny):
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", memory_limit=0, host="127.0.0.1"
        )
        with cluster, _refilled(cluster, workers):
            yield cluster


@contextmanager
def _refilled(cluster: LocalCluster, workers: int) -> Iterator[None]:
    """Requests the number of workers regularly. Dask restarts a worker that dies, but not one that is killed during its start."""
    ended = threading.Event()

    def refill() -> None:
        while not ended.wait(REFILL_SECONDS):
            cluster.scale(workers)

    thread = threading.Thread(target=refill, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """A client of a scheduler that answers and has workers.

    Raises:
        InputError: The address is invalid, the scheduler does not answer in time, or it has no worker in time.
    """
    try:
        client = Client(address, timeout=TIMEOUT)
    except (OSError, TimeoutError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        got = f"no answer from {address} in {TIMEOUT:.0f} s ({reason})"
        raise InputError("a Dask scheduler that answers", got, "start one with: dask scheduler; or pass --workers 2") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=TIMEOUT)
        except TimeoutError:
            got = f"none at {address} in {TIMEOUT:.0f} s"
            raise InputError("a worker", got, f"start one with: dask worker {address} --nthreads 1") from None
        _check_workers(client)
        yield client


def _check_workers(client: Client) -> None:
    """Checks the versions of all present workers. Later workers are checked with each block.

    Raises:
        InputError: A worker lacks the package or has another version.
    """
    try:
        versions_of_workers: Any = client.run(versions)
    except ModuleNotFoundError as error:
        raise InputError("workers with anylength installed", f"no module {error.name} there", "install it on all of them") from None
    for worker, installed in versions_of_workers.items():
        check_versions(versions(), installed, worker)


def run_jobs(
    client: Client, jobs: Iterator[BlockJob], call: Callable[..., BlockResult] = run, more: tuple[object, ...] = ()
) -> Iterator[BlockResult]:
    """Runs jobs on the client's workers, and yields each result when it arrives.

    Args:
        client: The client of the scheduler.
        jobs: The jobs. They are drawn when there is room for them.
        call: Called on a worker with each job as JSON.
        more: Further arguments of `call`.

    Raises:
        InputError: The scheduler stopped, or a block was lost too often.
    """
    queue = _BlockQueue(client, call, more)
    queue.fill(jobs)
    while queue.sent:
        job, result = queue.next_result()
        if result is None:
            queue.send_again(job)
        else:
            queue.fill(jobs)
            yield result


class _BlockQueue:
    """The blocks that are sent and not finished.

    Attributes:
        sent: The jobs by the keys of their tasks.
    """

    def __init__(self, client: Client, call: Callable[..., BlockResult], more: tuple[object, ...]) -> None:
        self._client, self._call, self._more = client, call, more
        self._losses: Counter[int] = Counter()
        self._completed = as_completed()
        self.sent: dict[str, BlockJob] = {}

    def fill(self, jobs: Iterator[BlockJob]) -> None:
        """Sends jobs until each worker thread has `BLOCKS_PER_THREAD`."""
        threads: Any = self._client.nthreads()
        most = BLOCKS_PER_THREAD * max(1, sum(threads.values()))
        while len(self.sent) < most and (job := next(jobs, None)) is not None:
            self._send(job)

    def next_result(self) -> tuple[BlockJob, BlockResult | None]:
        """Waits for the next finished job. Its result is None if its workers were lost. Raises what the job raised."""
        future: Future = next(self._completed)
        job = self.sent.pop(str(future.key))
        try:
            result: BlockResult = future.result()
        except (KilledWorker, FutureCancelledError):
            return job, None
        future.release()
        return job, result

    def send_again(self, job: BlockJob) -> None:
        """Sends a lost block again.

        Raises:
            InputError: The scheduler stopped, or the block was lost too often.
        """
        self._losses[job.block] += 1
        if self._client.status != "running":
            raise InputError("a scheduler that keeps answering", "no answer", "start it, then repeat the sweep: it continues")
        if self._losses[job.block] > MOST_LOSSES:
            got = f"block {job.block} lost {MOST_LOSSES} times"
            raise InputError("workers that live long enough for a block", got, "look at their logs: is memory short?")
        self._send(job)

    def _send(self, job: BlockJob) -> None:
        """Sends a job under a new key, so that Dask does not take it for one that it has given up."""
        key = f"block-{job.block}-{time.monotonic_ns()}"
        future = self._client.submit(self._call, job.to_json().encode(), *self._more, pure=False, key=key)
        self.sent[str(future.key)] = job
        self._completed.add(future)

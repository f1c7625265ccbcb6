"""Engines on Dask: blocks go to the workers of a scheduler, elsewhere or on this machine; results come back to the one writer.

A worker is a plain Dask worker with the package installed. Few blocks are on their way at a time (`AHEAD` for each thread of the
workers), so neither the scheduler nor this process holds more, however many rows there are. Dask gives a lost worker's blocks to
another; a block that goes down with too many workers is given out anew. Workers are started by spawn: JAX does not survive a fork.
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
"""Seconds in which a scheduler must answer, and the first worker be there."""

TEND = 2.0
"""Seconds between looks at the workers of this machine."""

AHEAD = 2
"""Blocks on their way for each block that can run at a time: one is done, one waits at the worker."""

PATIENCE = 20
"""So often a block is given out anew after it went down with its workers."""

SETTINGS = {
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.scheduler.allowed-failures": PATIENCE,
    "distributed.scheduler.work-stealing": True,
    "distributed.logging.distributed": "error",
    "distributed.worker.daemon": True,
    "distributed.deploy.lost-worker-timeout": TEND,
}


def remote(address: str) -> ExecutorContext:
    """The engine of a scheduler that runs already."""

    @contextmanager
    def engine() -> Iterator[Executor]:
        with config.set(SETTINGS), _connected(address) as client:
            yield partial(spread, client)

    return engine


def local(workers: int) -> ExecutorContext:
    """The engine of so many processes of this machine, which share its processors evenly."""

    @contextmanager
    def engine() -> Iterator[Executor]:
        with config.set(SETTINGS), local_cluster(workers) as cluster, Client(cluster) as client:
            yield partial(spread, client)

    return engine


@contextmanager
def local_cluster(workers: int, threads: int | None = None) -> Iterator[LocalCluster]:
    """Worker processes of this machine, each with its part of the processors (or so many threads)."""
    threads = max(1, processors() // workers) if threads is None else threads
    # before a worker starts: XLA and numpy read these once
    limits = {THREADS: threads, "NPROC": threads, "OMP_NUM_THREADS": 1, "OPENBLAS_NUM_THREADS": 1, "MKL_NUM_THREADS": 1}
    nanny = {"distributed.nanny.pre-spawn-environ": {**limits, "MALLOC_TRIM_THRESHOLD_": 65536}}
    with config.set(SETTINGS | nanny):
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", memory_limit=0, host="127.0.0.1"
        )
        with cluster, _tended(cluster, workers):
            yield cluster


@contextmanager
def _tended(cluster: LocalCluster, workers: int) -> Iterator[None]:
    """Asks for so many workers again and again: Dask restarts one that dies, but not one that is killed while it starts."""
    over = threading.Event()

    def tend() -> None:
        while not over.wait(TEND):
            cluster.scale(workers)

    thread = threading.Thread(target=tend, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """A client of a scheduler that answers and has workers.

    Raises:
        InputError: It does not answer in time, is no address, or has no worker in time.
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
    """Checks the versions of all workers that are there; each block checks its own worker again.

    Raises:
        InputError: A worker has no or another version of the package.
    """
    try:
        found: Any = client.run(versions)
    except ModuleNotFoundError as error:
        raise InputError("workers with anylength installed", f"no module {error.name} there", "install it on all of them") from None
    for worker, own in found.items():
        check_versions(versions(), own, worker)


def spread(
    client: Client, jobs: Iterator[BlockJob], call: Callable[..., BlockResult] = run, more: tuple[object, ...] = ()
) -> Iterator[BlockResult]:
    """Keeps the workers busy with a `call` on each job as JSON (and `more`), and yields each block as it is done."""
    going: dict[str, BlockJob] = {}
    again: Counter[int] = Counter()
    waiting = as_completed()

    def send(job: BlockJob) -> None:
        future = client.submit(call, job.to_json().encode(), *more, pure=False, key=f"block-{job.block}-{time.monotonic_ns()}")
        going[str(future.key)] = job
        waiting.add(future)

    def fill() -> None:
        room = AHEAD * max(1, _threads(client))
        while len(going) < room and (job := next(jobs, None)) is not None:
            send(job)

    fill()
    while going:
        future = next(waiting)
        job = going.pop(str(future.key))
        done = _result(future)
        if done is None:
            again[job.block] += 1
            if client.status != "running":
                raise InputError("a scheduler that goes on answering", "none", "start it, then the sweep again: it goes on")
            if again[job.block] > PATIENCE:
                got = f"block {job.block} lost {PATIENCE} times"
                raise InputError("workers that live long enough for a block", got, "look at their logs; is memory short?")
            send(job)
            continue
        future.release()
        fill()
        yield done


def _threads(client: Client) -> int:
    """Blocks that the workers there are can do at a time."""
    threads: Any = client.nthreads()
    return sum(threads.values())


def _result(future: Future) -> BlockResult | None:
    """The block, or None where it went down with its workers. What the work itself raised is raised here."""
    try:
        return future.result()
    except (KilledWorker, FutureCancelledError):
        return None

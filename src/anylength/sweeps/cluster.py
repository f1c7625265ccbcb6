"""The executor on Dask: workers of a running scheduler, or of this machine, compute the blocks. The driver alone writes files.

A worker is a plain Dask worker with the package installed. Only `BLOCKS_PER_THREAD` blocks for each worker thread are sent in
advance, so scheduler and driver hold few blocks, however many rows the sweep has. If a worker is lost, Dask gives its blocks to
another. Workers start by spawn, because JAX does not survive a fork.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from dask import config
from distributed import Client, KilledWorker, LocalCluster, as_completed
from distributed.client import FutureCancelledError

from anylength.base import InputError
from anylength.sweeps.job import BlockJob, BlockResult, Executor
from anylength.sweeps.worker import THREADS, run
from anylength.training import processors

TIMEOUT = 15.0
"""Seconds within which a scheduler must answer, and its first worker must be there."""

REFILL = "2s"
"""Time between checks of the number of local workers. A shorter time replaces a worker sooner, and costs a call each time."""

BLOCKS_PER_THREAD = 2
"""Blocks that are sent for each worker thread: one is computed, one waits at the worker, so that it is never idle."""

SETTINGS = {
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.scheduler.allowed-failures": 20,  # a scheduler that is already running has a limit of its own
    "distributed.scheduler.work-stealing": True,
    "distributed.logging.distributed": "error",
    "distributed.worker.daemon": True,
    "distributed.deploy.lost-worker-timeout": REFILL,
}
"""Dask's settings for a sweep."""


@contextmanager
def executor(module: str, *, scheduler: str | None, workers: int | None) -> Iterator[Executor]:
    """The executor on a scheduler that is already running, or on worker processes of this machine.

    The workers call `run_block` of `module` on each job. Raises InputError if the scheduler does not answer or has no worker.
    """
    with config.set(SETTINGS):
        if scheduler is not None:
            with _connected(scheduler) as client:
                yield partial(run_jobs, client, partial(run, module=module))
        else:
            with local_cluster(workers or 1) as cluster, Client(cluster) as client:
                yield partial(run_jobs, client, partial(run, module=module))


@contextmanager
def local_cluster(workers: int, threads: int | None = None) -> Iterator[LocalCluster]:
    """Worker processes of this machine. A lost one is replaced.

    Args:
        workers: Number of processes.
        threads: Threads of each process; None: the processors are divided evenly.
    """
    threads = max(1, processors() // workers) if threads is None else threads
    # set before a worker starts: XLA and numpy read these once
    limits = {THREADS: threads, "NPROC": threads, "OMP_NUM_THREADS": 1, "OPENBLAS_NUM_THREADS": 1, "MKL_NUM_THREADS": 1}
    # Dask's own setting for its workers: the allocator returns larger blocks of free memory to the system
    nanny = {"distributed.nanny.pre-spawn-environ": {**limits, "MALLOC_TRIM_THRESHOLD_": 65_536}}
    with config.set(SETTINGS | nanny):
        cluster: Any = LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", memory_limit=0, host="127.0.0.1"
        )
        with cluster:
            cluster.adapt(minimum=workers, maximum=workers, interval=REFILL)
            yield cluster


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
        yield client


def run_jobs(client: Client, call: Callable[[bytes], BlockResult], jobs: Iterator[BlockJob]) -> Iterator[BlockResult]:
    """Has the client's workers call `call` on each job as JSON, and yields each result when it arrives.

    Raises:
        InputError: A worker refuses a job or lacks the package, the scheduler stopped, or a block lost too many workers.
    """
    completed: Any = as_completed(with_results=True)

    def fill() -> None:
        threads: Any = client.nthreads()
        most = BLOCKS_PER_THREAD * max(1, sum(threads.values()))
        for job in islice(jobs, max(0, most - completed.count())):
            completed.add(client.submit(call, job.to_json().encode(), pure=False))

    try:
        fill()
        for _, result in completed:
            fill()
            yield result
    except ModuleNotFoundError as error:
        raise InputError("workers with anylength installed", f"no module {error.name} there", "install it on all of them") from None
    except KilledWorker:
        got, remedy = "a block that lost too many", "look at their logs: is memory short? The same command continues"
        raise InputError("workers that live long enough for a block", got, remedy) from None
    except FutureCancelledError:
        raise InputError("a scheduler that keeps answering", "no answer", "start it, then repeat the sweep: it continues") from None

"""Chooses the executor of a sweep by its options."""

from collections.abc import Callable

from anylength.errors import InputError
from anylength.sweeps.executors import ExecutorContext, in_process
from anylength.sweeps.job import BlockResult
from anylength.sweeps.worker import run as run_job

MOST_WORKERS = 1024
"""Worker processes of one machine at most. More would not fit any machine's processors."""


def choose_executor(
    *, scheduler: str | None, workers: int | None, run: Callable[[bytes], BlockResult] = run_job
) -> ExecutorContext:
    """The executor for a scheduler's address, for a number of local workers, or without both: this process.

    `run` is what workers call on each job, as JSON.

    Raises:
        InputError: Both options are given, the number of workers is out of range, or Dask is needed and not installed.
    """
    if scheduler is None and workers is None:
        return in_process
    if scheduler is not None and workers is not None:
        raise InputError("--scheduler or --workers", "both", "the scheduler has its own workers: leave --workers out")
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise InputError(f"1 to {MOST_WORKERS:,} workers", str(workers), "pass for example --workers 2")
    try:
        from anylength.sweeps import cluster
    except ModuleNotFoundError as error:
        raise InputError("Dask", f"no module {error.name}", "install it with: pip install '.[cluster]'") from None
    return cluster.local(workers, run) if workers is not None else cluster.remote(str(scheduler), run)

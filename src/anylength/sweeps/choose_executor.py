"""The executor that the options of a sweep ask for."""

from anylength.errors import InputError
from anylength.sweeps.executors import ExecutorContext, in_process

MOST_WORKERS = 1024
"""Workers of one machine at most: more processes than any machine has processors for."""


def choose_executor(*, scheduler: str | None, workers: int | None) -> ExecutorContext:
    """The executor for a scheduler's address, for a number of local workers, or for neither.

    Raises:
        InputError: Both options at once, a number of workers out of range, or Dask is asked for and not installed.
    """
    if scheduler is None and workers is None:
        return in_process
    if scheduler is not None and workers is not None:
        raise InputError("--scheduler or --workers", "both", "a cluster has workers of its own: leave --workers out")
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise InputError(f"1 to {MOST_WORKERS:,} workers", str(workers), "pass for example --workers 2")
    try:
        from anylength.sweeps import cluster
    except ModuleNotFoundError as error:
        raise InputError("Dask", f"no module {error.name}", "install it with: pip install '.[cluster]'") from None
    return cluster.local(workers) if workers is not None else cluster.remote(str(scheduler))

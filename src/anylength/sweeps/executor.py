"""Where the blocks of a sweep are computed: in this process, one after another, or by Dask's workers.

A sweep of two small blocks takes 11 s in this process and 26 s with the workers' start (a busy machine of two processors), so Dask
is used only where workers or a scheduler are asked for.
"""

import importlib
from contextlib import AbstractContextManager, nullcontext

from anylength.base import InputError
from anylength.sweeps.job import Executor

MOST_WORKERS = 1024
"""Worker processes of one machine at most. More would not fit any machine's processors."""


def executor(module: str, *, scheduler: str | None, workers: int | None) -> AbstractContextManager[Executor]:
    """The executor of a scheduler's workers, of a number of local workers, or of this process where neither is given.

    Args:
        module: The module whose `run_block` computes a job.
        scheduler: The address of a Dask scheduler.
        workers: Number of processes of this machine.

    Raises:
        InputError: Both options are given, the number of workers is out of range, or Dask is needed and not installed.
    """
    if scheduler is None and workers is None:
        run_block = importlib.import_module(module).run_block
        return nullcontext(lambda jobs: (run_block(job, "this process") for job in jobs))
    if scheduler is not None and workers is not None:
        raise InputError("--scheduler or --workers", "both", "the scheduler has its own workers: leave --workers out")
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise InputError(f"1 to {MOST_WORKERS:,} workers", str(workers), "pass for example --workers 2")
    try:
        from anylength.sweeps import cluster
    except ModuleNotFoundError as error:
        raise InputError("Dask", f"no module {error.name}", "install it with: pip install '.[cluster]'") from None
    return cluster.executor(module, scheduler=scheduler, workers=workers)

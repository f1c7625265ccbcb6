"""Engines: what turns jobs into blocks that are done. One for this process; those that need Dask are in `sweeps.cluster`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from anylength.errors import InputError
from anylength.sweeps.job import Done, Job

Spread = Callable[[Iterator[Job]], Iterator[Done]]
"""Jobs in, blocks out in any order; it draws no more jobs than it can do at a time."""

Engine = Callable[[], AbstractContextManager[Spread]]
"""Makes what spreads jobs ready, or says why it cannot; and puts it away afterwards."""

MOST_WORKERS = 1024


@contextmanager
def here() -> Iterator[Spread]:
    """One block after another in this process."""
    from anylength.sweeps.work import work

    yield lambda jobs: (work(job, "this process") for job in jobs)


def choose(*, scheduler: str | None, workers: int | None) -> Engine:
    """The engine that the options ask for.

    Raises:
        InputError: Both options at once, a number of workers that makes no sense, or Dask is asked for and not installed.
    """
    if scheduler is None and workers is None:
        return here
    if scheduler is not None and workers is not None:
        raise InputError("--scheduler or --workers", "both", "a cluster has workers of its own: leave --workers out")
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise InputError(f"1 to {MOST_WORKERS:,} workers", str(workers), "pass for example --workers 2")
    try:
        from anylength.sweeps import cluster
    except ModuleNotFoundError as error:
        raise InputError("Dask", f"no module {error.name}", "install it with: pip install '.[cluster]'") from None
    return cluster.local(workers) if workers is not None else cluster.remote(str(scheduler))

"""The function that a Dask worker calls: it sets the number of threads, checks versions, and runs the block.

A Dask worker needs only the installed package. This module loads JAX only after the number of threads is set.
"""

import importlib
import os
import sys

from anylength.base import InputError
from anylength.sweeps.job import BlockJob, BlockResult, versions

THREADS = "ANYLENGTH_THREADS"
"""The environment variable with the number of threads of a process."""


def limit_threads() -> None:
    """Limits the threads of this process's numeric libraries. Must run before JAX is first used.

    The limit is `ANYLENGTH_THREADS`, by default 1: a Dask worker runs as many blocks at a time as it has threads.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("NPROC", os.environ.setdefault(THREADS, "1"))  # XLA's thread pool reads NPROC
    os.environ.setdefault("JAX_PLATFORMS", "cpu")


def check_versions(expected: dict[str, str], installed: dict[str, str], worker: str) -> None:
    """Checks that a worker has the driver's versions.

    Raises:
        InputError: The versions of a package differ. The message has both.
    """
    for package, version in expected.items():
        if installed.get(package) != version:
            got = f"{package} {installed.get(package)} on the worker {worker}"
            raise InputError(f"{package} {version}, as the driver has it", got, "install the same versions on both sides")


def run(content: bytes, module: str) -> BlockResult:
    """Runs the job in a JSON text by `run_block` of a module.

    Raises:
        InputError: The driver has other package versions, or the job cannot be done here.
    """
    limit_threads()
    job = BlockJob.from_json(content, "a job")
    check_versions(job.versions, versions(), worker_name())
    return importlib.import_module(module).run_block(job, worker_name())


def worker_name() -> str:
    """The name of this worker: Dask's name in a Dask worker, else the process number."""
    if "distributed" in sys.modules:
        from distributed import get_worker

        try:
            return str(get_worker().name)
        except ValueError:
            pass
    return f"process {os.getpid()}"

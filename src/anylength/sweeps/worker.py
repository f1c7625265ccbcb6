"""A worker's door: settle the process, check that it is made of what the driver is made of, do the block. Loads no JAX by itself.

This is all that a Dask worker is asked to call; it needs the package installed and nothing else.
"""

import os
import sys

from anylength.errors import InputError
from anylength.sweeps.job import BlockJob, BlockResult, versions

THREADS = "ANYLENGTH_THREADS"


def settle_environment() -> None:
    """Limits this process, wherever numbers are worked out, to the threads that it was given. Before JAX is first used.

    Who gives none gets one: a Dask worker does as many blocks at a time as it has threads, each block on one of them.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("NPROC", os.environ.setdefault(THREADS, "1"))  # ours, and that of XLA's own pool
    os.environ.setdefault("JAX_PLATFORMS", "cpu")


def check_versions(expected: dict[str, str], own: dict[str, str], where: str) -> None:
    """Checks that a worker has the driver's versions.

    Raises:
        InputError: A package differs; both versions are named.
    """
    for package, version in expected.items():
        if own.get(package) != version:
            got = f"{package} {own.get(package)} on the worker {where}"
            raise InputError(f"{package} {version}, as the driver has it", got, "install the same versions on both sides")


def run(job: bytes) -> BlockResult:
    """Does a block that was sent as JSON.

    Raises:
        InputError: Another version of a package than the driver's; a configuration that cannot be trained here.
    """
    settle_environment()
    expected, where = BlockJob.from_json(job, "a job"), name()
    check_versions(expected.versions, versions(), where)
    from anylength.sweeps.run_block import run_block

    return run_block(expected, where)


def name() -> str:
    """The name of this worker: Dask's own where there is one."""
    if "distributed" in sys.modules:
        from distributed import get_worker

        try:
            return str(get_worker().name)
        except ValueError:
            pass
    return f"process {os.getpid()}"

"""The function that a Dask worker calls on a block of a benchmark."""

from anylength.sweeps.job import BlockResult
from anylength.sweeps.worker import received, worker_name


def run(content: bytes) -> BlockResult:
    """Runs the job in a JSON text.

    Raises:
        InputError: The driver has other package versions, or the nets cannot be trained or tested.
    """
    job = received(content)
    from anylength.benchmark.run_block import run_block

    return run_block(job, worker_name())

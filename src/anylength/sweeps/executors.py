"""An executor runs the blocks of a sweep: it takes jobs and yields results. The executor here uses this process alone."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeAlias

from anylength.sweeps.job import BlockJob, BlockResult

Executor: TypeAlias = Callable[[Iterator[BlockJob]], Iterator[BlockResult]]
"""Takes jobs and yields their results in any order. It takes only a few jobs in advance."""

ExecutorContext: TypeAlias = Callable[[], AbstractContextManager[Executor]]
"""Opens an executor and closes it afterwards."""


@contextmanager
def in_process() -> Iterator[Executor]:
    """Runs one block after another in this process."""
    from anylength.sweeps.run_block import run_block

    yield lambda jobs: (run_block(job, "this process") for job in jobs)

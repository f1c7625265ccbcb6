"""What runs the blocks of a sweep: an executor takes jobs and yields results. This one uses no other process."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeAlias

from anylength.sweeps.job import BlockJob, BlockResult

Executor: TypeAlias = Callable[[Iterator[BlockJob]], Iterator[BlockResult]]
"""Jobs in, results out in any order. It draws no more jobs than it can run at a time."""

ExecutorContext: TypeAlias = Callable[[], AbstractContextManager[Executor]]
"""Opens an executor and closes it afterwards."""


@contextmanager
def in_process() -> Iterator[Executor]:
    """Runs one block after another in this process."""
    from anylength.sweeps.run_block import run_block

    yield lambda jobs: (run_block(job, "this process") for job in jobs)

"""An executor runs the blocks of a sweep: it takes jobs and yields results. The executor here uses this process alone."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeAlias

from anylength.sweeps.job import BlockJob, BlockResult

Executor: TypeAlias = Callable[[Iterator[BlockJob]], Iterator[BlockResult]]
"""Takes jobs and yields their results in any order. It takes only a few jobs in advance."""

ExecutorContext: TypeAlias = Callable[[], AbstractContextManager[Executor]]
"""Opens an executor and closes it afterwards."""


RunBlock: TypeAlias = Callable[[BlockJob, str], BlockResult]
"""(job, name of the worker) → the computed block."""


@contextmanager
def in_process(run_block: RunBlock | None = None) -> Iterator[Executor]:
    """Runs one block after another in this process; by default the blocks of a sweep."""
    from anylength.sweeps import run_block as of_sweeps

    run = of_sweeps.run_block if run_block is None else run_block
    yield lambda jobs: (run(job, "this process") for job in jobs)

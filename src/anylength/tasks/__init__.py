"""Tasks: what a net learns. `TASKS` maps each name to its maker; `PARAMETRIC_TASKS` holds the tasks with a number K in the name."""

import copyreg
from typing import Any

import lazy_loader

from anylength.tasks.task import Task

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def _reduced(task: Task) -> tuple[Any, ...]:
    """How a task is pickled."""
    from anylength.tasks.naming import reduced

    return reduced(task)


copyreg.pickle(Task, _reduced)

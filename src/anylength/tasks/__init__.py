"""Tasks: what a net is asked to learn. `TASKS` maps each name to its maker (base → `Task`)."""

from collections.abc import Callable, Mapping

from anylength.errors import unknown_name
from anylength.tasks.count import count, numbers_of_length
from anylength.tasks.task import Dataset, Family, Task

TASKS: Mapping[str, Callable[[int], Task]] = {"count": count}


def task_named(name: str, base: int = 10) -> Task:
    """The task of this name in this base.

    Raises:
        InputError: No such task (the nearest name is suggested), or a base outside 2…36.
    """
    if name not in TASKS:
        raise unknown_name("task", name, TASKS)
    return TASKS[name](base)


__all__ = ["TASKS", "Dataset", "Family", "Task", "count", "numbers_of_length", "task_named"]

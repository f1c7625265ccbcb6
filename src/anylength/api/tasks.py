"""Tasks as the public functions take them: by name, or as a `Task`."""

from anylength.base import InputError
from anylength.rules import Task, task_named


def task(task: Task | str, base: int = 10) -> Task:
    """The task: a `Task` is returned, a name is looked up.

    Raises:
        InputError: The task does not exist, or the value is neither a name nor a `Task`.
    """
    if isinstance(task, Task):
        return task
    if not isinstance(task, str):
        raise InputError("the name of a task or a Task", repr(task), 'pass for example "count"; anylength tasks lists the names')
    return task_named(task, base)

"""`anylength tasks`: lists the tasks."""

from anylength.cli.command import Command, listing, no_arguments


def _summaries() -> dict[str, str]:
    from anylength.tasks import PARAMETRIC_TASKS, TASKS

    single = {name: make(10).summary for name, make in TASKS.items()}
    return single | {f"{name}-K": family.summary for name, family in PARAMETRIC_TASKS.items()}


COMMAND = Command("list the tasks", no_arguments, listing("tasks", _summaries))

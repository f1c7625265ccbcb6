"""Suites: the tasks by which the field compares nets, each as a machine with named symbols and with its source.

`SUITES` holds the suites, `NAMED_TASKS` the tasks with a fixed name, and `PARAMETRIC_NAMES` the kinds with numbers in the name.
`named_machine_task` finds a task of either kind. Importing this package builds no machine.
"""

from collections.abc import Mapping

from anylength.tasks.suites import chomsky, divisibility, dyck, flip_flop, groups, real_life, subregular, tomita
from anylength.tasks.suites.suite import Suite, SuiteTask, TaskPattern

SUITES: Mapping[str, Suite] = {
    module.SUITE.name: module.SUITE for module in (tomita, chomsky, flip_flop, dyck, groups, subregular, divisibility, real_life)
}
"""The suites by name."""

PARAMETRIC_NAMES: Mapping[str, TaskPattern] = {
    pattern.name: pattern for pattern in (dyck.PATTERN, *groups.PATTERNS, divisibility.PATTERN)
}
"""The kinds of tasks with numbers in the name, by the name with letters: `dyck-K-M`."""

NAMED_TASKS: Mapping[str, SuiteTask] = {
    task.name: task
    for suite in SUITES.values()
    for task in suite.tasks
    if all(pattern.numbers(task.name) is None for pattern in PARAMETRIC_NAMES.values())
}
"""The tasks with a fixed name."""


def named_machine_task(name: str) -> SuiteTask | None:
    """The task of this name; None if no suite has one.

    Raises:
        InputError: A number in the name is out of range.
    """
    if name in NAMED_TASKS:
        return NAMED_TASKS[name]
    for pattern in PARAMETRIC_NAMES.values():
        numbers = pattern.numbers(name)
        if numbers is not None:
            return pattern.make(*numbers)
    return None


__all__ = ["NAMED_TASKS", "PARAMETRIC_NAMES", "SUITES", "Suite", "SuiteTask", "TaskPattern", "named_machine_task"]

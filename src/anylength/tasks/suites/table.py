"""The suites, and the names of their tasks."""

from collections.abc import Mapping

from anylength.tasks.suites import chomsky, divisibility, dyck, groups, real_life
from anylength.tasks.suites.suite import StringTask, Suite, SuiteTask, TaskPattern
from anylength.tasks.suites.tables import suite_of_tables

SUITES: Mapping[str, Suite] = {
    suite.name: suite
    for suite in (
        suite_of_tables("tomita"), chomsky.SUITE, suite_of_tables("flip-flop"), dyck.SUITE, groups.SUITE,
        suite_of_tables("subregular"), divisibility.SUITE, real_life.SUITE,
    )
}  # fmt: skip
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
"""The finite-state tasks with a fixed name."""

STRING_TASKS: Mapping[str, StringTask] = {task.name: task for suite in SUITES.values() for task in suite.strings}
"""The tasks from string to string."""


def named_machine_task(name: str) -> SuiteTask | None:
    """The finite-state task of this name; None if no suite has one.

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

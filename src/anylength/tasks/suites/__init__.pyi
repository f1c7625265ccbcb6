from .suite import StringTask, Suite, SuiteTask, TaskPattern
from .table import NAMED_TASKS, PARAMETRIC_NAMES, STRING_TASKS, SUITES, named_machine_task

__all__ = [
    "NAMED_TASKS",
    "PARAMETRIC_NAMES",
    "STRING_TASKS",
    "SUITES",
    "StringTask",
    "Suite",
    "SuiteTask",
    "TaskPattern",
    "named_machine_task",
]

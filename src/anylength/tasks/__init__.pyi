from .custom import from_named_machine, machine_file, machine_task
from .data import numbers_of_length
from .examples import Example, ExampleNumber, example_of
from .held_inputs import carry_chains_of
from .layout import AbstractLayout, InOrder, LeastFirst, MostFirst
from .naming import DEFAULT_BASE, PARAMETRIC_TASKS, TASKS, task_named
from .next_symbols import next_symbol_task
from .regular import regex_task
from .strings import string_task
from .suites import NAMED_TASKS, PARAMETRIC_NAMES, STRING_TASKS, SUITES, StringTask, Suite, SuiteTask, named_machine_task
from .task import IGNORE_INDEX, CarryChain, Dataset, ParametricTask, StressFamily, Task

__all__ = [
    "DEFAULT_BASE",
    "NAMED_TASKS",
    "PARAMETRIC_NAMES",
    "PARAMETRIC_TASKS",
    "STRING_TASKS",
    "SUITES",
    "StringTask",
    "Suite",
    "SuiteTask",
    "TASKS",
    "IGNORE_INDEX",
    "AbstractLayout",
    "Dataset",
    "StressFamily",
    "InOrder",
    "LeastFirst",
    "MostFirst",
    "CarryChain",
    "Example",
    "ExampleNumber",
    "example_of",
    "Task",
    "ParametricTask",
    "machine_file",
    "machine_task",
    "from_named_machine",
    "named_machine_task",
    "carry_chains_of",
    "next_symbol_task",
    "numbers_of_length",
    "regex_task",
    "string_task",
    "task_named",
]

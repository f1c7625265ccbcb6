"""The suites whose machines are tables: `index.toml` lists them and their tasks, `machines/SUITE.toml` has the tables.

A table is a machine file without its name (`docs/how-to/machines.md`). A suite reads its tables when its first task is made.
"""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from anylength.base import parse_toml
from anylength.machines import NamedMachine
from anylength.tasks.machine_files import read_machine
from anylength.tasks.suites.suite import StringTask, Suite, SuiteTask
from anylength.tasks.task import WordSampler

HERE = Path(__file__).parent


def suite_of_tables(name: str, strings: Sequence[StringTask] = (), samplers: Mapping[str, WordSampler] | None = None) -> Suite:
    """The suite of this name in `index.toml`.

    Args:
        name: The suite's name.
        strings: Its tasks from string to string.
        samplers: Tasks → how their source draws words, where it does not draw symbols uniformly.
    """
    entry = _file("index")[name]
    source, words = entry.get("task_source", entry["source"]), entry.get("words")
    tasks = (
        SuiteTask(
            task["name"], task["summary"], task.get("source", source), partial(machine_of, name, task["name"]),
            task.get("graded", "last"), task.get("words", words), (samplers or {}).get(task["name"]),
        )
        for task in entry["tasks"]
    )  # fmt: skip
    return Suite(name, entry["summary"], entry["source"], tuple(tasks), tuple(strings))


def machine_of(suite: str, task: str) -> NamedMachine:
    """The machine of a task in the tables of its suite."""
    found = read_machine({"name": task, **_file(f"machines/{suite}")[task]}, f"{suite}.toml")
    assert found.symbols is not None and found.labels is not None
    return NamedMachine(found.machine, found.symbols, found.labels, found.graded)


@cache
def _file(name: str) -> Mapping[str, Any]:
    """The content of a TOML file beside this one."""
    return parse_toml((HERE / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")

"""The formats that machines are written in."""

from collections.abc import Callable, Mapping

from anylength.machine_formats.graphviz import dot
from anylength.machine_formats.mermaid import mermaid
from anylength.machine_formats.python import python
from anylength.records import MachineTable

MACHINE_FORMATS: Mapping[str, tuple[str, Callable[[str, MachineTable], str]]] = {
    "dot": ("machine.dot", dot),
    "mermaid": ("machine.mmd", mermaid),
    "python": ("machine.py", python),
}
"""For each format its file name in a run folder and the function (task name, machine) → text."""


def format_machine(name: str, machine: MachineTable, form: str) -> str:
    """The machine of the task `name` as text in the format `form`, a key of `MACHINE_FORMATS`."""
    return MACHINE_FORMATS[form][1](name, machine)

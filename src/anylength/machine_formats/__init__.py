"""Machines in the formats of other programs and of people. Imports no JAX.

Written: Graphviz, Mermaid, Python. Read: AT&T tables, AALpy's `.dot` files, and automata of AALpy and pythomata. The module
`regular_expressions` is imported by those who need it, because it imports a parser.
"""

from collections.abc import Callable, Mapping

from anylength.machine_formats.edges import Edge, edges
from anylength.machine_formats.graphviz import dot
from anylength.machine_formats.mermaid import mermaid
from anylength.machine_formats.mlregtest import mlregtest_words
from anylength.machine_formats.objects import machine_of_object
from anylength.machine_formats.python import python
from anylength.machine_formats.reading import read_named_machine
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


__all__ = [
    "MACHINE_FORMATS",
    "Edge",
    "dot",
    "edges",
    "format_machine",
    "machine_of_object",
    "mermaid",
    "mlregtest_words",
    "python",
    "read_named_machine",
]

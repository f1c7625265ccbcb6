"""Machines as Graphviz (DOT) text."""

from anylength.machine_formats.edges import edges
from anylength.records import MachineTable


def dot(name: str, machine: MachineTable) -> str:
    """A directed graph: one edge for each pair of connected states, and an arrow from a point to the start state."""
    lines = [f"digraph {_quoted(name)} {{", "  rankdir=LR;", "  node [shape=circle];", '  start [shape=point, label=""];']
    lines += [f"  q{q} [label={_quoted(state)}];" for q, state in enumerate(machine.names)]
    lines += [f"  start -> q{machine.start};"]
    lines += [f"  q{edge.source} -> q{edge.target} [label={_quoted(edge.label)}];" for edge in edges(machine)]
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

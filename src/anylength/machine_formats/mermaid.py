"""A machine as Mermaid text, which Markdown pages show as a drawing."""

import re

from anylength.machine_formats.edges import edges
from anylength.records import MachineTable


def mermaid(name: str, machine: MachineTable) -> str:
    """Mermaid, as Markdown pages show it: a state diagram."""
    lines = ["---", f"title: {name}", "---", "stateDiagram-v2", "  direction LR"]
    lines += [f'  state "{_entities(state)}" as q{q}' for q, state in enumerate(machine.names)]
    lines += [f"  [*] --> q{machine.start}"]
    lines += [f"  q{edge.source} --> q{edge.target} : {_entities(edge.label)}" for edge in edges(machine)]
    return "\n".join([*lines, ""])


def _entities(text: str) -> str:
    """Signs that mean something to Mermaid as its entity codes."""
    return re.sub(r'["#:;<>{}\[\]]', lambda sign: f"#{ord(sign[0])};", text)

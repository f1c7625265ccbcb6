"""Machines as Mermaid text, which many Markdown viewers draw."""

import re

from anylength.machine_formats.edges import edges
from anylength.records import MachineTable


def mermaid(name: str, machine: MachineTable) -> str:
    """A Mermaid state diagram."""
    lines = ["---", f"title: {name}", "---", "stateDiagram-v2", "  direction LR"]
    lines += [f'  state "{_entities(state)}" as q{q}' for q, state in enumerate(machine.names)]
    lines += [f"  [*] --> q{machine.start}"]
    lines += [f"  q{edge.source} --> q{edge.target} : {_entities(edge.label)}" for edge in edges(machine)]
    return "\n".join([*lines, ""])


def _entities(text: str) -> str:
    """Replaces characters that are part of Mermaid's syntax by its entity codes."""
    return re.sub(r'["#:;<>{}\[\]]', lambda match: f"#{ord(match[0])};", text)

"""What a certificate keeps of a machine with stacks and of a proof of a net with stacks."""

from dataclasses import dataclass
from typing import Any

from anylength.rules import Rule, StackMachine


def machine_fields(machine: StackMachine) -> dict[str, Any]:
    """The machine as a JSON object."""
    rows: Any = machine.completed.rules
    return {
        "start": machine.start, "letters": machine.letters,
        "delta": [[rule.after for rule in row] for row in rows],
        "actions": [[list(rule.actions) for rule in row] for row in rows],
        "output": [[rule.output for rule in row] for row in rows],
    }  # fmt: skip


def machine_of(fields: dict[str, Any], symbols: int) -> StackMachine:
    """The inverse of `machine_fields`, for this number of symbols."""
    names = ("delta", "actions", "output")
    rows = [
        tuple(Rule(after, tuple(actions), output) for after, actions, output in zip(*row, strict=True))
        for row in zip(*(fields[name] for name in names), strict=True)
    ]
    return StackMachine(symbols, fields["letters"], len(fields["actions"][0][0]), fields["start"], tuple(rows))


Box = tuple[list[float], list[float]]
"""The lowest and the highest values."""


@dataclass(frozen=True)
class StackCover:
    """What a proof keeps.

    Attributes:
        machine_states: The machine's state of each node.
        nodes: For each node the box of the controller's states.
        letters: For each stack the boxes of the vectors that are pushed for its letters 1, 2, ….
    """

    machine_states: tuple[int, ...]
    nodes: tuple[Box, ...]
    letters: tuple[tuple[Box, ...], ...]


def stack_cover(fields: dict[str, Any]) -> StackCover:
    """What a proof of a certificate keeps, in numbers."""
    nodes = fields["nodes"]
    return StackCover(
        machine_states=tuple(node["state"] for node in nodes),
        nodes=tuple(_box(node["region"]["box"]) for node in nodes),
        letters=tuple(tuple(map(_box, boxes)) for boxes in fields["letters"]),
    )


def _box(fields: dict[str, list[str]]) -> Box:
    low, high = ([float.fromhex(x) for x in fields[end]] for end in ("low", "high"))
    return low, high

"""What a certificate keeps of a machine with stacks and of a proof of a net with stacks."""

from dataclasses import dataclass
from typing import Any

from anylength.stack_machines import Rule, StackMachine


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


def stack_cover(fields: dict[str, Any]) -> "StackCover":
    """What a proof of a certificate keeps, in numbers."""
    return StackCover(len(fields["nodes"]), sum(map(len, fields["letters"])))


@dataclass(frozen=True)
class StackCover:
    """How many boxes a proof has.

    Attributes:
        nodes: Boxes of the controller's states.
        letters: Boxes of vectors on the stacks.
    """

    nodes: int
    letters: int

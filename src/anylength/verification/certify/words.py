"""Which words a proof is about: all of them, those of at most some steps, or those that an automaton reads.

A scope is written into the certificate as its field `words`; None stands for all words. A proof about some words only is never one
that a net does its task: whoever shows a verdict looks at the scope first.
"""

from dataclasses import dataclass
from typing import Any

END = -1
"""In place of a next state or node: nothing is said of words that go on from here."""


@dataclass(frozen=True)
class UpTo:
    """All words of at most so many symbols."""

    steps: int


@dataclass(frozen=True)
class ReadBy:
    """All words that an automaton reads, of any length.

    Attributes:
        next_states: For each of its states and each symbol the next state, or `END`. The first state is its start.
    """

    next_states: tuple[tuple[int, ...], ...]


Scope = UpTo | ReadBy | None
"""All words for None."""


def scope_fields(scope: Scope) -> dict[str, Any]:
    """The certificate's field `words`; empty for all words."""
    match scope:
        case UpTo(steps):
            return {"words": {"steps": steps}}
        case ReadBy(next_states):
            return {"words": {"automaton": [list(row) for row in next_states]}}
        case _:
            return {}


def scope_of(fields: dict[str, Any]) -> Scope:
    """The inverse of `scope_fields`, from all fields of a certificate."""
    match fields.get("words"):
        case {"steps": steps}:
            return UpTo(steps)
        case {"automaton": next_states}:
            return ReadBy(tuple(map(tuple, next_states)))
        case _:
            return None

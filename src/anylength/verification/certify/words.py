"""What a proof is about: all words, those of at most some steps, those that an automaton reads, or states that are rounded.

A scope is written into the certificate as its field `words` or `rounding`; None stands for all words, and states as computed.
A proof with another scope is never one that a net does its task: whoever shows a verdict looks at the scope first.
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


MOST_FRACTION_BITS = 20
"""Of a rounded state, in a certificate."""


@dataclass(frozen=True)
class Rounded:
    """All words, where each number of the state is rounded to a nearest multiple of 2^-`fraction_bits` after every step."""

    fraction_bits: int

    @property
    def spacing(self) -> float:
        """The distance between two multiples."""
        return 2.0**-self.fraction_bits


Scope = UpTo | ReadBy | Rounded | None
"""All words for None."""


def scope_fields(scope: Scope) -> dict[str, Any]:
    """The certificate's field `words` or `rounding`; empty for all words."""
    match scope:
        case UpTo(steps):
            return {"words": {"steps": steps}}
        case ReadBy(next_states):
            return {"words": {"automaton": [list(row) for row in next_states]}}
        case Rounded(fraction_bits):
            return {"rounding": {"fraction_bits": fraction_bits}}
        case _:
            return {}


def scope_of(fields: dict[str, Any]) -> Scope:
    """The inverse of `scope_fields`, from all fields of a certificate."""
    match fields:
        case {"words": {"steps": steps}}:
            return UpTo(steps)
        case {"words": {"automaton": next_states}}:
            return ReadBy(tuple(map(tuple, next_states)))
        case {"rounding": {"fraction_bits": fraction_bits}}:
            return Rounded(fraction_bits)
        case _:
            return None

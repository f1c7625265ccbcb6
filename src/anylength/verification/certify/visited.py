"""The counts of a proof that visits every state of a net whose states are rounded. The independent checker visits them again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visited:
    """How much there is to visit.

    Attributes:
        states: Pairs of a state of the machine and a rounded state.
        steps: Steps between them: for each pair and symbol one, or more where a state lies close to the border of two multiples.
    """

    states: int
    steps: int

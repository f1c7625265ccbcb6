"""What a round of the search left, what unfolding it shows, and what a search found."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.verification.certify import EllipsoidCover
from anylength.verification.ellipsoids.contexts import Context, Contexts
from anylength.verification.ellipsoids.levels import Ellipsoids, Levels


@dataclass(frozen=True)
class Round:
    """What a round of the search left: contexts with their ellipsoids, and all edges with their levels."""

    contexts: Contexts
    names: list[Context]
    ellipsoids: Ellipsoids
    edges: NDArray[np.int64]
    found: Levels
    is_open: NDArray[np.bool_]

    @property
    def open(self) -> int:
        """How many edges are open."""
        return int(self.is_open.sum())


@dataclass(frozen=True)
class Outcome:
    """What a search found.

    Attributes:
        cover: The cover.
        margin: The least margin of the machine's output.
        steps: The cover is about words of at most so many symbols; None: of any length.
    """

    cover: EllipsoidCover
    margin: float
    steps: int | None


@dataclass(frozen=True)
class Unfolded:
    """What unfolding a round shows.

    Attributes:
        outcome: The cover.
        given: The round.
        avoided: The contexts that it avoids, by number.
    """

    outcome: Outcome
    given: Round
    avoided: frozenset[int]

    @property
    def steps(self) -> float:
        """The steps of its words."""
        return math.inf if self.outcome.steps is None else self.outcome.steps


def longer(first: Unfolded | None, second: Unfolded | None) -> Unfolded | None:
    """What is about the longer words."""
    return max((each for each in (first, second) if each is not None), key=lambda each: each.steps, default=None)

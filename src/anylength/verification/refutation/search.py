"""What every attack shares: the simulator, the tree of words, the budget, and the step from a frontier to its new children.

An attack is a generator. It yields suspicious words, the shortest first where it can, and returns states for later attacks.
"""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeAlias, TypeVar

import numpy as np

from anylength.rules import reachable
from anylength.verification.refutation.budget import TimeBudget
from anylength.verification.refutation.frontier import Frontier, VisitedSet, concatenated, grid_keys
from anylength.verification.refutation.simulator import Simulator
from anylength.verification.refutation.words import Word, WordTree

Result = TypeVar("Result")

Attack: TypeAlias = Generator[Word, None, Result]
"""Yields suspicious words, then returns its result."""

SUSPECTS_PER_CHUNK = 2
"""Wrong columns of one chunk that become suspicious words. They mostly share one cause, and each costs a replay."""

MAX_ROOTS = 64
"""Machine states that a search starts from, beside the start. More roots cost linear time."""


@dataclass
class Tried:
    """What a search that found nothing has tried.

    Attributes:
        longest: All words of up to this many symbols were tried; 0: no length was finished.
        answers: Answers that were computed.
        proofs: The kinds of proofs that were searched for.
    """

    longest: int = 0
    answers: int = 0
    proofs: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The same in words."""
        short = f", of all words of up to {self.longest} symbol{'s' * (self.longest != 1)} and of some longer ones,"
        words = short if self.longest else ""
        proofs = f"; {', '.join(self.proofs)} did not close" if self.proofs else ""
        return f"none of {self.answers:,} answers{words} is wrong{proofs}"


@dataclass(frozen=True)
class Search:
    """One search for a wrong word."""

    simulator: Simulator
    budget: TimeBudget
    tree: WordTree = field(default_factory=WordTree)

    def with_share(self, fraction: float) -> "Search":
        """The same search with a fraction of the budget that remains."""
        return replace(self, budget=self.budget.share(fraction))

    def roots(self) -> Frontier:
        """One state for every reachable state of the machine: the net's after its first shortest word. The start is one."""
        frontiers = []
        words = (word for state, word in reachable(self.simulator.machine).items() if state != self.simulator.outside)
        for word in islice(words, MAX_ROOTS):
            states, machine_states = self.simulator.trace(word)
            frontiers.append(Frontier(states[:, -1:], np.array(machine_states[-1:]), np.array([self.tree.add(word)])))
        return concatenated(frontiers)

    def expand(self, frontier: Frontier, visited: VisitedSet, width: float) -> Attack[Frontier]:
        """The children of a frontier whose grid cells are new. Suspects children with a wrong answer."""
        new_children = [frontier.empty()]
        for part, children in self.simulator.chunks(frontier):
            if self.budget.spent:
                break
            parents = np.tile(part.nodes, self.simulator.symbols)
            symbols = np.repeat(np.arange(self.simulator.symbols), len(part))
            for column in children.wrong[:SUSPECTS_PER_CHUNK]:
                yield self.tree.word(int(parents[column]), int(symbols[column]))
            new = visited.add_new(grid_keys(children.states, children.machine_states, width))
            nodes = self.tree.extend(parents[new], symbols[new])
            found = Frontier(children.states[:, new], children.machine_states[new], nodes)
            new_children.append(found.take(self.simulator.inside(found.machine_states)))
        return concatenated(new_children)

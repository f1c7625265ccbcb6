"""What every attack shares: the simulator, the tree of words, the clock, and the one step from a front to its new children.

An attack is a generator: it yields suspicious words, the cheapest first, and returns the states that later attacks start from.
"""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

import numpy as np

from anylength.machines import reachable
from anylength.verification.refutation.clock import TimeBudget
from anylength.verification.refutation.simulator import Front, Seen, Simulator, cells, joined
from anylength.verification.refutation.words import Tree, Word

Result = TypeVar("Result")

Attack: TypeAlias = Generator[Word, None, Result]
"""Yields suspicious words, then returns its result."""

SUSPECTS = 2
"""So many wrong columns of one chunk are suspected; replaying more would only repeat the same finding."""

ROOTS = 64


@dataclass(frozen=True)
class Hunt:
    """One search for a wrong word."""

    simulator: Simulator
    clock: TimeBudget
    tree: Tree = field(default_factory=Tree)

    def within(self, share: float) -> "Hunt":
        """The same hunt with only a share of the time that is left."""
        return replace(self, clock=self.clock.part(share))

    def roots(self) -> Front:
        """The start, and one state for every reachable state of the machine: that after its first shortest word."""
        fronts = []
        for word in list(reachable(self.simulator.machine).values())[:ROOTS]:
            states, at = self.simulator.along(word)
            fronts.append(Front(states[:, -1:], np.array(at[-1:]), np.array([self.tree.add(word)])))
        return joined(fronts)

    def spread(self, front: Front, seen: Seen, width: float) -> Attack[Front]:
        """The children of a front whose grid cells are new. Suspects every child that is answered wrongly."""
        fresh = [front.take(slice(0, 0))]
        for part, children in self.simulator.chunks(front):
            if self.clock.over:
                break
            parents = np.tile(part.nodes, self.simulator.symbols)
            symbols = np.repeat(np.arange(self.simulator.symbols), len(part))
            for column in children.wrong[:SUSPECTS]:
                yield self.tree.word(int(parents[column]), int(symbols[column]))
            new = seen.fresh(cells(children.states, children.at, width))
            nodes = self.tree.grow(parents[new], symbols[new])
            fresh.append(Front(children.states[:, new], children.at[new], nodes))
        return joined(fresh)

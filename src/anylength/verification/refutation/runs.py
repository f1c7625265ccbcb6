"""Attack: one symbol again and again. From given states every symbol is repeated, and every run is left by every symbol.

A run ends where it has settled: at 2, 4, 8, … steps no coordinate is further than `SETTLED` from where it was after half of them.
So a slow drift is followed to the end.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.verification.refutation.hunt import Attack, Hunt
from anylength.verification.refutation.simulator import Front, Seen, cells, joined

SETTLED = 3e-7
"""A few units in the last place of a float32 near 1."""

FINE = 1e-3
EXITS = 200_000
FAR = 100_000


@dataclass(frozen=True)
class Runs:
    """Runs in progress, column by column.

    Attributes:
        front: Where they are, `[B]` columns.
        symbols: `[B]` the symbol that each repeats.
    """

    front: Front
    symbols: NDArray[np.int64]

    def take(self, columns: NDArray[np.integer] | NDArray[np.bool_]) -> "Runs":
        """Some of the runs."""
        return Runs(self.front.take(columns), self.symbols[columns])


@dataclass(frozen=True)
class Left:
    """What following the runs has shown.

    Attributes:
        exits: The states met, on the runs and one symbol after them, merged per cell of width `FINE`.
        unsettled: The runs that still moved at the end.
    """

    exits: Front
    unsettled: Runs


def runs(hunt: Hunt, front: Front, longest: int) -> Attack[Left]:
    """From every state of the front, every symbol up to `longest` times, and after each step every symbol once."""
    seen = Seen()
    seen.fresh(cells(front.states, front.at, FINE))
    exits = [front, (yield from hunt.spread(front, seen, FINE))]
    symbols = np.repeat(np.arange(hunt.simulator.symbols), len(front))
    flock = _step(hunt, Runs(joined([front] * hunt.simulator.symbols), symbols))
    anchor, collected = flock, 0
    for k in range(1, longest):
        if hunt.clock.over or not len(flock.front):
            break
        fresh = yield from hunt.spread(flock.front, seen, FINE)
        collected += len(fresh)
        exits += [fresh] * (collected <= EXITS)
        flock = _step(hunt, flock)
        settling = not k & (k + 1)
        moving = _moving(flock, anchor if settling else None)
        flock = flock.take(moving)
        anchor = flock if settling else anchor.take(moving)
    return Left(joined(exits), flock)


def far(hunt: Hunt, unsettled: Runs) -> Attack[None]:
    """The runs that have not settled, very long: only for the replay, which stops at the first wrong answer."""
    for node, symbol in zip(unsettled.front.nodes, unsettled.symbols, strict=True):
        if hunt.clock.over:
            break
        yield hunt.tree.word(int(node)) + (int(symbol),) * FAR


def _step(hunt: Hunt, flock: Runs) -> Runs:
    """Every run one symbol further."""
    front, symbols = flock.front, flock.symbols
    at = hunt.simulator.after(front.at, symbols)
    return Runs(Front(hunt.simulator.step(front.states, symbols), at, hunt.tree.grow(front.nodes, symbols)), symbols)


def _moving(flock: Runs, anchor: Runs | None) -> NDArray[np.int64]:
    """The runs that are not settled since the anchor, where there is one; one of those that have come to the same cell."""
    now = flock.front
    keys = cells(now.states, now.at * 1_000_003 + flock.symbols, FINE)
    first = np.sort(np.unique(keys, return_index=True)[1])
    if anchor is None:
        return first
    near = np.abs(now.states - anchor.front.states).max(axis=0) <= SETTLED
    return first[~(near & (now.at == anchor.front.at))[first]]

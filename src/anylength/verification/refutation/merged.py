"""Attacks over merged states: words that lead to the same machine state and the same grid cell count as one.

`breadth_first` tries every symbol from one state of each cell; `lookahead` follows a bounded number of words from step to step,
those first that come nearest to a wrong answer. Neither is complete; both are fast.
"""

import numpy as np
from numpy.typing import NDArray

from anylength.verification.refutation.hunt import Attack, Hunt
from anylength.verification.refutation.simulator import Front, Seen, cells, joined

BEAM_WIDTH = 0.005
BEAM_COLUMNS = 150_000
BEAM_STEPS = 40


def breadth_first(hunt: Hunt, starts: Front, width: float, cap: int) -> Attack[Front]:
    """From all starts at once; returns one state of each cell, at most about `cap`."""
    seen = Seen()
    layer = starts.take(seen.fresh(cells(starts.states, starts.at, width)))
    visited = [layer]
    while len(layer) and len(seen) < cap and not hunt.clock.over:
        layer = yield from hunt.spread(layer, seen, width)
        visited.append(layer)
    return joined(visited)


def by_length(hunt: Hunt, starts: Front, width: float, cap: int, below: int) -> Attack[Front]:
    """Words in order of length, shorter than `below`: each start comes in at its own length, so that short words hold the cells."""
    lengths, seen = hunt.tree.lengths(starts.nodes), Seen()
    layer, visited = starts.take(slice(0, 0)), [starts.take(slice(0, 0))]
    for length in range(below - 1):
        if len(seen) > cap or hunt.clock.over:
            break
        own = starts.take(lengths == length)
        own = own.take(seen.fresh(cells(own.states, own.at, width)))
        layer = joined([layer, own])
        visited.append(layer)
        layer = yield from hunt.spread(layer, seen, width)
    return joined(visited)


def lookahead(hunt: Hunt, starts: Front, seed: int) -> Attack[None]:
    """A beam: of all new cells at a step, those kept from which some symbol has a small lead, and some at random."""
    rng, seen = np.random.default_rng(seed), Seen()
    keep = max(40, BEAM_COLUMNS // hunt.simulator.symbols**2)
    layer = starts.take(np.sort(rng.permutation(len(starts))[: 4 * keep]))
    for _ in range(BEAM_STEPS):
        if not len(layer) or hunt.clock.over:
            break
        fresh = yield from hunt.spread(layer, seen, BEAM_WIDTH)
        layer = fresh.take(_best(_leads(hunt, fresh), keep, rng))


def _leads(hunt: Hunt, front: Front) -> NDArray[np.float32]:
    """The lead `[A, B]` that each symbol's answer would have next (the wrong ones are suspected when they are spread)."""
    parts = []
    for part, children in hunt.simulator.chunks(front):
        late = hunt.clock.over
        parts.append(np.zeros((hunt.simulator.symbols, len(part)), np.float32) if late else children.lead.reshape(-1, len(part)))
    return np.concatenate([np.zeros((hunt.simulator.symbols, 0), np.float32), *parts], axis=1)


def _best(leads: NDArray[np.floating], keep: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Half of `keep` by the smallest lead under each symbol in turn, a quarter by the smallest under any, a quarter at random."""
    symbols, columns = leads.shape
    if columns <= keep:
        return np.arange(columns)
    each = max(1, keep // (2 * symbols))
    chosen = [np.argpartition(leads, each, axis=1)[:, :each].ravel(), np.argpartition(leads.min(axis=0), keep // 4)[: keep // 4]]
    return np.unique(np.concatenate([*chosen, rng.permutation(columns)[: keep // 4]]))

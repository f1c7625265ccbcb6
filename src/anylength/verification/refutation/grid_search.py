"""Attacks over merged states: of words that lead to the same machine state and the same grid cell, only the first is followed.

`breadth_first` tries every symbol from one state of each cell. `beam_search` follows a bounded number of words from step to step,
those that come nearest to a wrong answer first. Neither is complete; both are fast.
"""

import numpy as np
from numpy.typing import NDArray

from anylength.verification.refutation.frontier import Frontier, VisitedSet, concatenated
from anylength.verification.refutation.search import Attack, Search

BEAM_CELL_WIDTH = 0.005
"""Much finer than the cells of `breadth_first`: the beam is for the rare states that those cells merge away."""

BEAM_COLUMNS = 150_000
"""States of one beam step, and their children's children: more see more, at linear cost."""

BEAM_STEPS = 40
"""Steps of one beam, at linear cost."""

MIN_BEAM = 40
"""A beam keeps at least this many states, however large the alphabet."""


def breadth_first(search: Search, starts: Frontier, width: float, max_cells: int) -> Attack[Frontier]:
    """From all starts at once, in cells of this width; returns one state of each cell, at most about `max_cells`."""
    visited = VisitedSet()
    layer = visited.add_new_cells(starts, width)
    layers = [layer]
    while len(layer) and len(visited) < max_cells and not search.budget.spent:
        layer = yield from search.expand(layer, visited, width)
        layers.append(layer)
    return concatenated(layers)


def by_length(search: Search, starts: Frontier, width: float, max_cells: int, below: int) -> Attack[Frontier]:
    """Words in order of length, shorter than `below`. Each start enters at its own length: short words come first in a cell."""
    lengths, visited = search.tree.lengths(starts.nodes), VisitedSet()
    layer, layers = starts.empty(), [starts.empty()]
    for length in range(below - 1):
        if len(visited) > max_cells or search.budget.spent:
            break
        entering = visited.add_new_cells(starts.take(lengths == length), width)
        layer = concatenated([layer, entering])
        layers.append(layer)
        layer = yield from search.expand(layer, visited, width)
    return concatenated(layers)


def beam_search(search: Search, starts: Frontier, seed: int) -> Attack[None]:
    """Keeps, of all new cells at a step, those from which some symbol has a small margin, and some at random."""
    rng, visited = np.random.default_rng(seed), VisitedSet()
    beam = max(MIN_BEAM, BEAM_COLUMNS // search.simulator.symbols**2)
    layer = starts.take(np.sort(rng.permutation(len(starts))[: 4 * beam]))
    for _ in range(BEAM_STEPS):
        if not len(layer) or search.budget.spent:
            break
        new = yield from search.expand(layer, visited, BEAM_CELL_WIDTH)
        layer = new.take(_most_promising(_next_margins(search, new), beam, rng))


def _next_margins(search: Search, frontier: Frontier) -> NDArray[np.float32]:
    """The margin `[A, B]` of the answer to each next symbol; 0 where the budget is spent. (`expand` suspects the wrong answers.)"""
    symbols = search.simulator.symbols
    parts = [np.zeros((symbols, 0), np.float32)]
    for part, children in search.simulator.chunks(frontier):
        spent = search.budget.spent
        parts.append(np.zeros((symbols, len(part)), np.float32) if spent else children.margins.reshape(-1, len(part)))
    return np.concatenate(parts, axis=1)


def _most_promising(margins: NDArray[np.floating], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """About `count` columns of the margins `[A, B]`.

    Half have the smallest margin under one symbol, each symbol in turn; a quarter the smallest under any; a quarter are random.
    """
    symbols, columns = margins.shape
    if columns <= count:
        return np.arange(columns)
    per_symbol, quarter = max(1, count // (2 * symbols)), count // 4
    smallest_per_symbol = np.argpartition(margins, per_symbol, axis=1)[:, :per_symbol].ravel()
    smallest = np.argpartition(margins.min(axis=0), quarter)[:quarter]
    return np.unique(np.concatenate([smallest_per_symbol, smallest, rng.permutation(columns)[:quarter]]))

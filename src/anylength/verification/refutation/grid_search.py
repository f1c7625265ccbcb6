"""Attacks over merged states: of words that lead to the same machine state and the same grid cell, only the first is followed.

They try every symbol from one state of each cell: fast, and not complete.
"""

from anylength.verification.refutation.frontier import Frontier, VisitedSet, concatenated
from anylength.verification.refutation.search import Attack, Search


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

"""The units that a machine needs. Each is a logical AND: the state before was one of a set, and the symbol is one of a set.

Transitions to one target are shared out so that each of them makes exactly one unit fire: symbols that lead from the same set of
states to the target share a unit, as far as rectangles allow (see `rectangles`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anylength.constructions.rectangles import Rectangle, rectangles


@dataclass(frozen=True)
class AndUnit:
    """One unit.

    Attributes:
        target: What it stands for when it fires: a state, or an output class.
        predecessors: The states before.
        symbols: The symbols.
    """

    target: int
    predecessors: frozenset[int]
    symbols: Rectangle


def and_units(
    table: Sequence[Sequence[int]],
    base: int,
    tapes: int,
    parts: Callable[[frozenset[int]], list[frozenset[int]]] = lambda states: [states],
) -> list[AndUnit]:
    """The units for a table `[Q][A]` of next states or of outputs. `parts` may share a set of states out among several units."""
    symbols_of: dict[tuple[int, frozenset[int]], list[int]] = {}
    for symbol in range(len(table[0])):
        sources: dict[int, list[int]] = {}
        for state, row in enumerate(table):
            sources.setdefault(row[symbol], []).append(state)
        for target, states in sources.items():
            symbols_of.setdefault((target, frozenset(states)), []).append(symbol)
    return [
        AndUnit(target, part, rectangle)
        for (target, states), symbols in symbols_of.items()
        for rectangle in rectangles(symbols, base, tapes)
        for part in parts(states)
    ]

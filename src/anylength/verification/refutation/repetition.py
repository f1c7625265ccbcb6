"""Attack: one symbol again and again. From given states every symbol is repeated, and after each repetition every symbol is tried.

A repetition ends where it has converged: at 2, 4, 8, … steps no coordinate is further than `CONVERGED` from where it was after half
of them. So a slow drift is followed to its end.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.verification.refutation.frontier import Frontier, VisitedSet, concatenated, grid_keys
from anylength.verification.refutation.search import Attack, Search

CONVERGED = 3e-7
"""A few units in the last place of a float32 near 1."""

CELL_WIDTH = 1e-3
"""States within one such cell count as one: fine enough that a slow drift still meets new cells."""

MAX_EXITS = 200_000
"""No exits are collected beyond these: more start more searches, and cost memory."""

LONG_REPETITION = 100_000
"""Symbols in a word that is left to the replay alone. Longer words find later failures, at linear cost."""


@dataclass(frozen=True)
class Repetitions:
    """Repetitions in progress, column by column.

    Attributes:
        frontier: Where they are, `[B]` columns.
        symbols: `[B]` the symbol that each repeats.
    """

    frontier: Frontier
    symbols: NDArray[np.int64]

    def take(self, columns: NDArray[np.integer] | NDArray[np.bool_]) -> "Repetitions":
        """Some of the repetitions."""
        return Repetitions(self.frontier.take(columns), self.symbols[columns])


@dataclass(frozen=True)
class RepetitionResult:
    """What the attack leaves for later attacks.

    Attributes:
        exits: The states during repetitions and one symbol after them, one per cell of `CELL_WIDTH`.
        moving: The repetitions that have not converged.
    """

    exits: Frontier
    moving: Repetitions


def repeat_symbols(search: Search, starts: Frontier, longest: int) -> Attack[RepetitionResult]:
    """From every start, every symbol up to `longest` times, and after each repetition every symbol once."""
    visited = VisitedSet()
    visited.add_new_cells(starts, CELL_WIDTH)
    exits = [starts, (yield from search.expand(starts, visited, CELL_WIDTH))]
    symbols = np.repeat(np.arange(search.simulator.symbols), len(starts))
    repetitions = _step(search, Repetitions(concatenated([starts] * search.simulator.symbols), symbols))
    earlier, collected = repetitions, 0
    for count in range(1, longest):
        if search.budget.spent or not len(repetitions.frontier):
            break
        new = yield from search.expand(repetitions.frontier, visited, CELL_WIDTH)
        collected += len(new)
        if collected <= MAX_EXITS:
            exits.append(new)
        repetitions = _step(search, repetitions)
        at_power_of_two = not count & (count + 1)  # now count + 1 symbols were repeated
        moving = _moving(search, repetitions, earlier if at_power_of_two else None)
        repetitions = repetitions.take(moving)
        earlier = repetitions if at_power_of_two else earlier.take(moving)
    return RepetitionResult(concatenated(exits), repetitions)


def repeat_for_long(search: Search, moving: Repetitions) -> Attack[None]:
    """Very long repetitions where none has converged. Only the replay runs them; it stops at the first wrong answer."""
    for node, symbol in zip(moving.frontier.nodes, moving.symbols, strict=True):
        if search.budget.spent:
            break
        yield search.tree.word(int(node)) + (int(symbol),) * LONG_REPETITION


def _step(search: Search, repetitions: Repetitions) -> Repetitions:
    """Every repetition one symbol further."""
    frontier, symbols = repetitions.frontier, repetitions.symbols
    states = search.simulator.step(frontier.states, symbols)
    machine_states = search.simulator.machine_step(frontier.machine_states, symbols)
    return Repetitions(Frontier(states, machine_states, search.tree.extend(frontier.nodes, symbols)), symbols)


def _moving(search: Search, repetitions: Repetitions, earlier: Repetitions | None) -> NDArray[np.int64]:
    """The repetitions to go on with: one of each cell, and where `earlier` is given, only those that have moved since.

    None of them has left the machine.
    """
    frontier = repetitions.frontier
    machine_states_and_symbols = frontier.machine_states * search.simulator.symbols + repetitions.symbols
    keys = grid_keys(frontier.states, machine_states_and_symbols, CELL_WIDTH)
    first = np.sort(np.unique(keys, return_index=True)[1])
    first = first[search.simulator.inside(frontier.machine_states[first])]
    if earlier is None:
        return first
    close = np.abs(frontier.states - earlier.frontier.states).max(axis=0) <= CONVERGED
    converged = close & (frontier.machine_states == earlier.frontier.machine_states)
    return first[~converged[first]]

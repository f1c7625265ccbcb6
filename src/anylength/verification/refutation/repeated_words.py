"""Attack: short words again and again, from one state for each state of the machine.

A net may pass a place where it hardly moves under some word, and leave it after many repetitions only, for a state that answers
wrongly. In dynamics such a place is called a ghost: a fixed point that is nearly there.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from anylength.verification.refutation.frontier import SEED, Frontier, VisitedSet, concatenated
from anylength.verification.refutation.repetition import CONVERGED
from anylength.verification.refutation.search import SUSPECTS_PER_CHUNK, Attack, Search
from anylength.verification.refutation.words import Word

MOST_WORDS, MOST_COLUMNS = 1_200, 1 << 14
"""Words from each start, and columns at first: all words of up to 9 symbols of an alphabet of 2, of up to 3 of one of 10."""

LONGEST = 1_000
"""Most symbols that are read from a start."""

MOST_STEPS = 3_000_000
"""Most steps of all columns together: they take a few seconds, and 72 MB for the words."""

CELL_WIDTH = 0.05
"""Of the states on the way one of each such cell is left for later attacks."""


@dataclass(frozen=True)
class _Loops:
    """Repetitions in progress, column by column.

    Attributes:
        frontier: Where they are, `[B]` columns.
        words: `[B]` the row of the word in the table.
        earlier: The frontier's states `[D, B]` after half as many repetitions as at the last comparison.
        at: `[B]` the machine's states then.
    """

    frontier: Frontier
    words: NDArray[np.int64]
    earlier: NDArray[np.floating]
    at: NDArray[np.int64]

    def take(self, columns: NDArray[np.bool_] | slice) -> "_Loops":
        """Some of the repetitions."""
        return _Loops(self.frontier.take(columns), self.words[columns], self.earlier[:, columns], self.at[columns])


def repeat_words(search: Search, starts: Frontier) -> Attack[Frontier]:
    """From every start, every short word up to `LONGEST` symbols. Returns states that were met, one of each cell."""
    words = short_words(search.simulator.symbols, min(MOST_WORDS, MOST_COLUMNS // len(starts)))
    if not words:
        return starts.empty()
    lengths = np.array([len(word) for word in words])
    table = np.array([np.resize(word, lengths.max()) for word in words])
    columns = np.repeat(np.arange(len(starts)), len(words))
    frontier = starts.take(columns)
    loops = _Loops(frontier, np.tile(np.arange(len(words)), len(starts)), frontier.states, frontier.machine_states)
    visited, met, steps = VisitedSet(), [starts.empty()], 0
    for position in range(LONGEST):
        steps += len(loops.words)
        if search.budget.spent or not len(loops.words) or steps > MOST_STEPS:
            break
        loops = yield from _step(search, loops, table[loops.words, position % lengths[loops.words]])
        met.append(visited.add_new_cells(loops.frontier, CELL_WIDTH))
        times, rest = np.divmod(position + 1, lengths[loops.words])
        loops = _moving(loops, (rest == 0) & (times & (times - 1) == 0))
    return concatenated(met)


def short_words(symbols: int, most: int) -> list[Word]:
    """Words of two symbols or more that are no repetitions of shorter ones: of each length all, of the last one so many as fit."""
    rng, words, length = np.random.default_rng(SEED), list[Word](), 2
    while symbols > 1 and len(words) < most:
        few = symbols**length <= MOST_COLUMNS
        tried = product(range(symbols), repeat=length) if few else rng.integers(symbols, size=(most, length)).tolist()
        new = [word for word in dict.fromkeys(map(tuple, tried)) if not _is_repetition(word)]
        room = most - len(words)
        words += new if len(new) <= room else [new[number] for number in sorted(rng.permutation(len(new))[:room].tolist())]
        length += 1
    return words


def _is_repetition(word: Word) -> bool:
    return any(word == word[:size] * (len(word) // size) for size in range(1, len(word)) if len(word) % size == 0)


def _step(search: Search, loops: _Loops, symbols: NDArray[np.int64]) -> Attack[_Loops]:
    """All repetitions one symbol further. Suspects those with a wrong answer."""
    frontier, simulator = loops.frontier, search.simulator
    states = simulator.step(frontier.states, symbols)
    machine_states = simulator.machine_step(frontier.machine_states, symbols)
    _, wrong = simulator.judge(states, simulator.right(frontier.machine_states, symbols), machine_states)
    nodes = search.tree.extend(frontier.nodes, symbols)
    for column in wrong[:SUSPECTS_PER_CHUNK]:
        yield search.tree.word(int(nodes[column]))
    after = _Loops(Frontier(states, machine_states, nodes), loops.words, loops.earlier, loops.at)
    return after.take(simulator.inside(machine_states))


def _moving(loops: _Loops, is_compared: NDArray[np.bool_]) -> _Loops:
    """The repetitions that go on: those that have not come back to where they were after half as many."""
    frontier = loops.frontier
    is_back = np.abs(frontier.states - loops.earlier).max(axis=0) <= CONVERGED
    earlier = np.where(is_compared, frontier.states, loops.earlier)
    at = np.where(is_compared, frontier.machine_states, loops.at)
    moved = _Loops(frontier, loops.words, earlier, at)
    return moved.take(~(is_compared & is_back & (loops.at == frontier.machine_states)))

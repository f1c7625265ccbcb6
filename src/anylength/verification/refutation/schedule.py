"""The order of the attacks, from cheap to expensive, and what each may spend.

What finds nearly everything is to repeat every symbol up to 2,000 times and to search breadth-first from all states met there
(docs/research-log/attacks.md). The other attacks are for the rest.
"""

from collections.abc import Generator, Iterator
from typing import TypeAlias

from anylength.verification.refutation.exhaustive import exhaustive, longest_length
from anylength.verification.refutation.frontier import Frontier, VisitedSet, concatenated
from anylength.verification.refutation.grid_search import beam_search, breadth_first
from anylength.verification.refutation.repeated_words import repeat_words
from anylength.verification.refutation.repetition import repeat_for_long, repeat_symbols
from anylength.verification.refutation.search import Attack, Result, Search
from anylength.verification.refutation.words import Word

Suspect: TypeAlias = tuple[str, Word]
"""The name of an attack and a word that it suspects."""

FEW_WORDS, MANY_WORDS = 20_000, 12_000_000
"""Words tried exhaustively at first and at the end: more find more, at linear cost."""

SURE_WORK = 2_000_000_000
"""Multiplications of the words that no budget of seconds cuts off: a second or so. For nets of up to 100,000 parameters these
are the `FEW_WORDS`; in larger nets they are fewer, and at least all words of one symbol."""

REPETITIONS_FROM_START = 2_000
"""Repetitions of a symbol from the roots (docs/research-log/attacks.md): a net that drifts slowly fails only after many."""

REPETITIONS_FROM_CELLS = 200
"""Repetitions from states of the grid search. There are many such states, so each gets fewer."""

MAX_REPEATED_STATES = 1_500
"""States of the grid search from which symbols are repeated: more find more, at linear cost."""

GRID_WIDTH = 0.2
"""Width of the cells of the first grid search. Finer cells refuted no further net out of 200 (docs/research-log/attacks.md)."""

FINER_GRID_WIDTHS = (0.1, 0.05)
"""Cells of the later grid searches, for the time that is left."""

MAX_CELLS = 100_000
"""A grid search ends at about this many cells: more find more, at linear cost."""

BEAM_SEEDS = range(3)
"""One beam search for each seed; beams refuted no further net out of 200 (docs/research-log/attacks.md), so there are few."""

REPETITION_SHARE = 0.5
REPEATED_WORDS_SHARE = 0.4
REPETITION_FROM_CELLS_SHARE = 0.3
FINER_GRID_SHARE = 0.5
BEAM_SHARE = 0.4
LONG_REPETITION_SHARE = 0.5
"""The largest fraction of the remaining budget for each attack, so that those after it get their turn; not tuned."""


class AttackSchedule:
    """The attacks in their order.

    Attributes:
        starts: The states found so far that are worth starting from.
        longest: All words of up to this many symbols were tried.
    """

    def __init__(self, search: Search) -> None:
        self._search = search
        self.starts: Frontier = search.simulator.start()
        self.longest = 0

    def suspects(self) -> Iterator[Suspect]:
        """The suspicious words, each with the name of the attack that found it."""
        search = self._search
        sure_words = min(FEW_WORDS, SURE_WORK // search.simulator.net.parameters)
        always = max(1, longest_length(search, sure_words))
        self.longest = yield from _named("all short words", exhaustive(search, FEW_WORDS, always=always))
        attack = repeat_symbols(search.with_share(REPETITION_SHARE), search.roots(), REPETITIONS_FROM_START)
        repeated = yield from _named("repeated symbols", attack)
        met = yield from _named("repeated words", repeat_words(search.with_share(REPEATED_WORDS_SHARE), search.roots()))
        self.starts = concatenated([repeated.exits, met])
        visited = yield from self._grid_search(search, GRID_WIDTH)
        again = visited.take(slice(0, MAX_REPEATED_STATES))
        attack = repeat_symbols(search.with_share(REPETITION_FROM_CELLS_SHARE), again, REPETITIONS_FROM_CELLS)
        repeated_again = yield from _named("repeated symbols after a grid search", attack)
        self.starts = _one_per_cell([self.starts, repeated_again.exits])
        for width in FINER_GRID_WIDTHS:
            yield from self._grid_search(search.with_share(FINER_GRID_SHARE), width)
        for seed in BEAM_SEEDS:
            yield from _named("beam search", beam_search(search.with_share(BEAM_SHARE), self.starts, seed))
        attack_by_replay = repeat_for_long(search.with_share(LONG_REPETITION_SHARE), repeated.moving)
        yield from _named("very long repetitions", attack_by_replay)
        self.longest = max(self.longest, (yield from _named("all words of moderate length", exhaustive(search, MANY_WORDS))))

    def _grid_search(self, search: Search, width: float) -> Generator[Suspect, None, Frontier]:
        return _named(f"grid search, cells of width {width}", breadth_first(search, self.starts, width, MAX_CELLS))


def _named(name: str, attack: Attack[Result]) -> Generator[Suspect, None, Result]:
    """The attack with its name beside every word."""
    while True:
        try:
            word = next(attack)
        except StopIteration as stop:
            return stop.value
        yield name, word


def _one_per_cell(frontiers: list[Frontier]) -> Frontier:
    """One column for each cell of the finest grid."""
    return VisitedSet().add_new_cells(concatenated(frontiers), FINER_GRID_WIDTHS[-1])

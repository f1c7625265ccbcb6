"""The order of the attacks, from cheap to expensive, and what each may spend.

What finds nearly everything is to repeat every symbol up to 2,000 times and to search breadth-first from all states met there
(docs/research-log/attacks.md). The other attacks are for the rest.
"""

from collections.abc import Generator, Iterator
from typing import TypeAlias

from anylength.verification.refutation.exhaustive import MANY_WORDS, exhaustive, longest_length
from anylength.verification.refutation.frontier import Frontier, concatenated
from anylength.verification.refutation.grid_search import breadth_first
from anylength.verification.refutation.repeated_words import repeat_words
from anylength.verification.refutation.repetition import repeat_for_long, repeat_symbols
from anylength.verification.refutation.search import Attack, Result, Search
from anylength.verification.refutation.words import Word

Suspect: TypeAlias = tuple[str, Word]
"""The name of an attack and a word that it suspects."""

FEW_WORDS = 20_000
"""Words tried exhaustively at first."""

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
"""Width of the cells of the grid search. Finer cells, and beams by the smallest margins, refuted no further net out of 200
(docs/research-log/attacks.md)."""

MAX_CELLS = 100_000
"""A grid search ends at about this many cells: more find more, at linear cost."""

SHARE = 0.5
"""The largest fraction of the remaining budget for an attack, so that those after it get their turn; not tuned."""


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
        attack = repeat_symbols(search.with_share(SHARE), search.roots(), REPETITIONS_FROM_START)
        repeated = yield from _named("repeated symbols", attack)
        met = yield from _named("repeated words", repeat_words(search.with_share(SHARE), search.roots()))
        self.starts = concatenated([repeated.exits, met])
        visited = yield from _named("grid search", breadth_first(search, self.starts, GRID_WIDTH, MAX_CELLS))
        again = visited.take(slice(0, MAX_REPEATED_STATES))
        attack = repeat_symbols(search.with_share(SHARE), again, REPETITIONS_FROM_CELLS)
        yield from _named("repeated symbols after a grid search", attack)
        attack_by_replay = repeat_for_long(search.with_share(SHARE), repeated.moving)
        yield from _named("very long repetitions", attack_by_replay)
        self.longest = max(self.longest, (yield from _named("all words of moderate length", exhaustive(search, MANY_WORDS))))


def _named(name: str, attack: Attack[Result]) -> Generator[Suspect, None, Result]:
    """The attack with its name beside every word."""
    while True:
        try:
            word = next(attack)
        except StopIteration as stop:
            return stop.value
        yield name, word

"""The words that tell a machine from every other one with a few states more (the W-method: Vasilevskii 1973, Chow 1978).

If something is a machine of at most Q + k states, Q those of the minimal machine M, and answers all words P · Σ^(≤k) · W as M does,
then it answers every word as M does: P is the empty word and a word for every transition, W tells every two states of M apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, count, product

from anylength.machines import Machine, distinguishing_word, minimise, reachable

Word = tuple[int, ...]


@dataclass(frozen=True)
class Level:
    """The words of one k.

    Attributes:
        states: Q + k.
        words: The words with k symbols in the middle; those of smaller k are not repeated.
    """

    states: int
    words: Iterator[Word]


def levels(machine: Machine) -> Iterator[Level]:
    """The words for k = 0, 1, 2, …, without end."""
    machine = minimise(machine)
    ways, endings = list(reachable(machine).values()), telling(machine)
    for more in count():
        yield Level(machine.states + more, _words(ways, machine.symbols, more, endings))


def _words(ways: list[Word], symbols: int, more: int, endings: list[Word]) -> Iterator[Word]:
    """All (way, `more` + 1 symbols, ending); the endings alone come first of all."""
    if more == 0:
        yield from filter(None, endings)
    for way in ways:
        for middle in product(range(symbols), repeat=more + 1):
            for ending in endings:
                yield way + middle + ending


def telling(machine: Machine) -> list[Word]:
    """Words that tell every two states of a minimal machine apart; the empty word where there is but one state."""
    found: dict[Word, None] = {}
    for one, other in combinations(range(machine.states), 2):
        here, there = replace(machine, start=one), replace(machine, start=other)
        if all(here.run(word) == there.run(word) for word in found):
            word = distinguishing_word(here, there)
            assert word is not None  # the machine is minimal
            found[word] = None
    return list(found) or [()]

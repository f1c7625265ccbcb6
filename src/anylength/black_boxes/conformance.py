"""Test words that distinguish a machine from every other one with a few more states (W-method: Vasilevskii 1973, Chow 1978).

Let M be a minimal machine with Q states. If a system is a machine with at most Q + k states and answers all words P · Σ^(≤k) · W as
M does, then it answers every word as M does. P is the transition cover: the empty word and a word for each transition. W is the
characterizing set: its words distinguish every two states of M.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, count, product

from anylength.rules import Machine, distinguishing_word, minimise, reachable

Word = tuple[int, ...]


@dataclass(frozen=True)
class Level:
    """The test words of one k.

    Attributes:
        states: Q + k.
        words: The words with k symbols in the middle. Those of smaller k are not repeated.
    """

    states: int
    words: Iterator[Word]


def levels(machine: Machine) -> Iterator[Level]:
    """The test words for k = 0, 1, 2, …, without end."""
    machine = minimise(machine)
    access_strings, suffixes = list(reachable(machine).values()), characterizing_set(machine)
    for extra in count():
        yield Level(machine.states + extra, _words(access_strings, machine.symbols, extra, suffixes))


def _words(access_strings: list[Word], symbols: int, extra: int, suffixes: list[Word]) -> Iterator[Word]:
    """All access string · `extra` + 1 symbols · suffix. For k = 0 the suffixes alone come first."""
    if extra == 0:
        yield from filter(None, suffixes)
    for access_string in access_strings:
        for middle in product(range(symbols), repeat=extra + 1):
            for suffix in suffixes:
                yield access_string + middle + suffix


def characterizing_set(machine: Machine) -> list[Word]:
    """Words that distinguish every two states of a minimal machine. If there is only one state, the empty word."""
    words: dict[Word, None] = {}
    for first, second in combinations(range(machine.states), 2):
        from_first, from_second = replace(machine, start=first), replace(machine, start=second)
        if all(from_first.run(word) == from_second.run(word) for word in words):
            word = distinguishing_word(from_first, from_second)
            assert word is not None  # the machine is minimal
            words[word] = None
    return list(words) or [()]

"""Makes a wrong word shorter: cuts stretches out, searches in order of length, replaces the head by a shorter word to a near state.

The replay confirms every shorter word. The result is never longer than the given word.
"""

from collections.abc import Callable, Iterator

import numpy as np

from anylength.verification.refutation.exhaustive import MANY_WORDS, exhaustive, longest_length
from anylength.verification.refutation.frontier import Frontier, concatenated
from anylength.verification.refutation.grid_search import by_length
from anylength.verification.refutation.search import Attack, Result, Search
from anylength.verification.refutation.words import Word

Confirm = Callable[[Word], Word | None]
"""The replay: the word cut after its first wrong answer, or None."""

MAX_CUT_LENGTH = 2_500
"""Longer words are not cut, and their heads are not replaced: that takes too long. They are only compared with all short words."""

CUT_PLACES = 64
"""The places where stretches may begin. In words up to this length every stretch may be cut out: about 2,000 cuts."""

FEWER_WORDS = 1_200_000
"""Words tried exhaustively, where `MANY_WORDS` would not decide whether the word is a shortest one."""

GRID_WIDTHS = (0.1, 0.02)
"""Widths of the cells in the searches in order of length, coarse first: a coarse one is fast, a fine one misses less."""

MAX_CELLS = 30_000
"""Cells of a search in order of length. More find shorter words, at linear cost."""

FEW = 8
"""Heads tried for each place of the word, those with the nearest states first; and suspicious words that are replayed for each set
of candidates, the shortest first. Each replay costs a run of the net."""


def shorten(search: Search, word: Word, starts: Frontier, confirm: Confirm) -> tuple[Word, bool]:
    """A wrong word no longer than `word`, and whether every shorter word was tried (in float32) and is right."""
    word = _cut(search, word, confirm)
    roots = concatenated([search.simulator.start(), starts])
    for width in GRID_WIDTHS:
        word = _first_shorter(by_length(search, roots, width, MAX_CELLS, len(word)), word, confirm)[0]
    word = _cut(search, _replace_head(search, word, confirm), confirm)
    max_words = MANY_WORDS if longest_length(search, MANY_WORDS) >= len(word) - 1 else FEWER_WORDS
    word, tried_length = _first_shorter(exhaustive(search, max_words, below=len(word)), word, confirm)
    return word, tried_length is None or tried_length >= len(word) - 1


def _first_shorter(attack: Attack[Result], word: Word, confirm: Confirm) -> tuple[Word, Result | None]:
    """The first confirmed word of an attack that yields words in order of length, with None; or `word` and the attack's result."""
    while True:
        try:
            suspect = next(attack)
        except StopIteration as stop:
            return word, stop.value
        if len(suspect) < len(word) and (shorter := confirm(suspect)):
            return shorter, None


def _cut(search: Search, word: Word, confirm: Confirm) -> Word:
    """The word with stretches cut out for as long as it stays wrong."""
    while len(word) <= MAX_CUT_LENGTH and not search.budget.spent:
        shorter = _shortest_wrong(search, list(_cuts(word)), len(word), confirm)
        if shorter is None:
            break
        word = shorter
    return word


def _cuts(word: Word) -> Iterator[Word]:
    """The word with one stretch cut out: any stretch of a short word, of a long one those of 1, 2, 4, … symbols at some places."""
    length = len(word)
    if length <= CUT_PLACES:
        places, sizes = range(length), range(1, length)
    else:
        places, sizes = range(0, length, -(-length // CUT_PLACES)), [1 << bit for bit in range(length.bit_length())]
    yield from {word[:place] + word[place + size :] for place in places for size in sizes if place + size < length}


def _shortest_wrong(search: Search, words: list[Word], below: int, confirm: Confirm) -> Word | None:
    """The shortest confirmed wrong word among the beginnings of `words`, if it is shorter than `below`."""
    if not words:
        return None
    positions = search.simulator.first_wrong(words)
    wrong = {word[: position + 1] for word, position in zip(words, positions, strict=True) if 0 <= position < below - 1}
    for suspect in sorted(wrong, key=len)[:FEW]:
        confirmed = confirm(suspect)
        if confirmed:
            return confirmed
    return None


def _replace_head(search: Search, word: Word, confirm: Confirm) -> Word:
    """The word with its head replaced by a shorter word to a near state, where the answer stays wrong."""
    if not 2 < len(word) <= MAX_CUT_LENGTH:
        return word
    attack = by_length(search, search.simulator.start(), GRID_WIDTHS[-1], MAX_CELLS, len(word))
    word, heads = _first_shorter(attack, word, confirm)
    if heads is None:
        return word
    states, machine_states = search.simulator.trace(word)
    lengths, candidates = search.tree.lengths(heads.nodes), []
    for place in range(2, len(word)):
        distances = np.abs(heads.states - states[:, place : place + 1]).max(axis=0)
        distances[(heads.machine_states != machine_states[place]) | (lengths >= place)] = np.inf
        nearest = np.argsort(distances)[:FEW]
        candidates += [search.tree.word(int(heads.nodes[n])) + word[place:] for n in nearest if np.isfinite(distances[n])]
        if search.budget.spent:
            break
    return _shortest_wrong(search, candidates, len(word), confirm) or word

"""Attack: every word, in order of length, with no states merged. What it has passed is known to be right (in float32)."""

import numpy as np

from anylength.verification.refutation.frontier import Frontier, concatenated
from anylength.verification.refutation.search import SUSPECTS_PER_CHUNK, Attack, Search
from anylength.verification.refutation.words import Word

MANY_WORDS = 12_000_000
"""The most words of a search that takes all the time it needs: more find more, at linear cost."""

MAX_STORED = 30_000_000
"""Most float32 numbers that are stored between two lengths: 120 MB."""

MAX_LENGTH = 64
"""Longer words are never tried exhaustively: with one symbol there would be no other bound."""


def exhaustive(search: Search, max_words: int, below: int | None = None, always: int = 0) -> Attack[int]:
    """All words of 1, 2, … symbols, of all lengths that `longest_length` allows and that are shorter than `below`.

    Words of up to `always` symbols are tried even where the budget is spent.

    Returns the longest length of which every word was tried (0: none). The nodes of its frontiers are the words read as numbers
    in base A.
    """
    last = longest_length(search, max_words)
    last = last if below is None else min(last, below - 1)
    symbols = search.simulator.symbols
    frontier = search.simulator.start()
    for length in range(1, last + 1):
        next_frontier = [frontier.empty()]
        for part, children in search.simulator.chunks(frontier):
            if length > always and search.budget.spent:
                return length - 1
            codes = (part.nodes * symbols + np.arange(symbols)[:, None]).ravel()
            for column in children.wrong[:SUSPECTS_PER_CHUNK]:
                yield _decoded(int(codes[column]), length, symbols)
            if length < last:
                longer = Frontier(children.states, children.machine_states, codes)
                next_frontier.append(longer.take(search.simulator.inside(longer.machine_states)))
        if length < last:
            frontier = concatenated(next_frontier)
    return last


def longest_length(search: Search, max_words: int) -> int:
    """The longest length such that there are at most `max_words` words up to it, and their states fit into the memory."""
    symbols, rows = search.simulator.symbols, search.simulator.net.cell.state_size
    length, words = 0, 0
    while length < MAX_LENGTH and symbols**length * rows <= MAX_STORED and words + symbols ** (length + 1) <= max_words:
        length, words = length + 1, words + symbols ** (length + 1)
    return length


def _decoded(code: int, length: int, symbols: int) -> Word:
    """The word whose number in base A is `code`, its first symbol the highest digit."""
    word = []
    for _ in range(length):
        code, symbol = divmod(code, symbols)
        word.append(symbol)
    return tuple(word[::-1])

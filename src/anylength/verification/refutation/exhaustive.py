"""Attack: every word, in order of length, with nothing merged. What it has passed is known to be right (in float32)."""

import numpy as np

from anylength.verification.refutation.hunt import SUSPECTS, Attack, Hunt
from anylength.verification.refutation.simulator import Front, joined
from anylength.verification.refutation.words import Word

STORED = 30_000_000
"""At most so many float32 numbers are kept between two lengths."""


def exhaustive(hunt: Hunt, columns: int, below: int | None = None) -> Attack[int]:
    """All words of 1, 2, … symbols while there are no more than `columns` of them in all, and shorter than `below`.

    Returns the longest length of which every word was tried (0: none). The front's nodes are the words read as numbers in base A.
    """
    last = longest(hunt, columns)
    last = last if below is None else min(last, below - 1)
    level = hunt.simulator.start()
    for length in range(1, last + 1):
        grown = []
        for part, children in hunt.simulator.chunks(level):
            if hunt.clock.over:
                return length - 1
            codes = (part.nodes * hunt.simulator.symbols + np.arange(hunt.simulator.symbols)[:, None]).ravel()
            for column in children.wrong[:SUSPECTS]:
                yield _decoded(int(codes[column]), length, hunt.simulator.symbols)
            if length < last:
                grown.append(Front(children.states, children.at, codes))
        if length < last:
            level = joined(grown)
    return last


def longest(hunt: Hunt, columns: int) -> int:
    """The longest length that fits the number of columns and the memory."""
    symbols, rows = hunt.simulator.symbols, hunt.simulator.net.cell.state_size
    length, total = 0, 0
    while length < 64 and symbols**length * rows <= STORED and total + symbols ** (length + 1) <= columns:
        length, total = length + 1, total + symbols ** (length + 1)
    return length


def _decoded(code: int, length: int, symbols: int) -> Word:
    """The word whose number in base A is `code`, its first symbol the highest digit."""
    word = []
    for _ in range(length):
        code, symbol = divmod(code, symbols)
        word.append(symbol)
    return tuple(word[::-1])

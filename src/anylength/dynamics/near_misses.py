"""Wrong words near words that are only just right: one symbol is replaced, inserted or left out, again and again.

A wrong answer that few states give is seldom met by a search through all words. The words beside it are answered right with a small
margin. From those the search goes down on the margin.
"""

from collections.abc import Iterable
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, margins_of, symbol_maps
from anylength.nets import Net
from anylength.ops.arrays import numpy_arrays
from anylength.rules import Machine

KEPT = 60
"""Words that each round changes: those with the smallest margins. More find more at linear cost."""

MAX_ERRORS = 50
"""Wrong words after which the search ends. They are much alike."""

Word = tuple[int, ...]


def near_misses(net: Net, machine: Machine, words: Iterable[Word]) -> list[Word]:
    """Words found near the given ones whose last answer is wrong and whose other answers are right."""
    maps, tried, errors = symbol_maps(net), set(words), []
    current = sorted(tried, key=lambda word: (len(word), word))
    for _ in range(4):  # a round changes one symbol
        changed = {other for word in current for other in _changed(word, machine.symbols)} - tried
        tried |= changed
        scored: list[tuple[float, Word]] = []
        for _, group in groupby(sorted(changed, key=lambda word: (len(word), word)), key=len):
            scored += _scored(maps, machine, list(group))
        errors += sorted({word for margin, word in scored if margin < 0}, key=len)
        if len(errors) >= MAX_ERRORS:
            break
        current = [word for margin, word in sorted(scored) if margin >= 0][:KEPT]
    return list(dict.fromkeys(errors))[:MAX_ERRORS]


def _changed(word: Word, symbols: int) -> set[Word]:
    """The words that differ in one symbol, replaced, inserted or left out."""
    places, every = range(len(word)), range(symbols)
    replaced = {(*word[:at], symbol, *word[at + 1 :]) for at in places for symbol in every}
    inserted = {(*word[:at], symbol, *word[at:]) for at in places for symbol in every}
    left_out = {(*word[:at], *word[at + 1 :]) for at in places if len(word) > 1}
    return (replaced | inserted | left_out) - {word}


def _scored(maps: tuple[HeldMap, ...], machine: Machine, words: list[Word]) -> list[tuple[float, Word]]:
    """The margin of the last answer of each word, all of one length. A word is cut after its first wrong answer."""
    symbols, delta, output = np.asarray(words).T, np.asarray(machine.delta), np.asarray(machine.output)
    codes = np.concatenate([held_map.encoded for held_map in maps], axis=1)
    states, machine_states = np.zeros((maps[0].size, len(words))), np.full(len(words), machine.start)
    margins: list[NDArray[np.float64]] = []
    for read in symbols:
        states = maps[0].net.cell.step(numpy_arrays, codes[:, read], states)
        margins.append(margins_of(maps[0].logits(states), output[machine_states, read]))
        machine_states = delta[machine_states, read]
    wrong = np.stack(margins) < 0
    last = np.where(wrong.any(axis=0), wrong.argmax(axis=0), len(symbols) - 1)
    return [(float(margins[end][column]), words[column][: end + 1]) for column, end in enumerate(last)]

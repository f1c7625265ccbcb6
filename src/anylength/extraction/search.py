"""The search for a word on which a net differs from what was learned: the net and the machine side by side over many words.

The words are chosen to find differences: from every state one symbol held for long and then every symbol once, and random words,
many of which repeat symbols for long or use only two of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.extraction.black_box import BlackBox, States, Word
from anylength.extraction.table import Table
from anylength.machines import Machine

HELD = 200
"""Steps that a symbol is held, and the length of random words."""

RANDOM = 512
"""Random words."""

WORK, MOST_LAST = 2e9, 128
"""About so many products of two numbers are spent on held symbols, and again on what follows; so many symbols follow at most."""

STICKY = (0.0, 0.5, 0.9, 0.97)
"""Chances that a random word repeats its symbol."""


@dataclass(frozen=True)
class Compared:
    """What a comparison came to: a word whose last answer differs, or None; how many words agreed, and the longest of them."""

    word: Word | None
    words: int = 0
    longest: int = 0


class Beside:
    """A machine beside the net."""

    def __init__(self, box: BlackBox, machine: Machine) -> None:
        self.box = box
        self._delta, self._output = np.asarray(machine.delta), np.asarray(machine.output)

    def step(self, states: States, at: NDArray[np.int64], symbols: NDArray[np.int64]) -> tuple[States, NDArray, NDArray[np.bool_]]:
        """The net's states `[D, B]` and the machine's `[B]` after one symbol each, and where their answers differ `[B]`."""
        states, said = self.box.step(states, symbols)
        return states, self._delta[at, symbols], said != self._output[at, symbols]


def compared(table: Table, machine: Machine, rng: np.random.Generator) -> Compared:
    """The net and the hypothesis of its table on held and on random words."""
    held = held_words(table, machine, rng)
    if held.word is not None:
        return held
    random = random_words(table.box, machine, rng)
    return Compared(random.word, held.words + random.words, max(held.longest, random.longest))


def held_words(table: Table, machine: Machine, rng: np.random.Generator) -> Compared:
    """From every state each symbol held for up to `HELD` steps, then every symbol once; of a large alphabet a random part."""
    beside, symbols, steps = Beside(table.box, machine), table.box.symbols, int(WORK / table.box.products)
    chosen = _some(rng, len(table.words) * symbols, max(64, steps // HELD))
    last = _some(rng, symbols, MOST_LAST)
    origin, held = chosen // symbols, chosen % symbols
    states, at = table.states[:, origin], origin
    looks = _looks(steps // (len(chosen) * len(last)))
    for step in range(1, HELD + 1):
        states, at, differ = beside.step(states, at, held)
        if differ.any():
            column = int(differ.argmax())
            return Compared(_held(table, int(origin[column]), int(held[column]), step))
        if step in looks:
            beyond = beside.step(np.repeat(states, len(last), axis=1), np.repeat(at, len(last)), np.tile(last, len(chosen)))[2]
            if beyond.any():
                column, symbol = divmod(int(beyond.argmax()), len(last))
                return Compared((*_held(table, int(origin[column]), int(held[column]), step), int(last[symbol])))
    return Compared(None, len(looks) * len(chosen) * len(last), max(map(len, table.words)) + max(looks) + 1)


def _held(table: Table, origin: int, symbol: int, steps: int) -> Word:
    return (*table.words[origin], *[symbol] * steps)


def _looks(count: int) -> set[int]:
    """The steps of a hold after which every symbol is tried: all of them where that is cheap, else a few ever farther apart."""
    return {*range(1, HELD + 1)} if count >= HELD else {int(step) for step in np.geomspace(1, HELD, max(3, count)).round()}


def _some(rng: np.random.Generator, count: int, most: int) -> NDArray[np.int64]:
    """All of 0 … count − 1, or a random choice of them where they are too many; in order."""
    return np.arange(count) if count <= most else np.sort(rng.choice(count, most, replace=False))


def random_words(box: BlackBox, machine: Machine, rng: np.random.Generator) -> Compared:
    """`RANDOM` words of `HELD` symbols."""
    beside, words = Beside(box, machine), random_table(rng, box.symbols)
    states, at = np.repeat(box.start(), RANDOM, axis=1), np.full(RANDOM, machine.start)
    for t, symbols in enumerate(words):
        states, at, differ = beside.step(states, at, symbols)
        if differ.any():
            return Compared(_word(words[: t + 1, int(differ.argmax())]))
    return Compared(None, RANDOM, HELD)


def random_table(rng: np.random.Generator, symbols: int) -> NDArray[np.int64]:
    """Words as columns `[HELD, RANDOM]`: a quarter for each of `STICKY`; every other one uses two symbols only."""
    words = rng.integers(symbols, size=(HELD, RANDOM))
    pairs = rng.integers(symbols, size=(2, RANDOM))
    few = pairs[rng.integers(2, size=(HELD, RANDOM)), np.arange(RANDOM)]
    words[:, ::2] = few[:, ::2]
    stays = rng.random((HELD, RANDOM)) < np.repeat(STICKY, RANDOM // len(STICKY))
    for t in range(1, HELD):
        words[t] = np.where(stays[t], words[t - 1], words[t])
    return words


def _word(symbols: Sequence[int] | NDArray[np.int64]) -> Word:
    return tuple(int(symbol) for symbol in symbols)

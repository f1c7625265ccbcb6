"""The search for a word on which a net differs from what was learned: the net and the machine side by side over many words.

The words are chosen to find differences: from every state one symbol held for long and then every two symbols; and from random
states a symbol held for a while and then random symbols, many of which repeat for long or are only two.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.extraction.black_box import BlackBox, States, Word
from anylength.extraction.table import Table
from anylength.machines import Machine

HELD = 500
"""Steps that a symbol is held."""

RANDOM, LENGTH, FIRST = 2048, 100, 60
"""So many random words of such a length; each begins with one symbol, held for at most so long."""

WORK, TAILS = 2e9, 128
"""About so many products of two numbers are spent on held symbols, and again on what follows; so many pairs follow at most."""

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
    random = random_words(table, machine, rng)
    return Compared(random.word, held.words + random.words, max(held.longest, random.longest))


def held_words(table: Table, machine: Machine, rng: np.random.Generator) -> Compared:
    """From every state each symbol held for up to `HELD` steps, then every two symbols; of a large alphabet a random part."""
    beside, symbols, work = Beside(table.box, machine), table.box.symbols, int(WORK / table.box.products)
    chosen = _some(rng, len(table.words) * symbols, max(64, work // HELD))
    tails = np.stack(np.divmod(_some(rng, symbols**2, TAILS), symbols))
    origin, held = chosen // symbols, chosen % symbols
    states, at = table.states[:, origin], origin
    looks = _looks(work // (2 * len(chosen) * tails.shape[1]))
    for step in range(1, HELD + 1):
        states, at, differ = beside.step(states, at, held)
        if differ.any():
            column = int(differ.argmax())
            return Compared(_held(table, int(origin[column]), int(held[column]), step))
        found = _followed(beside, states, at, tails) if step in looks else None
        if found is not None:
            column, tail = found
            return Compared((*_held(table, int(origin[column]), int(held[column]), step), *tail))
    return Compared(None, len(looks) * len(chosen) * tails.shape[1], max(map(len, table.words)) + max(looks) + len(tails))


def _followed(beside: Beside, states: States, at: NDArray[np.int64], tails: NDArray[np.int64]) -> tuple[int, Word] | None:
    """The first column of states `[D, B]` that differs on one of the tails `[T, N]`, and the tail up to there."""
    count = tails.shape[1]
    states, at = np.repeat(states, count, axis=1), np.repeat(at, count)
    for t, symbols in enumerate(tails):
        states, at, differ = beside.step(states, at, np.tile(symbols, len(at) // count))
        if differ.any():
            column, tail = divmod(int(differ.argmax()), count)
            return column, _word(tails[: t + 1, tail])
    return None


def _held(table: Table, origin: int, symbol: int, steps: int) -> Word:
    return (*table.words[origin], *[symbol] * steps)


def _looks(count: int) -> set[int]:
    """The steps of a hold after which every symbol is tried: all of them where that is cheap, else a few ever farther apart."""
    return {*range(1, HELD + 1)} if count >= HELD else {int(step) for step in np.geomspace(1, HELD, max(3, count)).round()}


def _some(rng: np.random.Generator, count: int, most: int) -> NDArray[np.int64]:
    """All of 0 … count − 1, or a random choice of them where they are too many; in order."""
    return np.arange(count) if count <= most else np.sort(rng.choice(count, most, replace=False))


def random_words(table: Table, machine: Machine, rng: np.random.Generator) -> Compared:
    """`RANDOM` words of `LENGTH` symbols, each from a state of the table."""
    beside, words = Beside(table.box, machine), random_symbols(rng, table.box.symbols)
    origin = rng.integers(len(table.words), size=RANDOM)
    states, at = table.states[:, origin], origin
    for t, symbols in enumerate(words):
        states, at, differ = beside.step(states, at, symbols)
        if differ.any():
            column = int(differ.argmax())
            return Compared((*table.words[int(origin[column])], *_word(words[: t + 1, column])))
    return Compared(None, RANDOM, max(map(len, table.words)) + LENGTH)


def random_symbols(rng: np.random.Generator, symbols: int) -> NDArray[np.int64]:
    """Words as columns `[LENGTH, RANDOM]`: a quarter for each of `STICKY`, every other one of two symbols; a hold comes first."""
    shape = LENGTH, RANDOM
    pairs = rng.integers(symbols, size=(2, RANDOM))
    words = np.where(
        np.arange(RANDOM) % 2, rng.integers(symbols, size=shape), pairs[rng.integers(2, size=shape), np.arange(RANDOM)]
    )
    stays = rng.random(shape) < np.repeat(STICKY, RANDOM // len(STICKY))
    stays |= np.arange(LENGTH)[:, None] < np.exp(rng.uniform(0, np.log(FIRST), RANDOM))
    for t in range(1, LENGTH):
        words[t] = np.where(stays[t], words[t - 1], words[t])
    return words


def _word(symbols: NDArray[np.int64]) -> Word:
    return tuple(int(symbol) for symbol in symbols)

"""Stumbles: wrong answers near the net's resting places, soon after a change and not by drifting.

From the states along all holds, long runs and resting places included, every word of a few symbols is followed; states that fall
into one cell with the machine in the same state are followed once. Only states whose answers have all been right go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, States, margins_of, symbol_maps
from anylength.machines import Machine
from anylength.nets import Net

DEPTH = 6
CELL = 0.05
COLUMNS = 40_000
"""At most so many states are followed by one symbol more."""

Word = tuple[int, ...]


@dataclass(frozen=True)
class Places:
    """States `[D, B]`, the machine's `[B]` beside them, the words that lead there, and by how much the last answer led `[B]`."""

    states: States
    at: NDArray[np.int64]
    words: list[Word]
    margins: NDArray[np.float64]

    def take(self, chosen: NDArray[np.integer]) -> "Places":
        """Some of them."""
        return Places(self.states[:, chosen], self.at[chosen], [self.words[i] for i in chosen], self.margins[chosen])


def states_along(net: Net, machine: Machine, held_inputs: Sequence[tuple[Word, int, int]]) -> Places:
    """The states along holds: a prefix, a symbol, and how often it is repeated, each state from the first held one on.

    A hold ends before its first wrong answer.
    """
    maps = symbol_maps(net)
    states, at = [np.zeros((net.cell.state_size, 1))], [machine.start]
    words: list[Word] = [()]
    for prefix, symbol, times in held_inputs:
        state, q = states[0], machine.start
        for n, each in enumerate((*prefix, *(symbol,) * times)):
            state, right = maps[each].step(state), machine.output[q][each]
            if margins_of(maps[each].logits(state), right)[0] < 0:
                break
            q = machine.delta[q][each]
            if n >= len(prefix):
                states.append(state)
                at.append(q)
                words.append((*prefix, *(symbol,) * (n + 1 - len(prefix))))
    return Places(np.concatenate(states, axis=1), np.asarray(at), words, np.zeros(len(at)))


def first_wrong_prefix(net: Net, machine: Machine, word: Word) -> Word | None:
    """A word up to its first wrong answer; None where all are right."""
    maps, state, q = symbol_maps(net), np.zeros((net.cell.state_size, 1)), machine.start
    for n, symbol in enumerate(word):
        state = maps[symbol].step(state)
        if margins_of(maps[symbol].logits(state), machine.output[q][symbol])[0] < 0:
            return word[: n + 1]
        q = machine.delta[q][symbol]
    return None


def transient_errors(net: Net, machine: Machine, places: Places) -> list[Word]:
    """Words that are answered wrongly at their last symbol and nowhere before, the shortest first."""
    maps, seen = symbol_maps(net), set()
    places, found = _fresh(places, seen), []
    for _ in range(DEPTH):
        nexts = []
        for symbol, held in enumerate(maps):
            right, wrong = _stepped(held, machine, places, symbol)
            nexts.append(right)
            found += wrong
        places = _fresh(_joined(nexts), seen)
        places = places.take(np.argsort(places.margins, kind="stable")[: COLUMNS // machine.symbols])
    return sorted(found, key=len)


def _stepped(held: HeldMap, machine: Machine, places: Places, symbol: int) -> tuple[Places, list[Word]]:
    """One symbol more: the places that are answered rightly, and the words that are not."""
    states = held.step(places.states)
    margins = margins_of(held.logits(states), np.asarray(machine.output)[places.at, symbol])
    words = [(*word, symbol) for word in places.words]
    after = Places(states, np.asarray(machine.delta)[places.at, symbol], words, margins)
    return after.take(np.flatnonzero(margins >= 0)), [words[i] for i in np.flatnonzero(margins < 0)]


def _fresh(places: Places, seen: set[tuple[int, bytes]]) -> Places:
    """One place of each cell that is not yet seen, those with the shortest words first."""
    order = np.argsort([len(word) for word in places.words], kind="stable")
    cells = np.round(places.states / CELL).astype(np.int16).T
    chosen = []
    for i in order:
        key = (int(places.at[i]), cells[i].tobytes())
        if key not in seen:
            seen.add(key)
            chosen.append(i)
    return places.take(np.asarray(chosen, np.int64))


def _joined(parts: Sequence[Places]) -> Places:
    return Places(
        np.concatenate([part.states for part in parts], axis=1),
        np.concatenate([part.at for part in parts]),
        [word for part in parts for word in part.words],
        np.concatenate([part.margins for part in parts]),
    )

"""Transient errors: wrong answers soon after a symbol changes, with no slow drift before them.

There are two searches: one from the start state, and one from the states along held inputs, long runs and fixed points included. In
one search for both, the few short words were crowded out by the many states along held inputs. Each search follows every word of a
few symbols. States in one grid cell, with the machine in the same state, are followed once. Only states whose answers have all been
right are followed. Then the words that came nearest to a wrong answer are changed (`near_misses`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import States, margins_of, symbol_maps
from anylength.dynamics.near_misses import KEPT, near_misses
from anylength.nets import Net
from anylength.rules import Machine

SMALL_MARGINS = 4_000
"""States after each symbol that are followed because their answers have the smallest margins. More find more at linear cost."""

MAX_ERRORS = 300
"""Words with as many symbols after the starts that one search returns at most. They are much alike."""

Word = tuple[int, ...]


@dataclass(frozen=True)
class StateBatch:
    """States of a net beside the states of the machine.

    Attributes:
        states: `[D, B]`.
        machine_states: `[B]`.
        words: The words that lead to them.
    """

    states: States
    machine_states: NDArray[np.int64]
    words: list[Word]


def states_along(net: Net, machine: Machine, held_inputs: Sequence[tuple[Word, int, int]]) -> StateBatch:
    """The states along held inputs, from the first held step to the last right answer. Without any, the batch is empty.

    Args:
        net: The net.
        machine: The task's machine.
        held_inputs: Triples of a prefix, a symbol, and the number of its repetitions.
    """
    maps, start = symbol_maps(net), net.numpy_start(1)
    states, machine_states, words = [start[:, :0]], [], []
    for prefix, symbol, repetitions in held_inputs:
        state, machine_state = start, machine.start
        for step, read in enumerate((*prefix, *(symbol,) * repetitions)):
            state, right = maps[read].step(state), machine.output[machine_state][read]
            if margins_of(maps[read].logits(state), right)[0] < 0:
                break
            machine_state = machine.delta[machine_state][read]
            if step >= len(prefix):
                states.append(state)
                machine_states.append(machine_state)
                words.append((*prefix, *(symbol,) * (step + 1 - len(prefix))))
    return StateBatch(np.concatenate(states, axis=1), np.asarray(machine_states, np.int64), words)


def first_wrong_prefix(net: Net, machine: Machine, word: Word) -> Word | None:
    """A word up to its first wrong answer. None if all answers are right."""
    maps, state, machine_state = symbol_maps(net), net.numpy_start(1), machine.start
    for step, symbol in enumerate(word):
        state = maps[symbol].step(state)
        if margins_of(maps[symbol].logits(state), machine.output[machine_state][symbol])[0] < 0:
            return word[: step + 1]
        machine_state = machine.delta[machine_state][symbol]
    return None


def transient_errors(net: Net, machine: Machine, starts: StateBatch, *, seed: int = 0) -> list[Word]:
    """Words whose last answer is wrong and whose other answers are right, the shortest first.

    Args:
        net: The net.
        machine: The task's machine.
        starts: States to start from besides the start state.
        seed: Seed of the states that are drawn at random.
    """
    root = StateBatch(net.numpy_start(1), np.array([machine.start]), [()])
    rng = np.random.default_rng(seed)
    from_start, along = _Search(net, machine, root, rng), _Search(net, machine, starts, rng)
    # longer words than 8 symbols from the start, and 6 from states along held inputs, find more and cost more
    errors = from_start.errors(8) + along.errors(6)
    errors += near_misses(net, machine, [*from_start.closest(KEPT), *along.closest(KEPT)])
    return sorted(dict.fromkeys(errors), key=len)


@dataclass(frozen=True)
class _Layer:
    """States after some symbols from the starts, and where they come from.

    Attributes:
        states: `[D, B]`.
        machine_states: `[B]`.
        margins: `[B]`, the margins of their last answers.
        parents: `[B]`, the columns of the layer before that they come from.
        symbols: `[B]`, the symbols that led from there.
    """

    states: States
    machine_states: NDArray[np.int64]
    margins: NDArray[np.float64]
    parents: NDArray[np.int64]
    symbols: NDArray[np.int64]

    def take(self, columns: NDArray[np.integer]) -> "_Layer":
        """Some of the columns."""
        states, machine_states, margins = self.states[:, columns], self.machine_states[columns], self.margins[columns]
        return _Layer(states, machine_states, margins, self.parents[columns], self.symbols[columns])


class _Search:
    """A breadth-first search from some states."""

    def __init__(self, net: Net, machine: Machine, starts: StateBatch, rng: np.random.Generator) -> None:
        self._maps, self._rng, self._starts = symbol_maps(net), rng, starts
        self._delta, self._output = np.asarray(machine.delta), np.asarray(machine.output)
        self._factors = rng.integers(1, 2**62, size=len(starts.states) + 1, dtype=np.int64)
        self._visited = np.zeros(0, np.int64)
        nothing = np.zeros(len(starts.words), np.int64)
        first = _Layer(starts.states, starts.machine_states, np.zeros(len(nothing)), np.arange(len(nothing)), nothing)
        self._layers = [self._one_per_cell(first)]

    def errors(self, depth: int) -> list[Word]:
        """The words found with up to `depth` symbols after the starts."""
        found: list[Word] = []
        for _ in range(depth if self._starts.words else 0):
            after = self._after_each_symbol(self._layers[-1])
            wrong = after.take(np.flatnonzero(after.margins < 0)[:MAX_ERRORS])
            words = [self._word(len(self._layers) - 1, int(parent)) for parent in wrong.parents]
            found += [(*word, int(symbol)) for word, symbol in zip(words, wrong.symbols, strict=True)]
            right = self._one_per_cell(after.take(np.flatnonzero(after.margins >= 0)))
            self._layers.append(right.take(self._followed(right.margins)))
        return found

    def closest(self, count: int) -> list[Word]:
        """The short words with the smallest margins among those that were followed."""
        found: list[Word] = []
        sizes = [len(layer.margins) for layer in self._layers[1:]]
        if not sizes:
            return found
        depths, columns = np.repeat(np.arange(1, len(self._layers)), sizes), np.concatenate([np.arange(size) for size in sizes])
        for at in np.argsort(np.concatenate([layer.margins for layer in self._layers[1:]]), kind="stable"):
            word = self._word(int(depths[at]), int(columns[at]))
            # a longer word has many neighbours, and costs more
            found += [word] if len(word) <= 16 else []
            if len(found) == count:
                break
        return found

    def _after_each_symbol(self, layer: _Layer) -> _Layer:
        """The states after one more symbol, for every symbol."""
        states = [held_map.step(layer.states) for held_map in self._maps]
        margins = [
            margins_of(self._maps[symbol].logits(after), self._output[layer.machine_states, symbol])
            for symbol, after in enumerate(states)
        ]
        count = len(layer.machine_states)
        machine_states = self._delta[layer.machine_states].T.reshape(-1)
        parents, symbols = np.tile(np.arange(count), len(states)), np.repeat(np.arange(len(states)), count)
        return _Layer(np.concatenate(states, axis=1), machine_states, np.concatenate(margins), parents, symbols)

    def _one_per_cell(self, layer: _Layer) -> _Layer:
        """The first state in each grid cell that no state was in before. A cell is known by a hash: two may be taken for one."""
        # cells of width 0.05: 0.1 was tried and dropped (docs/research-log/attacks.md). States of a net that diverges
        # share the outermost cells
        cells = np.nan_to_num(np.round(layer.states / 0.05)).clip(-(1 << 40), 1 << 40).astype(np.int64)
        keys = self._factors[:-1] @ cells + self._factors[-1] * layer.machine_states
        keys, first = np.unique(keys, return_index=True)
        new = ~np.isin(keys, self._visited)
        self._visited = np.concatenate([self._visited, keys[new]])
        return layer.take(np.sort(first[new]))

    def _followed(self, margins: NDArray[np.float64]) -> NDArray[np.intp]:
        """The columns that are followed: those with the smallest margins, and others at random."""
        order = np.argsort(margins, kind="stable")
        others = order[SMALL_MARGINS:]
        return np.concatenate([order[:SMALL_MARGINS], self._rng.permutation(others)[:4_000]])

    def _word(self, depth: int, column: int) -> Word:
        """The word that leads to a column of a layer."""
        word: Word = ()
        for layer in self._layers[depth:0:-1]:
            word = (int(layer.symbols[column]), *word)
            column = int(layer.parents[column])
        return (*self._starts.words[int(self._layers[0].parents[column])], *word)

"""Transient errors: wrong answers soon after a symbol changes, with no slow drift before them.

The search starts from the states along held inputs, long runs and fixed points included. It follows every word of a few symbols.
States in one grid cell, with the machine in the same state, are followed once. Only states whose answers have all been right are
followed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, States, margins_of, symbol_maps
from anylength.machines import Machine
from anylength.nets import Net

DEPTH = 6
"""Length of the words that are followed. Longer words find more and cost more: up to `MAX_STATES` states for each symbol."""

CELL_WIDTH = 0.05
"""Width of a grid cell. 0.1 was tried and dropped (docs/decisions/0016)."""

MAX_STATES = 40_000
"""States after each symbol at most. Those whose answers had the smallest margins are followed."""

Word = tuple[int, ...]


@dataclass(frozen=True)
class StateBatch:
    """States of a net beside the states of the machine.

    Attributes:
        states: `[D, B]`.
        machine_states: `[B]`.
        words: The words that lead to them.
        margins: `[B]`, the margins of their last answers.
    """

    states: States
    machine_states: NDArray[np.int64]
    words: list[Word]
    margins: NDArray[np.float64]

    def take(self, columns: NDArray[np.integer]) -> "StateBatch":
        """Some of the columns."""
        words = [self.words[i] for i in columns]
        return StateBatch(self.states[:, columns], self.machine_states[columns], words, self.margins[columns])


def states_along(net: Net, machine: Machine, held_inputs: Sequence[tuple[Word, int, int]]) -> StateBatch:
    """The start state and the states along held inputs, from the first held step to the last right answer.

    Args:
        net: The net.
        machine: The task's machine.
        held_inputs: Triples of a prefix, a symbol, and the number of its repetitions.
    """
    maps, start = symbol_maps(net), np.zeros((net.cell.state_size, 1))
    states, machine_states = [start], [machine.start]
    words: list[Word] = [()]
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
    return StateBatch(np.concatenate(states, axis=1), np.asarray(machine_states), words, np.zeros(len(words)))


def first_wrong_prefix(net: Net, machine: Machine, word: Word) -> Word | None:
    """A word up to its first wrong answer. None if all answers are right."""
    maps, state, machine_state = symbol_maps(net), np.zeros((net.cell.state_size, 1)), machine.start
    for step, symbol in enumerate(word):
        state = maps[symbol].step(state)
        if margins_of(maps[symbol].logits(state), machine.output[machine_state][symbol])[0] < 0:
            return word[: step + 1]
        machine_state = machine.delta[machine_state][symbol]
    return None


def transient_errors(net: Net, machine: Machine, starts: StateBatch) -> list[Word]:
    """Words whose last answer is wrong and whose other answers are right, the shortest first."""
    maps, visited = symbol_maps(net), set()
    batch, errors = _unvisited(starts, visited), []
    for _ in range(DEPTH):
        parts = []
        for symbol, held_map in enumerate(maps):
            right, wrong = _stepped(held_map, machine, batch, symbol)
            parts.append(right)
            errors += wrong
        batch = _unvisited(_joined(parts), visited)
        batch = batch.take(np.argsort(batch.margins, kind="stable")[: MAX_STATES // machine.symbols])
    return sorted(errors, key=len)


def _stepped(held_map: HeldMap, machine: Machine, batch: StateBatch, symbol: int) -> tuple[StateBatch, list[Word]]:
    """One symbol more: the batch of right answers, and the words whose answer is wrong."""
    states = held_map.step(batch.states)
    margins = margins_of(held_map.logits(states), np.asarray(machine.output)[batch.machine_states, symbol])
    words = [(*word, symbol) for word in batch.words]
    after = StateBatch(states, np.asarray(machine.delta)[batch.machine_states, symbol], words, margins)
    return after.take(np.flatnonzero(margins >= 0)), [words[i] for i in np.flatnonzero(margins < 0)]


def _unvisited(batch: StateBatch, visited: set[tuple[int, bytes]]) -> StateBatch:
    """One state of each grid cell that is not yet visited, the one with the shortest word. Marks the cells as visited."""
    order = np.argsort([len(word) for word in batch.words], kind="stable")
    cells = np.round(batch.states / CELL_WIDTH).astype(np.int16).T
    columns = []
    for i in order:
        key = (int(batch.machine_states[i]), cells[i].tobytes())
        if key not in visited:
            visited.add(key)
            columns.append(i)
    return batch.take(np.asarray(columns, np.int64))


def _joined(parts: Sequence[StateBatch]) -> StateBatch:
    return StateBatch(
        np.concatenate([part.states for part in parts], axis=1),
        np.concatenate([part.machine_states for part in parts]),
        [word for part in parts for word in part.words],
        np.concatenate([part.margins for part in parts]),
    )

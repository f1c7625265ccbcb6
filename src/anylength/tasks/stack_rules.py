"""What a machine with stacks answers, for many words at once, and words that make its stacks deep."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from anylength.base import OUTPUT, Symbols
from anylength.stack_machines import FREE, KEEP, POP, StackMachine
from anylength.tasks.layout import symbol_type
from anylength.tasks.task import IGNORE_INDEX

DEAD = 0.05
"""Share of the symbols of a walk that may lead into a state that nothing leaves."""


class Tables:
    """The rules of a machine as arrays over states and columns; a context that no word leads to goes on as the first rule."""

    def __init__(self, machine: StackMachine) -> None:
        first = next(rule for row in machine.rules for rule in row if rule is not None)
        rules = [[rule or first for rule in row] for row in machine.rules]
        self.machine = machine
        self.after = np.array([[rule.after for rule in row] for row in rules])
        self.output = np.array([[rule.output for rule in row] for row in rules])
        self.actions = np.array([[rule.actions for rule in row] for row in rules])
        self.dead = np.array([all(rule is None or rule.after == q for rule in row) for q, row in enumerate(machine.rules)])
        self.weights = machine.symbols * machine.letters ** np.arange(machine.stacks)


@lru_cache(64)
def tables_of(machine: StackMachine) -> Tables:
    """The arrays of a machine, made once."""
    return Tables(machine)


class Running:
    """B runs of a machine side by side, each with its stacks."""

    def __init__(self, machine: StackMachine, count: int, steps: int) -> None:
        self.tables = tables_of(machine)
        self._state = np.full(count, machine.start)
        self._stacks = np.zeros((count, machine.stacks, steps + 1), np.int32)  # entry 0 is the bottom
        self.depth = np.zeros((count, machine.stacks), np.int64)

    @property
    def columns(self) -> NDArray[np.int64]:
        """The column of symbol 0 in each run `[B]`."""
        tops = np.take_along_axis(self._stacks, self.depth[:, :, None], axis=2)[:, :, 0]
        return tops @ self.tables.weights

    def look(self, symbol: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The next state `[B]` and the actions `[B, K]` of each run under a symbol."""
        at = self._state, self.columns + symbol
        return self.tables.after[at], self.tables.actions[at]

    def step(self, symbols: NDArray[np.int64]) -> NDArray[np.int64]:
        """Takes a step under the symbols `[B]`; returns the outputs `[B]`."""
        at = self._state, self.columns + symbols
        actions = self.tables.actions[at]
        self.depth = np.maximum(self.depth - (actions == POP), 0) + (actions > POP)
        letters = np.where(actions > POP, actions - 1, np.take_along_axis(self._stacks, self.depth[:, :, None], axis=2)[:, :, 0])
        np.put_along_axis(self._stacks, self.depth[:, :, None], letters[:, :, None], axis=2)
        self._state = self.tables.after[at]
        return self.tables.output[at]


def targets(machine: StackMachine, symbols: Symbols) -> Symbols:
    """The outputs `[T, B]` on words `[T, B]`, `IGNORE_INDEX` where none is graded."""
    running = Running(machine, symbols.shape[1], len(symbols))
    outputs = np.array([running.step(row.astype(np.int64)) for row in symbols]).reshape(symbols.shape)
    return np.where(outputs == FREE, IGNORE_INDEX, outputs).astype(OUTPUT)


def walk(machine: StackMachine, rng: np.random.Generator, length: int, count: int, *, deep: bool = False) -> Symbols:
    """Random words `[length, count]` that seldom lead into a dead end.

    If `deep`, the first half of a word prefers symbols that push, and the second half those that pop.
    """
    running = Running(machine, count, length)
    words = np.zeros((length, count), symbol_type(machine.symbols))
    for place in range(length):
        scores = rng.random((machine.symbols, count))
        for symbol in range(machine.symbols):
            after, actions = running.look(symbol)
            scores[symbol] -= 2.0 * (running.tables.dead[after] & (rng.random(count) > DEAD))
            if deep:
                wanted = (actions > POP) if place < length // 2 else (actions == POP)
                scores[symbol] += wanted.any(axis=1) & (actions != KEEP).any(axis=1)
        chosen = scores.argmax(axis=0)
        running.step(chosen)
        words[place] = chosen
    return words

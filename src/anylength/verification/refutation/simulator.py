"""A net beside its machine over batches of columns, in numpy. The machine tells the right answers.

Nothing here decides. A float32 sum in another order may differ in its last bits, so a wrong answer found here is only a suspicion
until `replay` repeats it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jax
import numpy as np
from numpy.typing import DTypeLike, NDArray

from anylength.nets import Net
from anylength.ops.arrays import numpy_arrays
from anylength.rules import END, Machine, PartialMachine
from anylength.verification.refutation.frontier import Frontier
from anylength.verification.refutation.words import Word

MAX_COLUMNS = 1 << 15
"""Most columns of one step. A step then takes a few milliseconds, so that a deadline is kept."""


@dataclass(frozen=True)
class Children:
    """The states of a frontier `[B]` after every symbol: column s·B + b is column b after symbol s.

    Attributes:
        states: `[D, A·B]` the net's.
        machine_states: `[A·B]`.
        margins: `[A·B]` the right logit minus the largest of the others.
        wrong: The columns with a wrong answer, the smallest margin first.
    """

    states: NDArray[np.floating]
    machine_states: NDArray[np.int64]
    margins: NDArray[np.floating]
    wrong: NDArray[np.int64]


class Simulator:
    """The net and the machine, batched. Where a machine is partial, no answer to a word that leaves it is judged.

    Attributes:
        judged: Answers that were compared with the right ones.

    Raises:
        ValueError: They read different alphabets.
    """

    def __init__(self, net: Net, machine: Machine | PartialMachine, dtype: DTypeLike = np.float32) -> None:
        if net.base**net.tapes != machine.symbols:
            raise ValueError(f"the net reads {net.base**net.tapes} symbols, the machine {machine.symbols}")
        self.net: Net = jax.tree.map(lambda leaf: np.asarray(leaf, dtype), net)
        is_total = isinstance(machine, Machine)
        self.machine, self.outside = (machine, END) if is_total else (machine.total, machine.outside)
        self.symbols = machine.symbols
        self._delta, self._output = np.asarray(self.machine.delta, np.int64), np.asarray(self.machine.output, np.int64)
        digits = np.arange(self.symbols) // net.base ** np.arange(net.tapes)[:, None] % net.base
        self.judged = 0
        self._alphabet = np.concatenate([np.eye(net.base, dtype=dtype)[:, row] for row in digits])

    def start(self) -> Frontier:
        """The start state as a frontier of one column."""
        states = self.net.numpy_start(1)
        return Frontier(states, np.array([self.machine.start]), np.zeros(1, np.int64))

    def step(self, states: NDArray[np.floating], symbols: NDArray[np.integer]) -> NDArray[np.floating]:
        """The net's states `[D, B]` after one symbol each `[B]`."""
        with np.errstate(all="ignore"):
            return self.net.cell.step(numpy_arrays, self._alphabet[:, symbols], states)

    def machine_step(self, machine_states: NDArray[np.int64], symbols: NDArray[np.integer]) -> NDArray[np.int64]:
        """The machine's states `[B]` after one symbol each."""
        return self._delta[machine_states, symbols]

    def right(self, machine_states: NDArray[np.int64], symbols: NDArray[np.integer]) -> NDArray[np.int64]:
        """The right answers `[B]` to one symbol each, given the machine's states before."""
        return self._output[machine_states, symbols]

    def children(self, frontier: Frontier) -> Children:
        """All states after one more symbol."""
        symbols = np.repeat(np.arange(self.symbols), len(frontier))
        states = self.step(np.tile(frontier.states, self.symbols), symbols)
        after = self._delta[frontier.machine_states].T.ravel()
        margins, wrong = self.judge(states, self._output[frontier.machine_states].T.ravel(), after)
        return Children(states, after, margins, wrong)

    def inside(self, machine_states: NDArray[np.int64]) -> NDArray[np.bool_] | slice:
        """The columns of states that words have not left the machine in; a slice of all where none can leave it."""
        return slice(None) if self.outside == END else machine_states != self.outside

    def chunks(self, frontier: Frontier) -> Iterator[tuple[Frontier, Children]]:
        """The children of a large frontier, at most `MAX_COLUMNS` at a time, each with the part of the frontier they come from."""
        size = max(1, MAX_COLUMNS // self.symbols)
        for first in range(0, len(frontier), size):
            part = frontier.take(slice(first, first + size))
            yield part, self.children(part)

    def judge(
        self, states: NDArray[np.floating], right: NDArray[np.integer], after: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.floating], NDArray[np.int64]]:
        """The margins `[B]` of the right classes `[B]`, and the columns with another answer, the smallest margin first.

        `after` `[B]` are the machine's states then: no answer is judged outside of it.
        """
        self.judged += len(right)
        with np.errstate(all="ignore"):
            logits = self.net.readout(states, numpy_arrays)
            missing = self.machine.classes - len(logits)
            if missing > 0:
                logits = np.pad(logits, ((0, missing), (0, 0)), constant_values=-np.inf)
            columns = np.arange(len(right))
            right_logits = logits[right, columns]
            logits[right, columns] = -np.inf
            margins = right_logits - logits.max(axis=0)
        if after is not None and self.outside != END:
            margins = np.where(after == self.outside, np.inf, margins)
        doubtful = np.flatnonzero(~(margins > 0))  # a tie is right where the right class is the lowest of those that tie
        if len(doubtful):
            doubtful_logits = logits[:, doubtful]
            doubtful_logits[right[doubtful], np.arange(len(doubtful))] = right_logits[doubtful]
            doubtful = doubtful[doubtful_logits.argmax(axis=0) != right[doubtful]]
        return margins, doubtful[np.argsort(margins[doubtful], kind="stable")]

    def first_wrong(self, words: Sequence[Word]) -> NDArray[np.int64]:
        """The position `[B]` of the first wrong answer to each of the words, or −1."""
        steps = max(map(len, words))
        table = np.full((steps, len(words)), -1)
        for column, word in enumerate(words):
            table[: len(word), column] = word
        positions = np.full(len(words), -1)
        states = self.net.numpy_start(len(words))
        machine_states = np.full(len(words), self.machine.start)
        for position, symbols in enumerate(table):
            read = np.maximum(symbols, 0)  # a word that has ended reads zeros
            states = self.step(states, read)
            right, machine_states = self.right(machine_states, read), self.machine_step(machine_states, read)
            _, wrong = self.judge(states, right, machine_states)
            first = wrong[(positions[wrong] < 0) & (symbols[wrong] >= 0)]
            positions[first] = position
        return positions

    def trace(self, word: Word) -> tuple[NDArray[np.floating], list[int]]:
        """The net's states `[D, T + 1]` on a word, the start first, and the machine's."""
        states = [self.start().states]
        for symbol in word:
            states.append(self.step(states[-1], np.array([symbol])))
        return np.concatenate(states, axis=1), self.machine.trace(word)

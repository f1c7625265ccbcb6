"""A net beside its machine over batches of columns, in numpy float32: every state follows the symbols and knows the right answer.

Nothing here decides: float32 sums in another order may differ in the last bits, so a wrong answer found here is only a suspicion
until `replay` repeats it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.machines import Machine
from anylength.nets import Net
from anylength.ops import numpy_arrays
from anylength.verification.refutation.words import Nodes, Word

COLUMNS = 1 << 15
"""At most so many columns are stepped at once: a few milliseconds, so that a deadline is kept."""


@dataclass(frozen=True)
class Front:
    """States that words lead to.

    Attributes:
        states: `[D, B]` float32.
        at: `[B]` the machine's states.
        nodes: `[B]` the words, as nodes of a tree.
    """

    states: NDArray[np.float32]
    at: NDArray[np.int64]
    nodes: Nodes

    def __len__(self) -> int:
        return len(self.at)

    def take(self, columns: NDArray[np.integer] | NDArray[np.bool_] | slice) -> "Front":
        """Some of the columns."""
        return Front(self.states[:, columns], self.at[columns], self.nodes[columns])


def joined(fronts: Sequence[Front]) -> Front:
    """All columns of one front or more."""
    return Front(
        np.concatenate([front.states for front in fronts], axis=1),
        np.concatenate([front.at for front in fronts]),
        np.concatenate([front.nodes for front in fronts]),
    )


@dataclass(frozen=True)
class Children:
    """What the states of a front become under every symbol: column s·B + b is column b after symbol s.

    Attributes:
        states: `[D, A·B]` float32.
        at: `[A·B]` the machine's states.
        lead: `[A·B]` how far the right logit is above the best wrong one.
        wrong: The columns that are answered wrongly, the smallest lead first.
    """

    states: NDArray[np.float32]
    at: NDArray[np.int64]
    lead: NDArray[np.float32]
    wrong: NDArray[np.int64]


class Simulator:
    """The net and the machine, batched.

    Raises:
        ValueError: They read different alphabets.
    """

    def __init__(self, net: Net, machine: Machine) -> None:
        if net.base**net.tapes != machine.symbols:
            raise ValueError(f"the net reads {net.base**net.tapes} symbols, the machine {machine.symbols}")
        self.net: Net = jax.tree.map(lambda leaf: np.asarray(leaf, np.float32), net)
        self.machine = machine
        self.symbols = machine.symbols
        self._delta, self._output = np.asarray(machine.delta, np.int64), np.asarray(machine.output, np.int64)
        digits = np.arange(self.symbols) // net.base ** np.arange(net.tapes)[:, None] % net.base
        self._alphabet = np.concatenate([np.eye(net.base, dtype=np.float32)[:, row] for row in digits])

    def start(self) -> Front:
        """The start state as a front of one column."""
        states = np.zeros((self.net.cell.state_size, 1), np.float32)
        return Front(states, np.array([self.machine.start]), np.zeros(1, np.int64))

    def step(self, states: NDArray[np.float32], symbols: NDArray[np.integer]) -> NDArray[np.float32]:
        """States `[D, B]` after one symbol each `[B]`."""
        with np.errstate(all="ignore"):
            return self.net.cell.step(numpy_arrays, self._alphabet[:, symbols], states)

    def after(self, at: NDArray[np.int64], symbols: NDArray[np.integer]) -> NDArray[np.int64]:
        """The machine's states `[B]` after one symbol each."""
        return self._delta[at, symbols]

    def children(self, front: Front) -> Children:
        """All states after one more symbol."""
        symbols = np.repeat(np.arange(self.symbols), len(front))
        states = self.step(np.tile(front.states, self.symbols), symbols)
        lead, wrong = self.judged(states, self._output[front.at].T.ravel())
        return Children(states, self._delta[front.at].T.ravel(), lead, wrong)

    def chunks(self, front: Front) -> Iterator[tuple[Front, Children]]:
        """The children of a large front, a bounded number of columns at a time, each with the part of the front they come from."""
        size = max(1, COLUMNS // self.symbols)
        for first in range(0, len(front), size):
            part = front.take(slice(first, first + size))
            yield part, self.children(part)

    def judged(self, states: NDArray[np.float32], right: NDArray[np.integer]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The lead `[B]` of the right class over all others, and the columns where another one is answered."""
        with np.errstate(all="ignore"):
            logits = numpy_arrays.matmul(self.net.weight, states[: self.net.hidden]) + self.net.bias[:, None]
            missing = self.machine.classes - len(logits)
            if missing > 0:
                logits = np.pad(logits, ((0, missing), (0, 0)), constant_values=-np.inf)
            columns = np.arange(len(right))
            own = logits[right, columns]
            logits[right, columns] = -np.inf
            lead = own - logits.max(axis=0)
        doubtful = np.flatnonzero(~(lead > 0))
        if len(doubtful):
            answered = logits[:, doubtful]
            answered[right[doubtful], np.arange(len(doubtful))] = own[doubtful]
            doubtful = doubtful[answered.argmax(axis=0) != right[doubtful]]
        return lead, doubtful[np.argsort(lead[doubtful], kind="stable")]

    def first_wrong(self, words: Sequence[Word]) -> NDArray[np.int64]:
        """For each of the words the position `[B]` of its first wrong answer, or −1."""
        steps = max(map(len, words))
        table = np.full((steps, len(words)), -1)
        for column, word in enumerate(words):
            table[: len(word), column] = word
        found = np.full(len(words), -1)
        states, at = np.zeros((self.net.cell.state_size, len(words)), np.float32), np.full(len(words), self.machine.start)
        for t, symbols in enumerate(table):
            symbol = np.maximum(symbols, 0)
            states = self.step(states, symbol)
            _, wrong = self.judged(states, self._output[at, symbol])
            at = self._delta[at, symbol]
            fresh = wrong[(found[wrong] < 0) & (symbols[wrong] >= 0)]
            found[fresh] = t
        return found

    def along(self, word: Word) -> tuple[NDArray[np.float32], list[int]]:
        """The states `[D, T + 1]` on a word, the start first, and the machine's."""
        states = [self.start().states]
        for symbol in word:
            states.append(self.step(states[-1], np.array([symbol])))
        return np.concatenate(states, axis=1), self.machine.trace(word)


@cache
def _factors(size: int) -> NDArray[np.int64]:
    """Odd numbers of 62 bits, always the same."""
    return np.random.default_rng(7).integers(1, 2**62, size, dtype=np.int64) | 1


def cells(states: NDArray[np.float32], at: NDArray[np.int64], width: float) -> NDArray[np.int64]:
    """A 64-bit key `[B]` of (machine state, grid cell of this width) for each column."""
    factors = _factors(len(states) + 1)
    with np.errstate(all="ignore"):
        grid = np.floor(states * np.float32(1 / width)).astype(np.int64)
        return (grid * factors[:-1, None]).sum(axis=0) + at * factors[-1]


class Seen:
    """A growing set of keys."""

    def __init__(self) -> None:
        self._keys = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    def fresh(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The columns, in order, whose keys have not come before, the first column of each key; the keys are then seen."""
        unique, first = np.unique(keys, return_index=True)
        if len(self._keys):
            place = np.minimum(np.searchsorted(self._keys, unique), len(self._keys) - 1)
            new = self._keys[place] != unique
            unique, first = unique[new], first[new]
        self._keys = np.sort(np.concatenate([self._keys, unique]), kind="stable")
        return np.sort(first)

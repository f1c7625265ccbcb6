"""The observation table of an active learner of Mealy machines (L*: Angluin 1987; Shahbaz & Groz 2009).

Rows are words: an access string for each state found so far, and each access string followed by each symbol. Columns are suffixes.
An entry holds the net's outputs along the suffix, run from the net's state after the row's word. Rows that differ belong to
different states. New suffixes come from counterexamples by the method of Rivest & Schapire (1993), so the rows of two access
strings always differ.
"""

import numpy as np
from numpy.typing import NDArray

from anylength.base import OUTPUT
from anylength.extraction.batched_net import BatchedNet, States, Word
from anylength.rules import Machine


class ObservationTable:
    """The observation table of a net.

    Attributes:
        net: The net.
        max_states: Most states that are told apart.
        access_strings: For each state found, a word that leads to it; the empty word for the start state comes first.
        states: `[D, Q]` the net's states after the access strings.
        full: Whether there are more states than `max_states`. A row of such a state counts as the most similar known row.
    """

    def __init__(self, net: BatchedNet, max_states: int) -> None:
        self.net, self.max_states, self.full = net, max_states, False
        self.access_strings: list[Word] = [()]
        self.states = net.start()
        self._rows = np.zeros((1, 0), OUTPUT)
        self._successors = np.zeros((len(self.states), 0), np.float32)  # [D, Q·S], state by state
        self._outputs = np.zeros(0, OUTPUT)  # [Q·S], the outputs on the way to the successors
        self._successor_rows = np.zeros((0, 0), OUTPUT)
        self._suffixes: list[Word] = []
        self._close()

    def add_suffix(self, suffix: Word) -> bool:
        """Adds a column and closes the table. Returns whether it found new states."""
        before = len(self.access_strings)
        self._rows = np.concatenate([self._rows, self.net.outputs(self.states, suffix).T], axis=1)
        self._successor_rows = np.concatenate([self._successor_rows, self.net.outputs(self._successors, suffix).T], axis=1)
        self._suffixes.append(suffix)
        self._close()
        return len(self.access_strings) > before

    def hypothesis(self) -> Machine:
        """The machine of the table: one state for each access string, in the same order."""
        shape = len(self.access_strings), self.net.symbols
        state_of = {row.tobytes(): q for q, row in enumerate(self._rows)}
        delta = [state_of[row.tobytes()] if row.tobytes() in state_of else self._most_similar(row) for row in self._successor_rows]
        return Machine(0, _as_tuples(np.reshape(delta, shape)), _as_tuples(self._outputs.reshape(shape)))

    def _most_similar(self, row: NDArray[OUTPUT]) -> int:
        """The state whose row has most entries in common with `row`."""
        return int((self._rows == row).sum(axis=1).argmax())

    def _close(self) -> None:
        """Closes the table: every successor's row gets an access string, up to `max_states`."""
        known = {row.tobytes() for row in self._rows}
        self._add_successors()
        index = 0
        while index < len(self._successor_rows):
            row = self._successor_rows[index]
            if row.tobytes() not in known:
                if len(self.access_strings) == self.max_states:
                    self.full = True
                    return
                known.add(row.tobytes())
                self._promote(index)
                self._add_successors()
            index += 1

    def _promote(self, successor: int) -> None:
        """Makes a successor a state of the table."""
        state, symbol = divmod(successor, self.net.symbols)
        self.access_strings.append((*self.access_strings[state], symbol))
        self.states = np.concatenate([self.states, self._successors[:, [successor]]], axis=1)
        self._rows = np.concatenate([self._rows, self._successor_rows[[successor]]])

    def _add_successors(self) -> None:
        """Adds the successors, under every symbol, of the states that have none yet."""
        fresh = self.states[:, self._successors.shape[1] // self.net.symbols :]
        successors, outputs = self.net.step(*_with_every_symbol(fresh, self.net.symbols))
        rows = [self.net.outputs(successors, suffix).T for suffix in self._suffixes]
        entries = np.concatenate(rows, axis=1) if rows else np.zeros((len(outputs), 0), OUTPUT)
        self._successors = np.concatenate([self._successors, successors], axis=1)
        self._outputs = np.concatenate([self._outputs, outputs])
        self._successor_rows = np.concatenate([self._successor_rows, entries])


def distinguishing_suffix(table: ObservationTable, hypothesis: Machine, counterexample: Word) -> Word | None:
    """A suffix of the counterexample that distinguishes two rows of one state, found by binary search (Rivest & Schapire 1993).

    None if the net, run from its states in the table, outputs what the hypothesis does. Then rounding in the last bits decides.
    """
    path, expected = hypothesis.trace(counterexample), hypothesis.run(counterexample)[-1]

    def is_wrong(cut: int) -> bool:
        """Whether the last output is wrong if the net starts at position `cut`, in its state for the hypothesis' state there."""
        return int(table.net.outputs(table.states[:, [path[cut]]], counterexample[cut:])[-1, 0]) != expected

    low, high = 0, len(counterexample) - 1
    if high < 1 or not is_wrong(low):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_wrong(middle) else (low, middle)
    return counterexample[high:]


def _as_tuples(table: NDArray[np.integer]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in table.tolist())


def _with_every_symbol(states: States, symbols: int) -> tuple[States, NDArray[np.int64]]:
    """Each column repeated once for every symbol, and the symbols: `[D, Q·S]` and `[Q·S]`, state by state."""
    count = states.shape[1]
    return np.repeat(states, symbols, axis=1), np.tile(np.arange(symbols), count)

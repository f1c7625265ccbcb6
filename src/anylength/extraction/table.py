"""The table of an active learner of Mealy machines (Angluin 1987; Shahbaz & Groz 2009), the net's states beside its words.

Rows are words: one for each state told apart so far, and each of those followed by every symbol. Columns are suffixes: a row's
entries are the net's answers along each of them, run from the row's own state. Rows that differ are different states. New suffixes
come from counterexamples as Rivest & Schapire (1993) take them, so the rows of states always differ.
"""

import numpy as np
from numpy.typing import NDArray

from anylength.extraction.black_box import BlackBox, States, Word
from anylength.machines import Machine


class Table:
    """What is known of a net so far.

    Attributes:
        box: The net.
        limit: The most states that are told apart.
        words: For each state a word that leads to it, the start's first.
        states: `[D, Q]` where the net is after these words.
        full: Whether more states than the limit were seen: what is beyond it is then taken for the nearest known state.
    """

    def __init__(self, box: BlackBox, limit: int) -> None:
        self.box, self.limit, self.full = box, limit, False
        self.words: list[Word] = [()]
        self.states = box.start()
        self._rows = np.zeros((1, 0), np.uint8)
        self._after = np.zeros((len(self.states), 0), np.float32)
        self._said = np.zeros(0, np.uint8)
        self._after_rows = np.zeros((0, 0), np.uint8)
        self._suffixes: list[Word] = []
        self._close()

    def refine(self, suffix: Word) -> bool:
        """Adds a column, and all states that it tells apart. Whether there were any."""
        before = len(self.words)
        self._rows = np.concatenate([self._rows, self.box.said(self.states, suffix).T], axis=1)
        self._after_rows = np.concatenate([self._after_rows, self.box.said(self._after, suffix).T], axis=1)
        self._suffixes.append(suffix)
        self._close()
        return len(self.words) > before

    def hypothesis(self) -> Machine:
        """The machine of the table: one state for each that was told apart, in the order in which they were found."""
        shape = len(self.words), self.box.symbols
        known = {row.tobytes(): q for q, row in enumerate(self._rows)}
        delta = [known[row.tobytes()] if row.tobytes() in known else self._nearest(row) for row in self._after_rows]
        return Machine(0, _rows(np.reshape(delta, shape)), _rows(self._said.reshape(shape)))

    def _nearest(self, row: NDArray[np.uint8]) -> int:
        """The state that shares most answers with a row beyond the limit."""
        return int((self._rows == row).sum(axis=1).argmax())

    def _close(self) -> None:
        """Steps on from all states that are new, until no row behind one of them is new."""
        known = {row.tobytes() for row in self._rows}
        self._step_on()
        at = 0
        while at < len(self._after_rows):
            row = self._after_rows[at]
            if row.tobytes() not in known:
                if len(self.words) == self.limit:
                    self.full = True
                    return
                known.add(row.tobytes())
                self._promote(at)
                self._step_on()
            at += 1

    def _promote(self, at: int) -> None:
        """The row `at` behind a state becomes a state."""
        self.words.append((*self.words[at // self.box.symbols], at % self.box.symbols))
        self.states = np.concatenate([self.states, self._after[:, [at]]], axis=1)
        self._rows = np.concatenate([self._rows, self._after_rows[[at]]])

    def _step_on(self) -> None:
        """Every symbol after the states that have not been followed yet."""
        fresh = self.states[:, self._after.shape[1] // self.box.symbols :]
        after, said = self.box.step(*_under_every_symbol(fresh, self.box.symbols))
        rows = [self.box.said(after, suffix).T for suffix in self._suffixes]
        entries = np.concatenate(rows, axis=1) if rows else np.zeros((len(said), 0), np.uint8)
        self._after = np.concatenate([self._after, after], axis=1)
        self._said = np.concatenate([self._said, said])
        self._after_rows = np.concatenate([self._after_rows, entries])


def _rows(table: NDArray[np.integer]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in table.tolist())


def _under_every_symbol(states: States, symbols: int) -> tuple[States, NDArray[np.int64]]:
    """Each column as often as there are symbols, state by state, and the symbols."""
    count = states.shape[1]
    return np.repeat(states, symbols, axis=1), np.tile(np.arange(symbols), count)


def telling_suffix(table: Table, machine: Machine, word: Word) -> Word | None:
    """A suffix of a wrong word that tells two rows of one state apart, found by halving (Rivest & Schapire 1993).

    None where the net, run from the states in the table, answers as the machine does: then the last bits of a sum decide.
    """
    at, right = machine.trace(word), machine.run(word)[-1]

    def wrong(cut: int) -> bool:
        """Whether the last answer is wrong when the word is entered at `cut` from the machine's state there."""
        return int(table.box.said(table.states[:, [at[cut]]], word[cut:])[-1, 0]) != right

    low, high = 0, len(word) - 1
    if high < 1 or not wrong(low):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if wrong(middle) else (low, middle)
    return word[high:]

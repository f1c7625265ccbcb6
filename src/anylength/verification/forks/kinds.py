"""Kinds of words: the machine's state after a word, and its last symbol. A step leads from a kind to a kind."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anylength.machines import Machine

NOTHING = -1
"""The last symbol of the empty word."""


class Kinds:
    """The kinds of a machine's words, by number. The first one is that of the empty word.

    Attributes:
        machine: The machine.
        pairs: State and last symbol of each kind.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.pairs = [(machine.start, NOTHING)]
        known = {self.pairs[0]}
        for state, _ in self.pairs:
            for symbol in range(machine.symbols):
                pair = machine.delta[state][symbol], symbol
                if pair not in known:
                    known.add(pair)
                    self.pairs.append(pair)

    @cached_property
    def states(self) -> NDArray[np.int64]:
        """The machine's state of each kind."""
        return np.array([state for state, _ in self.pairs])

    @cached_property
    def after(self) -> NDArray[np.int64]:
        """The kind `[kinds, A]` after each symbol."""
        number = {pair: place for place, pair in enumerate(self.pairs)}
        delta, symbols = self.machine.delta, range(self.machine.symbols)
        return np.array([[number[delta[state][symbol], symbol] for symbol in symbols] for state, _ in self.pairs])

    @cached_property
    def output(self) -> NDArray[np.int64]:
        """The machine's output `[kinds, A]` to each symbol."""
        return np.array([self.machine.output[state] for state, _ in self.pairs])

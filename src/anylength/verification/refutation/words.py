"""Words as a growing tree of parent pointers: millions of words at the cost of three integers each."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Word: TypeAlias = tuple[int, ...]
"""Symbols, least significant first."""

Nodes: TypeAlias = NDArray[np.int64]
"""Nodes of a `WordTree`, `[B]`."""

FIRST_CAPACITY = 1024
"""Nodes that a new tree has room for. The tree at least doubles when it is full."""


class WordTree:
    """All words tried so far. Node 0 is the empty word; every other node is its parent's word followed by one symbol."""

    def __init__(self) -> None:
        self._parent = np.zeros(FIRST_CAPACITY, np.int64)
        self._symbol = np.zeros(FIRST_CAPACITY, np.int64)
        self._length = np.zeros(FIRST_CAPACITY, np.int64)
        self._size = 1

    def extend(self, parents: Nodes, symbols: NDArray[np.integer]) -> Nodes:
        """New nodes `[B]`: the words of `parents` `[B]`, each followed by its symbol `[B]`."""
        first, self._size = self._size, self._size + len(parents)
        if self._size > len(self._parent):
            more = max(self._size - len(self._parent), len(self._parent))
            self._parent, self._symbol, self._length = (np.pad(a, (0, more)) for a in (self._parent, self._symbol, self._length))
        self._parent[first : self._size] = parents
        self._symbol[first : self._size] = symbols
        self._length[first : self._size] = self._length[parents] + 1
        return np.arange(first, self._size)

    def add(self, word: Sequence[int]) -> int:
        """The node of a new word."""
        node = 0
        for symbol in word:
            node = int(self.extend(np.array([node]), np.array([symbol]))[0])
        return node

    def lengths(self, nodes: Nodes) -> NDArray[np.int64]:
        """The lengths `[B]` of the nodes' words."""
        return self._length[nodes]

    def word(self, node: int, *more: int) -> Word:
        """The word of a node, followed by `more`."""
        symbols = list(more[::-1])
        while node:
            symbols.append(int(self._symbol[node]))
            node = int(self._parent[node])
        return tuple(symbols[::-1])

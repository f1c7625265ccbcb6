"""A net as a transducer whose state can be kept and set: steps and answers over columns of states, in numpy float32.

Columns are worked on in blocks, so that memory stays bounded. Sums of float32 may end in other last bits than those of JAX: what is
said of a net by these answers is replayed where it matters.
"""

from collections.abc import Iterator

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net, encoded_alphabet
from anylength.ops import numpy_arrays

COLUMNS = 1 << 14
"""At most so many columns are stepped at once."""

States = NDArray[np.float32]
Word = tuple[int, ...]


class BlackBox:
    """The net, batched over states."""

    def __init__(self, net: Net) -> None:
        self.net: Net = jax.tree.map(lambda leaf: np.asarray(leaf, np.float32), net)
        self.symbols = net.base**net.tapes
        self._alphabet = encoded_alphabet(net).astype(np.float32)

    @property
    def products(self) -> int:
        """About how many products of two numbers a step of one column takes."""
        return sum(int(np.prod(leaf.shape)) for leaf in jax.tree.leaves(self.net))

    def start(self) -> States:
        """The start state as one column `[D, 1]`."""
        return np.zeros((self.net.cell.state_size, 1), np.float32)

    def step(self, states: States, symbols: NDArray[np.integer]) -> tuple[States, NDArray[np.uint8]]:
        """States `[D, B]` and answers `[B]` after one symbol each `[B]`."""
        after, said = np.empty_like(states), np.empty(states.shape[1], np.uint8)
        for part in blocks(states.shape[1]):
            with np.errstate(all="ignore"):
                after[:, part] = self.net.cell.step(numpy_arrays, self._alphabet[:, symbols[part]], states[:, part])
                said[part] = self.net.readout(after[:, part], numpy_arrays).argmax(axis=0)
        return after, said

    def said(self, states: States, word: Word) -> NDArray[np.uint8]:
        """The answers `[T, B]` on one word from every column `[D, B]`."""
        said = np.empty((len(word), states.shape[1]), np.uint8)
        for t, symbol in enumerate(word):
            states, said[t] = self.step(states, np.full(states.shape[1], symbol))
        return said


def blocks(columns: int) -> Iterator[slice]:
    """Slices of at most `COLUMNS` that make up all columns."""
    for first in range(0, columns, COLUMNS):
        yield slice(first, min(first + COLUMNS, columns))

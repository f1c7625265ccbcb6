"""A net as a transducer whose state is visible: steps and outputs over columns of states, in numpy float32.

Columns are processed in blocks, so that memory stays bounded. Sums may differ from JAX's in their last bits. Where that matters,
the caller runs the net itself on the word in question.
"""

from collections.abc import Iterator

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.base import OUTPUT
from anylength.nets import Net, encoded_alphabet
from anylength.ops.arrays import numpy_arrays

COLUMNS = 1 << 14
"""Most columns in one block. More columns need more memory and save no time once the matrix products dominate."""

States = NDArray[np.float32]
Word = tuple[int, ...]


class BatchedNet:
    """A net batched over states.

    Attributes:
        net: The net, its weights as float32 numpy arrays.
        symbols: The size of its alphabet.
    """

    def __init__(self, net: Net) -> None:
        self.net: Net = jax.tree.map(lambda leaf: np.asarray(leaf, np.float32), net)
        self.symbols = net.base**net.tapes
        self._alphabet = encoded_alphabet(net).astype(np.float32)

    @property
    def multiplications(self) -> int:
        """Approximate number of multiplications in a step of one column: the number of weights."""
        return sum(int(np.prod(leaf.shape)) for leaf in jax.tree.leaves(self.net))

    def start(self) -> States:
        """The start state as one column `[D, 1]`."""
        return self.net.numpy_start(1)

    def step(self, states: States, symbols: NDArray[np.integer]) -> tuple[States, NDArray[OUTPUT]]:
        """The states `[D, B]` and outputs `[B]` after one symbol for each column: `states` is `[D, B]`, `symbols` `[B]`."""
        after, outputs = np.empty_like(states), np.empty(states.shape[1], OUTPUT)
        for block in column_blocks(states.shape[1]):
            with np.errstate(all="ignore"):
                after[:, block] = self.net.cell.step(numpy_arrays, self._alphabet[:, symbols[block]], states[:, block])
                outputs[block] = self.net.readout(after[:, block], numpy_arrays).argmax(axis=0)
        return after, outputs

    def outputs(self, states: States, word: Word) -> NDArray[OUTPUT]:
        """The outputs `[T, B]` along one word from every column of `states` `[D, B]`."""
        outputs = np.empty((len(word), states.shape[1]), OUTPUT)
        for t, symbol in enumerate(word):
            states, outputs[t] = self.step(states, np.full(states.shape[1], symbol))
        return outputs


def column_blocks(columns: int) -> Iterator[slice]:
    """Slices of at most `COLUMNS` columns that cover all columns."""
    for first in range(0, columns, COLUMNS):
        yield slice(first, min(first + COLUMNS, columns))

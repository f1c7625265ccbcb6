"""Words through a net in numpy, many at once and quickly: nothing is compiled, and a word that has ended costs no more."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from anylength._types import Symbols
from anylength.nets import Net, encoded_alphabet
from anylength.ops import numpy_arrays

States = NDArray[np.floating]


def walk(net: Net, symbols: Symbols, ends: NDArray[np.integer]) -> Iterator[States]:
    """The states `[D, n]` after each step, in the float type of the net's weights.

    Args:
        net: The net, its tensors as numpy arrays.
        symbols: Words `[T, B]`, the longest first.
        ends: Steps of each of them `[B]`, falling: the n words that are not over yet are the first n.
    """
    alphabet = encoded_alphabet(net).astype(net.weight.dtype)
    state = np.zeros((net.cell.state_size, symbols.shape[1]), alphabet.dtype)
    for t in range(int(ends.max(initial=0))):
        width = int((ends > t).sum())
        state = net.cell.step(numpy_arrays, alphabet[:, symbols[t, :width]], state[:, :width])
        yield state


def last_states(net: Net, symbols: Symbols, ends: NDArray[np.integer]) -> States:
    """The state `[D, B]` in which each word ends; of an empty word the start."""
    found = np.zeros((net.cell.state_size, symbols.shape[1]), np.asarray(net.weight).dtype)
    for state in walk(net, symbols, ends):
        found[:, : state.shape[1]] = state
    return found


def padded(words: list[list[int]], steps: int = 0) -> tuple[Symbols, NDArray[np.int64]]:
    """Words as columns `[T, B]` with zeros after them, and their lengths `[B]`; the longest first, T at least `steps`."""
    words = sorted(words, key=len, reverse=True)
    ends = np.array([len(word) for word in words], np.int64)
    symbols = np.zeros((max(steps, int(ends.max(initial=0))), len(words)), np.uint16)
    for column, word in enumerate(words):
        symbols[: len(word), column] = word
    return symbols, ends

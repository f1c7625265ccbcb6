"""The states of a net along many words at once, in numpy. Nothing is compiled, and a word that has ended costs nothing more."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from anylength._types import Symbols
from anylength.nets import Net, encoded_alphabet
from anylength.ops import numpy_arrays

FloatStates = NDArray[np.floating]


def states_of_words(net: Net, symbols: Symbols, ends: NDArray[np.integer]) -> Iterator[FloatStates]:
    """The states `[D, n]` after each step, in the float type of the net's weights.

    Args:
        net: The net, its tensors as numpy arrays.
        symbols: Words `[T, B]`, the longest first.
        ends: Number of steps of each word `[B]`, falling. The n words that have not ended are the first n.
    """
    alphabet = encoded_alphabet(net).astype(net.weight.dtype)
    state = net.numpy_start(symbols.shape[1])
    for t in range(int(ends.max(initial=0))):
        width = int((ends > t).sum())
        state = net.cell.step(numpy_arrays, alphabet[:, symbols[t, :width]], state[:, :width])
        yield state


def last_states(net: Net, symbols: Symbols, ends: NDArray[np.integer]) -> FloatStates:
    """The last state `[D, B]` of each word. For an empty word it is the start state."""
    last = net.numpy_start(symbols.shape[1])
    for state in states_of_words(net, symbols, ends):
        last[:, : state.shape[1]] = state
    return last


def padded(words: list[list[int]]) -> tuple[Symbols, NDArray[np.int64]]:
    """Words as columns `[T, B]` with zeros after them, the longest first, and their lengths `[B]`."""
    words = sorted(words, key=len, reverse=True)
    ends = np.array([len(word) for word in words], np.int64)
    symbols = np.zeros((int(ends.max(initial=0)), len(words)), np.uint16)
    for column, word in enumerate(words):
        symbols[: len(word), column] = word
    return symbols, ends

"""Draws words of given lengths that an acceptor accepts, as FLaRe does (Butoi et al. 2024, arXiv 2411.07107).

A word is a random walk. At each state the walk takes, with equal probability, each symbol that can still lead to an accepted word,
and its end if the word so far is accepted. The walk is conditioned on its length.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from anylength.machines import Machine

ACCEPT = 1
"""The output class that accepts."""


class AcceptedWords:
    """The words of up to `max_length` symbols that an acceptor accepts.

    A state of the walk is a state of the machine with the last output: 2q + output. `_chances[k]` holds for each of them the
    probability that the walk ends after exactly k more symbols, up to a factor that is the same for all.
    """

    def __init__(self, machine: Machine, max_length: int) -> None:
        delta, output = np.asarray(machine.delta), np.asarray(machine.output)
        self._start = 2 * machine.start
        self._after = np.repeat(2 * delta + output, 2, axis=0)
        accepting = np.arange(2 * machine.states) % 2 == ACCEPT
        self._useful = _leading_to(accepting, self._after)[self._after]
        weight = 1.0 / np.maximum(1, self._useful.sum(axis=1) + accepting)
        chances = np.zeros((max_length + 1, len(accepting)))
        chances[0] = accepting * weight
        for length in range(1, max_length + 1):
            chances[length] = weight * (self._useful * chances[length - 1][self._after]).sum(axis=1)
            chances[length] /= chances[length].max() or 1.0
        self._chances = chances

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The lengths from 1 on that have an accepted word."""
        return np.flatnonzero(self._chances[1:, self._start] > 0) + 1

    def draw(self, rng: np.random.Generator, lengths: NDArray[np.int64]) -> list[list[int]]:
        """A word of each of the lengths `[N]`, which must be of `lengths`."""
        state, rows = np.full(len(lengths), self._start), np.arange(len(lengths))
        words = np.zeros((len(lengths), int(lengths.max(initial=0))), np.int64)
        for step in range(words.shape[1]):
            left = np.maximum(lengths - step - 1, 0)
            chances = self._useful[state] * self._chances[left[:, None], self._after[state]]
            sums = chances.cumsum(axis=1)
            drawn = (sums <= (rng.random(len(lengths)) * sums[:, -1])[:, None]).sum(axis=1)
            words[:, step] = np.minimum(drawn, self._after.shape[1] - 1)
            state = np.where(step < lengths, self._after[state, words[rows, step]], state)
        return [word[:length].tolist() for word, length in zip(words, lengths, strict=True)]


@lru_cache(16)
def accepted_words(machine: Machine, max_length: int) -> AcceptedWords:
    """The accepted words of a machine, kept for the next call."""
    return AcceptedWords(machine, max_length)


def _leading_to(accepting: NDArray[np.bool_], after: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The states from which an accepting one can be reached, these included."""
    found = accepting
    while True:
        more = found | found[after].any(axis=1)
        if (more == found).all():
            return found
        found = more

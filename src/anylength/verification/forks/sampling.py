"""States that a net comes to, after words of all kinds of runs: the nodes of a cover are to hold them."""

import numpy as np
from numpy.typing import NDArray

from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.forks.kinds import Kinds

WORDS, STEPS, EVERY, EARLY = 4_000, 110, 3, 6
"""Words, their length, and after how many steps their states are looked at; after each of the first ones, too."""

STAYING = (0.5, 0.8, 0.93, 0.98)
"""How likely a word is to repeat what it repeats once more: runs are from two symbols long to fifty."""

LIKING = (0.3, 1.0, 3.0, 8.0)
"""How much more a word likes some symbols than others."""

LONGEST_PERIOD = 3
"""What a word repeats has up to so many symbols."""


def sampled_states(problem: Problem, kinds: Kinds, seed: int) -> tuple[Array, NDArray[np.int64]]:
    """States `[n, D]`, and the kinds of their words."""
    rng, symbols = np.random.default_rng(seed), problem.machine.symbols
    liked = rng.random((WORDS, symbols)) ** rng.choice(LIKING, (WORDS, 1))
    staying = rng.choice(STAYING, WORDS)
    repeated, period = np.zeros((WORDS, LONGEST_PERIOD), np.int64), np.ones(WORDS, np.int64)
    states, kind, found = np.repeat(problem.own_start[:, None], WORDS, 1), np.zeros(WORDS, np.int64), []
    for step in range(STEPS):
        anew = (rng.random(WORDS) > staying) | (step == 0)
        weights = liked[anew][:, None, :] * rng.random((anew.sum(), LONGEST_PERIOD, symbols))
        repeated[anew], period[anew] = weights.argmax(2), rng.choice([1, 1, 2, 3], anew.sum())
        read = repeated[np.arange(WORDS), step % period]
        states, kind = problem.step(states, read), kinds.after[kind, read]
        if step < EARLY or step % EVERY == EVERY - 1:
            found.append((states.T, kind))
    return np.concatenate([each for each, _ in found]), np.concatenate([each for _, each in found])

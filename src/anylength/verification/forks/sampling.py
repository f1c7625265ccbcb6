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

LONG_RUNS, LENGTHS, AFTER, LOOKED_AT = 1_500, (20, 300), 24, 0.15
"""Further words go on with one long run each, of a length between these two, and with so many symbols by chance. A state of a run
is looked at with this probability, its last ones and those after it always."""

States = tuple[Array, NDArray[np.int64]]
"""States `[n, D]`, and the kinds of their words."""


def sampled_states(problem: Problem, kinds: Kinds, seed: int) -> States:
    """States `[n, D]`, and the kinds of their words.

    A net that forgets slowly takes hundreds of steps of a run to come to where the run ends, and what comes then lies elsewhere,
    too (decision 0090).
    """
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
    found.append(_long_runs(problem, kinds, *_joined(found), rng))
    return _joined(found)


def _joined(found: list[States]) -> States:
    return np.concatenate([each for each, _ in found]), np.concatenate([each for _, each in found])


def _long_runs(problem: Problem, kinds: Kinds, states: Array, kind: NDArray[np.int64], rng: np.random.Generator) -> States:
    """States of long runs from some of the states, and after them."""
    symbols, rows, each = problem.machine.symbols, rng.integers(len(states), size=LONG_RUNS), np.arange(LONG_RUNS)
    states, kind, found = states[rows].T, kind[rows], list[States]()
    repeated, period = rng.integers(symbols, size=(LONG_RUNS, LONGEST_PERIOD)), rng.choice([1, 1, 1, 2, 3], LONG_RUNS)
    length = np.exp(rng.uniform(np.log(LENGTHS[0]), np.log(LENGTHS[1]), LONG_RUNS)).astype(np.int64)
    for step in range(LENGTHS[1] + AFTER):
        in_run, goes_on = step < length, step < length + AFTER
        read = np.where(in_run, repeated[each, step % period], rng.integers(symbols, size=LONG_RUNS))
        states = np.where(goes_on, problem.step(states, read), states)
        kind = np.where(goes_on, kinds.after[kind, read], kind)
        looked = goes_on & ((step >= length - 2) | (rng.random(LONG_RUNS) < LOOKED_AT))
        found.append((states.T[looked], kind[looked]))
    return _joined(found)

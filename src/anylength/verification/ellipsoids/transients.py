"""Late starts: how long states from the start differ from those that the net comes back to, and one of the latter.

Contexts tell the last few symbols. Near a point that repels, states differ by more than these tell, for many steps: ellipsoids of
contexts would have to hold the way from the start, too. So the search begins elsewhere, and `arrival` covers that way.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.machines import Machine
from anylength.verification.ellipsoids.problem import Array, Problem

WORDS, STEPS = 400, 64
"""Words that are looked at from the start and from late states, and their length."""

FEW_SYMBOLS = (1, 2, 3)
"""Three of four words are of so few symbols: under these a state may stay where it is."""

TOLD, FAR, NEAR = 4, 10.0, 0.3
"""A start is late where states are farther from each other after the first number of steps than the second one, and until they are
nearer than the third one; in units of the deviation of late states."""

TINY = 1e-9
"""The least deviation."""


@dataclass(frozen=True)
class LateStart:
    """A late start.

    Attributes:
        state: `[D]` a state that a long word leads to, with the machine at its start.
        steps: How many steps states from the net's start take to come near to those from late ones.
    """

    state: Array
    steps: int


def late_start_of(problem: Problem) -> LateStart | None:
    """A late start; None where states from the net's start are soon near to late ones, or the machine does not come back there."""
    if not isinstance(problem.machine, Machine):
        return None
    rng = np.random.default_rng(0)
    late = _late_states(problem, rng)
    if not late.shape[1]:
        return None
    far = _distances(problem, late[:, rng.integers(late.shape[1], size=WORDS)], rng)
    near = np.flatnonzero(far > NEAR)
    if not np.isfinite(far).all() or far[TOLD] <= FAR or near[-1] == STEPS - 1:
        return None
    return LateStart(late[:, 0], int(near[-1]) + 1)


def _late_states(problem: Problem, rng: np.random.Generator) -> Array:
    """States `[D, n]` after long words that lead the machine back to its start."""
    words = _words(problem.machine.symbols, 4 * WORDS, rng)
    states, at = np.repeat(problem.own_start[:, None], words.shape[1], 1), np.full(words.shape[1], problem.machine.start)
    delta = np.asarray(problem.machine.delta)
    for symbols in words:
        states, at = problem.step(states, symbols), delta[at, symbols]
    return states[:, at == problem.machine.start]


def _distances(problem: Problem, late: Array, rng: np.random.Generator) -> Array:
    """The farthest that states from the start and from late ones are after each step of the same words `[STEPS]`, in deviations."""
    deviation = float(np.sqrt(((late - late.mean(1, keepdims=True)) ** 2).sum(0).mean()))
    states, far = np.repeat(problem.own_start[:, None], late.shape[1], 1), []
    for symbols in _words(problem.machine.symbols, late.shape[1], rng):
        states, late = problem.step(states, symbols), problem.step(late, symbols)
        far.append(np.linalg.norm(states - late, axis=0).max())
    return np.array(far) / max(deviation, TINY)


def _words(symbols: int, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Random words `[STEPS, count]`, most of few different symbols."""
    sizes = rng.choice([*(min(size, symbols) for size in FEW_SYMBOLS), symbols], count)
    return np.array([rng.choice(rng.permutation(symbols)[:size], STEPS) for size in sizes]).T

"""Where searches in a net's state space begin: states that words reach, and random ones in the box around them.

Most states are bounded by 1 in each coordinate, but an LSTM's c and a rectifier's h are not: there the box reaches half as far
again as random words did. Coordinates in which the map is linear need no more: Newton's method finds them in one step.
"""

from dataclasses import dataclass

import numpy as np

from anylength.dynamics.maps import HeldMap, States
from anylength.nets import encoded_alphabet
from anylength.ops import intervals, numpy_arrays
from anylength.ops.intervals import Interval

WORDS, WORD_STEPS = 32, 24
"""So many random words, of so many symbols."""
HELD_STEPS = 64
"""The symbol is then held for so many steps."""
FARTHEST = 1e6
"""States beyond this are on their way to infinity."""


@dataclass(frozen=True, eq=False)
class ReachableStates:
    """States that the net reaches.

    Attributes:
        words: `[D, N]`, while it reads random words.
        held: `[D, M]`, while the symbol is held after them or from the start; the last columns are the ends of these orbits.
        reach: `[D, 1]`, half the width of a box for random states.
    """

    words: States
    held: States
    reach: States

    def random(self, rng: np.random.Generator, count: int) -> States:
        """Random states of the box `[D, count]`."""
        return self.reach * rng.uniform(-1, 1, (len(self.reach), count))


def reachable_states(held: HeldMap, rng: np.random.Generator) -> ReachableStates:
    """Runs random words, then holds the symbol."""
    symbols = encoded_alphabet(held.net)
    states = np.zeros((held.size, WORDS))
    along, after = [], []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(WORD_STEPS):
            read = symbols[:, rng.integers(symbols.shape[1], size=WORDS)]
            states = held.net.cell.step(numpy_arrays, read, states)
            along.append(states)
        states = np.concatenate([held.start(), states], axis=1)
        for _ in range(HELD_STEPS):
            states = held.step(states)
            after.append(states)
    words, orbits = finite_columns(np.concatenate(along, axis=1)), finite_columns(np.concatenate(after, axis=1))
    far = np.abs(np.concatenate([held.start(), words, orbits], axis=1)).max(axis=1, keepdims=True)
    return ReachableStates(words, orbits, np.where(far <= 1, 1.0, 1.5 * far))


def state_limits(held: HeldMap) -> States:
    """How far coordinates `[D, 1]` can be from 0: 1, or `FARTHEST` where the net's equations do not say 1.

    A box is found that holds the start and that every symbol maps into itself, in interval arithmetic. States beyond it are none
    of the net's; a gated cell seems to have many fixed points there, where its gate is closed to the last bit.
    """
    symbols = Interval.exact(encoded_alphabet(held.net))
    far = np.ones((held.size, 1))
    while True:
        box = Interval.between(*(sign * far * np.ones((1, symbols.shape[1])) for sign in (-1, 1)))
        after = held.net.cell.step(intervals, symbols, box)
        leaves = ~(np.maximum(-after.low, after.high) <= 1 + 1e-9).all(axis=1, keepdims=True) & (far == 1)
        if not leaves.any():
            return far
        far = np.where(leaves, FARTHEST, far)


def finite_columns(states: States) -> States:
    """The columns that are neither NaN nor far away."""
    return states[:, (np.abs(states) < FARTHEST).all(axis=0)]

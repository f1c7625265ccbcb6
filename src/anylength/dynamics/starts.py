"""Where searches in a net's state space begin: states that words reach, and random states in a box around them.

Most states are bounded by 1 in each coordinate. An LSTM's c and a rectifier's h are not: there the box is larger than what random
words reach. Coordinates in which the map is linear need no larger box, because Newton's method solves them in one step.
"""

from dataclasses import dataclass

import numpy as np

from anylength.dynamics.maps import HeldMap, States
from anylength.nets import encoded_alphabet
from anylength.ops.arrays import numpy_arrays
from anylength.ops.intervals import Interval, intervals

WORDS = 32
"""Number of random words. More words give more different starts and cost linear time."""

HELD_STEPS = 64
"""Repetitions of the held symbol after each word. Most orbits are near an attractor by then."""

FARTHEST = 1e6
"""States with a larger coordinate are taken to diverge."""


@dataclass(frozen=True, eq=False)
class ReachableStates:
    """States that the net reaches.

    Attributes:
        words: `[D, N]`, states while the net reads random words.
        held: `[D, M]`, states while the symbol repeats after these words or from the start. The last columns are the ends.
        half_width: `[D, 1]`, half the width of the box for random states.
    """

    words: States
    held: States
    half_width: States

    def random(self, rng: np.random.Generator, count: int) -> States:
        """Random states of the box `[D, count]`."""
        return self.half_width * rng.uniform(-1, 1, (len(self.half_width), count))


def reachable_states(held_map: HeldMap, rng: np.random.Generator) -> ReachableStates:
    """Runs random words, then repeats the held symbol."""
    symbols = encoded_alphabet(held_map.net)
    states = np.zeros((held_map.size, WORDS))
    word_states, held_states = [], []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(24):
            read = symbols[:, rng.integers(symbols.shape[1], size=WORDS)]
            states = held_map.net.cell.step(numpy_arrays, read, states)
            word_states.append(states)
        states = np.concatenate([held_map.start(), states], axis=1)
        for _ in range(HELD_STEPS):
            states = held_map.step(states)
            held_states.append(states)
    words, held = finite_columns(np.concatenate(word_states, axis=1)), finite_columns(np.concatenate(held_states, axis=1))
    largest = np.abs(np.concatenate([held_map.start(), words, held], axis=1)).max(axis=1, keepdims=True)
    # where words leave [−1, 1], the box of random states is half as large again
    return ReachableStates(words, held, np.where(largest <= 1, 1.0, 1.5 * largest))


def state_limits(held_map: HeldMap) -> States:
    """The largest absolute value of each coordinate `[D, 1]`: 1, or `FARTHEST` where the net's equations do not imply 1.

    Interval arithmetic finds a box that contains the start and that every symbol maps into itself. The net never leaves this box.
    Outside it a gated cell seems to have many fixed points, because its gate is closed to the last bit (docs/design/dynamics.md).
    """
    symbols = Interval.exact(encoded_alphabet(held_map.net))
    limit = np.ones((held_map.size, 1))
    while True:
        box = Interval.between(*(sign * limit * np.ones((1, symbols.shape[1])) for sign in (-1, 1)))
        image = held_map.net.cell.step(intervals, symbols, box)
        # outward rounding moves a bound by about 1e-15
        leaves = ~(np.maximum(-image.low, image.high) <= 1 + 1e-9).all(axis=1, keepdims=True) & (limit == 1)
        if not leaves.any():
            return limit
        limit = np.where(leaves, FARTHEST, limit)


def finite_columns(states: States) -> States:
    """The columns whose coordinates are neither NaN nor as large as `FARTHEST`."""
    return states[:, (np.abs(states) < FARTHEST).all(axis=0)]

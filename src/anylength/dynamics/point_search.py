"""The search for all solutions of F^p(h) = h by Newton's method in rounds of starts, and when it ends.

The starts are random states, states that words reach, ends of orbits, and segments between points already found (a saddle lies
between two attractors). Rounds continue until two signs say that nothing is missing:

* Every point was found three times, and the average point a hundred times. The share of points that were found once estimates the
  probability that the next start finds a new one (Good 1953).
* The indices sign det(1 − D F^p) over all solutions add up to 1. They must if F maps a ball into itself and no eigenvalue is 1 (the
  fixed point theorem of Lefschetz). A sum of s means that at least |1 − s| points are missing.
"""

import numpy as np

from anylength.dynamics.distinct import distinct
from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.newton import image_and_jacobians, solutions
from anylength.dynamics.starts import WORDS, ReachableStates

MIN_HITS = 3
"""How often each point must be found before the search may end early."""

SEGMENTS = 24
"""Pairs of known points between which a round starts."""

SEGMENT_STARTS = 5
"""Starts on each segment."""

WORD_SHARE = 4
"""One start in this number is a state that words reach; the others are random."""


class PointSearch:
    """The search for all points of one F^p.

    Attributes:
        points: `[D, K]`, the points found so far; each round adds to them.
    """

    def __init__(self, held_map: HeldMap, period: int, known: States) -> None:
        self._held_map, self._period = held_map, period
        self.points, self._hits = known, np.full(known.shape[1], MIN_HITS)

    def run(self, states: ReachableStates, starts: int, rng: np.random.Generator) -> None:
        """Runs rounds of `starts` states until nothing seems to be missing."""
        quiet = 0
        # chaotic maps have hundreds of cycles, and some are missed even after 60 rounds (docs/design/dynamics.md)
        for number in range(60):
            known = self.points.shape[1]
            batch = [_starts(self._held_map, states, starts, rng), _segments(self.points, rng)]
            if number == 0:
                last_two_steps = 2 * (WORDS + 1)
                batch += [states.held[:, -last_two_steps:]]
            self._add(solutions(self._held_map, np.concatenate(batch, axis=1), self._period))
            quiet = 0 if self.points.shape[1] > known else quiet + 1
            # a linear map that keeps a part of the state has a continuum of points (DeltaNet)
            if self.points.shape[1] > 1000 or quiet == 8 or (number + 1 >= 3 and self._complete()):
                break

    def _add(self, solved: States) -> None:
        """Adds the new points among the solutions, and counts how often each point was found."""
        points, hits = distinct(np.concatenate([self.points, solved], axis=1))
        self._hits = hits - 1 + np.pad(self._hits, (0, len(hits) - len(self._hits)), constant_values=1)
        self.points = points

    def _complete(self) -> bool:
        """Whether every point was found often enough and the indices add up to 1."""
        if not self._hits.size or self._hits.min() < MIN_HITS or self._hits.mean() < 100:
            return False
        jacobians = image_and_jacobians(self._held_map, self.points, self._period)[1]
        signs = np.linalg.slogdet(np.eye(self._held_map.size) - jacobians)[0]
        return bool(signs.sum() == 1)


def _starts(held_map: HeldMap, states: ReachableStates, count: int, rng: np.random.Generator) -> States:
    """Random states of the box, a third each after no step, one step and a few steps, and some states that words reach."""
    random = states.random(rng, count - count // WORD_SHARE)
    third = random.shape[1] // 3
    with np.errstate(over="ignore", invalid="ignore"):
        moved = [
            held_map.step(random[:, :third]),
            held_map.steps(random[:, third : 2 * third], 6),
            random[:, 2 * third :],
        ]
    words = np.concatenate([states.words, states.held], axis=1)
    chosen = words[:, rng.integers(words.shape[1], size=count // WORD_SHARE)] if words.size else words
    return np.concatenate([*moved, chosen], axis=1)


def _segments(points: States, rng: np.random.Generator) -> States:
    """States on the segments between random pairs of points."""
    count = points.shape[1]
    if count < 2:
        return points
    pairs = rng.integers(count, size=(2, SEGMENTS))
    shares = (np.arange(SEGMENT_STARTS) + rng.uniform(size=(SEGMENTS, SEGMENT_STARTS))) / SEGMENT_STARTS
    ends = points[:, pairs]
    return (ends[:, 0, :, None] * (1 - shares) + ends[:, 1, :, None] * shares).reshape(len(points), -1)

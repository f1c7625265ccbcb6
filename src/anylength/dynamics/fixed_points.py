"""All fixed points and short cycles of a held symbol's map: attractors, saddles and repellers alike.

Newton's method on F^p(h) = h from many states: random ones, those that words reach, ends of orbits, and segments between points
already found (a saddle lies between two attractors). Rounds of starts go on until two signs say that nothing is missing:

* every point was met three times and the average one a hundred times (the share of points that were met once is how probable it is
  that the next start finds a new one; Good 1953);
* the indices sign det(1 − D F^p) over all solutions add up to 1, as they must where F maps a ball into itself and no eigenvalue is
  1 (the fixed point theorem of Lefschetz). A sum of s means that at least |1 − s| points are missing.

Neither is a proof that all were found; `index_sum` gives the second one. What is found is proved to exist, see `existence`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.cycle import Cycle, Unproved
from anylength.dynamics.directions import jacobian_around
from anylength.dynamics.existence import with_proof
from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.newton import image_and_jacobians, solutions
from anylength.dynamics.starts import WORDS, ReachableStates, reachable_states

STARTS = 96
"""States in a round."""
LONGEST = 4
"""The longest period looked for."""
FEWEST, ROUNDS, QUIET = 3, 60, 8
"""Rounds at least, rounds at most, and so many that found nothing new are the last; so is one whose signs are good."""
SELDOM, USUAL = 3, 100
"""How often every point is to be met, and the average one."""
SAME = 1e-7
"""States no farther apart in any coordinate are the same (relative to max(1, |h|))."""
SEGMENTS, SPLIT = 24, 5
"""Pairs of found points between which a round starts, and how many states on each segment."""


def cycles(held: HeldMap, *, starts: int = STARTS, seed: int = 0, longest: int = LONGEST, proofs: bool = True) -> list[Cycle]:
    """Every cycle found of every period up to the longest, each once, each with its proof.

    The order is that of the periods, then of the number of unstable directions, then of the states' coordinates.

    Args:
        held: The map.
        starts: States in a round of starts.
        seed: Of the random states and words.
        longest: The longest period.
        proofs: Whether to prove that they exist; without, every `proof` says that none was tried.
    """
    rng = np.random.default_rng([seed, held.symbol])
    states = reachable_states(held, rng)
    points = {period: np.zeros((held.size, 0)) for period in range(1, longest + 1)}
    for period in range(1, longest + 1):
        known = np.concatenate([points[d] for d in points if period % d == 0], axis=1)
        search = _Search(held, period, known)
        search.run(states, starts, rng)
        _sort_in(held, search.points[:, known.shape[1] :], period, points)
    found = [_cycle(held, orbit) for period in points for orbit in _orbits(held, points[period], period)]
    return _ordered([with_proof(held, cycle) for cycle in found] if proofs else found)


def index_sum(found: Sequence[Cycle], period: int = 1) -> int:
    """The indices of all points of F^period added up: 1 unless points are missing or degenerate, or F maps no ball into itself."""
    return sum(cycle.period * cycle.index(period) for cycle in found if period % cycle.period == 0)


class _Search:
    """The search for all points of one F^p. `points` `[D, K]` and how often each was met `[K]` grow with each round."""

    def __init__(self, held: HeldMap, period: int, known: States) -> None:
        self._held, self._period = held, period
        self.points, self._hits = known, np.full(known.shape[1], SELDOM)

    def run(self, states: ReachableStates, starts: int, rng: np.random.Generator) -> None:
        """Rounds of starts until nothing seems to be missing."""
        quiet = 0
        for number in range(ROUNDS):
            before = self.points.shape[1]
            batch = [_starts(self._held, states, starts, rng), _segments(self.points, rng)]
            if number == 0:
                batch += [states.held[:, -2 * WORDS - 2 :]]
            self._add(solutions(self._held, np.concatenate(batch, axis=1), self._period))
            quiet = 0 if self.points.shape[1] > before else quiet + 1
            if quiet == QUIET or (number + 1 >= FEWEST and self._complete()):
                break

    def _add(self, met: States) -> None:
        """Counts solutions, those of this search and new ones."""
        kept, hits = distinct(np.concatenate([self.points, met], axis=1))
        self._hits = hits - 1 + np.pad(self._hits, (0, len(hits) - len(self._hits)), constant_values=1)
        self.points = kept

    def _complete(self) -> bool:
        """Whether every point was met often enough and their indices add up to 1."""
        if not self._hits.size or self._hits.min() < SELDOM or self._hits.mean() < USUAL:
            return False
        jacobians = image_and_jacobians(self._held, self.points, self._period)[1]
        signs = np.linalg.slogdet(np.eye(self._held.size) - jacobians)[0]
        return bool(signs.sum() == 1)


def distinct(points: States, same: float = SAME) -> tuple[States, NDArray[np.int_]]:
    """The first of each group of like columns, in their order, and how many columns are in the group."""
    kept, counts, left = [], [], np.arange(points.shape[1])
    while left.size:
        first = points[:, left[:1]]
        like = np.abs(points[:, left] - first).max(axis=0) <= same * max(1.0, float(np.abs(first).max()))
        kept.append(left[0])
        counts.append(int(like.sum()))
        left = left[~like]
    return points[:, np.array(kept, int)], np.array(counts, int)


def _starts(held: HeldMap, states: ReachableStates, count: int, rng: np.random.Generator) -> States:
    """Random states of the box, a third of them after one plain step and a third after six, and some that words reach."""
    random = states.random(rng, count - count // 4)
    third = random.shape[1] // 3
    with np.errstate(over="ignore", invalid="ignore"):
        moved = [held.step(random[:, :third]), held.steps(random[:, third : 2 * third], 6), random[:, 2 * third :]]
    words = np.concatenate([states.words, states.held], axis=1)
    return np.concatenate([*moved, words[:, rng.integers(words.shape[1], size=count // 4)] if words.size else words], axis=1)


def _segments(points: States, rng: np.random.Generator) -> States:
    """States on the segments between random pairs of points."""
    count = points.shape[1]
    if count < 2:
        return points
    pairs = rng.integers(count, size=(2, SEGMENTS))
    at = (np.arange(SPLIT) + rng.uniform(size=(SEGMENTS, SPLIT))) / SPLIT
    ends = points[:, pairs]
    return (ends[:, 0, :, None] * (1 - at) + ends[:, 1, :, None] * at).reshape(len(points), -1)


def _sort_in(held: HeldMap, new: States, period: int, points: dict[int, States]) -> None:
    """Adds points of F^period to those of their minimal period."""
    for at in range(new.shape[1]):
        state = new[:, [at]]
        least = next(d for d in points if period % d == 0 and (d == period or _like(held.steps(state, d), state)))
        points[least] = np.concatenate([points[least], state], axis=1)


def _orbits(held: HeldMap, points: States, period: int) -> list[States]:
    """The cycles `[D, p]` through the points `[D, N]`, each once, beginning at its first point in the order of coordinates."""
    orbits: list[States] = []
    for at in range(points.shape[1]):
        state = points[:, [at]]
        if any(_like(orbit[:, [k]], state) for orbit in orbits for k in range(period)):
            continue
        along = [state]
        for _ in range(period - 1):
            along.append(held.step(along[-1]))
        first = min(range(period), key=lambda k: _key(along[k]))
        orbits.append(np.concatenate(along[first:] + along[:first], axis=1))
    return orbits


def _cycle(held: HeldMap, states: States) -> Cycle:
    values = np.linalg.eigvals(jacobian_around(held, states)).astype(np.complex128)
    order = np.lexsort((-values.imag, -values.real, -np.abs(values).round(12)))
    residual = np.abs(held.step(states) - np.roll(states, -1, axis=1)).max()
    return Cycle(states, values[order], float(residual), Unproved("no proof was tried"))


def _ordered(found: list[Cycle]) -> list[Cycle]:
    return sorted(found, key=lambda cycle: (cycle.period, cycle.unstable, _key(cycle.states[:, [0]])))


def _key(state: States) -> tuple[float, ...]:
    return tuple(state[:, 0].round(6))


def _like(one: States, other: States) -> bool:
    return bool(np.abs(one - other).max() <= SAME * max(1.0, float(np.abs(other).max())))

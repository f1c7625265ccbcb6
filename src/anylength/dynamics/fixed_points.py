"""All fixed points and short cycles of the map of a held symbol: attractors, saddles and repellers alike.

`point_search` finds the solutions of F^p(h) = h for each period p. Here they are sorted by their minimal period and joined to
cycles. No search can prove that nothing is missing; `index_sum` shows when something surely is. Each cycle is proved to exist,
see `existence`.
"""

from collections.abc import Sequence

import numpy as np

from anylength.dynamics.cycle import Cycle, Unproved
from anylength.dynamics.directions import jacobian_over_period, largest_first
from anylength.dynamics.distinct import same
from anylength.dynamics.existence import with_proof
from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.point_search import PointSearch
from anylength.dynamics.starts import reachable_states

LONGEST = 4
"""Longest period that is searched for, unless the caller says otherwise."""


def cycles(held_map: HeldMap, *, starts: int = 96, seed: int = 0, longest: int = LONGEST, proofs: bool = True) -> list[Cycle]:
    """Every cycle found of every period up to the longest, each once, each with its proof.

    They are ordered by period, then by the number of unstable directions, then by the coordinates of their states.

    Args:
        held_map: The map.
        starts: Number of states in a round of starts.
        seed: Seed of the random states and words.
        longest: The longest period.
        proofs: Whether to prove that the cycles exist. Without, every `proof` says that none was tried.
    """
    rng = np.random.default_rng([seed, held_map.symbol])
    states = reachable_states(held_map, rng)
    points = {period: np.zeros((held_map.size, 0)) for period in range(1, longest + 1)}
    for period in range(1, longest + 1):
        known = np.concatenate([points[divisor] for divisor in points if period % divisor == 0], axis=1)
        search = PointSearch(held_map, period, known)
        search.run(states, starts, rng)
        _sort_by_period(held_map, search.points[:, known.shape[1] :], period, points)
    unproved = [_cycle(held_map, orbit) for period in points for orbit in _orbits(held_map, points[period], period)]
    return _ordered([with_proof(held_map, cycle) for cycle in unproved] if proofs else unproved)


def index_sum(known: Sequence[Cycle], period: int = 1) -> int:
    """The sum of the indices of all points of F^period, as far as they are known.

    It is 1 unless points are missing or degenerate, or F maps no ball into itself.
    """
    return sum(cycle.period * cycle.index(period) for cycle in known if period % cycle.period == 0)


def _sort_by_period(held_map: HeldMap, new: States, period: int, points: dict[int, States]) -> None:
    """Adds points of F^period to the points of their minimal period."""
    for column in range(new.shape[1]):
        state = new[:, [column]]
        divisors = (divisor for divisor in points if period % divisor == 0)
        least = next(d for d in divisors if d == period or same(held_map.steps(state, d), state))
        points[least] = np.concatenate([points[least], state], axis=1)


def _orbits(held_map: HeldMap, points: States, period: int) -> list[States]:
    """The cycles `[D, p]` through the points `[D, N]`, each once. Each begins at its first point in the order of coordinates."""
    orbits: list[States] = []
    for column in range(points.shape[1]):
        state = points[:, [column]]
        if any(same(orbit[:, [k]], state) for orbit in orbits for k in range(period)):
            continue
        orbit = [state]
        for _ in range(period - 1):
            orbit.append(held_map.step(orbit[-1]))
        first = min(range(period), key=lambda k: _key(orbit[k]))
        orbits.append(np.concatenate(orbit[first:] + orbit[:first], axis=1))
    return orbits


def _cycle(held_map: HeldMap, states: States) -> Cycle:
    values = np.linalg.eigvals(jacobian_over_period(held_map, states)).astype(np.complex128)
    residual = np.abs(held_map.step(states) - np.roll(states, -1, axis=1)).max()
    return Cycle(states, values[largest_first(values)], float(residual), Unproved("no proof was tried"))


def _ordered(unordered: list[Cycle]) -> list[Cycle]:
    return sorted(unordered, key=lambda cycle: (cycle.period, cycle.unstable, _key(cycle.states[:, [0]])))


def _key(state: States) -> tuple[float, ...]:
    return tuple(state[:, 0].round(6))  # the errors of Newton's method are far smaller

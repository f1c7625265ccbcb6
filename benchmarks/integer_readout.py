"""Integers that satisfy many inequalities: a read-out of few bits, by local search."""

import numpy as np
from numpy.typing import NDArray

RESTARTS = 40
SLACK = 0.02
"""What the search wants beyond 0, so that rounding errors change nothing."""


def find_integers(rows: NDArray, start: NDArray, most: int, steps: int, rng: np.random.Generator) -> NDArray | None:
    """Integers x within ±`most` with rows · x of at least `SLACK`; None if no restart finds any.

    Each step changes one integer by one so that the sum of what is missing in all rows gets least; a change is not taken back soon.

    Args:
        rows: One inequality in each row.
        start: Real numbers that satisfy them all; each restart rounds them at random.
        most: Bound of the integers.
        steps: Steps of one restart.
        rng: Draws the restarts.
    """
    for _ in range(RESTARTS):
        x = np.clip(np.floor(start * rng.uniform(0.6, 1.0) + rng.uniform(0.3, 0.7, len(start))), -most, most)
        value, tabu = rows @ x, np.zeros(len(x), int)
        for step in range(steps):
            if value.min() >= SLACK:
                return x
            wrong = np.flatnonzero(value < SLACK)
            columns = np.flatnonzero(rows[wrong].any(axis=0) & (tabu <= step))
            if not len(columns):
                break
            moves = [
                (_missing(value + sign * rows[:, j]), j, sign) for j in columns for sign in (-1, 1) if abs(x[j] + sign) <= most
            ]
            _, j, sign = min(moves)
            x[j] += sign
            value += sign * rows[:, j]
            tabu[j] = step + rng.integers(2, 9)
    return None


def real_numbers(rows: NDArray, most: int) -> NDArray:
    """Real numbers x within ±`most` for which the least of rows · x is largest."""
    from scipy.optimize import linprog

    with_margin = np.hstack([-rows, np.ones((len(rows), 1))])
    goal = np.append(np.zeros(rows.shape[1]), -1.0)
    bounds = [(-most, most)] * rows.shape[1] + [(0, None)]
    return linprog(goal, A_ub=with_margin, b_ub=np.zeros(len(rows)), bounds=bounds, method="highs").x[:-1]


def _missing(value: NDArray) -> float:
    """The sum of what the rows lack."""
    return float(np.maximum(SLACK - value, 0).sum())

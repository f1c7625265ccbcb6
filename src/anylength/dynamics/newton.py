"""Damped Newton's method for F^p(h) = h, on a whole batch of states at once."""

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.starts import finite_columns, state_limits

STEPS = 40
SHARES = (1.0, 0.4, 0.15, 0.05)
"""Shares of a Newton step that are tried in turn until the error falls."""
SOLVED = 1e-11
"""An error of no coordinate above this, relative to max(1, |h|), counts as a solution."""
NEAR = 1e-9
"""At an error as small as this the damped steps end and the last ones begin."""
SHARP = 1e-6
"""A Newton step from a solution is no longer than this: where a gate is closed to the last bit, all states seem to be at rest."""
POLISH = 3
"""Last steps, each kept where it makes the error smaller."""


def image_and_jacobians(held: HeldMap, states: States, period: int) -> tuple[States, NDArray[np.float64]]:
    """F^p `[D, B]` and its Jacobians `[B, D, D]` at states `[D, B]`."""
    jacobians = held.jacobians(states)
    states = held.step(states)
    for _ in range(period - 1):
        jacobians = held.jacobians(states) @ jacobians
        states = held.step(states)
    return states, jacobians


def solutions(held: HeldMap, starts: States, period: int) -> States:
    """The solutions `[D, N]` of F^p(h) = h that the starts `[D, B]` lead to; one column for each start that leads to one."""
    states, found, limit = finite_columns(starts), [np.zeros((held.size, 0))], state_limits(held)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for _ in range(STEPS):
            if not states.shape[1]:
                break
            states, errors = _stepped(held, states, period, limit)
            done = errors <= NEAR
            found.append(states[:, done])
            states = states[:, ~done]
        points = _polished(held, np.concatenate(found, axis=1), period)
        return points[:, (np.abs(points) <= limit).all(axis=0)]


def _stepped(held: HeldMap, states: States, period: int, limit: States) -> tuple[States, NDArray[np.float64]]:
    """One damped step of each state within the limits, and its error then; states that no share of the step helps are dropped."""
    there, jacobians = image_and_jacobians(held, states, period)
    step = _newton_step(states, there, jacobians)
    before = _norm(there - states)
    after, best = states.copy(), np.full(states.shape[1], np.inf)
    open_ = np.arange(states.shape[1])
    for share in SHARES:
        tried = np.clip(states[:, open_] + share * step[:, open_], -limit, limit)
        norm = _norm(held.steps(tried, period) - tried)
        better = norm < (1 - 0.1 * share) * before[open_]
        after[:, open_[better]], best[open_[better]] = tried[:, better], norm[better]
        open_ = open_[~better]
    best = np.where(before <= NEAR, np.minimum(before, best), best)
    kept = np.isfinite(best)
    return after[:, kept], best[kept]


def _newton_step(states: States, there: States, jacobians: NDArray[np.float64]) -> States:
    """(1 − D F^p)⁻¹ (F^p(h) − h), by the pseudo-inverse where that matrix is singular."""
    matrices, errors = np.eye(len(states)) - jacobians, (there - states).T[:, :, None]
    try:
        step = np.linalg.solve(matrices, errors)
    except np.linalg.LinAlgError:
        usable = np.isfinite(matrices).all(axis=(1, 2), keepdims=True)
        step = np.linalg.pinv(np.where(usable, matrices, 0.0)) @ errors
    return np.asarray(step[:, :, 0].T, np.float64)


def _polished(held: HeldMap, states: States, period: int) -> States:
    """A few more full steps, the best state of each kept; only what is a solution then, and a sharp one."""
    if not states.shape[1]:
        return states
    best = states
    least = moved = np.full(states.shape[1], np.inf)
    for _ in range(POLISH + 1):
        there, jacobians = image_and_jacobians(held, states, period)
        step = _newton_step(states, there, jacobians)
        error, size = np.abs(there - states).max(axis=0) / _scale(states), np.abs(step).max(axis=0) / _scale(states)
        better = error < least
        best, least, moved = np.where(better, states, best), np.where(better, error, least), np.where(better, size, moved)
        states = states + step
    return best[:, np.flatnonzero((least <= SOLVED) & (moved <= SHARP))]


def _scale(states: States) -> NDArray[np.float64]:
    return np.maximum(1.0, np.abs(states).max(axis=0))


def _norm(values: States) -> NDArray[np.float64]:
    """Euclidean norms of the columns."""
    return np.sqrt((values * values).sum(axis=0))

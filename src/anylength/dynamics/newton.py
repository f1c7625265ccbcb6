"""Damped Newton's method for F^p(h) = h, on a whole batch of states at once."""

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.starts import finite_columns, state_limits

NEAR = 1e-9
"""Euclidean error at which the damped steps end and the polishing steps begin."""

LONGEST_STEP = 1e-6
"""Largest Newton step from an accepted solution, relative to max(1, |h|). Where a gate is closed to the last bit, every state seems
to be a fixed point, and the Newton step from it is long (docs/design/dynamics.md)."""


def image_and_jacobians(held_map: HeldMap, states: States, period: int) -> tuple[States, NDArray[np.float64]]:
    """F^p `[D, B]` and its Jacobians `[B, D, D]` at states `[D, B]`."""
    jacobians = held_map.jacobians(states)
    states = held_map.step(states)
    for _ in range(period - 1):
        jacobians = held_map.jacobians(states) @ jacobians
        states = held_map.step(states)
    return states, jacobians


def solutions(held_map: HeldMap, starts: States, period: int) -> States:
    """The solutions `[D, N]` of F^p(h) = h that the starts `[D, B]` lead to, one column for each start that leads to one."""
    states, near, limit = finite_columns(starts), [np.zeros((held_map.size, 0))], state_limits(held_map)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        # more damped steps find more solutions from bad starts and cost linear time
        for _ in range(40):
            if not states.shape[1]:
                break
            states, errors = _damped_step(held_map, states, period, limit)
            done = errors <= NEAR
            near.append(states[:, done])
            states = states[:, ~done]
        points = _polished(held_map, np.concatenate(near, axis=1), period)
        return points[:, (np.abs(points) <= limit).all(axis=0)]


def _damped_step(held_map: HeldMap, states: States, period: int, limit: States) -> tuple[States, NDArray[np.float64]]:
    """One damped step of each state within the limits, and the error after it. States that no damping helps are dropped."""
    images, jacobians = image_and_jacobians(held_map, states, period)
    step = _newton_step(states, images, jacobians)
    before = _norm(images - states)
    after, errors = states.copy(), np.full(states.shape[1], np.inf)
    undecided = np.arange(states.shape[1])
    # shares of a Newton step, tried in turn until the error falls by a tenth of what the linear model promises (Armijo's
    # rule)
    for share in (1.0, 0.4, 0.15, 0.05):
        trial = np.clip(states[:, undecided] + share * step[:, undecided], -limit, limit)
        error = _norm(held_map.steps(trial, period) - trial)
        better = error < (1 - 0.1 * share) * before[undecided]
        after[:, undecided[better]], errors[undecided[better]] = trial[:, better], error[better]
        undecided = undecided[~better]
    errors = np.where(before <= NEAR, np.minimum(before, errors), errors)
    usable = np.isfinite(errors)
    return after[:, usable], errors[usable]


def _newton_step(states: States, images: States, jacobians: NDArray[np.float64]) -> States:
    """(1 − D F^p)⁻¹ (F^p(h) − h). The pseudo-inverse is used if that matrix is singular."""
    matrices, errors = np.eye(len(states)) - jacobians, (images - states).T[:, :, None]
    try:
        step = np.linalg.solve(matrices, errors)
    except np.linalg.LinAlgError:
        usable = np.isfinite(matrices).all(axis=(1, 2), keepdims=True)
        step = np.linalg.pinv(np.where(usable, matrices, 0.0)) @ errors
    return np.asarray(step[:, :, 0].T, np.float64)


def _polished(held_map: HeldMap, states: States, period: int) -> States:
    """A few full steps, the best state of each column kept; then only the columns that are solutions with a short Newton step."""
    if not states.shape[1]:
        return states
    best = states
    least_error = best_step = np.full(states.shape[1], np.inf)
    # three undamped steps; of the states on the way the one with the smallest error is kept
    for _ in range(4):
        images, jacobians = image_and_jacobians(held_map, states, period)
        step, scale = _newton_step(states, images, jacobians), _scale(states)
        error, length = np.abs(images - states).max(axis=0) / scale, np.abs(step).max(axis=0) / scale
        better = error < least_error
        best, least_error = np.where(better, states, best), np.where(better, error, least_error)
        best_step = np.where(better, length, best_step)
        states = states + step
    # Newton's method leaves errors of about 1e-15, relative to max(1, |h|)
    return best[:, np.flatnonzero((least_error <= 1e-11) & (best_step <= LONGEST_STEP))]


def _scale(states: States) -> NDArray[np.float64]:
    """max(1, |h|) of the columns, with the largest coordinate as |h|."""
    return np.maximum(1.0, np.abs(states).max(axis=0))


def _norm(values: States) -> NDArray[np.float64]:
    """Euclidean norms of the columns."""
    return np.sqrt((values * values).sum(axis=0))

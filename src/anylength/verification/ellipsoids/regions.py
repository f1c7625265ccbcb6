"""Ellipsoids around sampled states, around images, and around where a repeated symbol converges."""

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from anylength.ops.forms import in_numpy
from anylength.verification.ellipsoids.problem import Array, Problem, cut_forms, image_forms, state_forms

Region = tuple[Array, Array]
"""Center `[D]` and shape `[D, D]`."""

FLOOR, WIDTH = 0.1, 2.0
"""The least axis of a first ellipsoid, in units of the states' deviation, and its size in such units."""

SLACK = 1.02
"""By how much an ellipsoid around an image is larger than the image."""

CONVERGED, STEPS_TO_CONVERGE = 1e-7, 4_000
"""An orbit has converged where a step moves it by less, after so many steps."""

DIFFERENCE = 1e-5
"""The step of a difference quotient."""


def around(states: Array) -> Region:
    """An ellipsoid around sampled states `[n, D]`."""
    center = (states.max(0) + states.min(0)) / 2
    beside = states - center
    covariance = beside.T @ beside / len(states)
    covariance += np.eye(len(center)) * (FLOOR**2 * np.trace(covariance) + 1e-8)
    return center, np.linalg.cholesky(covariance) * WIDTH


def ordered(problem: Problem, centers: Array, shapes: Array) -> Array:
    """The shapes with their columns turned so that the first ones matter most to the next step. The ellipsoids stay the same."""
    with np.errstate(all="ignore"):
        cut = cut_forms(problem.program, in_numpy, problem.tensors, state_forms(centers, shapes, problem.blocks))
        terms = np.concatenate([np.moveaxis(value.linear, 1, 0) for value in cut.values()], axis=1)
        return shapes @ np.linalg.svd(terms)[2].transpose(0, 2, 1)


def image_of(problem: Problem, region: Region, symbol: int) -> Region:
    """An ellipsoid around the image of an ellipsoid, with noise."""
    center, shape = region
    cut = cut_forms(problem.program, in_numpy, problem.tensors, state_forms(center[None], shape[None], problem.blocks))
    image = image_forms(problem.program, in_numpy, problem.tensors, cut, np.array([0]), problem.symbols[:, [symbol]])
    error = image.error[:, 0] + problem.epsilon
    grams = [image.linear[:, 0] @ image.linear[:, 0].T]
    grams += [0.25 * image.curved[:, 0, k] @ image.curved[:, 0, k].T for k in range(problem.blocks)]
    sizes = [np.sqrt(np.trace(gram)) + 1e-15 for gram in grams]
    total = sum(sizes) + error.sum()
    gram = total * (sum(gram / size for gram, size in zip(grams, sizes, strict=True)) + np.diag(error))
    return image.center[:, 0], ordered(problem, image.center.T, np.linalg.cholesky(gram)[None])[0] * SLACK


def jacobian(problem: Problem, state: Array, symbol: int) -> Array:
    """The derivative of a step by the state, by differences."""
    moved = state[:, None] + DIFFERENCE * np.concatenate([np.eye(len(state)), -np.eye(len(state))], axis=1)
    after = problem.step(moved, np.full(moved.shape[1], symbol))
    return (after[:, : len(state)] - after[:, len(state) :]) / (2 * DIFFERENCE)


def orbit(problem: Problem, state: Array, symbol: int, steps: int = STEPS_TO_CONVERGE) -> Array:
    """The states `[steps + 1, D]` under one repeated symbol."""
    states = [state]
    for _ in range(steps):
        states.append(problem.step(states[-1][:, None], np.array([symbol]))[:, 0])
    return np.array(states)


def contracting_shape(problem: Problem, states: Array, symbol: int, mix: float = 0.5) -> Array | None:
    """A shape about the end of an orbit that shrinks under the symbol: a ball of its Lyapunov norm. None if there is no end."""
    end = states[-1]
    derivative = jacobian(problem, end, symbol)
    rate = np.abs(np.linalg.eigvals(derivative)).max()
    if np.abs(states[-1] - states[-2]).max() > CONVERGED or rate >= 1:
        return None
    norm = solve_discrete_lyapunov((derivative / (rate + mix * (1 - rate))).T, np.eye(len(end)))
    return np.linalg.inv(np.linalg.cholesky(norm).T).astype(np.float64)

"""Ellipsoids around sampled states, around images, and around where a repeated symbol converges."""

from typing import NamedTuple

import numpy as np

from anylength.ops.forms import in_numpy
from anylength.verification.certify.ellipsoid_images import cut_forms, image_forms, state_forms
from anylength.verification.ellipsoids.levels import LEAST_SHARE
from anylength.verification.ellipsoids.problem import Array, Problem

Region = tuple[Array, Array]
"""Center `[D]` and shape `[D, D]`."""

FLOOR, WIDTH = 0.1, 2.0
"""The least axis of a first ellipsoid, in units of the states' deviation, and its size in such units."""

SLACK = 1.003
"""By how much an ellipsoid around an image is larger than the image."""

STEPS_TO_CONVERGE = 4_000
"""An orbit has converged after so many steps, or seldom does."""

LONGEST_CYCLE = 6
"""States in a cycle, at most."""

LOOK, SAME = 20, 1e-15
"""After how many steps of an orbit one looks whether it came back, and how closely it has to."""

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


class Image(NamedTuple):
    """An ellipsoid around an image.

    Attributes:
        region: The ellipsoid.
        spread: How it shares out the room for errors `[D]`.
        shares: The shares `[B + 3]` with which it holds the image: of misfit, linear part, quadratic parts, errors.
    """

    region: Region
    spread: Array
    shares: Array


class Goal(NamedTuple):
    """The ellipsoid that an image is to fall into.

    Attributes:
        spread: How it shares out the room for errors `[D]`.
        shares: The best shares of the step into it `[B + 3]`.
    """

    spread: Array
    shares: Array


def image_of(problem: Problem, region: Region, symbol: int, goal: Goal | None = None) -> Image:
    """An ellipsoid around the image of an ellipsoid, with noise: a sum of its parts.

    It is small as measured by a ball. With a goal its parts have the goal's shares: it lies in the goal if the step closes.
    """
    center, shape = region
    cut = cut_forms(problem.program, in_numpy, problem.tensors, state_forms(center[None], shape[None], problem.blocks))
    image = image_forms(problem.program, in_numpy, problem.tensors, cut, np.array([0]), problem.symbols[:, [symbol]])
    spread, error = np.ones(len(center)) if goal is None else goal.spread, image.error[:, 0] + problem.epsilon
    grams = [image.linear[:, 0] @ image.linear[:, 0].T]
    grams += [0.25 * image.curved[:, 0, k] @ image.curved[:, 0, k].T for k in range(problem.blocks)]
    grams.append(np.diag(error / spread) * (error * spread).sum())
    sizes = np.sqrt([np.trace(gram) for gram in grams]) if goal is None else goal.shares[1:]
    shares = np.array([0.0, *sizes / sizes.sum()]) + LEAST_SHARE
    total = sum(gram / share for gram, share in zip(grams, shares[1:], strict=True))
    around_it = ordered(problem, image.center.T, np.linalg.cholesky(total)[None])[0] * SLACK
    return Image((image.center[:, 0], around_it), spread, shares / shares.sum())


def jacobian(problem: Problem, state: Array, symbol: int) -> Array:
    """The derivative of a step by the state, by differences."""
    moved = state[:, None] + DIFFERENCE * np.concatenate([np.eye(len(state)), -np.eye(len(state))], axis=1)
    after = problem.step(moved, np.full(moved.shape[1], symbol))
    return (after[:, : len(state)] - after[:, len(state) :]) / (2 * DIFFERENCE)


def orbit(problem: Problem, state: Array, symbol: int, steps: int = STEPS_TO_CONVERGE) -> Array:
    """The states `[steps + 1, D]` under one repeated symbol. Once they come back, they are only repeated."""
    states = [state]
    for step in range(1, steps + 1):
        states.append(problem.step(states[-1][:, None], np.array([symbol]))[:, 0])
        period = _period(states) if step % LOOK == 0 else None
        if period is not None:
            return np.array(states + [states[-period + k % period] for k in range(steps - step)])
    return np.array(states)


def _period(states: list[Array]) -> int | None:
    """After how few steps the last state came back; None if it did not."""
    recent = np.array(states[-1 - LONGEST_CYCLE : -1])[::-1]
    same = np.flatnonzero((np.abs(recent - states[-1]) <= SAME).all(1))
    return int(same[0]) + 1 if same.size else None

"""Ellipsoids around the states that runs of one symbol end in.

A run of a symbol under which the machine stays in its state leads a net to a fixed point of its step, if it forgets. An
ellipsoid that has the fixed point near its edge cannot hold its own image. One that has it in the middle can, where its step is
nearly linear: the one that Lyapunov's equation gives (decision 0091).
"""

from collections.abc import Iterator

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.regions import ordered
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.nodes import Nodes

AT_EDGE = 0.95
"""A fixed point that is farther from the middle of the nearest ellipsoid, in its half axes, gets one of its own."""

RUN, STANDS_STILL = 4_000, 1e-9
"""How long runs are, and how little a step moves a state at their end that is a fixed point."""

DIFFERENCE = 1e-5
"""Jacobians are differences of steps so far apart."""

SLOW, FAST = 0.3, 0.2
"""How far the ellipsoid reaches in the slowest direction beside the nearest one; and its size in the others, beside an ellipsoid
that holds that one and its own image."""

LEAST_SHARE = 1e-9
"""So much of the nearest one's squares is added: no axis is 0."""


def nodes_at_fixed_points(cover: ForkedCover) -> list[Nodes]:
    """An ellipsoid, each as nodes of its own, around each fixed point that no ellipsoid holds well inside."""
    return list(_found(cover))


def _found(cover: ForkedCover) -> Iterator[Nodes]:
    kinds, problem = cover.kinds, cover.problem
    for kind, (_, symbol) in enumerate(kinds.pairs):
        own = np.flatnonzero(cover.nodes.kind[1:] == kind) + 1
        if symbol < 0 or kinds.after[kind, symbol] != kind or not own.size:
            continue
        state = _after_run(problem, cover.nodes.center[own[0]], symbol)
        if state is None:
            continue
        near, far = cover.nodes.nearest(state[None], np.array([kind]), 1)
        if far[0, 0] > AT_EDGE:
            shape = _shape(_jacobian(problem, state, symbol), cover.nodes.shape[near[0, 0]])
            if shape is not None:
                yield Nodes(state[None], ordered(problem, state[None], shape[None]), np.array([kind]))


def _after_run(problem: Problem, state: Array, symbol: int) -> Array | None:
    """The fixed point `[D]` that a run ends in; None if it ends in none."""
    column, symbols = state[:, None], np.array([symbol])
    for _ in range(RUN):
        column = problem.step(column, symbols)
    return column[:, 0] if np.abs(problem.step(column, symbols) - column).max() < STANDS_STILL else None


def _jacobian(problem: Problem, state: Array, symbol: int) -> Array:
    """The derivatives `[D, D]` of a step."""
    beside = DIFFERENCE * np.eye(len(state))
    symbols = np.full(len(state), symbol)
    after, before = (problem.step(state[:, None] + sign * beside, symbols) for sign in (1, -1))
    return (after - before) / (2 * DIFFERENCE)


def _shape(jacobian: Array, shape: Array) -> Array | None:
    """The shape `[D, D]` of an ellipsoid that holds its image; None if the step does not draw states near.

    Where one direction is the slowest, it is apart from the others: then both may have sizes of their own.
    """
    values, vectors = np.linalg.eig(jacobian)
    slowest = np.abs(values).argmax()
    if np.abs(values[slowest]) >= 1:
        return None
    slow, fast = np.zeros_like(jacobian), np.eye(len(jacobian))
    if values[slowest].imag == 0:
        vector, across = np.real(vectors[:, slowest]), np.real(np.linalg.inv(vectors)[slowest])
        fast -= np.outer(vector, across)
        vector = vector / np.linalg.norm(np.linalg.solve(shape, vector))
        slow = np.outer(vector, vector)
    rest = jacobian @ fast
    radius = np.abs(np.linalg.eigvals(rest)).max()
    own = fast @ shape
    squares = solve_discrete_lyapunov(rest / (0.5 * (1 + radius)), own @ own.T) + LEAST_SHARE * shape @ shape.T
    return np.linalg.cholesky(SLOW**2 * slow + FAST**2 * squares).astype(np.float64)

"""Slow points, or ghosts: states that the map hardly moves though no fixed point is there, as just before two of them are born.

They are the local minima of q(h) = ½|F(h) − h|² above 0 (Sussillo & Barak 2013). There (J − 1)ᵀ(F(h) − h) = 0, so J has the
eigenvalue 1 exactly, with the left eigenvector F(h) − h. Found by the method of Levenberg and Marquardt from many states at once,
then polished by Newton's method on the gradient, whose derivative is taken by central differences.

An orbit that passes such a point needs about π / √(a·b) steps along the right eigenvector v, where one step moves
x = left·(h − h*) to x + a + b·x² (Strogatz 1994, section 4.3).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.directions import Direction, directions
from anylength.dynamics.fixed_points import distinct
from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.starts import reachable_states, state_limits

STARTS = 128
STEPS, POLISH = 60, 12
DAMPINGS = (0.01, 1.0, 10.0)
"""At first, in turn: large ones make short steps, which do not leave a valley for another."""
FASTEST = 0.2
"""Local minima where the map moves a state by more (Euclidean) are not called slow."""
ALIKE = 1e-2
"""Of states that come within this of each other before the last polish, one is polished."""
MOST = 64
"""The slowest of them, so many, are polished."""
AT_REST = 1e-9
"""A speed not above this is that of a fixed point."""
DIFFERENCE = 1e-5
"""Half the distance of central differences: errors of about 1e-10 in a first derivative."""


@dataclass(frozen=True, eq=False)
class Ghost:
    """A local minimum of the speed that is no fixed point.

    Attributes:
        state: h* `[D, 1]`.
        speed: |F(h*) − h*|, Euclidean, a step.
        slow: The direction whose eigenvalue is nearest to 1: along it the orbit passes.
        radius: The spectral radius of the Jacobian: above 1, orbits do not come near it by themselves.
        drift: a, how far a step moves along the direction at h*.
        curvature: b, how much more it moves at a distance x along it: b·x².
    """

    state: States
    speed: float
    slow: Direction
    radius: float
    drift: float
    curvature: float

    @property
    def steps(self) -> float:
        """About how many steps it takes to pass: π / √(a·b); infinite where a·b is not positive."""
        return float(np.pi / np.sqrt(self.drift * self.curvature)) if self.drift * self.curvature > 0 else float("inf")


def ghosts(held: HeldMap, *, starts: int = STARTS, seed: int = 0, fastest: float = FASTEST) -> list[Ghost]:
    """The slow points found, the slowest first.

    Args:
        held: The map.
        starts: Random states to start from, and as many that words reach.
        seed: Of the random states and words.
        fastest: The largest speed of a point that is reported.
    """
    rng = np.random.default_rng([seed, held.symbol])
    states = reachable_states(held, rng)
    orbits = [kept[:, rng.integers(kept.shape[1], size=starts)] for kept in (states.words, states.held) if kept.shape[1]]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        near = _descended(held, np.concatenate([held.steps(states.random(rng, starts), 1), *orbits], axis=1), 2 * fastest)
        near = near[:, np.argsort(_speeds(held, near), kind="stable")]
        points = polished(held, distinct(near, ALIKE)[0][:, :MOST])
    speeds = _speeds(held, points)
    kept = (speeds > AT_REST) & (speeds <= fastest) & (np.abs(points) <= state_limits(held)).all(axis=0)
    points = distinct(points[:, kept])[0]
    return sorted((_described(held, points[:, [k]]) for k in range(points.shape[1])), key=lambda point: point.speed)


def _descended(held: HeldMap, states: States, fastest: float) -> States:
    """Levenberg–Marquardt: the states it reaches that are slow but not at rest."""
    damping = np.resize(DAMPINGS, states.shape[1])
    for _ in range(STEPS):
        states, damping = states[:, np.isfinite(states).all(axis=0)], damping[np.isfinite(states).all(axis=0)]
        error, matrices = held.step(states) - states, held.jacobians(states) - np.eye(held.size)
        normal = np.transpose(matrices, (0, 2, 1)) @ matrices + damping[:, None, None] * np.eye(held.size)
        gradient = np.transpose(matrices, (0, 2, 1)) @ error.T[:, :, None]
        tried = states - np.linalg.solve(normal, gradient)[:, :, 0].T
        better = _speeds(held, tried) < np.sqrt((error**2).sum(axis=0))
        states, damping = np.where(better, tried, states), np.where(better, damping / 3, damping * 4).clip(1e-9, 1e9)
        moving = _speeds(held, states) > AT_REST
        states, damping = states[:, moving], damping[moving]
    return states[:, _speeds(held, states) <= fastest]


def polished(held: HeldMap, states: States) -> States:
    """Newton's method on the gradient of q, a step no longer than 0.1; the columns that end at a local minimum."""
    for _ in range(POLISH):
        if not states.shape[1]:
            return states
        step = np.linalg.pinv(_curvature(held, states), hermitian=True) @ _gradient(held, states).T[:, :, None]
        step = step[:, :, 0].T
        states = states - step * np.minimum(1.0, 0.1 / np.maximum(np.sqrt((step**2).sum(axis=0)), 1e-300))
        states = states[:, np.isfinite(states).all(axis=0)]
    flat = np.abs(_gradient(held, states)).max(axis=0) <= 1e-7 * np.maximum(_speeds(held, states), 1e-6)
    least = np.linalg.eigvalsh(_curvature(held, states))[:, 0]
    return states[:, flat & (least > 0)]


def _gradient(held: HeldMap, states: States) -> NDArray[np.float64]:
    """The gradient of q `[D, B]`: (J − 1)ᵀ (F(h) − h)."""
    error, matrices = held.step(states) - states, held.jacobians(states) - np.eye(held.size)
    return np.einsum("bij,ib->jb", matrices, error)


def _curvature(held: HeldMap, states: States) -> NDArray[np.float64]:
    """The Hessians of q `[B, D, D]`, symmetric."""
    size, count = states.shape
    steps = DIFFERENCE * np.eye(size)[:, None, :]
    ends = [_gradient(held, (states[:, :, None] + sign * steps).reshape(size, -1)) for sign in (1, -1)]
    hessians = np.transpose(((ends[0] - ends[1]) / (2 * DIFFERENCE)).reshape(size, count, size), (1, 0, 2))
    return (hessians + np.transpose(hessians, (0, 2, 1))) / 2


def _speeds(held: HeldMap, states: States) -> NDArray[np.float64]:
    """|F(h) − h| of each column."""
    return np.sqrt(((held.step(states) - states) ** 2).sum(axis=0))


def _described(held: HeldMap, state: States) -> Ghost:
    found = directions(held.jacobians(state)[0])
    slow = min(found, key=lambda direction: abs(direction.eigenvalue - 1))
    right, left = slow.right.real[:, None], slow.left.real
    error = held.step(state) - state
    far = 100 * DIFFERENCE
    bent = (held.step(state + far * right) + held.step(state - far * right) - 2 * held.step(state)) / (2 * far**2)
    speed = float(np.sqrt((error**2).sum()))
    return Ghost(state, speed, slow, abs(found[0].eigenvalue), float(left @ error[:, 0]), float(left @ bent[:, 0]))

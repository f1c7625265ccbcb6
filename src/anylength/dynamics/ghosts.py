"""Ghosts: slow points that are no fixed points. The map hardly moves them, as just before two fixed points are born.

They are the local minima of q(h) = ½|F(h) − h|² above 0 (Sussillo & Barak 2013). There (J − 1)ᵀ(F(h) − h) = 0, so J has the
eigenvalue 1 exactly, with the left eigenvector F(h) − h. The method of Levenberg and Marquardt goes down from many states at once.
Newton's method on the gradient then polishes the results; its derivative is taken by central differences.

An orbit needs about π / √(a·b) steps to pass a ghost. Here one step along the right eigenvector v moves x = left·(h − h*) to
x + a + b·x² (Strogatz 1994, section 4.3).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.directions import Direction, directions
from anylength.dynamics.distinct import distinct
from anylength.dynamics.linear import solved
from anylength.dynamics.maps import HeldMap, States
from anylength.dynamics.norms import TINY
from anylength.dynamics.starts import reachable_states, state_limits

FASTEST = 0.2
"""Local minima with a larger speed (Euclidean distance a step) are not called slow. A tanh unit's whole range is 2."""

AT_REST = 1e-9
"""A speed of at most this is that of a fixed point."""

FLAT, FLAT_SPEED = 1e-7, 1e-6
"""A polished state is a minimum if its gradient is at most `FLAT` times its speed, speeds below `FLAT_SPEED` taken as that."""

DIFFERENCE = 1e-5
"""Half the distance of central differences. It leaves errors of about 1e-10 in a first derivative."""


@dataclass(frozen=True, eq=False)
class Ghost:
    """A local minimum of the speed that is no fixed point.

    Attributes:
        state: h* `[D, 1]`.
        speed: |F(h*) − h*|, Euclidean, per step.
        slow: The direction whose eigenvalue is nearest to 1. The orbit passes along it.
        radius: Spectral radius of the Jacobian. Above 1, orbits do not approach the ghost by themselves.
        drift: a, the distance that one step moves the state along the direction at h*.
        curvature: b: at a distance x along the direction, one step moves the state by b·x² more.
    """

    state: States
    speed: float
    slow: Direction
    radius: float
    drift: float
    curvature: float

    @property
    def steps(self) -> float:
        """Estimated number of steps to pass it: π / √(a·b), infinite if a·b is not positive."""
        product = self.drift * self.curvature
        return float(np.pi / np.sqrt(product)) if product > 0 else float("inf")


def ghosts(held_map: HeldMap, *, starts: int = 128, seed: int = 0, fastest: float = FASTEST) -> list[Ghost]:
    """The ghosts found, the slowest first.

    Args:
        held_map: The map.
        starts: Number of random states to start from, and of states that words reach.
        seed: Seed of the random states and words.
        fastest: Largest speed of a ghost that is reported.
    """
    rng = np.random.default_rng([seed, held_map.symbol])
    states = reachable_states(held_map, rng)
    orbits = [some[:, rng.integers(some.shape[1], size=starts)] for some in (states.words, states.held) if some.shape[1]]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        batch = np.concatenate([held_map.step(states.random(rng, starts)), *orbits], axis=1)
        # twice the largest speed, as polishing lowers the speed; of states within 0.01 of each other one is polished,
        # and the 64 slowest at most
        slow = _descended(held_map, batch, 2 * fastest)
        slow = slow[:, np.argsort(_speeds(held_map, slow), kind="stable")]
        points = polished(held_map, distinct(slow, 1e-2)[0][:, :64])
    speeds = _speeds(held_map, points)
    reported = (speeds > AT_REST) & (speeds <= fastest) & (np.abs(points) <= state_limits(held_map)).all(axis=0)
    points = distinct(points[:, reported])[0]
    return sorted((_ghost(held_map, points[:, [k]]) for k in range(points.shape[1])), key=lambda ghost: ghost.speed)


def _descended(held_map: HeldMap, states: States, fastest: float) -> States:
    """The states that Levenberg and Marquardt's method reaches, those that are slow but not at rest."""
    damping = np.resize((0.01, 1.0, 10.0), states.shape[1])
    # Levenberg and Marquardt's method. A large first damping makes short steps, which stay in their valley
    # (docs/design/dynamics.md)
    for _ in range(60):
        finite = np.isfinite(states).all(axis=0)
        states, damping = states[:, finite], damping[finite]
        error, matrices = held_map.step(states) - states, held_map.jacobians(states) - np.eye(held_map.size)
        normal = np.transpose(matrices, (0, 2, 1)) @ matrices + damping[:, None, None] * np.eye(held_map.size)
        gradient = np.transpose(matrices, (0, 2, 1)) @ error.T[:, :, None]
        trial = states - solved(normal, gradient)[:, :, 0].T
        better = _speeds(held_map, trial) < np.sqrt((error**2).sum(axis=0))
        states = np.where(better, trial, states)
        damping = np.where(better, damping / 3, damping * 4).clip(1e-9, 1e9)
        moving = _speeds(held_map, states) > AT_REST
        states, damping = states[:, moving], damping[moving]
    return states[:, _speeds(held_map, states) <= fastest]


def polished(held_map: HeldMap, states: States) -> States:
    """The local minima `[D, N]` of q to which Newton's method on its gradient goes from states `[D, B]`, in short steps."""
    # Newton's method on the gradient, with steps of at most 0.1 (Euclidean)
    for _ in range(12):
        if not states.shape[1]:
            return states
        step = np.linalg.pinv(_hessians(held_map, states), hermitian=True) @ _gradient(held_map, states).T[:, :, None]
        step = step[:, :, 0].T
        states = states - step * np.minimum(1.0, 0.1 / np.maximum(np.sqrt((step**2).sum(axis=0)), TINY))
        states = states[:, np.isfinite(states).all(axis=0)]
    flat = np.abs(_gradient(held_map, states)).max(axis=0) <= FLAT * np.maximum(_speeds(held_map, states), FLAT_SPEED)
    smallest_curvature = np.linalg.eigvalsh(_hessians(held_map, states))[:, 0]
    return states[:, flat & (smallest_curvature > 0)]


def _gradient(held_map: HeldMap, states: States) -> NDArray[np.float64]:
    """The gradient of q `[D, B]`: (J − 1)ᵀ (F(h) − h)."""
    error, matrices = held_map.step(states) - states, held_map.jacobians(states) - np.eye(held_map.size)
    return np.einsum("bij,ib->jb", matrices, error)


def _hessians(held_map: HeldMap, states: States) -> NDArray[np.float64]:
    """The Hessians of q `[B, D, D]`, symmetric."""
    size, count = states.shape
    shifts = DIFFERENCE * np.eye(size)[:, None, :]
    ends = [_gradient(held_map, (states[:, :, None] + sign * shifts).reshape(size, -1)) for sign in (1, -1)]
    hessians = np.transpose(((ends[0] - ends[1]) / (2 * DIFFERENCE)).reshape(size, count, size), (1, 0, 2))
    return (hessians + np.transpose(hessians, (0, 2, 1))) / 2


def _speeds(held_map: HeldMap, states: States) -> NDArray[np.float64]:
    """|F(h) − h| of each column."""
    return np.sqrt(((held_map.step(states) - states) ** 2).sum(axis=0))


def _ghost(held_map: HeldMap, state: States) -> Ghost:
    """The ghost at a state `[D, 1]`, with its drift and its curvature."""
    modes = directions(held_map.jacobians(state)[0])
    slow = min(modes, key=lambda mode: abs(mode.eigenvalue - 1))
    right, left = slow.right.real[:, None], slow.left.real
    image = held_map.step(state)
    # a second derivative needs a larger distance
    error, far = image - state, 100 * DIFFERENCE
    bend = (held_map.step(state + far * right) + held_map.step(state - far * right) - 2 * image) / (2 * far**2)
    speed = float(np.sqrt((error**2).sum()))
    return Ghost(state, speed, slow, abs(modes[0].eigenvalue), float(left @ error[:, 0]), float(left @ bend[:, 0]))

"""Interventions: change one thing of a net under a held symbol, and see whether its break changes as the dynamics say.

The state can be pushed along a direction, the recurrent weights can be scaled; the held steps are then run, in float64.
"""

import dataclasses
import itertools

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.cells import Gru, Lstm, Rnn
from anylength.dynamics.held_inputs import HeldInput
from anylength.dynamics.maps import States
from anylength.dynamics.reduction import Reduction, nearest_slow_point
from anylength.nets import Net


def pushed(held_input: HeldInput, push: NDArray[np.float64]) -> HeldInput:
    """The hold with its first state moved by `[D, 1]`."""
    return dataclasses.replace(held_input, begins=held_input.begins + push)


def slow_direction(reduction: Reduction) -> NDArray[np.float64]:
    """The unit vector `[D, 1]` along the slowest direction."""
    return reduction.basis[:, :1] / np.linalg.norm(reduction.basis[:, :1])


def idle_direction(reduction: Reduction, rng: np.random.Generator) -> NDArray[np.float64]:
    """A random unit vector `[D, 1]` with L·v = 0: to first order a push along it changes no slow coordinate.

    Raises:
        ValueError: Every direction is slow.
    """
    if reduction.dimensions == reduction.held.size:
        raise ValueError("there is no fast direction")
    drawn = rng.standard_normal((reduction.held.size, 1))
    rest = drawn - reduction.basis @ (reduction.dual @ drawn)
    return rest / np.linalg.norm(rest)


def scaled(net: Net, factor: float) -> Net:
    """The net with its recurrent weights multiplied by a factor.

    Raises:
        TypeError: A cell without a matrix `weight_hh`.
    """
    if not isinstance(net.cell, Rnn | Gru | Lstm):
        raise TypeError(f"{type(net.cell).__name__} has no recurrent matrix weight_hh")
    weight = np.asarray(net.cell.weight_hh, np.float64) * factor
    return jax.tree.map(np.asarray, dataclasses.replace(net, cell=dataclasses.replace(net.cell, weight_hh=weight)))


@dataclasses.dataclass(frozen=True)
class FixedPointState:
    """A resting point under the held symbol.

    Attributes:
        state: `[D, 1]`.
        eigenvalue: The largest eigenvalue of the map there, of a complex pair the one above the axis.
        right: Whether the answers there are the ones wanted.
    """

    state: States
    eigenvalue: complex
    right: bool

    @property
    def stable(self) -> bool:
        """Whether it attracts."""
        return abs(self.eigenvalue) < 1


def fixed_point_near(held_input: HeldInput, state: States) -> FixedPointState | None:
    """The resting point to which the search goes from a state `[D, 1]`; None where it ends in a ghost."""
    point = nearest_slow_point(held_input.held, state)
    if not point.is_fixed:
        return None
    values = np.linalg.eigvals(held_input.held.jacobians(point.state)[0])
    leading = max(values, key=lambda value: (abs(value), value.imag))
    return FixedPointState(point.state, complex(leading), bool(held_input.least_margins(point.state)[0] > 0))


def fixed_points_from(held_input: HeldInput, starts: States) -> list[FixedPointState]:
    """The different resting points found from many states `[D, B]`."""
    found: list[FixedPointState] = []
    for at in range(starts.shape[1]):
        rest = fixed_point_near(held_input, starts[:, [at]])
        if rest is not None and all(np.abs(rest.state - other.state).max() > 1e-5 for other in found):
            found.append(rest)
    return found


def correct_stable_fixed_point(held_input: HeldInput, steps: int = 200) -> FixedPointState | None:
    """A stable resting point that answers rightly, looked for from the hold's first state and from where it is slowest or ends."""
    states, state = [held_input.begins], held_input.begins
    path = [state]
    for _ in range(steps):
        state = held_input.held.step(state)
        path.append(state)
    speeds = [float(np.linalg.norm(after - before)) for before, after in itertools.pairwise(path)]
    states += [path[int(np.argmin(speeds[: len(path) // 2]))], path[-1]]
    for rest in fixed_points_from(held_input, np.concatenate(states, axis=1)):
        if rest.stable and rest.right:
            return rest
    return None

"""The first boxes of a learned invariant: at random places, or around what a given net does."""

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net
from anylength.ops.jax_arrays import jax_arrays
from anylength.rules import Machine
from anylength.training.inclusion import RAW_RADIUS, Boxes, cut_of, padded_states

WIDTH = 64
"""Machine states that one compiled call takes a step from."""


def random_boxes(rng: np.random.Generator, net: Net, machine: Machine, *, unit: float, spread: float, radius: float) -> Boxes:
    """Boxes at random places; in rows of the state itself around 0.

    Args:
        rng: Draws the places.
        net: The net.
        machine: The task's machine.
        unit: The unit of boxes over images of a matrix.
        spread: The standard deviation of their centres.
        radius: Their radius.
    """
    cut = cut_of(net, unit)
    shape = (len(cut.units), padded_states(machine))
    centre = np.where(cut.raw, 0.0, rng.normal(size=shape) * spread / unit)
    return _boxes(centre, np.broadcast_to(np.where(cut.raw, 1.0 - RAW_RADIUS, radius / unit), shape))


def boxes_around(net: Net, machine: Machine, *, unit: float, radius: float) -> Boxes:
    """Boxes around what a net visits in each state of a machine.

    From the middle of what was visited in a state, one step on each symbol visits more. This starts from the net's start and
    reaches all states; some rounds from all of them follow.

    Args:
        net: The net.
        machine: The task's machine.
        unit: The unit of boxes over images of a matrix.
        radius: What is added to the radius.
    """
    net = jax.tree.map(jnp.asarray, net)
    cut, images_of = cut_of(net, unit), _stepper(net, machine.symbols)
    origin = np.asarray(net.cell.recurrent_term(jax_arrays, net.start(1)))[:, 0]
    low, high = np.full((machine.states, len(origin)), np.inf), np.full((machine.states, len(origin)), -np.inf)
    low[machine.start] = high[machine.start] = origin
    delta = np.asarray(machine.delta)
    # four rounds from all machine states, after all are reached
    for sources in [*_levels(delta, machine.start), *4 * [np.arange(machine.states)]]:
        for some in np.split(sources, range(WIDTH, len(sources), WIDTH)):
            images = images_of((low[some] + high[some]) / 2)
            np.minimum.at(low, delta[some], images)
            np.maximum.at(high, delta[some], images)
    unreached = ~np.isfinite(low)
    low, high = (np.where(unreached, 0, bound - origin) for bound in (low, high))
    high[machine.start] = np.maximum(high[machine.start], -low[machine.start])
    low[machine.start] = -high[machine.start]  # the start lies in the middle of its box
    centre, half = (low + high).T / 2, (high - low).T / 2
    raw, padding = np.where(cut.raw, RAW_RADIUS, 0.0), ((0, 0), (0, padded_states(machine) - machine.states))
    # a fifth larger than what the given net visits
    radii = np.maximum(1.2 * half + radius - raw, radius) / cut.units
    return _boxes(np.pad(centre / cut.units, padding), np.pad(radii, padding, mode="edge"))


def _boxes(centre: NDArray[Any], radius: NDArray[Any]) -> Boxes:
    """The boxes of these centres and radii, in units; the least radius in rows of the state itself comes on top."""
    width = np.where(radius > 20, radius, np.log(np.expm1(np.minimum(radius, 20))))  # the inverse of softplus, without overflow
    return Boxes(centre.astype(np.float32), width.astype(np.float32))


def _levels(delta: NDArray[np.int64], start: int) -> Iterator[NDArray[np.int64]]:
    """The machine states level by level: those that are first reached after no symbol, after one, after two and so on."""
    reached = np.zeros(len(delta), bool)
    level = np.array([start])
    while len(level):
        yield level
        reached[level] = True
        level = np.unique(delta[level])
        level = level[~reached[level]]


def _stepper(net: Net, symbols: int) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """Points `[S, M]` of the cut, S up to `WIDTH` → `[S, A, M]`, their images after a step on every symbol."""
    encoded = jnp.tile(net.encode(jnp.arange(symbols)), (1, WIDTH))

    @jax.jit
    def images(points: Any) -> Any:
        columns = jnp.repeat(points.T, symbols, axis=1)
        return net.cell.recurrent_term(jax_arrays, net.cell.update(jax_arrays, encoded, columns)).T

    def step(points: NDArray[Any]) -> NDArray[Any]:
        padded = np.resize(points, (WIDTH, points.shape[1])).astype(np.float32)
        return np.asarray(images(padded)).reshape(WIDTH, symbols, -1)[: len(points)]

    return step

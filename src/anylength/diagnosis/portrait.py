"""The data of a phase portrait: the plane of the states' two main axes under one held symbol, its orbits, points and basins."""

import numpy as np
from numpy.typing import NDArray

from anylength.diagnosis.evidence import HeldInputEvidence
from anylength.diagnosis.findings import symbol_text
from anylength.diagnosis.symbol_dynamics import SymbolDynamics, ends
from anylength.records import Mark, Orbit, Portrait
from anylength.tasks import Task

STEPS, ORBITS = 40, 3
"""Steps of an orbit, and orbits for each state of the machine."""

GRID, MARGIN = 41, 0.15
"""Points of the grid along each side, and what is added around the states, of their extent."""


def portrait(task: Task, here: SymbolDynamics, held_inputs: list[HeldInputEvidence]) -> Portrait:
    """The portrait of one symbol from the holds of it."""
    orbits = {(each.entry.state, each.entry.prefix): _orbit(each) for each in _chosen(held_inputs)}
    states = np.concatenate([*orbits.values(), *(cycle.states for cycle in here.cycles)], axis=1)
    middle = states.mean(axis=1, keepdims=True)
    axes, sizes, _ = np.linalg.svd(states - middle, full_matrices=False)
    axes = axes[:, :2] * np.where(axes[np.abs(axes[:, :2]).argmax(axis=0), [0, 1]] < 0, -1, 1)
    corners, basins = _basins(here, middle, axes, axes.T @ (states - middle))
    return Portrait(
        symbol=symbol_text(task, here.held.symbol),
        share=float((sizes[:2] ** 2).sum() / max((sizes**2).sum(), 1e-300)),
        orbits=[
            Orbit(name=_name(task, q, prefix), points=_pairs(axes.T @ (orbit - middle))) for (q, prefix), orbit in orbits.items()
        ],
        marks=[
            Mark(position=_pairs(axes.T @ (cycle.states[:, :1] - middle))[0], stable=cycle.stable, reads_as=_named(task, q))
            for cycle, q in zip(here.cycles, here.reads, strict=True)
        ],
        corners=corners,
        basins=basins,
        centre=tuple(middle[:, 0].tolist()),
        axes=tuple(tuple(axis) for axis in axes.T.tolist()),
    )


def _chosen(held_inputs: list[HeldInputEvidence]) -> list[HeldInputEvidence]:
    """A few holds of each state."""
    states = sorted({each.entry.state for each in held_inputs})
    return [each for q in states for each in [each for each in held_inputs if each.entry.state == q][:ORBITS]]


def _orbit(each: HeldInputEvidence) -> NDArray[np.float64]:
    """The states `[D, T]` of a hold, from the first held step on."""
    states, state = [each.held_input.first], each.held_input.begins
    for _ in range(STEPS):
        state = each.held_input.held.step(state)
        states.append(state)
    return np.concatenate(states, axis=1)


def _basins(
    here: SymbolDynamics, middle: NDArray[np.float64], axes: NDArray[np.float64], seen: NDArray[np.float64]
) -> tuple[tuple[tuple[float, float], tuple[float, float]], list[list[int]]]:
    """The corners of the grid, and where each of its states ends."""
    low, high = seen.min(axis=1), seen.max(axis=1)
    low, high = low - MARGIN * (high - low) - 1e-3, high + MARGIN * (high - low) + 1e-3
    across, up = np.linspace(low[0], high[0], GRID), np.linspace(low[1], high[1], GRID)
    grid = np.stack([part.ravel() for part in np.meshgrid(across, up)])
    fates = ends(here, middle + axes @ grid).reshape(GRID, GRID)
    return ((float(low[0]), float(low[1])), (float(high[0]), float(high[1]))), fates.tolist()


def _pairs(points: NDArray[np.float64]) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in points.T]


def _named(task: Task, state: int | None) -> str | None:
    return None if state is None else task.machine.names[state]


def _name(task: Task, state: int, prefix: tuple[int, ...]) -> str:
    """An orbit's name: the machine's state, and what was read before."""
    return f"{task.machine.names[state]} after {' '.join(symbol_text(task, s) for s in prefix) or 'the start'}"

"""The data of a phase portrait: the plane of the two principal axes under one held symbol, with orbits, fixed points and basins."""

import numpy as np

from anylength.diagnosis.evidence import HeldInputEvidence
from anylength.diagnosis.principal_axes import before_running_away, largest_entry_signs, pairs
from anylength.diagnosis.symbol_dynamics import SymbolDynamics, basin_indices
from anylength.diagnosis.wording import symbol_text
from anylength.dynamics.maps import States
from anylength.dynamics.norms import TINY
from anylength.records import Mark, Orbit, Portrait
from anylength.rules import Task

GRID = 41
"""Points of the grid of basins along each side. The cost grows with the square."""

MARGIN, LEAST_MARGIN = 0.15, 1e-3
"""Margin around the states, as a share of their extent, and what is added to it so that a plane is never empty."""


def portrait(task: Task, dynamics: SymbolDynamics, evidence: list[HeldInputEvidence]) -> Portrait:
    """The portrait of one symbol, with orbits of its held inputs."""
    whole = {(part.start.state, part.start.prefix): _orbit(part) for part in _chosen(evidence)}
    cycles = [cycle.states for cycle in dynamics.cycles]
    core = np.concatenate([*(orbit[:, :1] for orbit in whole.values()), *cycles], axis=1)
    orbits = {start: before_running_away(orbit, core) for start, orbit in whole.items()}
    states = np.concatenate([*orbits.values(), *cycles], axis=1)
    middle = states.mean(axis=1, keepdims=True)
    axes, sizes, _ = np.linalg.svd(states - middle, full_matrices=False)
    axes = axes[:, :2] * largest_entry_signs(axes[:, :2])
    corners, basins = _basins(dynamics, middle, axes, axes.T @ (states - middle))
    return Portrait(
        symbol=symbol_text(task, dynamics.held_map.symbol),
        share=float((sizes[:2] ** 2).sum() / max((sizes**2).sum(), TINY)),
        orbits=[
            Orbit(name=_orbit_name(task, q, prefix), points=pairs(axes.T @ (orbit - middle)))
            for (q, prefix), orbit in orbits.items()
        ],
        marks=_marks(task, dynamics, middle, axes),
        corners=corners,
        basins=basins,
        centre=tuple(middle[:, 0].tolist()),
        axes=tuple(tuple(axis) for axis in axes.T.tolist()),
    )


def _chosen(evidence: list[HeldInputEvidence]) -> list[HeldInputEvidence]:
    """The first held inputs of each machine state."""
    states = sorted({part.start.state for part in evidence})
    # more than three for a state would hide each other
    return [part for q in states for part in [part for part in evidence if part.start.state == q][:3]]


def _orbit(evidence: HeldInputEvidence) -> States:
    """The states `[D, T]` of a held input, from the first held step on."""
    states, state = [evidence.held_input.warm_up_states], evidence.held_input.start_state
    for _ in range(40):
        state = evidence.held_input.held_map.step(state)
        states.append(state)
    return np.concatenate(states, axis=1)


def _marks(task: Task, dynamics: SymbolDynamics, middle: States, axes: States) -> list[Mark]:
    """The fixed points as records."""
    return [
        Mark(
            at=pairs(axes.T @ (cycle.states[:, :1] - middle))[0],
            stable=cycle.stable,
            reads=None if q is None else task.machine.names[q],
        )
        for cycle, q in zip(dynamics.cycles, dynamics.reads_as, strict=True)
    ]


def _basins(
    dynamics: SymbolDynamics, middle: States, axes: States, points: States
) -> tuple[tuple[tuple[float, float], tuple[float, float]], list[list[int]]]:
    """The corners of the grid around points `[2, N]`, and for each state of the grid the index of its basin."""
    low, high = points.min(axis=1), points.max(axis=1)
    low, high = low - MARGIN * (high - low) - LEAST_MARGIN, high + MARGIN * (high - low) + LEAST_MARGIN
    across, up = np.linspace(low[0], high[0], GRID), np.linspace(low[1], high[1], GRID)
    grid = np.stack([part.ravel() for part in np.meshgrid(across, up)])
    indices = basin_indices(dynamics, middle + axes @ grid).reshape(GRID, GRID)
    return ((float(low[0]), float(low[1])), (float(high[0]), float(high[1]))), indices.tolist()


def _orbit_name(task: Task, state: int, prefix: tuple[int, ...]) -> str:
    """An orbit's name: the machine's state, and the prefix."""
    return f"{task.machine.names[state]} after {' '.join(symbol_text(task, s) for s in prefix) or 'the start'}"

"""The dynamics under one held symbol: fixed points, ghosts and basins of attraction, as records."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.diagnosis.evidence import next_symbols
from anylength.diagnosis.wording import symbol_text
from anylength.dynamics import Cycle, ExistenceProof, HeldInput, HeldMap, TrappingRegion, cycles, ghosts, trapping_region
from anylength.dynamics.held_input_starts import HeldInputStart
from anylength.nets import Net
from anylength.records import BasinBoundaryResult, FixedPointResult, SlowPointResult
from anylength.rules import Task

ORBIT_STEPS = 300
"""Steps after which an orbit is taken to have reached its end."""


@dataclass(frozen=True)
class SymbolDynamics:
    """The map of one held symbol with its fixed points and short cycles.

    Attributes:
        held_map: The map.
        cycles: Fixed points and short cycles.
        reads_as: For each of them the state of the machine whose answers the net gives there, or None.
    """

    held_map: HeldMap
    cycles: list[Cycle]
    reads_as: list[int | None]


def symbol_dynamics(net: Net, task: Task, starts: list[HeldInputStart]) -> SymbolDynamics:
    """The dynamics under the symbol of these starts. All have the same symbol."""
    held_map = HeldMap.of(net, starts[0].symbol)
    # longer cycles cost more and were not needed to explain any net so far
    known = cycles(held_map, longest=2)
    first = {start.state: start for start in reversed(starts)}
    continuations = next_symbols(task.machine)
    held_inputs = {
        q: HeldInput.of(net, task.machine, start.prefix, start.symbol, continuations=continuations)
        for q, start in sorted(first.items())
    }
    return SymbolDynamics(held_map, known, [_state_read(cycle, held_inputs) for cycle in known])


def _state_read(cycle: Cycle, held_inputs: dict[int, HeldInput]) -> int | None:
    """The state of the machine whose answers the net gives after the first state of a cycle, or None."""
    first = cycle.states[:, :1]
    states = (q for q, held_input in held_inputs.items() if held_input.margins(first, held_input.machine_state).min() > 0)
    return next(states, None)


def fixed_point_results(task: Task, dynamics: SymbolDynamics) -> list[FixedPointResult]:
    """The fixed points and cycles as records."""
    pairs = zip(dynamics.cycles, dynamics.reads_as, strict=True)
    return [_fixed_point_result(task, dynamics.held_map, cycle, q) for cycle, q in pairs]


def _fixed_point_result(task: Task, held_map: HeldMap, cycle: Cycle, reads_as: int | None) -> FixedPointResult:
    proof = cycle.proof if isinstance(cycle.proof, ExistenceProof) else None
    region = trapping_region(held_map, cycle) if cycle.stable else None
    return FixedPointResult(
        symbol=symbol_text(task, held_map.symbol),
        period=cycle.period,
        states=cycle.states.T.tolist(),
        eigenvalue=cycle.radius,
        unstable=cycle.unstable,
        reads_as=None if reads_as is None else task.machine.names[reads_as],
        existence=_existence_text(cycle),
        unique_within=proof and proof.radius,
        stability_proved=proof is not None and (proof.attracting or proof.repelling),
        trapped_within=region.inner if isinstance(region, TrappingRegion) else None,
    )


def _existence_text(cycle: Cycle) -> str:
    """What is proved about the existence of a cycle, in words."""
    if not isinstance(cycle.proof, ExistenceProof):
        return f"not proved: {cycle.proof.reason}"
    kind = "point" if cycle.period == 1 else "cycle"
    return f"proved: exactly one such {kind} within {cycle.proof.radius:.2g} in each coordinate"


def slow_point_results(task: Task, held_map: HeldMap) -> list[SlowPointResult]:
    """The ghosts as records."""
    symbol = symbol_text(task, held_map.symbol)
    return [
        SlowPointResult(symbol=symbol, speed=ghost.speed, steps=ghost.steps if np.isfinite(ghost.steps) else None)
        for ghost in ghosts(held_map)
    ]


@np.errstate(over="ignore", invalid="ignore")  # orbits that diverge lie in no basin
def basin_indices(dynamics: SymbolDynamics, states: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each state `[D, B]` the index of the cycle in whose basin it lies, −1 for none."""
    for _ in range(ORBIT_STEPS):
        before, states = states, dynamics.held_map.step(states)
        if np.abs(states - before).max() < 1e-7:  # all orbits have reached their ends
            break
    indices, nearest = np.full(states.shape[1], -1), np.full(states.shape[1], 1e-3)
    for k, cycle in enumerate(dynamics.cycles):
        distance = np.abs(states[:, None] - cycle.states[:, :, None]).max(axis=0).min(axis=0)
        indices, nearest = np.where(distance < nearest, k, indices), np.minimum(distance, nearest)
    return indices


def basin_boundaries(task: Task, dynamics: SymbolDynamics) -> list[BasinBoundaryResult]:
    """The distance to the basin boundary of each stable fixed point or cycle that reads as a state of the machine."""
    symbol = symbol_text(task, dynamics.held_map.symbol)
    return [
        BasinBoundaryResult(symbol=symbol, state=task.machine.names[q], distance=_distance(dynamics, k))
        for k, (cycle, q) in enumerate(zip(dynamics.cycles, dynamics.reads_as, strict=True))
        if cycle.stable and q is not None
    ]


def _distance(dynamics: SymbolDynamics, k: int) -> float | None:
    """The distance from the k-th cycle's first state to its basin boundary, on the line through the nearest saddle.

    None if there is no saddle, or if the line stays in the basin as far as it is followed.
    """
    middle = dynamics.cycles[k].states[:, :1]
    saddles = [cycle.states[:, :1] - middle for cycle in dynamics.cycles if cycle.unstable == 1]
    if not saddles:
        return None
    direction = min(saddles, key=lambda saddle: float(np.linalg.norm(saddle)))
    inside, outside = 0.0, 2.0  # multiples of the distance to the saddle
    if basin_indices(dynamics, middle + outside * direction)[0] == k:
        return None
    for _ in range(20):  # leaves an error of a millionth of the way
        half = (inside + outside) / 2
        is_inside = basin_indices(dynamics, middle + half * direction)[0] == k
        inside, outside = (half, outside) if is_inside else (inside, half)
    return float(inside * np.linalg.norm(direction))

"""Resting points, ghosts and basins under one held symbol, as records."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.diagnosis.evidence import AFTER
from anylength.diagnosis.findings import symbol_text
from anylength.dynamics import Cycle, ExistenceProof, HeldInput, HeldMap, TrappingRegion, cycles, ghosts, trapping_region
from anylength.dynamics.held_input_starts import HeldInputStart, evenly_spaced
from anylength.nets import Net
from anylength.records import BasinBoundaryResult, FixedPointResult, SlowPointResult
from anylength.tasks import Task

LONGEST = 2
"""The longest cycle looked for."""

FATE, HALVINGS = 300, 20
"""Steps after which an orbit has come to its end, and halvings of the way to a border."""

NEAR = 1e-3
"""An orbit has ended at a cycle when it is so near to one of its states."""

STILL = 1e-7
"""Where no state moves by more in a step, all have come to their end."""


@dataclass(frozen=True)
class SymbolDynamics:
    """What there is under one held symbol.

    Attributes:
        held: The map.
        cycles: Fixed points and short cycles.
        reads: For each of them the state of the machine for which it is answered rightly, or None.
    """

    held: HeldMap
    cycles: list[Cycle]
    reads: list[int | None]


def symbol_dynamics(net: Net, task: Task, held_input_starts: list[HeldInputStart]) -> SymbolDynamics:
    """The landscape under the symbol of these holds."""
    held = HeldMap.of(net, held_input_starts[0].symbol)
    found = cycles(held, longest=LONGEST)
    first = {entry.state: entry for entry in reversed(held_input_starts)}
    after = tuple((symbol,) for symbol in evenly_spaced(range(task.machine.symbols), AFTER))
    held_inputs = {
        q: HeldInput.of(net, task.machine, entry.prefix, entry.symbol, after=after) for q, entry in sorted(first.items())
    }
    return SymbolDynamics(held, found, [_read(cycle, held_inputs) for cycle in found])


def _read(cycle: Cycle, held_inputs: dict[int, HeldInput]) -> int | None:
    """The state of the machine for which the answers at a cycle's first state are right."""
    return next(
        (q for q, held_input in held_inputs.items() if held_input.margins(cycle.states[:, :1], held_input.state).min() > 0), None
    )


def points(task: Task, here: SymbolDynamics) -> list[FixedPointResult]:
    """The resting points as records."""
    return [_point(task, here.held, cycle, q) for cycle, q in zip(here.cycles, here.reads, strict=True)]


def _point(task: Task, held: HeldMap, cycle: Cycle, reads: int | None) -> FixedPointResult:
    proof = cycle.proof
    if isinstance(proof, ExistenceProof):
        existence = f"proved: exactly one within {proof.radius:.2g} of it in each coordinate"
    else:
        existence = f"not proved: {proof.reason}"
    image_and_jacobians = trapping_region(held, cycle) if cycle.stable else None
    return FixedPointResult(
        symbol=symbol_text(task, held.symbol),
        period=cycle.period,
        states=cycle.states.T.tolist(),
        eigenvalue=cycle.radius,
        unstable=cycle.unstable,
        reads_as=None if reads is None else task.machine.names[reads],
        existence=existence,
        unique_within=proof.radius if isinstance(proof, ExistenceProof) else None,
        stability_proved=isinstance(proof, ExistenceProof) and (proof.attracting or proof.repelling),
        trapped_within=image_and_jacobians.inner if isinstance(image_and_jacobians, TrappingRegion) else None,
    )


def slow_point_results(task: Task, held: HeldMap) -> list[SlowPointResult]:
    """The ghosts as records."""
    found = [(ghost.speed, float(ghost.steps)) for ghost in ghosts(held)]
    return [SlowPointResult(symbol=symbol_text(task, held.symbol), speed=v, steps=n if np.isfinite(n) else None) for v, n in found]


def ends(here: SymbolDynamics, states: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each state `[D, B]` the index of the cycle to which it goes, −1 for none."""
    for _ in range(FATE):
        before, states = states, here.held.step(states)
        if np.abs(states - before).max() < STILL:
            break
    fate, nearest = np.full(states.shape[1], -1), np.full(states.shape[1], NEAR)
    for k, cycle in enumerate(here.cycles):
        away = np.abs(states[:, None] - cycle.states[:, :, None]).max(axis=0).min(axis=0)
        fate, nearest = np.where(away < nearest, k, fate), np.minimum(away, nearest)
    return fate


def basin_boundaries(task: Task, here: SymbolDynamics) -> list[BasinBoundaryResult]:
    """For each resting place that reads as a state of the machine the way to the wrong basin, towards the nearest saddle."""
    found = []
    for k, (cycle, q) in enumerate(zip(here.cycles, here.reads, strict=True)):
        if cycle.stable and q is not None:
            state = task.machine.names[q]
            found.append(BasinBoundaryResult(symbol=symbol_text(task, here.held.symbol), state=state, distance=_distance(here, k)))
    return found


def _distance(here: SymbolDynamics, k: int) -> float | None:
    """How far it is from the k-th cycle's first state to where another one begins, towards the nearest saddle and as far again."""
    middle = here.cycles[k].states[:, :1]
    saddles = [cycle.states[:, :1] - middle for cycle in here.cycles if cycle.unstable == 1]
    if not saddles:
        return None
    way = min(saddles, key=lambda each: float(np.linalg.norm(each)))
    inside, outside = 0.0, 2.0
    if ends(here, middle + outside * way)[0] == k:
        return None
    for _ in range(HALVINGS):
        half = (inside + outside) / 2
        inside, outside = (half, outside) if ends(here, middle + half * way)[0] == k else (inside, half)
    return float(inside * np.linalg.norm(way))

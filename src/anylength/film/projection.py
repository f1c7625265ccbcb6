"""The states of a net on a plane, for a frame: where random words lead, orbits under a held symbol, and its fixed points."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength._types import Symbols
from anylength.diagnosis.evidence import next_symbols
from anylength.diagnosis.principal_axes import before_running_away, pairs, principal_axes, turned_towards
from anylength.diagnosis.word_states import last_states, padded
from anylength.diagnosis.wording import symbol_text
from anylength.dynamics import HeldInput, HeldInputStart, HeldMap, held_input_starts, jacobian_over_period
from anylength.dynamics.distinct import distinct
from anylength.dynamics.held_input_starts import evenly_spaced
from anylength.dynamics.maps import States
from anylength.dynamics.newton import solutions
from anylength.dynamics.starts import finite_columns
from anylength.machines import Machine
from anylength.nets import Net
from anylength.records import Mark, Orbit, Plane
from anylength.tasks import Task

STATES = 160
"""States shown. More make the picture denser and the film larger."""

LONGEST_WORD = 12
"""Length of the longest random word that leads to a shown state."""

CANDIDATES = 6 * STATES
"""Random words that are drawn, so that each state of the machine is reached by enough of them."""

ORBIT_STEPS = 40
"""States of an orbit."""

MAX_ORBITS = 8
"""Orbits at most, one for each state of the machine."""

SEGMENT_STARTS = 6
"""Starts of Newton's method between two ends of orbits."""

STATE_STARTS = 24
"""Shown states from which Newton's method starts."""

SEED_STREAM = 8
"""Second entry of the random seed. It keeps these words apart from those of `length_probe`."""

DECIMALS = 4
"""Decimals of coordinates in a record: finer than a pixel."""


@dataclass(frozen=True)
class Projection:
    """What all planes of a film show. Made with `of`.

    Attributes:
        task: The task.
        symbol: The held symbol.
        starts: For each state of the machine that it keeps, one start.
        symbols: `[T, B]`, random words, the longest first.
        ends: `[B]`, their lengths.
        machine_states: `[B]`, the state of the machine after each of them.
    """

    task: Task
    symbol: int
    starts: tuple[HeldInputStart, ...]
    symbols: Symbols
    ends: NDArray[np.int64]
    machine_states: tuple[int, ...]

    @staticmethod
    def of(task: Task, seed: int = 0) -> "Projection":
        """The projection of a finite-state task.

        The held symbol is one under which the machine must remember, if there is any; that of a carry chain is preferred.
        """
        machine = task.machine
        starts = held_input_starts(machine)
        remembering = [start for start in starts if start.remembers] or starts
        chain_symbols = {chain.symbol for chain in task.carry_chains}
        symbol = next((start.symbol for start in remembering if start.symbol in chain_symbols), remembering[0].symbol)
        first = {start.state: start for start in reversed(remembering) if start.symbol == symbol}
        symbols, ends = padded(_words(np.random.default_rng([seed, SEED_STREAM]), machine, symbol))
        states = tuple(machine.trace(symbols[:end, b].tolist())[-1] for b, end in enumerate(ends.tolist()))
        return Projection(task, symbol, tuple(evenly_spaced([first[q] for q in sorted(first)], MAX_ORBITS)), symbols, ends, states)

    def plane(self, net: Net, before: Plane | None) -> Plane | None:
        """The plane of one net, turned towards the plane before. None if states diverge."""
        held_map = HeldMap.of(net, self.symbol)
        states = np.asarray(last_states(held_map.net, self.symbols, self.ends), np.float64)
        held_inputs = [self._held_input(net, start) for start in self.starts]
        orbits = [_orbit(held_map, held_input) for held_input in held_inputs]
        shown = np.concatenate([states, *orbits], axis=1)
        if finite_columns(shown).shape[1] < shown.shape[1]:
            return None
        points = _fixed_points(held_map, np.concatenate([orbit[:, -1:] for orbit in orbits], axis=1), states)
        orbits = [before_running_away(orbit, states) for orbit in orbits]
        shown = np.concatenate([states, *orbits], axis=1)
        middle = states.mean(axis=1, keepdims=True)
        axes, share = principal_axes(shown - middle)
        axes = turned_towards(axes, states - middle, before)
        return Plane(
            symbol=symbol_text(self.task, self.symbol),
            share=round(share, DECIMALS),
            states=_rounded_pairs(axes, states - middle),
            machine_states=list(self.machine_states),
            orbits=[
                Orbit(name=self.task.machine.names[held_input.machine_state], points=_rounded_pairs(axes, orbit - middle))
                for held_input, orbit in zip(held_inputs, orbits, strict=True)
            ],
            marks=self._marks(held_map, held_inputs, points, _rounded_pairs(axes, points - middle)),
        )

    def _held_input(self, net: Net, start: HeldInputStart) -> HeldInput:
        machine = self.task.machine
        return HeldInput.of(net, machine, start.prefix, self.symbol, continuations=next_symbols(machine))

    def _marks(
        self, held_map: HeldMap, held_inputs: list[HeldInput], points: States, positions: list[tuple[float, float]]
    ) -> list[Mark]:
        """The fixed points `[D, N]` as records."""
        if not positions:
            return []
        reads_as: list[str | None] = [None] * len(positions)
        for held_input in reversed(held_inputs):
            for column in np.flatnonzero(held_input.margins(points, held_input.machine_state).min(axis=0) > 0):
                reads_as[column] = self.task.machine.names[held_input.machine_state]
        jacobians = [jacobian_over_period(held_map, points[:, [column]]) for column in range(len(positions))]
        stable = [bool(np.abs(np.linalg.eigvals(jacobian)).max() < 1) for jacobian in jacobians]
        rows = zip(positions, stable, reads_as, strict=True)
        return [Mark(position=position, stable=is_stable, reads_as=name) for position, is_stable, name in rows]


def _words(rng: np.random.Generator, machine: Machine, symbol: int) -> list[list[int]]:
    """Random words. Every second one is rich in the held symbol, so that each state of the machine is reached by some."""
    words = []
    for number in range(CANDIDATES):
        word = rng.integers(0, machine.symbols, int(rng.integers(1, LONGEST_WORD + 1)))
        share = rng.random() if number % 2 else 0.0
        words.append(np.where(rng.random(len(word)) < share, symbol, word).tolist())
    by_state: dict[int, list[list[int]]] = {}
    for word in words:
        by_state.setdefault(machine.trace(word)[-1], []).append(word)
    per_state = max(1, STATES // (2 * len(by_state)))
    chosen = [word for q in sorted(by_state) for word in by_state[q][:per_state]]
    return [*chosen, *words][:STATES]


def _orbit(held_map: HeldMap, held_input: HeldInput) -> States:
    """The states `[D, ORBIT_STEPS]` of a held input, from the first held step on."""
    states = [held_input.warm_up_states[:, [column]] for column in range(held_input.warm_up_steps)]
    for _ in range(ORBIT_STEPS - len(states)):
        states.append(held_map.step(states[-1]))
    return np.concatenate(states, axis=1)


def _fixed_points(held_map: HeldMap, ends: States, states: States) -> States:
    """The fixed points `[D, N]` that Newton's method finds from ends of orbits, segments between them, and some states."""
    shares = (np.arange(SEGMENT_STARTS) + 0.5) / SEGMENT_STARTS
    neighbours = [(column, column + 1) for column in range(ends.shape[1] - 1)]
    segments = [ends[:, [a]] + share * (ends[:, [b]] - ends[:, [a]]) for a, b in neighbours for share in shares]
    some = states[:, np.linspace(0, states.shape[1] - 1, STATE_STARTS).astype(int)]
    return distinct(solutions(held_map, np.concatenate([ends, *segments, some], axis=1), 1))[0]


def _rounded_pairs(axes: States, states: States) -> list[tuple[float, float]]:
    """Projected states, rounded. Adding 0 turns −0 into 0."""
    return pairs(np.round(axes.T @ states, DECIMALS) + 0.0)

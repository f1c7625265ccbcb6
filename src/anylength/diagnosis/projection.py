"""The picture of states in a frame: what random words lead to, what a held symbol makes of it, and where it comes to rest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength._types import Symbols
from anylength.diagnosis.findings import symbol_text
from anylength.diagnosis.word_states import last_states, padded
from anylength.dynamics import HeldInput, HeldInputStart, HeldMap, held_input_starts, jacobian_around
from anylength.dynamics.fixed_points import distinct
from anylength.dynamics.held_input_starts import evenly_spaced
from anylength.dynamics.newton import solutions
from anylength.dynamics.starts import finite_columns
from anylength.machines import Machine
from anylength.nets import Net
from anylength.records import Mark, Orbit, Plane
from anylength.tasks import Task

STATES, LONGEST = 160, 12
"""States shown, and the longest random word to one of them."""

STEPS, ORBITS, AFTER = 40, 8, 12
"""Steps of an orbit, orbits at most, and symbols that may follow a held one when it is asked how a resting point reads."""

SPLIT, STARTS = 6, 24
"""Newton's method starts on so many places between two ends of orbits, and at so many of the shown states."""

DIGITS = 4

States = NDArray[np.float64]


@dataclass(frozen=True)
class Projection:
    """What is the same in all pictures of a film. Made with `of`.

    Attributes:
        task: The task.
        symbol: The held symbol.
        begins: For each state of the machine that it keeps, one way there.
        symbols: `[T, B]` random words, the longest first.
        ends: `[B]` their lengths.
        at: `[B]` the machine's state after each of them.
    """

    task: Task
    symbol: int
    begins: tuple[HeldInputStart, ...]
    symbols: Symbols
    ends: NDArray[np.int64]
    at: tuple[int, ...]

    @staticmethod
    def of(task: Task, seed: int = 0) -> "Projection":
        """The scene of a finite-state task: the held symbol is one under which the machine must remember, if there is any."""
        machine = task.machine
        found = held_input_starts(machine)
        telling = [entry for entry in found if entry.remembers] or found
        rippling = {carry_chain.symbol for carry_chain in task.carry_chains}
        symbol = next((entry.symbol for entry in telling if entry.symbol in rippling), telling[0].symbol)
        first = {entry.state: entry for entry in reversed(telling) if entry.symbol == symbol}
        symbols, ends = padded(_words(np.random.default_rng([seed, 8]), machine, symbol))
        at = tuple(machine.trace(symbols[:end, b].tolist())[-1] for b, end in enumerate(ends.tolist()))
        return Projection(task, symbol, tuple(evenly_spaced([first[q] for q in sorted(first)], ORBITS)), symbols, ends, at)

    def plane(self, net: Net, before: Plane | None) -> Plane | None:
        """The picture of one net, turned towards the one before; None where states grow beyond all bounds."""
        held = HeldMap.of(net, self.symbol)
        states = np.asarray(last_states(held.net, self.symbols, self.ends), np.float64)
        held_inputs = [self._hold(net, entry) for entry in self.begins]
        orbits = [_orbit(held, held_input) for held_input in held_inputs]
        every = np.concatenate([states, *orbits], axis=1)
        if finite_columns(every).shape[1] < every.shape[1]:
            return None
        points = _resting(held, np.concatenate([orbit[:, -1:] for orbit in orbits], axis=1), states)
        middle = states.mean(axis=1, keepdims=True)
        axes, share = _axes(every - middle)
        axes = _turned(axes, states - middle, before)
        return Plane(
            symbol=symbol_text(self.task, self.symbol),
            share=round(share, DIGITS),
            states=_pairs(axes, states - middle),
            at=list(self.at),
            orbits=[
                Orbit(name=self.task.machine.names[held_input.state], points=_pairs(axes, orbit - middle))
                for held_input, orbit in zip(held_inputs, orbits, strict=True)
            ],
            marks=self._marks(held, held_inputs, points, _pairs(axes, points - middle)),
        )

    def _hold(self, net: Net, entry: HeldInputStart) -> HeldInput:
        after = tuple((symbol,) for symbol in evenly_spaced(range(self.task.symbols), AFTER))
        return HeldInput.of(net, self.task.machine, entry.prefix, self.symbol, after=after)

    def _marks(self, held: HeldMap, held_inputs: list[HeldInput], points: States, places: list[tuple[float, float]]) -> list[Mark]:
        if not places:
            return []
        reads: list[str | None] = [None] * len(places)
        for held_input in reversed(held_inputs):
            for at in np.flatnonzero(held_input.margins(points, held_input.state).min(axis=0) > 0):
                reads[at] = self.task.machine.names[held_input.state]
        stable = [bool(np.abs(np.linalg.eigvals(jacobian_around(held, points[:, [at]]))).max() < 1) for at in range(len(places))]
        return [Mark(position=at, stable=rests, reads_as=read) for at, rests, read in zip(places, stable, reads, strict=True)]


def _words(rng: np.random.Generator, machine: Machine, symbol: int) -> list[list[int]]:
    """Random words, half of them rich in the held symbol, so that each state of the machine is reached by some."""
    words = []
    for number in range(6 * STATES):
        word = rng.integers(0, machine.symbols, int(rng.integers(1, LONGEST + 1)))
        often = rng.random() if number % 2 else 0.0
        words.append(np.where(rng.random(len(word)) < often, symbol, word).tolist())
    by_state: dict[int, list[list[int]]] = {}
    for word in words:
        by_state.setdefault(machine.trace(word)[-1], []).append(word)
    each = max(1, STATES // (2 * len(by_state)))
    chosen = [word for q in sorted(by_state) for word in by_state[q][:each]]
    return [*chosen, *words][:STATES]


def _orbit(held: HeldMap, held_input: HeldInput) -> States:
    states = [held_input.first[:, [at]] for at in range(held_input.warm_up_steps)]
    for _ in range(STEPS - len(states)):
        states.append(held.step(states[-1]))
    return np.concatenate(states, axis=1)


def _resting(held: HeldMap, ends: States, states: States) -> States:
    """The resting points `[D, N]` that Newton's method finds from ends of orbits, between them, and from a few states."""
    between = [ends[:, [a]] + part * (ends[:, [b]] - ends[:, [a]]) for a, b in _neighbours(ends) for part in _PARTS]
    few = states[:, np.linspace(0, states.shape[1] - 1, STARTS).astype(int)]
    return distinct(solutions(held, np.concatenate([ends, *between, few], axis=1), 1))[0]


_PARTS = (np.arange(SPLIT) + 0.5) / SPLIT


def _neighbours(ends: States) -> list[tuple[int, int]]:
    return [(at, at + 1) for at in range(ends.shape[1] - 1)]


def _axes(states: States) -> tuple[States, float]:
    """The two main axes `[D, 2]` of states around 0, and the share of the variance in their plane."""
    values, axes = np.linalg.eigh(states @ states.T)
    axes = axes[:, ::-1][:, :2]
    if axes.shape[1] < 2:
        axes = np.concatenate([axes, np.zeros_like(axes)], axis=1)
    return axes * np.where(axes[np.abs(axes).argmax(axis=0), [0, 1]] < 0, -1, 1), float(
        values[::-1][:2].sum() / max(values.sum(), 1e-300)
    )


def _turned(axes: States, states: States, before: Plane | None) -> States:
    """The axes turned (or mirrored) in their plane, so that the same words' states lie as near as can be to where they lay.

    The orthogonal Procrustes problem (Schönemann 1966).
    """
    if before is None or len(before.states) != states.shape[1]:
        return axes
    left, _, right = np.linalg.svd((axes.T @ states) @ np.asarray(before.states, np.float64))
    return axes @ (left @ right)


def _pairs(axes: States, points: States) -> list[tuple[float, float]]:
    placed = np.round(axes.T @ points, DIGITS) + 0.0
    return [(float(x), float(y)) for x, y in placed.T]

"""A hold as the dynamics see it: the symbol's map, the states in which the hold begins, and by how much its answers are right."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, States, margins_of, symbol_maps
from anylength.machines import Machine
from anylength.nets import Net

WARM_UP_STEPS = 3
"""Held steps that are run before the dynamics take over: the carry's first steps are no slow motion yet."""

BATCH = 256
"""Held steps between two looks at the answers."""

Word = tuple[int, ...]


@dataclass(frozen=True)
class HeldInput:
    """A symbol held from a prefix on, and words that may end the hold. Made with `of`.

    Attributes:
        held: The map of as many steps as the machine needs to come back to the same state.
        machine: The task's machine.
        prefix: The word before the hold.
        symbol: The held symbol.
        after: Words that may follow a held step; all their answers count, and the answer at the held step too.
        lead: Held steps that are run, a multiple of the machine's period.
        first: `[D, warm_up_steps]`, the states after 1 … `warm_up_steps` held steps.
        begins: `[D, 1]`, the state from which the dynamics are followed: the last of them.
        states: The machine's states after each of the `warm_up_steps` steps.
    """

    held: HeldMap
    machine: Machine
    prefix: Word
    symbol: int
    after: tuple[Word, ...]
    warm_up_steps: int
    first: States
    begins: States
    states: Word

    @staticmethod
    def of(
        net: Net, machine: Machine, prefix: Word, symbol: int, *, tail: int = 0, after: tuple[Word, ...] | None = None
    ) -> "HeldInput":
        """The hold of a symbol after a prefix from the start; without `after`, `tail` symbols 0 may follow."""
        period = _period(machine, prefix, symbol)
        warm_up_steps = period * -(-WARM_UP_STEPS // period)
        state, found, maps = np.zeros((net.cell.state_size, 1)), [], symbol_maps(net)
        for each in (*prefix, *(symbol,) * warm_up_steps):
            state = maps[each].step(state)
            found.append(state)
        first = np.concatenate(found[len(prefix) :], axis=1)
        ways = (((0,) * tail,) if tail else ()) if after is None else after
        states = tuple(machine.trace((*prefix, *(symbol,) * warm_up_steps))[-warm_up_steps:])
        return HeldInput(HeldMap.of(net, symbol, period), machine, prefix, symbol, ways, warm_up_steps, first, state, states)

    @property
    def state(self) -> int:
        """The machine's state at `begins`."""
        return self.states[-1]

    @cached_property
    def _maps(self) -> tuple[HeldMap, ...]:
        return symbol_maps(self.held.net)

    def least_margins(self, states: States) -> NDArray[np.float64]:
        """By how much the right answers lead `[B]` in a period that starts from such states `[D, B]`: below 0 one is wrong."""
        least, at = self.margins(states, self.state).min(axis=0), self.state
        for _ in range(1, self.held.repeat):
            states, at = self._maps[self.symbol].step(states), self.machine.delta[at][self.symbol]
            least = np.minimum(least, self.margins(states, at).min(axis=0))
        return least

    def margins(self, states: States, at: int, before: int | None = None) -> NDArray[np.float64]:
        """By how much the right answers lead `[1 + K, B]` at a held step that ended in such states, the machine in `at`.

        Row 0 is the held step's own answer, row k the least one along word k of `after`. `before` is the machine's state one step
        earlier; left out, it is the one of its cycle.
        """
        before = self._before[at] if before is None else before
        own = margins_of(self.held.logits(states), self.machine.output[before][self.symbol])
        return np.stack([own, *(self._along(states, at, word) for word in self.after)])

    @cached_property
    def _before(self) -> dict[int, int]:
        """For each of the machine's states on its cycle under the symbol the one before it."""
        cycle = self.machine.trace((*self.prefix, *(self.symbol,) * (2 * self.machine.states)))[-self.machine.states - 1 :]
        return {after: before for before, after in pairwise(cycle)}

    def _along(self, states: States, at: int, word: Word) -> NDArray[np.float64]:
        """The least lead `[B]` along a word."""
        least = np.full(states.shape[1], np.inf)
        for symbol in word:
            states = self._maps[symbol].step(states)
            at, right = self.machine.step(at, symbol)
            least = np.minimum(least, margins_of(self.held.logits(states), right))
        return least

    def early_break(self) -> int | None:
        """How many of the first `warm_up_steps` held steps are answered rightly if one is not, else None."""
        states = (self.machine.trace(self.prefix)[-1], *self.states)
        for k, (before, at) in enumerate(pairwise(states)):
            if self.margins(self.first[:, [k]], at, before).min() < 0:
                return k
        return None

    def measured_break(self, limit: int) -> int | None:
        """The break measured: held steps answered rightly up to the first wrong one, in float64; None where all `limit` are."""
        early_break = self.early_break()
        if early_break is not None:
            return early_break
        state, steps = self.begins, self.warm_up_steps
        while steps <= limit:
            count = min(BATCH, (limit - steps) // self.held.repeat + 1)
            states = np.empty((self.held.size, count))
            for at in range(count):
                states[:, at] = state[:, 0]
                state = self.held.step(state)
            wrong = np.flatnonzero(self.least_margins(states) < 0)
            if wrong.size:
                return steps + int(wrong[0]) * self.held.repeat - 1
            steps += count * self.held.repeat
        return None


def _period(machine: Machine, prefix: Word, symbol: int) -> int:
    """After how many held symbols the machine is in the same state again, once it has come to its cycle."""
    first = machine.trace((*prefix, *(symbol,) * machine.states))[-1]
    state, period = machine.delta[first][symbol], 1
    while state != first:
        state, period = machine.delta[state][symbol], period + 1
    return period

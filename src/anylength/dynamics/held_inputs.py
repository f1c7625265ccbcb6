"""A held input: a symbol that repeats after a prefix. Its map, its first states, and the margins of the right answers."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, States, margins_of, symbol_maps
from anylength.nets import Net
from anylength.rules import Machine

WARM_UP_STEPS = 3
"""Held steps that are run before the dynamics take over. The first steps of a carry are fast: slow motion sets in later."""

BATCH = 256
"""Held steps whose answers are checked at once when a break is measured. It trades memory for speed."""

Word = tuple[int, ...]


@dataclass(frozen=True)
class SmallMargin:
    """A state whose answers have a small or negative margin.

    Attributes:
        periods: Steps of the held map from the start state to this state.
        state: `[D, 1]`.
        margin: The least margin of its answers.
    """

    periods: int
    state: States
    margin: float


@dataclass(frozen=True)
class HeldInput:
    """A symbol that repeats after a prefix, and words that may follow it. Made with `of`.

    Attributes:
        held_map: The map of as many steps as the machine needs to return to the same state.
        machine: The task's machine.
        prefix: The word before the held symbol.
        symbol: The held symbol.
        continuations: Words that may follow a held step. All their answers count, and so does the answer at the held step.
        warm_up_steps: Held steps that are run first, a multiple of the machine's period.
        warm_up_states: `[D, warm_up_steps]`, the states after these steps.
        start_state: `[D, 1]`, the last of them. The dynamics are followed from here.
        machine_states: The states of the machine after each of these steps.
    """

    held_map: HeldMap
    machine: Machine
    prefix: Word
    symbol: int
    continuations: tuple[Word, ...]
    warm_up_steps: int
    warm_up_states: States
    start_state: States
    machine_states: Word

    @staticmethod
    def of(
        net: Net, machine: Machine, prefix: Word, symbol: int, *, tail: int = 0, continuations: tuple[Word, ...] | None = None
    ) -> "HeldInput":
        """The held input of a symbol after a prefix. Without `continuations`, `tail` symbols 0 may follow."""
        period = _period(machine, prefix, symbol)
        warm_up_steps = period * -(-WARM_UP_STEPS // period)
        word = (*prefix, *(symbol,) * warm_up_steps)
        state, states, maps = net.numpy_start(1), [], symbol_maps(net)
        for read in word:
            state = maps[read].step(state)
            states.append(state)
        if continuations is None:
            continuations = ((0,) * tail,) if tail else ()
        return HeldInput(
            HeldMap.of(net, symbol, period),
            machine,
            prefix,
            symbol,
            continuations,
            warm_up_steps,
            warm_up_states=np.concatenate(states[len(prefix) :], axis=1),
            start_state=state,
            machine_states=tuple(machine.trace(word)[-warm_up_steps:]),
        )

    @property
    def machine_state(self) -> int:
        """The machine's state at `start_state`."""
        return self.machine_states[-1]

    @cached_property
    def _maps(self) -> tuple[HeldMap, ...]:
        return symbol_maps(self.held_map.net)

    def least_margins(self, states: States) -> NDArray[np.float64]:
        """The least margin `[B]` of the right answers in one period from states `[D, B]`. Below 0, an answer is wrong."""
        least, machine_state = self.margins(states, self.machine_state).min(axis=0), self.machine_state
        for _ in range(1, self.held_map.repeat):
            states, machine_state = self._maps[self.symbol].step(states), self.machine.delta[machine_state][self.symbol]
            least = np.minimum(least, self.margins(states, machine_state).min(axis=0))
        return least

    def margins(self, states: States, machine_state: int, before: int | None = None) -> NDArray[np.float64]:
        """The margins of the right answers `[1 + K, B]` after a held step that ended in states `[D, B]`.

        Row 0 is the answer at the held step. Row k is the least margin along word k of `continuations`.

        Args:
            states: States of the net.
            machine_state: State of the machine after the held step.
            before: State of the machine before it. The default is its predecessor on the cycle under the held symbol.
        """
        before = self._predecessors[machine_state] if before is None else before
        at_step = margins_of(self.held_map.logits(states), self.machine.output[before][self.symbol])
        return np.stack([at_step, *(self._margins_along(states, machine_state, word) for word in self.continuations)])

    @cached_property
    def _predecessors(self) -> dict[int, int]:
        """For each state of the machine on its cycle under the held symbol, the state before it."""
        cycle = self.machine.trace((*self.prefix, *(self.symbol,) * (2 * self.machine.states)))[-self.machine.states - 1 :]
        return {after: before for before, after in pairwise(cycle)}

    def _margins_along(self, states: States, machine_state: int, word: Word) -> NDArray[np.float64]:
        """The least margin `[B]` along a word."""
        least = np.full(states.shape[1], np.inf)
        for symbol in word:
            states = self._maps[symbol].step(states)
            machine_state, right = self.machine.step(machine_state, symbol)
            least = np.minimum(least, margins_of(self.held_map.logits(states), right))
        return least

    def early_break(self) -> int | None:
        """The number of warm-up steps before the first wrong answer. None if all their answers are right."""
        machine_states = (self.machine.trace(self.prefix)[-1], *self.machine_states)
        for k, (before, after) in enumerate(pairwise(machine_states)):
            if self.margins(self.warm_up_states[:, [k]], after, before).min() < 0:
                return k
        return None

    def measured_break(self, limit: int) -> int | None:
        """The number of held steps before the first wrong answer, in float64. None if all `limit` steps are answered right."""
        early = self.early_break()
        if early is not None:
            return early
        found = self.first_below(0.0, limit)
        return None if found is None else self.warm_up_steps + found.periods * self.held_map.repeat - 1

    def first_below(self, margin: float, limit: int) -> "SmallMargin | None":
        """The first state after the warm-up whose least margin is below a value. None if there is none in `limit` held steps."""
        state, steps = self.start_state, self.warm_up_steps
        while steps <= limit:
            count = min(BATCH, (limit - steps) // self.held_map.repeat + 1)
            states = np.empty((self.held_map.size, count))
            for column in range(count):
                states[:, column] = state[:, 0]
                state = self.held_map.step(state)
            margins = self.least_margins(states)
            below = np.flatnonzero(margins < margin)
            if below.size:
                periods = (steps - self.warm_up_steps) // self.held_map.repeat + int(below[0])
                return SmallMargin(periods, states[:, below[:1]], float(margins[below[0]]))
            steps += count * self.held_map.repeat
        return None


def _period(machine: Machine, prefix: Word, symbol: int) -> int:
    """The period of the machine's cycle under the held symbol, in symbols."""
    first = machine.trace((*prefix, *(symbol,) * machine.states))[-1]
    state, period = machine.delta[first][symbol], 1
    while state != first:
        state, period = machine.delta[state][symbol], period + 1
    return period

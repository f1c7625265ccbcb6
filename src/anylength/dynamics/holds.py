"""A hold as the dynamics see it: the symbol's map, the state in which the hold begins, and by how much its answers are right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.dynamics.maps import HeldMap, States
from anylength.machines import Machine
from anylength.nets import Net

LEAD = 3
"""Held steps that are run before the dynamics take over: the carry's first steps are no slow motion yet."""


@dataclass(frozen=True)
class Hold:
    """A symbol held from a prefix on. Made with `of`.

    Attributes:
        held: The map of as many steps as the machine needs to come back to the same state.
        machine: The task's machine.
        tail: Symbols 0 after the hold whose answers count too.
        prefix: The word before the hold.
        symbol: The held symbol.
        lead: Held steps up to `begins`, a multiple of the machine's period.
        begins: `[D, 1]`, the state there.
        state: The machine's state there.
    """

    held: HeldMap
    machine: Machine
    tail: int
    prefix: tuple[int, ...]
    symbol: int
    lead: int
    begins: States
    state: int

    @staticmethod
    def of(net: Net, machine: Machine, prefix: tuple[int, ...], symbol: int, *, tail: int) -> "Hold":
        """The hold of a symbol after a prefix from the start."""
        period = _period(machine, prefix, symbol)
        held = HeldMap.of(net, symbol, period)
        lead = period * -(-LEAD // period)
        state = held.start()
        for each in (*prefix, *(symbol,) * lead):
            state = HeldMap.of(net, each).step(state)
        return Hold(held, machine, tail, prefix, symbol, lead, state, machine.trace((*prefix, *(symbol,) * lead))[-1])

    def margins(self, states: States) -> NDArray[np.float64]:
        """By how much the right answers lead `[B]` in a period that starts from such states `[D, B]`: below 0 one is wrong.

        Counted are the answer at the last held step, and those in the tail if the word ended there.
        """
        least, at = np.full(states.shape[1], np.inf), self.state
        single = HeldMap(self.held.net, self.symbol, self.held.encoded)
        for _ in range(self.held.repeat):
            before = next(q for q in self._cycle() if self.machine.delta[q][self.symbol] == at)
            least = np.minimum(least, _leads(self.held.logits(states), self.machine.output[before][self.symbol]))
            least = np.minimum(least, self._after(states, at))
            states, at = single.step(states), self.machine.delta[at][self.symbol]
        return least

    def _cycle(self) -> list[int]:
        """The machine's states in the hold."""
        states = [self.state]
        while self.machine.delta[states[-1]][self.symbol] != self.state:
            states.append(self.machine.delta[states[-1]][self.symbol])
        return states

    def _after(self, states: States, at: int) -> NDArray[np.float64]:
        """The least lead `[B]` in the tail."""
        least, zero = np.full(states.shape[1], np.inf), HeldMap.of(self.held.net, 0)
        for _ in range(self.tail):
            states = zero.step(states)
            at, right = self.machine.step(at, 0)
            least = np.minimum(least, _leads(zero.logits(states), right))
        return least


def _leads(logits: NDArray[np.float64], right: int) -> NDArray[np.float64]:
    """How far the right logit is above the best other one: `[C, B]` → `[B]`."""
    return logits[right] - np.delete(logits, right, axis=0).max(axis=0)


def _period(machine: Machine, prefix: tuple[int, ...], symbol: int) -> int:
    """After how many held symbols the machine is in the same state again, once it has come to its cycle."""
    first = machine.trace((*prefix, *(symbol,) * machine.states))[-1]
    state, period = machine.delta[first][symbol], 1
    while state != first:
        state, period = machine.delta[state][symbol], period + 1
    return period

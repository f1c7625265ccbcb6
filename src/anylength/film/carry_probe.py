"""A quick measurement of the horizon on a few carry chains. The right answers are computed once a task, then used for many nets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.diagnosis.word_states import last_states, states_of_words
from anylength.dynamics.held_input_starts import evenly_spaced
from anylength.lengths.horizon import first_false
from anylength.nets import Net, encoded_alphabet
from anylength.ops import numpy_arrays
from anylength.tasks import CarryChain, Task

MAX_CHAINS = 6
"""Carry chains that are run at most. `count` has one."""

HELD_STEPS = 200
"""Repetitions of each chain's symbol. A frame must be quick: `explain` runs 2,000."""


@dataclass(frozen=True)
class CarryProbe:
    """A few carry chains with the right answers. R is the number of chains, K the number of held steps, L the task's tail.

    Attributes:
        carry_chains: The carry chains.
        prefix_answers: The right answers at each step of each prefix.
        held_answers: `[K, R]`, the right answer at each held step.
        tail_answers: `[K, L, R]`, the right answers in the tail after each held step.
    """

    carry_chains: tuple[CarryChain, ...]
    prefix_answers: tuple[tuple[int, ...], ...]
    held_answers: NDArray[np.integer]
    tail_answers: NDArray[np.integer]

    @staticmethod
    def of(task: Task) -> "CarryProbe":
        """The probe of a finite-state task."""
        carry_chains, machine = tuple(evenly_spaced(task.carry_chains, MAX_CHAINS)), task.machine
        delta, output = np.asarray(machine.delta), np.asarray(machine.output)
        held_answers = np.zeros((HELD_STEPS, len(carry_chains)), int)
        tail_answers = np.zeros((HELD_STEPS, task.tail, len(carry_chains)), int)
        for column, chain in enumerate(carry_chains):
            state = machine.trace(chain.prefix)[-1]
            for k in range(HELD_STEPS):
                held_answers[k, column], state = output[state, chain.symbol], delta[state, chain.symbol]
                tail_state = state
                for place in range(task.tail):
                    tail_answers[k, place, column], tail_state = output[tail_state, 0], delta[tail_state, 0]
        prefix_answers = tuple(tuple(machine.run(chain.prefix)) for chain in carry_chains)
        return CarryProbe(carry_chains, prefix_answers, held_answers, tail_answers)

    def horizon(self, net: Net) -> int | None:
        """Held steps that are answered right on every chain. None if all are, or if there is no chain."""
        if not self.carry_chains:
            return None
        state = np.concatenate([self._after_prefix(net, chain) for chain in self.carry_chains], axis=1)
        alphabet = encoded_alphabet(net).astype(state.dtype)
        held = alphabet[:, [chain.symbol for chain in self.carry_chains]]
        held_states = np.empty((HELD_STEPS, *state.shape), state.dtype)
        for k in range(HELD_STEPS):
            state = held_states[k] = net.cell.step(numpy_arrays, held, state)
        states = np.moveaxis(held_states, 1, 0).reshape(state.shape[0], -1)
        right = self._answers(net, states) == self.held_answers
        for place in range(self.tail_answers.shape[1]):
            states = net.cell.step(numpy_arrays, np.repeat(alphabet[:, [0]], states.shape[1], axis=1), states)
            right &= self._answers(net, states) == self.tail_answers[:, place]
        prefixes_right = [self._prefix_right(net, number) for number in range(len(self.carry_chains))]
        return first_false((right & np.array(prefixes_right)).all(axis=1))

    def _answers(self, net: Net, states: NDArray[np.floating]) -> NDArray[np.integer]:
        """The net's answers `[K, R]` in states `[D, K·R]`."""
        return net.readout(states, numpy_arrays).argmax(axis=0).reshape(self.held_answers.shape)

    def _after_prefix(self, net: Net, chain: CarryChain) -> NDArray[np.floating]:
        """The state `[D, 1]` after a chain's prefix."""
        word = np.array(chain.prefix, np.uint16)[:, None]
        return last_states(net, word, np.array([len(word)]))

    def _prefix_right(self, net: Net, number: int) -> bool:
        """Whether all answers in a chain's prefix are right."""
        word = np.array(self.carry_chains[number].prefix, np.uint16)[:, None]
        states = states_of_words(net, word, np.array([len(word)]))
        return [int(net.readout(state, numpy_arrays).argmax()) for state in states] == list(self.prefix_answers[number])

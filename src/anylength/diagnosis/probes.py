"""A short exam: random and hard words of a dozen lengths, and a few ripples. Made once a task, then put to net after net."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength._types import Symbols
from anylength.diagnosis.word_states import last_states, walk
from anylength.dynamics.held_input_starts import evenly_spaced
from anylength.lengths.horizon import first_false
from anylength.nets import AbstractNet, Net, answers, encoded_alphabet
from anylength.ops import numpy_arrays
from anylength.records import CurvePoint
from anylength.tasks import IGNORE_INDEX, CarryChain, Task, numbers_of_length

LENGTHS = (1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 70, 100)
SHORT = (1, 2, 3, 5, 8, 10, 15, 20)
"""The lengths where the net's context or memory grows: there a step costs more the longer the word is."""

EACH = 24
"""Random words of each length, and hard ones."""

RIPPLES, HELD, LAST = 6, 200, 3
"""Ripples looked at, held steps of the horizon, and random symbols that may end a hard word."""


@dataclass(frozen=True)
class LengthProbe:
    """Words with their right answers, the longest first.

    Attributes:
        symbols: `[T, B]`.
        ends: `[B]` steps of each word, its tail included.
        lengths: `[B]` which of the lengths each word has.
        hard: `[B]` whether it is a hard one.
        targets: `[T, B]` the right answers, `IGNORE_INDEX` where none counts.
    """

    symbols: Symbols
    ends: NDArray[np.int64]
    lengths: NDArray[np.int64]
    hard: NDArray[np.bool_]
    targets: Symbols

    @staticmethod
    def of(task: Task, lengths: tuple[int, ...], seed: int = 0) -> "LengthProbe":
        """The exam of a task."""
        rng = np.random.default_rng([seed, 7])
        drawn = [(word, length, False) for length in lengths for word in _random(rng, task, length)]
        drawn += [(word, length, True) for length in lengths for word in _hard(rng, task, length)]
        drawn.sort(key=lambda each: -len(each[0]))
        ends = np.array([len(word) for word, _, _ in drawn])
        symbols = np.zeros((int(ends.max()), len(drawn)), np.uint16)
        for column, (word, _, _) in enumerate(drawn):
            symbols[: len(word), column] = word
        targets = task.targets(symbols)
        targets = np.where(np.arange(len(symbols))[:, None] < ends, targets, IGNORE_INDEX).astype(np.uint8)
        return LengthProbe(symbols, ends, np.array([n for _, n, _ in drawn]), np.array([hard for _, _, hard in drawn]), targets)

    def curve(self, net: AbstractNet) -> list[CurvePoint]:
        """The shares answered right at each length; where a length has no hard words, the random ones stand for them."""
        right = self._walked(net) if isinstance(net, Net) and net.cell.has_fixed_size_state else self._asked(net)
        points = []
        for length in np.unique(self.lengths):
            here = self.lengths == length
            random, hard = right[here & ~self.hard], right[here & self.hard]
            worst = hard if hard.size else random
            points.append(CurvePoint(length=int(length), random=_share(random), worst=_share(worst)))
        return points

    def _walked(self, net: Net) -> NDArray[np.bool_]:
        right = np.ones(len(self.ends), bool)
        for target, state in zip(self.targets, walk(net, self.symbols, self.ends), strict=True):
            width = state.shape[1]
            said = net.readout(state, numpy_arrays).argmax(axis=0)
            right[:width] &= (said == target[:width]) | (target[:width] == IGNORE_INDEX)
        return right

    def _asked(self, net: AbstractNet) -> NDArray[np.bool_]:
        said = answers(net, self.symbols, self.ends)
        return ((said == self.targets) | (self.targets == IGNORE_INDEX)).all(axis=0)


@dataclass(frozen=True)
class CarryProbe:
    """A few ripples: each a symbol held for `HELD` steps after a prefix.

    Attributes:
        ripples: The ripples.
        before: What is right at each step of each prefix.
        here: `[K, R]` what is right at each held step.
        after: `[K, L, R]` what is right at each of the L steps of the tail after it.
    """

    carry_chains: tuple[CarryChain, ...]
    before: tuple[tuple[int, ...], ...]
    here: NDArray[np.integer]
    after: NDArray[np.integer]

    @staticmethod
    def of(task: Task) -> "CarryProbe":
        """The drill of a finite-state task."""
        carry_chains, machine = tuple(evenly_spaced(task.carry_chains, RIPPLES)), task.machine
        delta, output = np.asarray(machine.delta), np.asarray(machine.output)
        here, after = np.zeros((HELD, len(carry_chains)), int), np.zeros((HELD, task.tail, len(carry_chains)), int)
        for column, carry_chain in enumerate(carry_chains):
            at = machine.trace(carry_chain.prefix)[-1]
            for k in range(HELD):
                here[k, column], at = output[at, carry_chain.symbol], delta[at, carry_chain.symbol]
                end = at
                for place in range(task.tail):
                    after[k, place, column], end = output[end, 0], delta[end, 0]
        return CarryProbe(carry_chains, tuple(tuple(machine.run(carry_chain.prefix)) for carry_chain in carry_chains), here, after)

    def horizon(self, net: Net) -> int | None:
        """Held steps that are answered right under every ripple; None where all are, or where there is no ripple."""
        if not self.carry_chains:
            return None
        states = np.concatenate([self._begun(net, carry_chain) for carry_chain in self.carry_chains], axis=1)
        alphabet = encoded_alphabet(net).astype(states.dtype)
        held = alphabet[:, [carry_chain.symbol for carry_chain in self.carry_chains]]
        along = np.empty((HELD, *states.shape), states.dtype)
        for k in range(HELD):
            states = along[k] = net.cell.step(numpy_arrays, held, states)
        every = np.moveaxis(along, 1, 0).reshape(states.shape[0], -1)
        good = self._said(net, every) == self.here
        for place in range(self.after.shape[1]):
            every = net.cell.step(numpy_arrays, alphabet[:, [0]], every)
            good &= self._said(net, every) == self.after[:, place]
        right = [self._prefix_right(net, at) for at in range(len(self.carry_chains))]
        return first_false((good & np.array(right)).all(axis=1))

    def _said(self, net: Net, states: NDArray[np.floating]) -> NDArray[np.integer]:
        return net.readout(states, numpy_arrays).argmax(axis=0).reshape(self.here.shape)

    def _begun(self, net: Net, carry_chain: CarryChain) -> NDArray[np.floating]:
        word = np.array(carry_chain.prefix, np.uint16)[:, None]
        return last_states(net, word, np.array([len(word)]))

    def _prefix_right(self, net: Net, at: int) -> bool:
        word = np.array(self.carry_chains[at].prefix, np.uint16)[:, None]
        said = [int(net.readout(state, numpy_arrays).argmax()) for state in walk(net, word, np.array([len(word)]))]
        return said == list(self.before[at])


def _random(rng: np.random.Generator, task: Task, length: int) -> list[np.ndarray]:
    """Random numbers of exactly this length."""
    tapes = [numbers_of_length(rng, np.full(EACH, length), task.base, length) for _ in range(task.tapes)]
    return [task.word(numbers) for numbers in zip(*tapes, strict=True)]


def _hard(rng: np.random.Generator, task: Task, length: int) -> list[np.ndarray]:
    """A symbol held nearly all along, then a few random ones; beyond finite state the largest digit nearly everywhere."""
    if task.transducer is None:
        return [task.word(_nines(rng, task, length)) for _ in range(EACH)]
    words = []
    for carry_chain in [carry_chain for carry_chain in evenly_spaced(task.carry_chains, EACH) if len(carry_chain.prefix) < length]:
        for _ in range(max(1, EACH // len(task.carry_chains))):
            last = int(rng.integers(0, min(LAST, length - len(carry_chain.prefix) - 1) + 1))
            held = [carry_chain.symbol] * (length - len(carry_chain.prefix) - last)
            word = [*carry_chain.prefix, *held, *rng.integers(0, task.symbols, last).tolist()]
            words.append(np.array(word + [0] * task.tail, np.uint16))
    return words


def _nines(rng: np.random.Generator, task: Task, length: int) -> tuple[np.ndarray, ...]:
    numbers = [np.full(length, task.base - 1, np.uint8) for _ in range(task.tapes)]
    numbers[0][rng.integers(length)] = rng.integers(task.base)
    return tuple(numbers)


def _share(right: NDArray[np.bool_]) -> float:
    return round(float(right.mean()), 4)

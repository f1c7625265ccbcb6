"""Visits all states of a net whose states are rounded, each number to a multiple of 2^-m: such a net is a finite machine.

The visit goes step by step beside the task's machine, so the first wrong answer ends a shortest word. A step may err by epsilon
before it is rounded. Where that leaves several nearest multiples, all of them are visited. Nothing of it is trusted: a proof is
what the independent checker says of it, a wrong answer is replayed.
"""

import itertools
import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net
from anylength.ops.arrays import numpy_arrays
from anylength.ops.intervals import Interval
from anylength.rules import Machine, Rounded
from anylength.verification.certify import Ranges, StepImages, Visited
from anylength.verification.refutation.simulator import Simulator
from anylength.verification.refutation.words import Word

LARGEST = 1 << 24
"""The largest multiple that is visited: float32 holds all up to here."""

ROWS = 1 << 14
"""States that take a step together."""

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Visit:
    """What a visit found.

    Attributes:
        counts: The states and steps visited.
        low: The least value of each number of a state `[D]`.
        high: The largest.
        margin: The least margin of the machine's output.
        wrong: A shortest word whose last answer may be wrong; None where every answer is right.
        stopped: Why the visit ended before all states were visited, in words; None where it did not.
    """

    counts: Visited
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    margin: float
    wrong: Word | None = None
    stopped: str | None = None


@dataclass
class _Visitor:
    """A visit under way. A pair is a state of the machine and a rounded state, in one row of whole numbers `[1 + D]`."""

    net: Net
    machine: Machine
    rounding: Rounded
    epsilon: float
    known: set[bytes] = field(default_factory=set)
    parents: list[tuple[int, int]] = field(default_factory=list)
    steps: int = 0
    margin: float = np.inf

    def __post_init__(self) -> None:
        self.simulator, self.output = Simulator(self.net, self.machine, np.float64), np.array(self.machine.output)
        _, states = self._nearest(self.simulator.start().states, 0.0)
        pairs = np.column_stack([np.full(len(states), self.machine.start), states])
        self.low = self.high = states[0]
        self.waiting = self._added(pairs, np.full(len(pairs), -1), -1)
        self.first = 0

    def level(self) -> Word | None:
        """Takes a step from all pairs that wait; a word whose last answer is wrong, if there is one."""
        pairs, first, found = self.waiting, self.first, []
        self.first = len(self.parents)
        for begin in range(0, len(pairs), ROWS):
            for symbol in range(self.machine.symbols):
                rows = pairs[begin : begin + ROWS]
                exact = self.simulator.step(rows[:, 1:].T * self.rounding.spacing, np.full(len(rows), symbol))
                sources, states = self._nearest(exact, self.epsilon)
                machine_states, read = rows[sources, 0], np.full(len(sources), symbol)
                right = self.output[machine_states, symbol]
                margins, _ = self.simulator.judge(states.T * self.rounding.spacing, right)
                self.steps, self.margin = self.steps + len(margins), min(self.margin, float(margins.min()))
                wrong = np.flatnonzero(~(margins > 0))
                if len(wrong):
                    return (*self._word(first + begin + int(sources[wrong[0]])), symbol)
                after = np.column_stack([self.simulator.machine_step(machine_states, read), states])
                found.append(self._added(after, first + begin + sources, symbol))
        self.waiting = np.concatenate(found)
        return None

    def _nearest(self, exact: NDArray[np.floating], epsilon: float) -> tuple[Whole, Whole]:
        """All nearest multiples `[K, D]` of numbers within epsilon of states `[D, B]`, and of which state each is."""
        unit = self.rounding.spacing
        low, high = np.ceil((exact - epsilon) / unit - 0.5).T, np.floor((exact + epsilon) / unit + 0.5).T
        if not (np.isfinite(low).all() and np.isfinite(high).all() and max(-low.min(), high.max()) <= LARGEST):
            raise _Stopped("a state grows beyond all bounds, or is not a number")
        low, high = low.astype(np.int64), high.astype(np.int64)
        several = np.flatnonzero((low < high).any(axis=1))
        if not len(several):
            return np.arange(len(low)), low
        sources, states = [np.arange(len(low))], [low]
        for row in several.tolist():
            if np.prod(high[row] - low[row] + 1.0) > ROWS:
                raise _Stopped("a step's error is as large as the rounding: round to fewer bits")
            choices = itertools.product(*(range(a, b + 1) for a, b in zip(low[row].tolist(), high[row].tolist(), strict=True)))
            others = np.array(list(choices)[1:])  # the first is in `low`
            sources.append(np.full(len(others), row))
            states.append(others)
        return np.concatenate(sources), np.concatenate(states)

    def _added(self, pairs: Whole, parents: Whole, symbol: int) -> Whole:
        """Those of the pairs that were not known."""
        fresh = []
        for number, key in enumerate(map(bytes, np.ascontiguousarray(pairs, np.int32))):
            if key not in self.known:
                self.known.add(key)
                self.parents.append((int(parents[number]), symbol))
                fresh.append(number)
        states = pairs[:, 1:]
        self.low, self.high = np.minimum(self.low, states.min(axis=0)), np.maximum(self.high, states.max(axis=0))
        return pairs[fresh]

    def _word(self, number: int) -> Word:
        """A word that leads to a pair."""
        symbols = []
        while self.parents[number][0] >= 0:
            number, symbol = self.parents[number]
            symbols.append(symbol)
        return tuple(reversed(symbols))


class _Stopped(Exception):  # noqa: N818
    """Why a visit cannot go on."""


@np.errstate(all="ignore")
def visit(net: Net, machine: Machine, rounding: Rounded, epsilon: float, most: int, until: float) -> Visit:
    """Visits all states, at most `most` of them, until the time `until` (`time.monotonic`) or the first wrong answer."""
    visitor, wrong, stopped = None, None, None
    try:
        visitor = _Visitor(net, machine, rounding, epsilon)
        while len(visitor.waiting) and wrong is None and stopped is None:
            wrong = visitor.level()
            if len(visitor.known) > most:
                stopped = f"it has more than {most:,} states: round to fewer bits"
            elif time.monotonic() > until and len(visitor.waiting):
                stopped = f"the time was over after {len(visitor.known):,} states"
    except _Stopped as reason:
        stopped = str(reason)
    if visitor is None:
        nothing = np.zeros(net.program.state)
        return Visit(Visited(0, 0), nothing, nothing, 0.0, None, stopped)
    bounds = visitor.low * rounding.spacing, visitor.high * rounding.spacing
    return Visit(Visited(len(visitor.known), visitor.steps), *bounds, visitor.margin, wrong, None if wrong else stopped)


def ranges_of_visit(net: Net, found: Visit) -> Ranges:
    """Where the values of a step and of an answer lie, from a box that holds all states."""
    images, states = StepImages(net), Interval.between(found.low[:, None], found.high[:, None])
    return Ranges(states, images.step_values(images.recurrent_terms(states)), images.answer_values(states))


def rounded_answer(net: Net, machine: Machine, rounding: Rounded, word: Word) -> tuple[int, int]:
    """The net's answer to the last symbol of a word, computed in float32 with states rounded to even on ties; and the machine's."""
    simulator = Simulator(net, machine)

    def rounded(states: NDArray[np.float32]) -> NDArray[np.float32]:
        return (np.rint(states / np.float32(rounding.spacing)) * np.float32(rounding.spacing)).astype(np.float32)

    states = rounded(simulator.start().states)
    for symbol in word:
        states = rounded(simulator.step(states, np.array([symbol])))
    return int(simulator.net.readout(states, numpy_arrays)[:, 0].argmax()), machine.run(word)[-1]

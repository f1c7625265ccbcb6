"""The failure modes and their rule: a wrong word is replayed beside the task's machine. Names and thresholds stand here only."""

from typing import Literal

import numpy as np

from anylength.dynamics import symbol_maps
from anylength.machines import Machine
from anylength.nets import Net

FailureMode = Literal["forgets", "invents", "trips", "misreads"]
"""How a net fails:

- forgets: while a symbol repeats, the net loses what it must remember, or the answers no longer show it;
- invents: while a symbol repeats, the net behaves as if something had happened that did not;
- trips: soon after a symbol changes, with no long repetition before, the net behaves as in another state;
- misreads: its answer belongs to no state of the machine.
"""

MIN_REPETITION = 3
"""Number of equal symbols in a row that count as a repetition. A convention; the page why-it-forgets states it."""

RANDOM_STEPS = 200
"""Steps of the random walk whose mean decides the usual state. Machines of the tasks mix much faster."""

RATE_DECIMALS = 6
"""Rates that agree in so many decimals count as equal."""

START_BONUS = 1e-3
"""Added to the rate of the start state, so that it wins among equally frequent states."""

DESCRIPTIONS: dict[FailureMode, str] = {
    "forgets": "loses what it must remember while a symbol repeats",
    "invents": "behaves as if something had happened that did not, while a symbol repeats",
    "trips": "goes into the wrong state soon after a symbol changes",
    "misreads": "gives an answer that no state of the machine would give",
}
"""What each failure mode means: the subject is the net."""


def failure_mode_of(net: Net, machine: Machine, word: tuple[int, ...]) -> FailureMode:
    """The failure mode of a word whose last answer is its first wrong one."""
    trace, symbol = machine.trace(word), word[-1]
    before = trace[-2]
    repeats = _ends_in_repetition(word[:-1], trace[:-1]) or _is_one_symbol(word[:-1])
    if repeats and before != usual_state(machine):
        return "forgets"
    if not _answer_of_another_state(machine, before, symbol, _answer(net, word)):
        return "misreads"
    return "invents" if repeats else "trips"


def usual_state(machine: Machine) -> int:
    """The state in which the machine is most often on random words. Of equally frequent ones the start, else the first."""
    is_start = np.arange(machine.states) == machine.start
    rates, total = np.full(machine.states, 1.0) * is_start, np.zeros(machine.states)
    for _ in range(RANDOM_STEPS):
        after = np.zeros(machine.states)
        for row, rate in zip(machine.delta, rates, strict=True):
            np.add.at(after, list(row), rate / machine.symbols)
        rates, total = after, total + after
    return int((np.round(total, RATE_DECIMALS) + START_BONUS * is_start).argmax())


def _ends_in_repetition(word: tuple[int, ...], trace: list[int]) -> bool:
    """Whether a word ends in a repetition that leaves the machine in the same state."""
    length = 0
    while length < len(word) and word[-1 - length] == word[-1] and trace[-1 - length] == trace[-1]:
        length += 1
    return length >= MIN_REPETITION


def _is_one_symbol(word: tuple[int, ...]) -> bool:
    """Whether a word is one symbol repeated."""
    return len(set(word)) == 1


def _answer(net: Net, word: tuple[int, ...]) -> int:
    """The net's answer to the last symbol, in float64."""
    state, maps = np.zeros((net.cell.state_size, 1)), symbol_maps(net)
    for symbol in word:
        state = maps[symbol].step(state)
    return int(maps[word[-1]].logits(state).argmax())


def _answer_of_another_state(machine: Machine, state: int, symbol: int, answer: int) -> bool:
    """Whether another state of the machine would give this answer to the symbol."""
    return any(machine.output[q][symbol] == answer for q in range(machine.states) if q != state)

"""The ways of failing, told apart by replaying a wrong word beside the machine: one place for their names and thresholds."""

from typing import Literal

import numpy as np

from anylength.dynamics import symbol_maps
from anylength.machines import Machine
from anylength.nets import Net

FailureMode = Literal["forgets", "invents", "trips", "misreads"]
"""How a net fails:

- forgets: what it must remember is lost, or cannot be read any more, while a symbol is repeated;
- invents: while a symbol is repeated it comes to believe what did not happen;
- trips: soon after a change, with no long repetition behind it, it takes itself to be in another state;
- misreads: its answer belongs to no state of the machine.
"""

RUN = 3
"""So many equal symbols are a repetition."""

DESCRIPTIONS: dict[FailureMode, str] = {
    "forgets": "loses what it must remember while a symbol is repeated",
    "invents": "comes to believe what did not happen while a symbol is repeated",
    "trips": "falls into the wrong state soon after a change",
    "misreads": "answers what no state of the machine would",
}


def failure_mode_of(net: Net, machine: Machine, word: tuple[int, ...]) -> FailureMode:
    """The way in which a word fails whose last answer is the first wrong one."""
    trace, symbol = machine.trace(word), word[-1]
    before = trace[-2]
    held = _held(word[:-1], trace[:-1]) or _all_alike(word[:-1])
    if held and before != usual_state(machine):
        return "forgets"
    if not _believed(machine, before, symbol, _answer(net, word)):
        return "misreads"
    return "invents" if held else "trips"


def usual_state(machine: Machine) -> int:
    """The state in which the machine is most often on random words; of equally frequent ones the start, else the first."""
    rates = np.full(machine.states, 1.0) * (np.arange(machine.states) == machine.start)
    total = np.zeros(machine.states)
    for _ in range(200):
        after = np.zeros(machine.states)
        for row, rate in zip(machine.delta, rates, strict=True):
            np.add.at(after, list(row), rate / machine.symbols)
        rates, total = after, total + after
    total = np.round(total, 6) + 1e-3 * (np.arange(machine.states) == machine.start)
    return int(total.argmax())


def _held(word: tuple[int, ...], trace: list[int]) -> bool:
    """Whether a word ends in a repetition that leaves the machine where it is."""
    run = 0
    while run < len(word) and word[-1 - run] == word[-1] and trace[-1 - run] == trace[-1]:
        run += 1
    return run >= RUN


def _all_alike(word: tuple[int, ...]) -> bool:
    """Whether a word is one symbol repeated."""
    return len(set(word)) == 1


def _answer(net: Net, word: tuple[int, ...]) -> int:
    """The net's answer to the last symbol, in float64."""
    state, maps = np.zeros((net.cell.state_size, 1)), symbol_maps(net)
    for symbol in word:
        state = maps[symbol].step(state)
    return int(maps[word[-1]].logits(state).argmax())


def _believed(machine: Machine, state: int, symbol: int, answer: int) -> bool:
    """Whether another state of the machine would give this answer."""
    return any(machine.output[q][symbol] == answer for q in range(machine.states) if q != state)

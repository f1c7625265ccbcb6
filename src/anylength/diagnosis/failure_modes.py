"""The rule of the failure modes: a wrong word is replayed beside the task's machine. The thresholds stand here only."""

import numpy as np

from anylength.nets import Net, answers
from anylength.records.failure_modes import FailureMode
from anylength.rules import Machine


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
    # the machines of the tasks mix much faster
    for _ in range(200):
        after = np.zeros(machine.states)
        for row, rate in zip(machine.delta, rates, strict=True):
            np.add.at(after, list(row), rate / machine.symbols)
        rates, total = after, total + after
    # rates that agree in 6 decimals count as equal; of equal ones the start state wins
    return int((np.round(total, 6) + 1e-3 * is_start).argmax())


def _ends_in_repetition(word: tuple[int, ...], trace: list[int]) -> bool:
    """Whether a word ends in a repetition that leaves the machine in the same state."""
    length = 0
    while length < len(word) and word[-1 - length] == word[-1] and trace[-1 - length] == trace[-1]:
        length += 1
    # a convention, which the page why-it-forgets states
    return length >= 3


def _is_one_symbol(word: tuple[int, ...]) -> bool:
    """Whether a word is one symbol repeated."""
    return len(set(word)) == 1


def _answer(net: Net, word: tuple[int, ...]) -> int:
    """The net's answer to the last symbol, as it runs."""
    return int(answers(net, np.asarray(word, np.uint16)[:, None])[-1, 0])


def _answer_of_another_state(machine: Machine, state: int, symbol: int, answer: int) -> bool:
    """Whether another state of the machine would give this answer to the symbol."""
    return any(machine.output[q][symbol] == answer for q in range(machine.states) if q != state)

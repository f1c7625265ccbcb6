"""The tables of the suites, made from the code: a suite's tasks with their states, symbols and sources."""

from collections.abc import Callable

from anylength.machines import Machine, NamedMachine
from anylength.tasks.suites import PARAMETRIC_NAMES, SUITES

SHOWN_SYMBOLS = 8
"""Longer alphabets are shown as their number with the first and the last symbol."""


def dfa_states(machine: Machine) -> int:
    """The states of the smallest DFA (Moore machine) with these answers.

    It has a state for each pair of a state of the machine and the answer with which that state is entered. The start state counts
    once more if no transition leads back to it.
    """
    entered = {pair for row in zip(machine.delta, machine.output, strict=True) for pair in zip(*row, strict=True)}
    return len(entered) + (machine.start not in {state for state, _ in entered})


def suite(name: str) -> str:
    """The table of a suite."""
    rows = []
    for task in SUITES[name].tasks:
        named = task.make()
        cells = (f"`{task.name}`", states(named), names(named.symbols), names(named.outputs), text(task.summary), text(task.source))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(["| task | states | symbols | answers | what it asks | source |", "|---|---|---|---|---|---|", *rows])


def patterns() -> str:
    """The table of the kinds of tasks with numbers in the name."""
    rows = [f"| `{pattern.name}` | {text(pattern.summary)} |" for pattern in PARAMETRIC_NAMES.values()]
    return "\n".join(["| name | what it asks |", "|---|---|", *rows])


def states(named: NamedMachine) -> str:
    """The number of states, and in brackets that of a DFA if it is another one and the last answer counts alone."""
    of_machine, of_dfa = named.machine.states, dfa_states(named.machine)
    return f"{of_machine} ({of_dfa})" if named.graded == "last" and of_dfa != of_machine else str(of_machine)


def names(symbols: tuple[str, ...]) -> str:
    """The names of symbols or answers."""
    if len(symbols) <= SHOWN_SYMBOLS:
        return " ".join(f"`{symbol}`" for symbol in symbols)
    return f"{len(symbols)}: `{symbols[0]}` … `{symbols[-1]}`"


def text(words: str) -> str:
    """Words in a cell of a table."""
    return words.replace("*", "\\*").replace("<", "&lt;").replace("|", "\\|")


TABLES: dict[str, Callable[[], str]] = {
    "patterns": patterns,
    **{name.replace("-", "_"): lambda name=name: suite(name) for name in SUITES},
}
"""Mark on the page → the table."""

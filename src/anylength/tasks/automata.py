"""Tasks of automata that other libraries hold in memory."""

from collections.abc import Sequence
from typing import Any

from anylength.machine_formats import machine_of_object
from anylength.tasks.custom import from_named_machine
from anylength.tasks.task import Task


def automaton_task(
    automaton: Any, name: str = "own", summary: str = "an automaton of another library", symbols: Sequence[str] | None = None
) -> Task:
    """The task of a DFA, Moore or Mealy machine of AALpy, or of a DFA of pythomata.

    Args:
        automaton: The automaton.
        name: The task's name: small letters, digits and dashes.
        summary: One line for people.
        symbols: The alphabet; None: the symbols that occur.

    Raises:
        InputError: It is no such automaton, it is not deterministic and complete, or it is too large.
    """
    return from_named_machine(machine_of_object(automaton, symbols), name, summary)

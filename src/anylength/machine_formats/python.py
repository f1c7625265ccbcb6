"""Machines as the source text of a Python function."""

import keyword
import re
import textwrap
from collections.abc import Sequence

from anylength.digits import DIGIT_CHARACTERS
from anylength.machine_formats.edges import reads_digits
from anylength.records import MachineTable

WIDTH = 110
"""Longest line of the text, in characters."""


def python(name: str, machine: MachineTable) -> str:
    """A self-contained function: digits, or names of symbols, in the order in which the net reads them → one answer for each."""
    digits = "digits" if "," not in machine.symbols[0] else "tuples of digits, one digit for each number"
    inputs = digits if reads_digits(machine) else "names of symbols"
    rules = [_rule(machine, q) for q in range(len(machine.names))]
    return "\n".join(
        [
            f"def {_identifier(name)}(word):",
            f'    """The answers to {inputs}, in the order in which the net reads them."""',
            "    rules = {  # state: {read: (answer, next state)}",
            *rules,
            "    }",
            f"    state, answers = {_unique(machine)[machine.start]!r}, []",
            "    for read in word:",
            "        answer, state = rules[state][read]",
            "        answers.append(answer)",
            "    return answers",
            "",
        ]
    )


def _rule(machine: MachineTable, state: int) -> str:
    """The table entry of one state, broken between symbols: NUL stands for spaces at which a line must not break."""
    names, answers, symbols = _unique(machine), _answers(machine), _symbols(machine)
    entries = []
    for symbol, read in enumerate(symbols):
        pair = answers[machine.output[state][symbol]], names[machine.delta[state][symbol]]
        entries.append(f"{read!r}: {pair}".replace(" ", "\0"))
    body = textwrap.fill(
        ", ".join(entries) + ",",
        WIDTH,
        initial_indent=" " * 12,
        subsequent_indent=" " * 12,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return f"        {names[state]!r}: {{\n{body}\n        }},".replace("\0", " ")


def _symbols(machine: MachineTable) -> Sequence[int | tuple[int, ...] | str]:
    """The symbols in the text: numbers or tuples of them where they are digits, else the names."""
    if not reads_digits(machine):
        return machine.symbols
    digits = [tuple(int(digit, 36) for digit in symbol.split(",")) for symbol in machine.symbols]
    return [read[0] if len(read) == 1 else read for read in digits]


def _answers(machine: MachineTable) -> Sequence[int | str]:
    """The answers in the text: numbers where they are digits, else the labels."""
    count = len(machine.answers)
    return range(count) if machine.answers == list(DIGIT_CHARACTERS[:count]) else machine.answers


def _unique(machine: MachineTable) -> list[str]:
    """The names of the states, each with its number where two names are equal."""
    ambiguous = len(set(machine.names)) < len(machine.names)
    return [f"{name} ({q})" if ambiguous else name for q, name in enumerate(machine.names)]


def _identifier(name: str) -> str:
    """A task's name as a Python identifier."""
    identifier = re.sub(r"\W", "_", name)
    return f"task_{identifier}" if not identifier.isidentifier() or keyword.iskeyword(identifier) else identifier

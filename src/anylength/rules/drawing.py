"""A machine for people: its edges with short labels, and its text in Graphviz, Mermaid and Python.

A transition is written symbol / answer. Consecutive digits whose answers are also consecutive, or all equal, form one range: "0-8
/ 1-9". Named symbols and those of several tapes form no ranges: "a, b / accept". If an edge has more than `MAX_LISTED` of them,
the label gives their number.
"""

import keyword
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from anylength.rules.digits import DIGIT_CHARACTERS
from anylength.rules.records import MachineTable

MOST_SYMBOLS = 6
"""Symbols that one group lists. A label of more does not fit into a drawing."""

MOST_GROUPS = 3
"""Groups that one label lists, for the same reason."""


def named_label(symbols: Sequence[str], outputs: Sequence[str]) -> str:
    """The label of an edge.

    Args:
        symbols: The names of the symbols on it.
        outputs: The name of the output for each of them.

    Returns:
        Groups such as "a, b / accept; c / reject", in the order of their first symbols.
    """
    groups: dict[str, list[str]] = {}
    for symbol, output in zip(symbols, outputs, strict=True):
        groups.setdefault(output, []).append(symbol)
    texts = [f"{_listed(names)} / {output}" for output, names in groups.items()]
    left = sum(len(names) for names in list(groups.values())[MOST_GROUPS:])
    return "; ".join([*texts[:MOST_GROUPS], *([f"… {left:,} more"] if left else [])])


def _listed(names: Sequence[str]) -> str:
    """Names joined by commas. One name too many is listed, for its count takes as much room."""
    if len(names) <= MOST_SYMBOLS + 1:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_SYMBOLS])}, … {len(names) - MOST_SYMBOLS:,} more"


MAX_LISTED = 12
"""Transitions of several tapes that one edge lists in full. Longer labels do not fit into a drawing."""


@dataclass(frozen=True)
class Edge:
    """All transitions from one state to another.

    Attributes:
        source: The number of the state they leave.
        target: The number of the state they lead to.
        labels: The parts of the edge's label, such as "0-8 / 1-9".
    """

    source: int
    target: int
    labels: tuple[str, ...]

    @property
    def label(self) -> str:
        """The label as one line."""
        return ", ".join(self.labels)


def edges(machine: MachineTable) -> Iterator[Edge]:
    """The edges, ordered by source, then by the first symbol on them."""
    for source, row in enumerate(machine.delta):
        symbols_to: dict[int, list[int]] = {}
        for symbol, target in enumerate(row):
            symbols_to.setdefault(target, []).append(symbol)
        for target, symbols in symbols_to.items():
            yield Edge(source, target, tuple(_labels(machine, source, symbols)))


def reads_digits(machine: MachineTable) -> bool:
    """Whether the symbols are digits, and not names."""
    return machine.symbols == list(DIGIT_CHARACTERS[: len(machine.symbols)]) or _is_of_tapes(machine.symbols)


def _labels(machine: MachineTable, state: int, symbols: list[int]) -> list[str]:
    if not reads_digits(machine):
        outputs = [machine.answers[machine.output[state][symbol]] for symbol in symbols]
        return [named_label([machine.symbols[symbol] for symbol in symbols], outputs)]
    if "," not in machine.symbols[0]:
        return [_range_label(machine, state, symbols) for symbols in _ranges(symbols, machine.output[state])]
    if len(symbols) <= MAX_LISTED:
        return [f"{machine.symbols[s]} / {machine.answers[machine.output[state][s]]}" for s in symbols]
    return [f"{len(symbols)} symbols: {machine.symbols[symbols[0]]} … {machine.symbols[symbols[-1]]}"]


def _is_of_tapes(symbols: list[str]) -> bool:
    """Whether each symbol is a digit of each tape, joined by commas."""
    return all("," in symbol and all(part in DIGIT_CHARACTERS for part in symbol.split(",")) for symbol in symbols)


def _ranges(symbols: list[int], output: list[int]) -> list[list[int]]:
    """Groups of consecutive symbols whose outputs all rise by 0, or all by 1."""
    ranges: list[list[int]] = []
    for symbol in symbols:
        if ranges and _continues(ranges[-1], symbol, output):
            ranges[-1].append(symbol)
        else:
            ranges.append([symbol])
    return ranges


def _continues(group: list[int], symbol: int, output: list[int]) -> bool:
    rise = output[symbol] - output[group[-1]]
    same_rise = len(group) == 1 or rise == output[group[1]] - output[group[0]]
    return symbol == group[-1] + 1 and rise in (0, 1) and same_rise


def _range_label(machine: MachineTable, state: int, symbols: list[int]) -> str:
    first, last = (machine.answers[machine.output[state][symbol]] for symbol in (symbols[0], symbols[-1]))
    return f"{_span(machine.symbols[symbols[0]], machine.symbols[symbols[-1]])} / {_span(first, last)}"


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}-{last}"


def dot(name: str, machine: MachineTable) -> str:
    """A directed graph: one edge for each pair of connected states, and an arrow from a point to the start state."""
    lines = [f"digraph {_quoted(name)} {{", "  rankdir=LR;", "  node [shape=circle];", '  start [shape=point, label=""];']
    lines += [f"  q{q} [label={_quoted(state)}];" for q, state in enumerate(machine.names)]
    lines += [f"  start -> q{machine.start};"]
    lines += [f"  q{edge.source} -> q{edge.target} [label={_quoted(edge.label)}];" for edge in edges(machine)]
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def mermaid(name: str, machine: MachineTable) -> str:
    """A Mermaid state diagram."""
    lines = ["---", f"title: {name}", "---", "stateDiagram-v2", "  direction LR"]
    lines += [f'  state "{_entities(state)}" as q{q}' for q, state in enumerate(machine.names)]
    lines += [f"  [*] --> q{machine.start}"]
    lines += [f"  q{edge.source} --> q{edge.target} : {_entities(edge.label)}" for edge in edges(machine)]
    return "\n".join([*lines, ""])


def _entities(text: str) -> str:
    """Replaces characters that are part of Mermaid's syntax by its entity codes."""
    return re.sub(r'["#:;<>{}\[\]]', lambda match: f"#{ord(match[0])};", text)


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


MACHINE_FORMATS: Mapping[str, tuple[str, Callable[[str, MachineTable], str]]] = {
    "dot": ("machine.dot", dot),
    "mermaid": ("machine.mmd", mermaid),
    "python": ("machine.py", python),
}
"""For each format its file name in a run folder and the function (task name, machine) → text."""


def format_machine(name: str, machine: MachineTable, form: str) -> str:
    """The machine of the task `name` as text in the format `form`, a key of `MACHINE_FORMATS`."""
    return MACHINE_FORMATS[form][1](name, machine)

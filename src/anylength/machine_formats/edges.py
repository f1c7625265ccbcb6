"""Edges of a drawn machine, with short labels: one edge for all transitions between two states.

A transition is written symbol / answer. Consecutive digits whose answers are also consecutive, or all equal, form one range:
"0-8 / 1-9". Named symbols and those of several tapes form no ranges: "a, b / accept". If an edge has more than `MAX_LISTED` of
them, the label gives their number.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from anylength.digits import DIGIT_CHARACTERS
from anylength.machine_formats.named_labels import named_label
from anylength.records import MachineTable

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

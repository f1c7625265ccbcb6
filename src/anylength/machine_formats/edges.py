"""What stands on the edges of a drawn machine: all transitions between two states, written short.

A transition is written symbol / answer. Neighbouring symbols whose answers are neighbours too, or all the same, make one run:
"0-8 / 1-9". Symbols of several tapes make no runs; where there are many of them, their number and their ends stand for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from anylength.records import MachineTable

FEW = 12
"""So many transitions of several tapes are written out on one edge."""


@dataclass(frozen=True)
class Edge:
    """All transitions from one state to another, each part of `labels` a line of text."""

    source: int
    target: int
    labels: tuple[str, ...]

    @property
    def label(self) -> str:
        """The whole text."""
        return ", ".join(self.labels)


def edges(machine: MachineTable) -> Iterator[Edge]:
    """The edges, by source and then in the order in which symbols lead along them."""
    for source, row in enumerate(machine.delta):
        for target in dict.fromkeys(row):
            symbols = [symbol for symbol, after in enumerate(row) if after == target]
            yield Edge(source, target, tuple(_labels(machine, source, symbols)))


def _labels(machine: MachineTable, state: int, symbols: list[int]) -> list[str]:
    if "," not in machine.symbols[0]:
        return [_run(machine, state, run) for run in _runs(symbols, machine.output[state])]
    if len(symbols) <= FEW:
        return [f"{machine.symbols[s]} / {machine.answers[machine.output[state][s]]}" for s in symbols]
    return [f"{len(symbols)} symbols: {machine.symbols[symbols[0]]} … {machine.symbols[symbols[-1]]}"]


def _runs(symbols: list[int], output: list[int]) -> list[list[int]]:
    """Neighbouring symbols whose answers all rise by the same 0 or 1."""
    runs: list[list[int]] = []
    for symbol in symbols:
        run = runs[-1] if runs else []
        rise = output[symbol] - output[run[-1]] if run else None
        fits = bool(run) and symbol == run[-1] + 1 and rise in (0, 1) and (len(run) == 1 or rise == output[run[1]] - output[run[0]])
        if fits:
            run.append(symbol)
        else:
            runs.append([symbol])
    return runs


def _run(machine: MachineTable, state: int, run: list[int]) -> str:
    said = [machine.answers[machine.output[state][symbol]] for symbol in (run[0], run[-1])]
    return f"{_span(machine.symbols[run[0]], machine.symbols[run[-1]])} / {_span(*said)}"


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}-{last}"

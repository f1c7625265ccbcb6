"""AALpy's `.dot` files: DFAs, Moore machines and Mealy machines.

An accepting state of a DFA has the shape doublecircle. A state of a Moore machine has the shape record and the label
`state|output`. A transition of a Mealy machine has the label `input/output`. An edge from `__start0` leads to the start state.

The output of a Moore machine is that of the state that a transition leads to. The output of its start state, before any symbol, is
left out. All names are text: these files do not say whether 1 was a number.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from anylength.base import InputError, quoted, read_text
from anylength.machine_formats.graphs import REMEDY, Edge, read_graph
from anylength.machine_formats.tables import MAX_FILE_BYTES, TransitionTable
from anylength.machines import NamedMachine

START = "__start0"
"""The point from which an edge leads to the start state."""


def read_dot(path: str | Path, symbols: Sequence[str] | None = None) -> NamedMachine:
    """The machine of a `.dot` file that AALpy wrote.

    Args:
        path: The file.
        symbols: The alphabet. By default the symbols that occur in the file.

    Raises:
        InputError: The file cannot be read, is not one of AALpy's deterministic machines, or exceeds a limit.
    """
    path = Path(path)
    return dot_machine(read_text(path, limit=MAX_FILE_BYTES, kind="a .dot file of AALpy"), path.name, symbols)


def dot_machine(text: str, source: str, symbols: Sequence[str] | None = None) -> NamedMachine:
    """The machine of the text of a `.dot` file. Arguments and errors are those of `read_dot`."""
    nodes, edges = read_graph(text, source)
    states = {name: attributes for name, attributes in nodes.items() if name != START}
    starts, edges = [edge for edge in edges if edge[0] == START], [edge for edge in edges if edge[0] != START]
    if len(starts) != 1:
        raise InputError(f"one edge from {START} to the start state", f"{len(starts)} in {source}", REMEDY)
    ends = [starts[0][1], *(name for edge in edges for name in edge[:2])]
    unknown = next((name for name in ends if name not in states), None)
    if unknown is not None:
        raise InputError("edges between states of the file", f"{quoted(unknown)} in {source}", "write a line for each state")
    table = TransitionTable(source, starts[0][1], {state: {} for state in states})
    if all(attributes.get("shape") == "record" for attributes in states.values()):
        labels = {state: attributes.get("label", "") for state, attributes in states.items()}
        return _moore(table, edges, labels, symbols)
    accepting = [name for name, attributes in states.items() if attributes.get("shape") == "doublecircle"]
    if accepting or not all("/" in label for _, _, label in edges):
        for state, next_state, label in edges:
            table.add(state, label, next_state)
        return table.acceptor(accepting, symbols)
    return _mealy(table, edges, symbols)


def _moore(table: TransitionTable, edges: list[Edge], labels: Mapping[str, str], symbols: Sequence[str] | None) -> NamedMachine:
    outputs = {state: _moore_output(state, label, table.source) for state, label in labels.items()}
    for state, next_state, label in edges:
        table.add(state, label, next_state, outputs[next_state])
    return table.transducer(symbols)


def _moore_output(name: str, label: str, source: str) -> str:
    """The output in the label of a state."""
    if not label.startswith(f"{name}|"):
        got = f"{quoted(label)} of the state {quoted(name)} in {source}"
        raise InputError("labels state|output of a Moore machine", got, "write the state's name, a bar and its output")
    return label.removeprefix(f"{name}|")


def _mealy(table: TransitionTable, edges: list[Edge], symbols: Sequence[str] | None) -> NamedMachine:
    for state, next_state, label in edges:
        symbol, _, output = label.partition("/")
        if "/" in output:
            got = f"{quoted(label)} in {table.source}"
            raise InputError("labels input/output with one slash", got, "rename symbols and outputs that have a slash")
        table.add(state, symbol.strip(), next_state, output.strip())
    return table.transducer(symbols)

"""AT&T tables: the text format of OpenFST, foma and the Language Toolkit, in which MLRegTest keeps its languages.

A line of three or four columns is a transition: state, next state, input, output. A line of one column is a final state. The start
state is the first state of the first line. Columns are separated by tabs or blanks. A table without outputs, or whose outputs equal
its inputs, is an acceptor; any other is a transducer. A fourth column is always read as an output, never as a weight.

MLRegTest (van der Poel et al. 2023, arXiv 2304.07687) writes deterministic acceptors of four columns without epsilon. A missing
transition means that the word is rejected.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from anylength.errors import InputError, quoted
from anylength.files import read_text
from anylength.machine_formats.tables import MAX_FILE_BYTES, TransitionTable
from anylength.machines import NamedMachine

EPSILONS = ("<eps>", "<epsilon>", "@0@", "ε")
"""How OpenFST, MLRegTest (in capitals), foma and people write the empty word."""

SPECIAL = re.compile(r"@(?:_.*_|[UPNDRCE]\..*|\?|)@")
"""Symbols of foma and HFST that stand for several symbols or none, such as @_IDENTITY_SYMBOL_@."""

NO_WEIGHT = re.compile(r"0+(?:\.0+)?")
"""A weight that changes nothing."""


def read_att(path: str | Path, symbols: Sequence[str] | None = None) -> NamedMachine:
    """The machine of an AT&T table.

    Args:
        path: The file.
        symbols: The alphabet. By default the symbols that occur in the table.

    Raises:
        InputError: The file cannot be read, or its machine has weights, epsilon transitions or two transitions from one state on
            one symbol, or exceeds a limit. A transducer is incomplete, or a state of it is not final.
    """
    path = Path(path)
    return att_machine(read_text(path, limit=MAX_FILE_BYTES, kind="an AT&T table"), path.name, symbols)


def att_machine(text: str, source: str, symbols: Sequence[str] | None = None) -> NamedMachine:
    """The machine of the text of an AT&T table. Arguments and errors are those of `read_att`."""
    lines = list(_lines(text))
    if not lines:
        raise InputError("an AT&T table", f"no line in {source}", "write a transition or a final state on each line")
    columns = max(len(fields) for _, fields in lines)
    table = TransitionTable(source, lines[0][1][0])
    table.states[table.start] = None
    final: dict[str, None] = {}
    for number, fields in lines:
        where = f"line {number:,} of {source}"
        if len(fields) <= 2:
            _require_no_weight(fields[1:], where)
            final[fields[0]] = table.states[fields[0]] = None
        else:
            _add(table, fields, where, columns)
    if all(output == symbol for (_, symbol), output in table.output.items()):
        return table.acceptor(final, symbols)
    _require_all_final(table, final)
    return table.transducer(symbols)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty, each with its number, as columns."""
    for number, line in enumerate(text.split("\n"), 1):
        fields = [field for field in re.split(r"[\t\r ]+", line) if field]
        if fields:
            yield number, fields


def _add(table: TransitionTable, fields: list[str], where: str, columns: int) -> None:
    """Adds the transition of a line, if it has as many columns as the longest line."""
    if len(fields) != columns or columns > 5:
        expected = "lines of one column, and lines of three columns or of four"
        raise InputError(expected, f"{len(fields)} columns in {where}", "write state, next state, input and output")
    _require_no_weight(fields[4:], where)
    state, next_state, symbol, output = (*fields, fields[2])[:4]
    for label in (symbol, output):
        if label.lower() in EPSILONS:
            raise InputError(
                "a table without epsilon transitions", f"{quoted(label)} in {where}", "remove epsilon transitions first"
            )
        if SPECIAL.fullmatch(label):
            raise InputError("plain symbols", f"the special symbol {quoted(label)} in {where}", "write the symbols it stands for")
    table.add(state, symbol, next_state, output)


def _require_no_weight(weight: list[str], where: str) -> None:
    if weight and not NO_WEIGHT.fullmatch(weight[0]):
        raise InputError("a table without weights", f"the weight {quoted(weight[0])} in {where}", "remove the weights first")


def _require_all_final(table: TransitionTable, final: dict[str, None]) -> None:
    """A task's transducer answers at every step, so every prefix of a word is a word that it answers."""
    other = next((state for state in table.states if state not in final), None)
    if other is not None:
        got = f"state {quoted(other)}, which is not final, in {table.source}"
        raise InputError(
            "a transducer whose states are all final", got, "a task needs an answer to every word; list the state as final"
        )

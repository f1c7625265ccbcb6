"""AT&T tables: the text format of OpenFST, foma and the Language Toolkit, in which MLRegTest keeps its languages.

A line of three or four columns is a transition: state, next state, input, output. A line of one column is a final state. The start
state is the first state of the first line. Columns are separated by white space. A table without outputs, or whose outputs equal
its inputs, is an acceptor; any other is a transducer. A fourth column is always read as an output, never as a weight.

MLRegTest (van der Poel et al. 2023, arXiv 2304.07687) writes deterministic acceptors of four columns without epsilon. A missing
transition means that the word is rejected.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from anylength.base import InputError, quoted, read_text
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
    table, final = _collected(text, source)
    if all(output == symbol for row in table.rows.values() for symbol, (_, output) in row.items()):
        return table.acceptor(final, symbols)
    _require_all_final(table, final)
    return table.transducer(symbols)


def _collected(text: str, source: str) -> tuple[TransitionTable, set[str]]:
    """The transitions of a table, and its final states."""
    table: TransitionTable | None = None
    final: set[str] = set()
    checked: set[str] = set()
    columns = 0
    for line, fields in enumerate(map(str.split, text.split("\n")), 1):
        if not fields:
            continue
        table = table or TransitionTable(source, fields[0])
        if len(fields) <= 2:
            _require_no_weight(fields[1:], line, source)
            table.add_state(fields[0])
            final.add(fields[0])
            continue
        columns = columns or len(fields)
        if len(fields) != columns or columns > 5:
            got = f"{len(fields)} columns in line {line:,} of {source}"
            raise InputError("lines of one column, and lines of three columns or of four", got, "write all lines alike")
        _require_no_weight(fields[4:], line, source)
        symbol, output = fields[2], fields[2] if columns == 3 else fields[3]
        if symbol not in checked or output not in checked:
            _check_labels((symbol, output), line, source)
            checked |= {symbol, output}
        table.add(fields[0], symbol, fields[1], output)
    if table is None:
        raise InputError("an AT&T table", f"no line in {source}", "write a transition or a final state on each line")
    return table, final


def _check_labels(labels: Iterable[str], line: int, source: str) -> None:
    """Raises InputError if a label is the empty word or stands for several symbols."""
    for label in labels:
        if label.lower() in EPSILONS:
            remedy = "remove epsilon transitions and determinise the machine first"
            raise InputError("a table without epsilon transitions", f"{quoted(label)} in line {line:,} of {source}", remedy)
        if SPECIAL.fullmatch(label):
            got = f"the special symbol {quoted(label)} in line {line:,} of {source}"
            raise InputError("plain symbols", got, "write the symbols that it stands for")


def _require_no_weight(weight: list[str], line: int, source: str) -> None:
    if weight and not NO_WEIGHT.fullmatch(weight[0]):
        got = f"the weight {quoted(weight[0])} in line {line:,} of {source}"
        raise InputError("a table without weights", got, "remove the weights first")


def _require_all_final(table: TransitionTable, final: Collection[str]) -> None:
    """A task's transducer answers at every step, so every prefix of a word is a word that it answers."""
    other = next((state for state in table.rows if state not in final), None)
    if other is not None:
        got = f"state {quoted(other)}, which is not final, in {table.source}"
        raise InputError(
            "a transducer whose states are all final", got, "a task needs an answer to every word; list the state as final"
        )

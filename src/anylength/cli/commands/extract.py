"""`anylength extract`: the machine that the net computes."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.table import Table
from rich.text import Text

from anylength.cli.command import DONE, UNKNOWN, Command, Outcome, run_argument, seconds
from anylength.cli.show import command_seconds, console, facts_table, plain, plain_table, wrong
from anylength.records import Mistake
from anylength.rules import Extraction, MachineTable

MAX_ROWS = 40
"""Rows of a machine that are printed: about one screen. The files hold all of them."""

SAME = Text("The net computes the task's machine.", style="bold green")
DIFFERENT = Text("The net computes a machine that is not the task's.", style="bold red")


def _arguments(parser: ArgumentParser) -> None:
    run_argument(parser)
    parser.add_argument("--budget", type=seconds, default=20.0, metavar="SECONDS", help="time to spend")
    parser.add_argument("--format", choices=("text", "dot", "mermaid", "python"), default="text", help="print the machine as this")


def _run(options: Namespace) -> Outcome:
    from anylength.experiments.results import extract
    from anylength.rules import format_machine
    from anylength.runs import Run

    run = Run(options.run)
    result = extract(run, budget=options.budget)
    code = UNKNOWN if result.machine is None else DONE
    if options.format == "text" or result.machine is None:
        return Outcome(result.to_json(), lambda: show_extraction(options.run, result), code)
    text = format_machine(run.config.task, result.machine, options.format)
    return Outcome(result.to_json(), lambda: plain(text), code)


def show_extraction(path: Path, result: Extraction) -> None:
    """Prints the transitions of the machine, and how sure they are."""
    out = console()
    if result.machine is None or result.equivalent is None:
        out.print(Text(result.status.upper(), style="bold yellow"))
    else:
        out.print(SAME if result.equivalent else DIFFERENT)
        out.print(_how_to_read(result.machine))
        out.print(_transitions(result.machine))
    table = facts_table()
    table.add_row("status", result.status)
    table.add_row("reason", result.note)
    if result.difference:
        table.add_row("first difference", _difference(result.difference))
    if result.machine:
        table.add_row("files", f"{path}/machine.json, .dot, .mmd, .py")
    table.add_row("seconds", command_seconds())
    out.print(table)


def _how_to_read(machine: MachineTable) -> str:
    """How a row of the transitions is read, with the start state by its name."""
    start = machine.names[machine.start]
    return f"It starts in state {start}. Each row: a state, inputs and after the slash the answers to them, and the next state."


def _transitions(machine: MachineTable) -> Table:
    """The transitions of a machine, one a row."""
    from anylength.rules import edges

    table = plain_table("state", "input / answer", "next state")
    rows = list(edges(machine))
    for edge in rows[:MAX_ROWS]:
        table.add_row(machine.names[edge.source], edge.label, machine.names[edge.target])
    if len(rows) > MAX_ROWS:
        table.add_row("…", f"and {len(rows) - MAX_ROWS:,} more rows")
    return table


def _difference(example: Mistake) -> str:
    """An input on which the machine and the task differ, and what the net answers to it."""
    if example.answer != example.expected:
        return wrong(example)
    from anylength.web.words import numbers_text

    return f"{numbers_text(example)}, which the net itself answers right"


COMMAND = Command("the machine that the net computes, and whether it is the task's", _arguments, _run)

"""`anylength tasks`: lists the tasks, one suite, or shows one task."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from anylength.base import InputError, unknown_name
from anylength.cli.command import Command, Outcome, json_of
from anylength.cli.show import console, facts_table, plain, plain_table, show_facts

if TYPE_CHECKING:
    from anylength.rules import MachineTable

SHOW = "show"
"""The word before the name of the task that is shown."""

MOST_EDGES = 60
"""Edges of a machine that are printed; a larger one is printed by --format for other programs."""


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("show", nargs="*", metavar="show NAME", help="one task: its machine and ten words with answers")
    parser.add_argument("--suite", default=None, metavar="SUITE", help="only the tasks of a suite, with their sources")
    parser.add_argument(
        "--format", choices=("text", "dot", "mermaid", "python"), default="text", help="print a shown machine as this"
    )


def _run(options: Namespace) -> Outcome:
    if options.show:
        return _shown(options)
    if options.suite is not None:
        return _suite(options.suite)
    lines = _summaries()
    return Outcome(json_of({"names": list(lines), "tasks": lines}), lambda: show_facts(lines))


def _summaries() -> dict[str, str]:
    from anylength.rules import NAMED as WITH_STACKS
    from anylength.rules import NAMED_TASKS, PARAMETRIC_NAMES, PARAMETRIC_TASKS, PATTERNS, STRING_TASKS, TASKS

    lines = {name: make(10).summary for name, make in TASKS.items()}
    lines |= {f"{name}-K": family.summary for name, family in PARAMETRIC_TASKS.items()}
    lines |= {name: task.summary for name, task in (*NAMED_TASKS.items(), *STRING_TASKS.items())}
    lines |= {name: make().summary for name, make in WITH_STACKS.items()} | PATTERNS
    return (
        lines
        | {name: pattern.summary for name, pattern in PARAMETRIC_NAMES.items()}
        | {"regex:PATTERN": REGEX, "next:ACCEPTOR": NEXT}
    )


REGEX = "does the regular expression match the whole word?"
"""The summary of tasks of regular expressions."""


NEXT = "which symbols may come next, after words that an acceptor accepts or rejects?"
"""The summary of tasks of next symbols."""


def _suite(name: str) -> Outcome:
    """The tasks of a suite with the sizes of their machines. A task that is not finite-state has none."""
    from anylength.rules import SUITES

    if name not in SUITES:
        raise unknown_name("suite", name, SUITES)
    suite, rows = SUITES[name], {}
    for task in suite.tasks:
        machine = task.make().machine
        rows[task.name] = {"states": machine.states, "symbols": machine.symbols, "summary": task.summary, "source": task.source}
    for task in suite.strings:
        symbols = len(task.make().symbols)
        rows[task.name] = {"states": None, "symbols": symbols, "summary": task.summary, "source": task.source}

    def show() -> None:
        table = plain_table("task", "states", "symbols", "what it is", "source")
        for task_name, row in rows.items():
            table.add_row(task_name, *("-" if value is None else str(value) for value in row.values()))
        console().print(f"{suite.summary}. Source: {suite.source}.")
        console().print(table)

    return Outcome(json_of({"suite": name, "names": list(rows), "tasks": rows}), show)


def _shown(options: Namespace) -> Outcome:
    """One task with its machine, if it has one, and words."""
    from anylength.experiments.options import TrainOptions
    from anylength.extraction import table_of
    from anylength.rules import example_answers, format_machine, without_machine

    if len(options.show) != 2 or options.show[0] != SHOW:
        raise InputError("anylength tasks show NAME", " ".join(options.show), "name one task, for example: anylength tasks show s3")
    task = TrainOptions(task=options.show[1]).load_task()
    words = example_answers(task, 10)
    table = None if task.transducer is None else table_of(task.transducer, task)
    if options.format != "text":
        text = format_machine(task.name, table or table_of(task.machine, task), options.format)
        return Outcome(json_of({"task": task.name, "machine": table, "words": words}), lambda: plain(text))

    def show() -> None:
        facts = facts_table()
        facts.add_row("task", task.name)
        facts.add_row("summary", task.summary)
        facts.add_row("symbols", f"{task.symbols:,}: {_some(task.symbol_names)}")
        facts.add_row("outputs", f"{task.classes:,}: {_some(task.output_names)}")
        states = "none: it is not finite-state"
        facts.add_row("states", f"{len(table.names):,}, the first is {table.names[table.start]}" if table else states)
        if task.memory is not None:
            facts.add_row(
                "stacks", f"{task.memory.stacks}, of {task.memory.letters - 1} letters; {task.memory.states} states beside"
            )
        elif task.transducer is None:
            facts.add_row("stacks", without_machine(task.name))
        console().print(facts)
        for line in _edge_lines(table) if table else ():
            console().print(f"  {line}")
        for texts, answer in words:
            console().print(f"  {task.name} {' '.join(texts)} -> {answer}")

    return Outcome(json_of({"task": task.name, "machine": table, "words": words}), show)


def _edge_lines(table: "MachineTable") -> list[str]:
    """The edges of a machine, a line each, as many as are printed."""
    from anylength.rules import edges

    drawn = list(edges(table))
    lines = [f"{table.names[edge.source]} --[{edge.label}]--> {table.names[edge.target]}" for edge in drawn[:MOST_EDGES]]
    more = len(drawn) - MOST_EDGES
    return [*lines, f"… and {more:,} more: --format dot prints all"] if more > 0 else lines


def _some(names: list[str]) -> str:
    """The first names of a list."""
    shown = names[:20]
    return " ".join(shown) + (" …" if len(names) > len(shown) else "")


COMMAND = Command("list the tasks, a suite, or show one task", _arguments, _run)

"""What `explain` and `extract` print: what is inside a net, as text for people."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from anylength.cli.show import console, facts_table, number, wrong
from anylength.machine_formats import edges
from anylength.records import Explanation, Extraction, Finding, FixedPointResult, MachineTable, Mistake

EDGES = 40
"""So many rows of a machine are shown."""

EQUAL = {True: Text("the task's machine", style="bold green"), False: Text("not the task's machine", style="bold red")}


def explanation(run: Path, result: Explanation) -> None:
    """What `explain` prints: the findings with their examples, then the evidence."""
    for finding in result.findings:
        style = "bold green" if finding.failure_mode == "keeps" else "bold yellow"
        console().print(Text(f"{finding.failure_mode}: ", style=style).append_text(Text(finding.text, style="default")))
        if finding.numbers is not None:
            console().print(f"  {wrong(_mistake(finding))}")
    if not result.held_inputs:
        return
    console().print()
    console().print(resting(result.fixed_points))
    for place in result.slow_points:
        passing = "" if place.steps is None else f", passed in about {place.steps:,.0f} steps"
        console().print(f"reading {place.symbol}: a slow place, {place.speed:.2g} a step{passing}")
    table = facts_table()
    for border in result.basin_boundaries:
        far = "no other basin on the way to a saddle" if border.distance is None else f"{border.distance:.2f} away"
        table.add_row(f"reading {border.symbol}, {border.state}: the wrong basin", far)
    table.add_row("horizon, predicted", _lasting(result.predicted_horizon, None))
    table.add_row("horizon, measured", _lasting(result.measured_horizon, result.limit))
    if result.counterexample:
        table.add_row("the counterexample, replayed", result.counterexample)
    table.add_row("file", f"{run}/explain.json")
    table.add_row("seconds", f"{result.seconds:.2f}")
    console().print(table)


def _mistake(finding: Finding) -> Mistake:
    """A finding's example."""
    return Mistake(numbers=finding.numbers or [], answer=finding.answer or "", expected=finding.expected or "")


def _lasting(steps: int | None, limit: int | None) -> str:
    """A horizon in words."""
    if steps is not None:
        return f"{steps:,}"
    return "for ever" if limit is None else f"none failed up to {limit:,}"


def resting(points: Sequence[FixedPointResult]) -> Table:
    """Resting points and cycles, one a row."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("reading", "rests", "eigenvalue", "reads as", "existence"):
        table.add_column(name, overflow="fold")
    for point in points:
        kind = ("attracts" if point.stable else "repels") + (f", period {point.period}" if point.period > 1 else "")
        table.add_row(point.symbol, kind, f"{point.eigenvalue:.3f}", point.reads_as or "-", point.existence)
    return table


def comparison(names: list[str], results: list[Explanation]) -> None:
    """Explanations side by side, a column a run."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", style="bold")
    for name in names:
        table.add_column(name, overflow="fold", ratio=1)
    rows = {
        "ways": [", ".join(finding.failure_mode for finding in each.findings) for each in results],
        "finding": [each.findings[0].text for each in results],
        "resting points": [_attracting(each.fixed_points) for each in results],
        "horizon, predicted": [_lasting(each.predicted_horizon, None) if each.held_inputs else "-" for each in results],
        "horizon, measured": [_lasting(each.measured_horizon, each.limit) if each.held_inputs else "-" for each in results],
        "counterexample": [each.counterexample or "-" for each in results],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    console().print(table)


def _attracting(points: Sequence[FixedPointResult]) -> str:
    """How many attract and how many repel."""
    stable = sum(point.stable for point in points)
    return f"{stable} that attract, {len(points) - stable} that repel"


def extraction(run: Path, result: Extraction) -> None:
    """What `extract` prints: the transitions, and how sure they are."""
    if result.machine is None or result.equivalent is None:
        console().print(Text(result.status.upper(), style="bold yellow"))
    else:
        console().print(EQUAL[result.equivalent])
        console().print(transitions(result.machine))
    table = facts_table()
    table.add_row("status", result.status)
    table.add_row("why", result.note)
    if result.difference:
        table.add_row("they part", parting(result.difference))
    if result.machine:
        table.add_row("files", f"{run}/machine.json, .dot, .mmd, .py")
    table.add_row("seconds", f"{result.seconds:.2f}")
    console().print(table)


def parting(found: Mistake) -> str:
    """An input on which a machine and the task differ, and what the net says there."""
    return (
        wrong(found) if found.answer != found.expected else f"{' and '.join(map(number, found.numbers))}, which the net gets right"
    )


def transitions(machine: MachineTable) -> Table:
    """A machine's edges, one a row."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("state", "reads / says", "then"):
        table.add_column(name, overflow="fold")
    drawn = list(edges(machine))
    for edge in drawn[:EDGES]:
        table.add_row(machine.names[edge.source], edge.label, machine.names[edge.target])
    if len(drawn) > EDGES:
        table.add_row("…", f"and {len(drawn) - EDGES:,} rows more")
    return table

"""`anylength summary`: the statistics of a sweep."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.text import Text

from anylength.cli.command import Command, Outcome, json_of
from anylength.cli.show import console, plain_table
from anylength.records import SweepSummary

SIGNIFICANT = 0.05
"""Comparisons with an adjusted p value below this are printed (a convention); the page shows all."""


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("sweep", metavar="SWEEP", type=Path, help="a sweep's folder, finished or not")


def _run(options: Namespace) -> Outcome:
    from anylength.sweeps.summary import summarise

    result, path = summarise(options.sweep)
    return Outcome(json_of({**json.loads(result.to_json()), "path": str(path)}), lambda: _show(result, path))


def _show(result: SweepSummary, path: Path) -> None:
    """Prints a row for each setting, then the comparisons, then the path of the page."""
    from anylength.sweeps.columns import columns

    out, columns_shown = console(), columns(result)
    if result.rows < result.planned_rows:
        out.print(Text(f"{result.rows:,} of {result.planned_rows:,} nets so far", style="yellow"))
    table = plain_table(*(name for name, _ in columns_shown))
    for cells in zip(*(values for _, values in columns_shown), strict=True):
        table.add_row(*cells)
    out.print(table)
    note = "Shares have exact 95 % intervals. Nets that never broke count as censored at the limit."
    if any(group.proved for group in result.groups):
        note += " Verdicts are as the sweep recorded them: anylength take and anylength prove decide one again."
    out.print(Text(note, style="dim"))
    if result.comparisons:
        _show_comparisons(result)
    out.print(f"page  {path}")


def _show_comparisons(result: SweepSummary) -> None:
    """Prints the comparisons with a small p value."""
    from anylength.sweeps.columns import p_value

    significant = [comparison for comparison in result.comparisons if comparison.adjusted_p_value < SIGNIFICANT]
    table = plain_table("what differs", "measure", "first", "second", "p, adjusted")
    for comparison in significant:
        table.add_row(comparison.difference, comparison.measure, *comparison.values, p_value(comparison.adjusted_p_value))
    if significant:
        console().print(table)
    note = (
        f"{len(significant)} of {len(result.comparisons)} comparisons have an adjusted p under {SIGNIFICANT} (Fisher's exact test "
        "for shares, log-rank for breaking lengths; Holm's adjustment). The page shows them all."
    )
    if result.omitted_pairs:
        note += f" {result.omitted_pairs:,} more pairs of settings were not compared."
    console().print(Text(note, style="dim"))


COMMAND = Command("the statistics of a sweep (shares, breaking lengths, comparisons), printed and as a page", _arguments, _run)

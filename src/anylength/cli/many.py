"""What the commands on many nets print."""

from pathlib import Path

from rich.table import Table
from rich.text import Text

from anylength.cli.show import console, grid
from anylength.records import SweepRun, SweepSummary
from anylength.sweeps.words import columns, p_value

SMALL = 0.05


def swept(result: SweepRun) -> None:
    """What `sweep` prints."""
    facts = grid()
    facts.add_row("nets", f"{result.rows:,} ({result.made:,} of them now)")
    facts.add_row("seconds", f"{result.seconds:.1f}")
    facts.add_row("sweep", result.path)
    facts.add_row("next", f"anylength summary {result.path}")
    console().print(facts)


def summary(result: SweepSummary, path: Path) -> None:
    """What `summary` prints: a row a setting, then the comparisons, then where the page is."""
    out, found = console(), columns(result)
    if result.rows < result.wanted:
        out.print(Text(f"{result.rows:,} of {result.wanted:,} nets so far", style="yellow"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, _ in found:
        table.add_column(name, overflow="fold")
    for cells in zip(*(values for _, values in found), strict=True):
        table.add_row(*cells)
    out.print(table)
    out.print(
        Text("Shares with exact 95 % intervals; holds with nets that never broke counted as censored at the limit.", style="dim")
    )
    if result.comparisons:
        _compared(result)
    out.print(f"page  {path}")


def _compared(result: SweepSummary) -> None:
    """The comparisons that tell settings apart; the page has all of them."""
    found = [each for each in result.comparisons if each.adjusted < SMALL]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("what differs", "measure", "first", "second", "p, adjusted"):
        table.add_column(name, overflow="fold")
    for each in found:
        table.add_row(each.what, each.measure, *each.values, p_value(each.adjusted))
    if found:
        console().print(table)
    words = (
        f"{len(found)} of {len(result.comparisons)} comparisons have an adjusted p under {SMALL} (Fisher's exact test for shares,"
    )
    words += " log-rank for breaking lengths; Holm's adjustment); the page shows them all."
    if result.left_out:
        words += f" {result.left_out:,} more pairs of settings were left out."
    console().print(Text(words, style="dim"))

"""What the commands on many nets print."""

from pathlib import Path

from rich.table import Table
from rich.text import Text

from anylength.cli.show import console, grid
from anylength.records import Comparison, Group, Share, SweepRun, SweepSummary

SMALL = 0.05


def swept(result: SweepRun) -> None:
    """What `sweep` prints."""
    facts = grid()
    facts.add_row("nets", f"{result.rows:,} ({result.made:,} of them now)")
    facts.add_row("seconds", f"{result.seconds:.1f}")
    facts.add_row("sweep", result.path)
    facts.add_row("next", f"anylength summary {result.path}")
    console().print(facts)


def share(found: Share | None) -> str:
    """A share with its interval."""
    if found is None:
        return "–"
    return f"{found.right:,} of {found.tried:,} ({100 * found.low:.0f}–{100 * found.high:.0f} %)"


def breaking(group: Group) -> str:
    """The median breaking length with its interval; an end beyond the limit is said so."""
    found = group.breaks
    if found is None:
        return "–"
    beyond = f">{found.limit:,}"
    middle, low, high = (beyond if value is None else f"{value:,.0f}" for value in (found.median, found.low, found.high))
    return f"{middle} ({low}–{high})"


def _columns(summary: SweepSummary) -> list[tuple[str, list[str]]]:
    groups = summary.groups
    columns = [("setting", [group.name for group in groups]), ("nets", [f"{group.nets:,}" for group in groups])]
    columns.append(("learned", [share(group.learned) for group in groups]))
    if any(group.faultless for group in groups):
        columns.append(("no mistake found", [share(group.faultless) for group in groups]))
    if any(group.breaks for group in groups):
        broke = [f"{group.breaks.broke:,}" if group.breaks else "–" for group in groups]
        columns += [("broke", broke), ("median break", [breaking(group) for group in groups])]
    if any(group.proved for group in groups):
        columns += [("PROVED", [share(group.proved) for group in groups]), ("REFUTED", [share(group.refuted) for group in groups])]
    if any(group.diverged for group in groups):
        columns.append(("diverged", [f"{group.diverged:,}" for group in groups]))
    return columns


def summary(result: SweepSummary, path: Path) -> None:
    """What `summary` prints: a row a setting, then the comparisons, then where the page is."""
    out, columns = console(), _columns(result)
    if result.rows < result.wanted:
        out.print(Text(f"{result.rows:,} of {result.wanted:,} nets so far", style="yellow"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, _ in columns:
        table.add_column(name, overflow="fold")
    for cells in zip(*(values for _, values in columns), strict=True):
        table.add_row(*cells)
    out.print(table)
    out.print(Text("Shares with exact 95 % intervals; median breaks with nets that never broke counted as censored.", style="dim"))
    if result.comparisons:
        _compared(result)
    out.print(f"page  {path}")


def _compared(result: SweepSummary) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("what differs", "measure", "first", "second", "p, adjusted"):
        table.add_column(name, overflow="fold")
    for each in result.comparisons:
        table.add_row(each.what, each.measure, *each.values, _p(each))
    console().print(table)
    words = "p values: Fisher's exact test for shares, log-rank for breaking lengths; adjusted for their number (Holm)."
    if result.left_out:
        words += f" {result.left_out:,} more pairs of settings were left out."
    console().print(Text(words, style="dim"))


def _p(each: Comparison) -> Text:
    text = "< 0.0001" if each.adjusted < 1e-4 else f"{each.adjusted:.4f}"
    return Text(text, style="bold" if each.adjusted < SMALL else "")

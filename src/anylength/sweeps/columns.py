"""A summary in words: the columns of its table, as the terminal and the page both show them. No JAX."""

from anylength.records import SettingSummary, Share, SweepSummary

Column = tuple[str, list[str]]
"""A heading, and a text for each setting."""


def share(found: Share | None) -> str:
    """A share with its interval."""
    if found is None:
        return "–"
    return f"{found.right:,} of {found.tried:,} ({100 * found.low:.0f}–{100 * found.high:.0f} %)"


def breaking(group: SettingSummary) -> str:
    """The median breaking length with its interval; an end beyond the limit is said so."""
    found = group.held_lengths
    if found is None:
        return "–"
    beyond = f">{found.limit:,}"
    middle, low, high = (
        beyond if value is None else f"{value:,.0f}" for value in (found.median, found.median_low, found.median_high)
    )
    return f"{middle} ({low}–{high})"


def columns(summary: SweepSummary) -> list[Column]:
    """The table: a row for each setting, and only columns that say something."""
    groups = summary.groups
    columns = [("setting", [group.name for group in groups]), ("nets", [f"{group.nets:,}" for group in groups])]
    columns.append(("learned", [share(group.learned) for group in groups]))
    if any(group.faultless for group in groups):
        columns.append(("no mistake found", [share(group.faultless) for group in groups]))
    if any(group.held_lengths for group in groups):
        broke = [f"{group.held_lengths.failed:,}" if group.held_lengths else "–" for group in groups]
        columns += [("broke", broke), ("median hold", [breaking(group) for group in groups])]
    if any(group.proved for group in groups):
        columns += [("PROVED", [share(group.proved) for group in groups]), ("REFUTED", [share(group.refuted) for group in groups])]
    if any(group.diverged for group in groups):
        columns.append(("diverged", [f"{group.diverged:,}" for group in groups]))
    return columns


def p_value(p: float) -> str:
    """A p value, to four digits after the point."""
    return "< 0.0001" if p < 1e-4 else f"{p:.4f}"

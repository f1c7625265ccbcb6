"""The table of a summary as texts, for the terminal and the page. Loads no JAX."""

from anylength.records import SettingSummary, Share, SweepSummary

Column = tuple[str, list[str]]
"""A heading, and one text for each setting."""

NOTHING = "–"
"""The text of a value that does not exist."""

SMALLEST_P = 1e-4
"""Smaller p values are written as "< 0.0001": more digits say nothing."""


def share(value: Share | None) -> str:
    """A share with its interval."""
    if value is None:
        return NOTHING
    return f"{value.right:,} of {value.tried:,} ({100 * value.low:.0f}–{100 * value.high:.0f} %)"


def median_length(group: SettingSummary) -> str:
    """The median length held (the longest carry chain answered right), with its interval. Values beyond the limit: ">limit"."""
    survival = group.held_lengths
    if survival is None:
        return NOTHING
    bounds = (survival.median, survival.median_low, survival.median_high)
    median, low, high = (f">{survival.limit:,}" if value is None else f"{value:,.0f}" for value in bounds)
    return f"{median} ({low}–{high})"


def columns(summary: SweepSummary) -> list[Column]:
    """The columns of the table, one row for each setting. A column without values in all rows is left out."""
    groups = summary.groups
    table = [
        ("setting", [group.name for group in groups]),
        ("nets", [f"{group.nets:,}" for group in groups]),
        ("learned", [share(group.learned) for group in groups]),
    ]
    if any(group.faultless for group in groups):
        table.append(("no mistake found", [share(group.faultless) for group in groups]))
    if any(group.held_lengths for group in groups):
        failed = [f"{group.held_lengths.failed:,}" if group.held_lengths else NOTHING for group in groups]
        table += [("broke", failed), ("median length held", [median_length(group) for group in groups])]
    if any(group.proved for group in groups):
        table += [("PROVED", [share(group.proved) for group in groups]), ("REFUTED", [share(group.refuted) for group in groups])]
    if any(group.diverged for group in groups):
        table.append(("diverged", [f"{group.diverged:,}" for group in groups]))
    return table


def p_value(p: float) -> str:
    """A p value with four decimals."""
    return f"< {SMALLEST_P:.4f}" if p < SMALLEST_P else f"{p:.4f}"

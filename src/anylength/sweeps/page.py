"""The page of a sweep's summary."""

from anylength.records import SweepSummary


def page(summary: SweepSummary, name: str) -> str:
    """A self-contained page."""
    return f"<!doctype html><title>{name}</title>{summary.rows}"

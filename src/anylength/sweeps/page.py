"""The page of a sweep's summary: one self-contained HTML file with tables and plots. Loads no JAX."""

from anylength.records import SweepSummary
from anylength.sweeps.columns import columns, p_value
from anylength.web import render


def page(summary: SweepSummary, name: str) -> str:
    """The page of a summary as HTML. `name` is the name of the sweep."""
    table = columns(summary)
    rows = list(zip(*(texts for _, texts in table), strict=True))
    return render("summary", summary.to_json(), summary=summary, name=name, columns=table, rows=rows, p_value=p_value)

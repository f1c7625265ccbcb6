"""The page of a sweep's summary: one self-contained HTML file with its tables and plots. No JAX."""

from anylength.records import SweepSummary
from anylength.sweeps.columns import columns, p_value
from anylength.web import render


def page(summary: SweepSummary, name: str) -> str:
    """The page of a summary as HTML text; `name` is the name of the sweep."""
    cells = columns(summary)
    rows = list(zip(*(values for _, values in cells), strict=True))
    return render("summary", summary.to_json(), summary=summary, name=name, columns=cells, rows=rows, p_value=p_value)

"""The page of a sweep's summary: one self-contained HTML file with tables, plots and nets. Loads no JAX."""

from collections.abc import Sequence

from anylength.records import SweepNet, SweepSummary
from anylength.sweeps.columns import columns, p_value
from anylength.web import render


def page(summary: SweepSummary, name: str, nets: Sequence[SweepNet] = (), path: str = "SWEEP") -> str:
    """The page of a summary as HTML.

    Args:
        summary: The statistics.
        name: The name of the sweep.
        nets: The nets that the page lists.
        path: The sweep's folder, for the commands that export a net.
    """
    table = columns(summary)
    rows = list(zip(*(texts for _, texts in table), strict=True))
    data = f'{{"summary":{summary.to_json()},"nets":[{",".join(net.to_json() for net in nets)}]}}'
    values = {"summary": summary, "name": name, "path": path, "nets": nets}
    return render("summary", data, columns=table, rows=rows, p_value=p_value, **values)

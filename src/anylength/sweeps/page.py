"""The page of a sweep's summary: one self-contained HTML file with tables, plots and nets. Loads no JAX."""

import json
from collections.abc import Sequence

from anylength.records import SweepNet, SweepSummary
from anylength.sweeps.columns import columns, p_value
from anylength.web import render


def page(summary: SweepSummary, name: str, nets: Sequence[SweepNet] = (), path: str = "SWEEP", *, words: bool = False) -> str:
    """The page of a summary as HTML.

    Args:
        summary: The statistics.
        name: The name of the sweep.
        nets: The nets that the page lists.
        path: The sweep's folder, for the commands that export a net.
        words: Whether the nets read words of named symbols, and no numbers.
    """
    table = columns(summary)
    rows = list(zip(*(texts for _, texts in table), strict=True))
    listed = ",".join(net.to_json() for net in nets)
    data = f'{{"summary":{summary.to_json()},"nets":[{listed}],"words":{json.dumps(words)}}}'
    values = {"summary": summary, "name": name, "path": path, "nets": nets, "unit": "symbol" if words else "digit"}
    verdicts = any(group.proved for group in summary.groups)
    return render("summary", data, columns=table, rows=rows, p_value=p_value, verdicts=verdicts, **values)

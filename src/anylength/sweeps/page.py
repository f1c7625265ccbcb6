"""The page of a sweep's summary: one self-contained HTML file with tables, plots and nets. Loads no JAX."""

import json
import shlex
from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import quote

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
    data = f'{{"summary":{summary.to_json()},"words":{json.dumps(words)}}}'
    names = {group.setting: group.name for group in summary.groups}
    listed = [(net, net.report and f"./{quote(net.report)}", commands_of(net, path)) for net in nets]
    values = {"summary": summary, "name": name, "nets": listed, "names": names, "unit": "symbol" if words else "digit"}
    verdicts = any(group.proved for group in summary.groups)
    return render("summary", data, columns=table, rows=rows, p_value=p_value, verdicts=verdicts, **values)


def commands_of(net: SweepNet, path: str) -> str:
    """The commands that make a net's report; "" where its training diverged."""
    if any(name == "training" and text.startswith("diverged") for name, text in net.facts):
        return ""
    out = net.run or f"runs/{PurePath(path).name}-{net.row}"
    take = [] if net.run else [["anylength", "take", path, str(net.row), "--out", out]]
    return "\n".join(map(shlex.join, [*take, ["anylength", "report", out, "--complete"], ["anylength", "summary", path]]))

"""The report page: one run, or several side by side."""

from collections.abc import Sequence

from anylength.records import RunView
from anylength.web.render import render


def report_page(runs: Sequence[RunView]) -> str:
    """The report of runs as one self-contained HTML text."""
    data = f"[{','.join(run.to_json() for run in runs)}]"
    return render("report", data, title=_title(runs), runs=runs)


def _title(runs: Sequence[RunView]) -> str:
    if len(runs) > 1:
        return f"anylength: {len(runs)} runs side by side"
    run = runs[0]
    verdict = f": {run.verdict.verdict}" if run.verdict else ""
    return f"anylength: {run.config.task}, {run.config.cell}, seed {run.config.seed}{verdict}"

"""From records to the page: the template is filled with the style, one script and the data, all in the file itself."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import jinja2

from anylength.records import RunView
from anylength.web import bundled, policy, script, style

_HERE = Path(__file__).parent


def rendered(runs: Sequence[RunView]) -> str:
    """The report of runs, side by side where there are several."""
    page = _template().render(
        title=_title(runs), script=report_script(), style=report_style(), policy=report_policy(), runs=runs, data=_data(runs)
    )
    return page + "\n"


@cache
def report_script() -> str:
    """The report's one script."""
    return bundled((_HERE / "report.js").read_text(encoding="utf-8"), script)


@cache
def report_style() -> str:
    """The report's one style sheet."""
    return style() + (_HERE / "report.css").read_text(encoding="utf-8")


def report_policy() -> str:
    """The content policy of a report: its own script and style, nothing from anywhere."""
    return policy(report_script(), report_style())


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(_HERE)
    made = jinja2.Environment(
        autoescape=True, loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return made.get_template("report.html")


def _title(runs: Sequence[RunView]) -> str:
    config = runs[0].config
    if len(runs) > 1:
        return f"anylength: {len(runs)} runs side by side"
    verdict = f": {runs[0].verdict.verdict}" if runs[0].verdict else ""
    return f"anylength: {config.task}, {config.cell}, seed {config.seed}{verdict}"


def _data(runs: Sequence[RunView]) -> str:
    """The records as JSON that may stand inside a script element: no character in it can end the element."""
    text = f"[{','.join(run.to_json() for run in runs)}]"
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")

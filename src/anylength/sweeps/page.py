"""The page of a sweep's summary: one HTML file with its tables, plots and figures, that loads nothing. No JAX."""

from functools import cache
from pathlib import Path

import jinja2

from anylength.records import SweepSummary
from anylength.sweeps.words import columns, p_value
from anylength.web import bundled, policy, script, style

_HERE = Path(__file__).parent


def page(summary: SweepSummary, name: str) -> str:
    """The whole page of a summary; `name` is what the sweep is called."""
    found = columns(summary)
    return _template().render(
        summary=summary,
        name=name,
        columns=found,
        rows=list(zip(*(values for _, values in found), strict=True)),
        style=page_style(),
        script=page_script(),
        policy=policy(page_script(), page_style()),
        data=_data(summary),
    )


@cache
def page_script() -> str:
    """The page's one script."""
    return bundled((_HERE / "summary.js").read_text(encoding="utf-8"), script)


@cache
def page_style() -> str:
    """The page's one style sheet."""
    return style() + (_HERE / "summary.css").read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(_HERE)
    made = jinja2.Environment(
        autoescape=True, loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"number": "{:,}".format, "p": p_value}
    return made.get_template("summary.html")


def _data(summary: SweepSummary) -> str:
    """The record as JSON that may stand inside a script element: no character in it can end the element."""
    return summary.to_json().replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")

"""The templates that become source files in other languages, and the values that they are filled with."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import jinja2
import numpy as np

from anylength.interchange.text.decimals import decimal
from anylength.interchange.text.sheet import Sheet

_TEMPLATES = Path(__file__).parent / "templates"

FAMILIES: Mapping[str, str] = {
    "rnn": "elman",
    "relu": "elman",
    "gru": "gru",
    "gru-reset-before": "gru-reset-before",
    "lstm": "lstm",
    "linear": "linear",
    "linear-signed": "linear",
    "mingru": "linear",
}
"""For each cell the file with its step: `templates/cells/…`."""

EXAMPLES = ("1999", "12")
"""The numbers in the comment that says how to ask, where the base has such digits."""


def filled(name: str, own: Sheet, **more: object) -> str:
    """The file of this name from its template, filled with a net; what stands in comments is one printable line each."""
    task = own.task
    title = f"{task.name}: {task.summary}; cell {own.cell}, {own.hidden} units, base {task.base}"
    return _environment().get_template(f"{name}.jinja").render(
        title=_comment(title), example=example(own), equations=own.equations, family=FAMILIES[own.cell], cell=own.cell, task=task,
        hidden=own.hidden, state_size=own.state_size, steps=own.steps, tensors=own.tensors, **more,
    )  # fmt: skip


def example(own: Sheet) -> list[str]:
    """Numbers to ask, one for each tape."""
    numbers = EXAMPLES if own.task.base == 10 else ("101", "11")
    return [numbers[tape % len(numbers)] for tape in range(own.task.tapes)]


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
    made.filters["decimals"] = _decimals
    return made


def _decimals(row: np.ndarray, ending: str = "") -> str:
    """Numbers with commas between them."""
    return ", ".join(decimal(value) + ending for value in row)


def _comment(text: str) -> str:
    """Text that ends no comment, of either language."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return printable.replace("*/", "* /").replace("\\", "/").replace("??", "? ?")

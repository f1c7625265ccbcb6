"""The cells with a memory that the laboratory opens: their programs for two numbers of units. And the tasks of nets that it opens.

All numbers of rows in a program are straight lines in the number of units, so two programs give those of all.
"""

from typing import Any

import msgspec
import numpy as np

from anylength.cells import cell_named, growing_fields
from anylength.cells.cell import HARD_ACTION_FACTOR
from anylength.experiments.views import task_view
from anylength.tasks import STRING_TASKS, TASKS, task_named

CELLS = ("stack-rnn", "tape-rnn")
"""The cells with a memory."""

UNITS = (9, 10)
"""The two numbers of units. Neither is the width of an entry, so no two slices are the same rows by chance."""

BASES = range(2, 11)
"""The bases of tasks over digits in the page."""


def memory_templates() -> dict[str, Any]:
    """The cells and the tasks, as the page reads them. A task has its view for each base."""
    digits = {name: {str(base): _view(name, base) for base in BASES} for name in TASKS}
    strings = {name: {str(view["base"]): view} for name in STRING_TASKS if (view := _view(name))["tapes"] == 1}
    return {"cells": {name: _template(name) for name in CELLS}, "tasks": digits | strings}


def _view(name: str, base: int = 10) -> dict[str, Any]:
    return msgspec.to_builtins(task_view(task_named(name, base)))


def _template(name: str) -> dict[str, Any]:
    """A cell: how its entries are laid out, and its programs at one input and one class."""
    kind: Any = cell_named(name)
    return {
        "width": kind.WIDTH, "stacks": getattr(kind, "STACKS", 0), "units": list(UNITS),
        "action_factor": HARD_ACTION_FACTOR, "growing": [growing_fields(_cell(kind, units), 1) for units in UNITS],
    }  # fmt: skip


def _cell(kind: Any, units: int) -> Any:
    return kind(**{tensor: np.zeros(shape, np.float32) for tensor, shape in kind.shapes(1, units).items()})

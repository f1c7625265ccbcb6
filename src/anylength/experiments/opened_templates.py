"""The nets with a memory or with attention that the pages of the site open, for two numbers of units; and the tasks of such nets.

All shapes, and all numbers of rows in a program, are straight lines in the number of units, so two give those of all.
"""

from typing import Any

import msgspec
import numpy as np

from anylength.attention import CONTEXT_NETS, AbstractTransformer
from anylength.attention.transformer import HEADS
from anylength.cells import cell_named, growing_fields
from anylength.cells.cell import HARD_ACTION_FACTOR
from anylength.experiments.views import task_view
from anylength.tasks import STRING_TASKS, TASKS, task_named

MEMORY_CELLS = ("stack-rnn", "tape-rnn")
"""The cells with a memory."""

MEMORY_UNITS = (9, 10)
"""The two numbers of units. Neither is the width of an entry, so no two slices are the same rows by chance."""

HEADS_STEP = 2 * HEADS
"""The units of a transformer are a multiple of this."""


def memory_templates() -> dict[str, Any]:
    """The cells with a memory, as the page reads them: how entries are laid out, and programs at one input and one class."""
    return {name: _memory_template(name) for name in MEMORY_CELLS}


def _memory_template(name: str) -> dict[str, Any]:
    kind: Any = cell_named(name)
    return {
        "width": kind.WIDTH, "stacks": getattr(kind, "STACKS", 0), "units": list(MEMORY_UNITS),
        "action_factor": HARD_ACTION_FACTOR, "growing": [growing_fields(_cell(kind, units), 1) for units in MEMORY_UNITS],
    }  # fmt: skip


def _cell(kind: Any, units: int) -> Any:
    return kind(**{tensor: np.zeros(shape, np.float32) for tensor, shape in kind.shapes(1, units).items()})


def attention_templates() -> dict[str, Any]:
    """The nets with attention, as the page reads them: shapes at one input and one class, and what divides the units."""
    return {name: _attention_template(kind) for name, kind in CONTEXT_NETS.items()}


def _attention_template(kind: Any) -> dict[str, Any]:
    units = [HEADS_STEP, 2 * HEADS_STEP]
    multiple = HEADS_STEP if issubclass(kind, AbstractTransformer) else 1
    return {"units": units, "multiple": multiple, "shapes": [kind.shapes(1, 1, count) for count in units]}


def task_views() -> dict[str, dict[str, Any]]:
    """The tasks, as the pages read them, by name and base."""
    digits = {name: {str(base): _view(name, base) for base in range(2, 11)} for name in TASKS}
    strings = {name: {str(view["base"]): view} for name in STRING_TASKS if (view := _view(name))["tapes"] == 1}
    return digits | strings


def _view(name: str, base: int = 10) -> dict[str, Any]:
    return msgspec.to_builtins(task_view(task_named(name, base)))

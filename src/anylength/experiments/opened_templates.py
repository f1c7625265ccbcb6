"""The nets with attention that a page of the site opens, for two numbers of units; and the tasks of such nets.

All shapes are straight lines in the number of units, so two give those of all.
"""

from typing import Any

import msgspec

from anylength.attention import CONTEXT_NETS, AbstractTransformer
from anylength.attention.transformer import HEADS
from anylength.experiments.views import task_view
from anylength.rules import STRING_TASKS, TASKS, task_named

HEADS_STEP = 2 * HEADS
"""The units of a transformer are a multiple of this."""


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

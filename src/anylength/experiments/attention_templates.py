"""The nets with attention that the laboratory opens: the shapes of their tensors for two numbers of units.

All shapes are straight lines in the number of units, so two give those of all.
"""

from typing import Any

from anylength.attention import CONTEXT_NETS, AbstractTransformer
from anylength.attention.transformer import HEADS

STEP = 2 * HEADS
"""The units of a transformer are a multiple of this."""

UNITS = (STEP, 2 * STEP)
"""The two numbers of units."""


def attention_templates() -> dict[str, Any]:
    """The nets as the page reads them, by name: shapes at one input and one class, and of what the units are a multiple."""
    return {"cells": {name: _template(kind) for name, kind in CONTEXT_NETS.items()}}


def _template(kind: Any) -> dict[str, Any]:
    return {
        "units": list(UNITS), "multiple": STEP if issubclass(kind, AbstractTransformer) else 1,
        "shapes": [kind.shapes(1, 1, units) for units in UNITS],
    }  # fmt: skip

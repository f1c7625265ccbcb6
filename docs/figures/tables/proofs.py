"""The table of proofs by cell."""

from collections.abc import Iterator
from typing import Any

from docs.figures.tables.invariants import pooled
from docs.figures.tables.results import parts, source, table

FEW = 3
"""So many tasks are named."""


def zoo() -> str:
    """The share of nets by the recipe `unrolled` that are proved, for every cell, over its tasks."""
    found = list(_measured())
    linear = list(dict.fromkeys(part["cell"] for part in found if part.get("limit")))
    groups: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for part in found:
        is_linear = part["cell"] in linear
        cell = "linear recurrences" if is_linear else part["cell"]
        groups.setdefault((cell, is_linear and part["task"] == "multiply-2"), []).append(part)
    rows = [(cell, _tasks(of), pooled(of)) for (cell, _), of in groups.items()]
    words = f"Linear recurrences: {', '.join(linear)}. {source('zoo', 'zoo')} {source('modern-cells', 'modern_cells')}"
    return f"{table(('cell', 'tasks', 'PROVED (95 % interval)'), rows)}\n\n{words}"


def _measured() -> Iterator[dict[str, Any]]:
    """The parts of both files, each with its cell and task."""
    yield from (part for part in parts("zoo").values() if part["recipe"] == "unrolled")
    for name, part in parts("modern-cells").items():
        cell, _, rest = name.partition(": ")[2].partition(" x ")
        layers, _, task = rest.partition(", ")
        yield part | {"cell": cell if layers == "1" else f"{cell}, {layers} layers", "task": task}


def _tasks(found: list[dict[str, Any]]) -> str:
    """The names of the tasks of some parts, or how many there are."""
    tasks = list(dict.fromkeys(part["task"] for part in found))
    return ", ".join(tasks) if len(tasks) <= FEW else f"{len(tasks)} tasks on numbers"

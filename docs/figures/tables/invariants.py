"""The tables of nets that are born with their proof: learned invariants, and constructed nets."""

import statistics
from typing import Any

from docs.figures.tables.results import parts, source, table

CELLS = ("rnn", "gru", "lstm")
"""The cells, a column each."""


def learned() -> str:
    """How many nets of each task and cell are proved by the recipe `certified`."""
    measured = parts("learned-invariants")
    tasks = list(dict.fromkeys(name.partition(": ")[2] for name in measured))
    head = ("task", "states × symbols", "units", *CELLS)
    total = {side: sum(part["proved"][side] for part in measured.values()) for side in ("right", "tried")}
    words = (
        "Each entry: the nets that are PROVED and checked, the median of the seconds of one net on one processor without "
        "compilation (measured beside other work), and the least noise budget. All in all "
        f"{total['right']:,} of {total['tried']:,}. The 95 % interval of 20 of 20 is 83–100 %. The recipe was not tuned on these "
        f"seeds. {source('learned-invariants', 'learned_invariants')}"
    )
    return f"{table(head, [row(task, measured) for task in tasks])}\n\n{words}"


def row(task: str, measured: dict[str, Any]) -> tuple[str, ...]:
    """The row of a task."""
    found = {cell: measured[f"{cell}: {task}"] for cell in CELLS if f"{cell}: {task}" in measured}
    first = next(iter(found.values()))
    size = f"{first['states']} × {first['symbols']}", str(first["units"])
    return task, *size, *(entry(found[cell]) if cell in found else "–" for cell in CELLS)


def entry(part: dict[str, Any]) -> str:
    """The nets of one task and cell."""
    budgets = [net["noise_budget"] for net in part["nets"] if net["proved"]]
    least = f" · {min(budgets):.2g}" if budgets else ""
    return f"{part['proved']['right']} of {part['proved']['tried']} · {part['median_seconds']:.2f} s{least}"


def constructed() -> str:
    """The constructed nets: machines of the suites, and random ones."""
    rows = []
    for name, part in parts("constructed").items():
        machines = part["machines"].values()
        covered = sum("float32" in each["formats"] and each["valid"] for each in machines)
        built = [each["construct_seconds"] for each in machines]
        rows.append((name, str(len(machines)), str(covered), f"{statistics.median(built):.3f}", f"{max(built):.2f}"))
    head = ("machines", "number", "VALID, float32 covered", "seconds to construct, median", "most")
    return f"{table(head, rows)}\n\n{source('constructed', 'constructed')}"

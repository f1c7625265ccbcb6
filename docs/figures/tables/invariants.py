"""The tables of nets that are trained with their proof, and of constructed nets."""

import json
import statistics
from typing import Any

from anylength.rules import NAMED_TASKS
from anylength.statistics import share
from docs.figures.tables.results import interval, parts, source, table

CELLS = ("rnn", "gru", "lstm")
"""The cells, a column each."""

RECIPES = {
    "certified-hundred": ("count", "numbers 0…100 and the machine"),
    "certified-post": ("count", "the post's 9,000 numbers and the machine"),
    "robust-hundred": ("count", "numbers 0…100"),
    "robust-post": ("count", "the post's 9,000 numbers"),
}
"""Part of the results file `proofs` → the task, and what the nets learn from."""


def learned() -> str:
    """How many nets of each kind of task and cell are proved by the recipe `certified`."""
    groups: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name, part in parts("learned-invariants").items():
        kind, _, task = name.partition(": ")
        cell, _, layers = kind.partition(" × ")
        if cell in CELLS:
            groups.setdefault(group_of(task, layers), {}).setdefault(cell, []).append(part)
    rows = [(name, *(total(cells[cell]) for cell in CELLS), *figures(cells)) for name, cells in groups.items()]
    head = ("tasks", *CELLS, "seconds to train, median", "least noise budget")
    return f"{table(head, rows)}\n\n{source('learned-invariants', 'learned_invariants')}"


def group_of(task: str, layers: str) -> str:
    """The row of a task."""
    if layers:
        return f"six tasks, {layers} layers"
    return (
        "Tomita's grammars" if task.startswith("tomita") else "other tasks of the suites" if task in NAMED_TASKS else "on numbers"
    )


def total(measured: list[dict[str, Any]]) -> str:
    """The proved nets of some parts."""
    right, tried = (sum(part["proved"][name] for part in measured) for name in ("right", "tried"))
    return f"{right:,} of {tried:,}"


def figures(cells: dict[str, list[dict[str, Any]]]) -> tuple[str, str]:
    """The median of the seconds of a net, and the least noise budget."""
    nets = [net for measured in cells.values() for part in measured for net in part["nets"]]
    budgets = [net["noise_budget"] for net in nets if net["proved"]]
    return f"{statistics.median(net['seconds'] for net in nets):.1f}", f"{min(budgets):.2g}"


def ways() -> str:
    """How many nets are proved that learned from the machine, from examples, or from nothing."""
    measured = parts("proofs")
    rows = [(task, given, interval(measured[name]["proved"])) for name, (task, given) in RECIPES.items()]
    others = [part for part in parts("robust-nets").values() if part["task"] != "count"]
    random = parts("learned-invariants")["random machines, rnn"]
    built = [each for part in parts("constructed").values() for each in part["machines"].values()]
    valid = sum("float32" in each["formats"] and each["valid"] for each in built)
    rows += [
        (f"{len({part['task'] for part in others})} other tasks", "100 to 1,000 examples", pooled(others)),
        (f"{len(random['machines'])} random machines", "the machine", interval(random["proved"])),
        (f"{len(built)} machines", "nothing: constructed", interval_of(valid, len(built))),
        ("count", "the post's net, by `harden`", interval(measured["harden"]["proved"])),
    ]
    return f"{table(('task', 'the net learns from', 'PROVED (95 % interval)'), rows)}\n\n{sources()}"


def pooled(measured: list[dict[str, Any]]) -> str:
    """The proved nets of some parts, with their interval."""
    return interval_of(*(sum(part["proved"][name] for part in measured) for name in ("right", "tried")))


def interval_of(right: int, tried: int) -> str:
    """A share with its 95 % interval."""
    return interval(json.loads(share(right, tried).to_json()))


def sources() -> str:
    """The files of the table of ways."""
    files = (("proofs", "proofs"), ("robust-nets", "robust_nets"), ("constructed", "constructed"))
    return " ".join(source(*each) for each in files)

"""The tables of nets that nobody trained to be provable."""

import json
import statistics
from typing import Any

from anylength.statistics import share
from benchmarks.plain_torch_nets import RECIPE
from docs.figures.tables.results import interval, parts, source, table

PROVED, REFUTED, WITHIN, ROUNDED_RIGHT = "PROVED", "REFUTED", "PROVED WITHIN", "PROVED ROUNDED"
"""Verdicts."""

USUAL_UNITS = (12, 16)
"""Sizes with a row of their own."""


def plain_nets() -> str:
    """How many nets of each kind are REFUTED and PROVED, and what a proof takes."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, part in parts("plain-nets").items():
        if "within" not in name and "fraction_bits" not in part:
            groups.setdefault(group_of(part), []).extend(part["nets"])
    head = ("nets", "tried", f"{REFUTED} (95 % interval)", PROVED, "undecided", "seconds of a proof, median (most)")
    rows = [group_row(name, nets) for name, nets in groups.items()]
    return f"{table(head, rows)}\n\n{source('plain-nets', 'plain_nets')}"


def group_of(part: dict[str, Any]) -> str:
    """The row to which a part belongs."""
    if part["recipe"] == RECIPE:
        return f"trained by PyTorch, {part['cell']}"
    if part["task"] != "count":
        return f"acceptors, {part['cell']}"
    if "further_epochs" in part:
        return f"counters, 12 units, {part['further_epochs']} more epochs"
    return f"counters, {part['units']} units" if part["units"] in USUAL_UNITS else "counters, 24 to 64 units"


def group_row(name: str, nets: list[dict[str, Any]]) -> tuple[str, ...]:
    """The row of a kind of nets."""
    refuted, proved = (sum(net["verdict"] == verdict for net in nets) for verdict in (REFUTED, PROVED))
    seconds = [net["seconds"] for net in nets if net["verdict"] == PROVED]
    time = f"{statistics.median(seconds):.0f} ({max(seconds):.0f})" if seconds else "–"
    return name, str(len(nets)), measured(refuted, len(nets)), str(proved), str(len(nets) - refuted - proved), time


def measured(right: int, tried: int) -> str:
    """A share with its 95 % interval."""
    return interval(json.loads(share(right, tried).to_json()))


def rounded_nets() -> str:
    """The same nets with their states rounded after every step."""
    every = parts("plain-nets")
    roundings = sorted((part for part in every.values() if "fraction_bits" in part), key=lambda part: part["fraction_bits"])
    plain = {net["seed"]: net["verdict"] for net in every["12 units"]["nets"]}
    totals = [list(plain.values()).count(verdict) for verdict in (REFUTED, PROVED)]
    head = ("rounded to multiples of", f"{ROUNDED_RIGHT}, of {totals[0]} {REFUTED} without", f"of {totals[1]} {PROVED} without")
    rows = [rounded_row(part, plain) for part in roundings]
    right, cured, wrong = proved_by_some_rounding()
    words = (
        f"With the best of these spacings {cured} of the {wrong} wrong nets are {ROUNDED_RIGHT}, and {right - cured} of the "
        f"{totals[1]} right ones. {source('plain-nets', 'plain_nets')}"
    )
    return f"{table((*head, 'states visited, median (most)'), rows)}\n\n{words}"


def rounded_row(part: dict[str, Any], plain: dict[int, str]) -> tuple[str, ...]:
    """The row of a rounding."""
    before = [plain[net["seed"]] for net in part["nets"] if net["verdict"] == ROUNDED_RIGHT]
    states = part["proved_regions"]
    counts = (str(before.count(verdict)) for verdict in (REFUTED, PROVED))
    return f"1/{2 ** part['fraction_bits']}", *counts, f"{states['median']:,.0f} ({states['max']:,.0f})"


def proved_by_some_rounding() -> tuple[int, int, int]:
    """The nets of 12 units that are proved with at least one rounding; those of them that are refuted without; all refuted ones."""
    every = parts("plain-nets")
    roundings = [part for part in every.values() if "fraction_bits" in part]
    right = {net["seed"] for part in roundings for net in part["nets"] if net["verdict"] == ROUNDED_RIGHT}
    refuted = {net["seed"] for net in every["12 units"]["nets"] if net["verdict"] == REFUTED}
    return len(right), len(right & refuted), len(refuted)


def within_nets() -> str:
    """Refuted counters, proved within runs of nines."""
    cells: dict[str, list[dict[str, Any]]] = {}
    for name, part in parts("plain-nets").items():
        if "within" in name:
            cells.setdefault(part["cell"], []).extend(net for net in part["nets"] if "longest_run" in net)
    head = ("cell", f"{WITHIN}, of refuted nets", "longest run of nines without a wrong answer", "run of the proof")
    rows = [within_row(cell, nets) for cell, nets in cells.items()]
    return f"{table(head, rows)}\n\nMedians (least to most). {source('plain-nets', 'plain_nets')}"


def within_row(cell: str, nets: list[dict[str, Any]]) -> tuple[str, ...]:
    """The row of a cell."""
    proved = [net for net in nets if net["verdict"] == WITHIN]
    return cell, measured(len(proved), len(nets)), reach(nets, "longest_run"), reach(proved, "run")


def reach(nets: list[dict[str, Any]], name: str) -> str:
    """The median of a count, and its ends; and of how many there is none."""
    values = [net[name] for net in nets if net[name] is not None]
    none = f"; none: {len(nets) - len(values)}" if len(values) < len(nets) else ""
    return f"{statistics.median(values):.0f} ({min(values)} to {max(values)}{none})" if values else "–"

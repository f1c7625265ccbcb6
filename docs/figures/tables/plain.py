"""The tables of nets that nobody trained to be provable."""

import json
import statistics
from collections import Counter
from typing import Any

from anylength.statistics import share
from benchmarks.plain_torch_nets import RECIPE, SIZES
from docs.figures.tables.results import interval, parts, source, table

PROVED, REFUTED, UP_TO, WITHIN = "PROVED", "REFUTED", "PROVED UP TO", "PROVED WITHIN"
"""The verdicts with a column of their own."""

ROUNDED_RIGHT, ROUNDED_WRONG = "PROVED ROUNDED", "REFUTED ROUNDED"
"""Those of nets with rounded states."""

SLOW = 0.95
"""A factor above this is slow."""

MEGABYTE = 1e6
"""Bytes."""

LAST = 12
"""Symbols of a word that are shown."""


def plain_nets() -> str:
    """How many nets of each kind are decided, and what a proof takes."""
    measured = {name: part for name, part in every_length().items() if not is_of_others(part)}
    head = (
        "nets",
        "decided",
        REFUTED,
        "PROVED, of the others",
        f"{UP_TO} N",
        "left",
        "a proof",
        "ellipsoids",
        "check",
        "certificate",
    )
    note = "Times and sizes are medians (and the most), N is a median; measured beside other work on two cores."
    words = f"{note} {source('plain-nets', 'plain_nets')}"
    return f"{table(head, [row(name, part) for name, part in measured.items()])}\n\n{words}"


def quiet_proofs() -> str:
    """What a proof takes where nothing else runs."""
    measured = parts("quiet-proofs")
    budget, processes = (max(part[name] for part in measured.values()) for name in ("budget_seconds", "processes"))
    checks = (f"check, {count} process{'es' * (count > 1)}" for count in (1, processes))
    head = ("nets that were proved", "proved again", "a proof", "ellipsoids", *checks)
    words = (
        f"Medians (and the most). Each proof had {budget:.0f} seconds; its median is of all nets that were proved, and those not "
        f"proved again count as longer. {source('quiet-proofs', 'quiet_proofs')}"
    )
    return f"{table(head, [quiet_row(name, part) for name, part in measured.items()])}\n\n{words}"


def quiet_row(name: str, part: dict[str, Any]) -> tuple[str, ...]:
    """The row of a kind."""
    checks = (f"{part[one]['median']:.1f} s ({part[one]['max']:.0f} s)" for one in ("check_seconds", "shared_check_seconds"))
    regions = f"{part['regions']['median']:.0f} ({part['regions']['max']:,})"
    return name, f"{part['proved']} of {part['of']}", f"{part['seconds']:.0f} s", regions, *checks


def least_margins() -> str:
    """The nets that are open, and how near to a wrong answer they come."""
    (part,) = parts("least-margins").values()
    head = ("net", "seed", UP_TO, "least margin found", "after", "the last symbols of its word, as the net reads it")
    rows = [margin_row(net) for net in part["nets"]]
    return f"{table(head, rows)}\n\n{part['seconds']:.0f} seconds for each net. {source('least-margins', 'least_margins')}"


def margin_row(net: dict[str, Any]) -> tuple[str, ...]:
    """The row of an open net."""
    end = net["word"][-LAST:]
    horizon = f"{net['horizon']}" if net["horizon"] else ""
    return (
        net["kind"],
        str(net["seed"]),
        horizon,
        f"{net['margin']:.2f}",
        f"{net['symbols']} symbol{'s' * (net['symbols'] != 1)}",
        f"`{end}`",
    )


def every_length() -> dict[str, Any]:
    """The parts about all words, with states as they are."""
    return {name: part for name, part in parts("plain-nets").items() if "within" not in name and "fraction_bits" not in part}


def is_of_others(part: dict[str, Any]) -> bool:
    """Whether a part is of another task than the post's, or of nets that PyTorch trained."""
    return part["task"] != "count" or is_of_torch(part)


def is_of_torch(part: dict[str, Any]) -> bool:
    """Whether PyTorch trained the nets of a part."""
    return part["recipe"] == RECIPE


def task_nets() -> str:
    """How many nets of other tasks, and of PyTorch, are decided."""
    measured = [part for part in every_length().values() if is_of_others(part)]
    head = ("nets", "units", "decided", REFUTED, "PROVED, of the others", f"{UP_TO} N", "a proof")
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for part in measured:
        groups.setdefault(group_of(part), []).append(part)
    rows = [task_row(*place, group) for place, group in groups.items()]
    nets = [net for part in measured for net in part["nets"] if not is_of_torch(part)]
    torch = [net for part in measured for net in part["nets"] if is_of_torch(part)]
    words = (
        f"Three cells each: rnn, gru and lstm. Of {len(nets)} nets by the recipe plain {decided(nets)} are decided, of the "
        f"{len(torch)} that PyTorch trained {decided(torch)}. N is a median; times are medians (and the most), measured beside "
        f"other work on two cores. {source('plain-nets', 'plain_nets')}"
    )
    return f"{table(head, rows)}\n\n{words}"


def group_of(part: dict[str, Any]) -> tuple[str, str, str]:
    """Whose nets, their task, and how many units they have."""
    return (
        (f"{RECIPE}'s ", part["task"], ", ".join(map(str, SIZES))) if is_of_torch(part) else ("", part["task"], str(part["units"]))
    )


def task_row(of: str, task: str, units: str, group: list[dict[str, Any]]) -> tuple[str, ...]:
    """The row of a task: counts over its cells, each named where not all are REFUTED."""
    nets = [net for part in group for net in part["nets"]]
    refuted = sum(net["verdict"] == REFUTED for net in nets)
    proved = [(part["cell"], net) for part in group for net in part["nets"] if net["verdict"] == PROVED]
    horizons = [(part["cell"], net) for part in group for net in part["nets"] if net["verdict"] == UP_TO]
    least = f" (N = {statistics.median(net['horizon'] for _, net in horizons):.0f})" if horizons else ""
    seconds = [net["seconds"] for _, net in proved]
    return (
        f"{of}{task}", units, interval(json.loads(share(decided(nets), len(nets)).to_json())), str(refuted),
        f"{len(proved)} of {len(nets) - refuted}{cells(proved)}", f"{len(horizons)}{cells(horizons)}{least}",
        f"{statistics.median(seconds):.0f} s ({max(seconds):.0f} s)" if seconds else "",
    )  # fmt: skip


def decided(nets: list[dict[str, Any]]) -> int:
    """How many nets are PROVED or REFUTED."""
    return sum(net["verdict"] in (PROVED, REFUTED) for net in nets)


def cells(nets: list[tuple[str, dict[str, Any]]]) -> str:
    """The cells of some nets, with how many each has."""
    counts = Counter(cell for cell, _ in nets)
    return f": {', '.join(f'{count} {cell}' for cell, count in counts.items())}" if counts else ""


NINE = 9
"""The digit that is repeated where a carry runs on."""


def open_nets() -> str:
    """What stops the nets that are open."""
    (part,) = parts("open-nets").values()
    head = (
        "seed",
        "steps that do not close",
        "without noise",
        "the worst level",
        "without noise",
        "of the five worst: open, reading a nine",
        "states of other words, outside",
    )
    rows = [open_row(net) for net in part["nets"]]
    return f"{table(head, rows)}\n\n12 units, seeds 0 to 99. {source('open-nets', 'open_nets')}"


def open_row(net: dict[str, Any]) -> tuple[str, ...]:
    """The row of an open net."""
    levels = (f"{net['worst'][0][name]:.3f}" for name in ("level", "without_noise"))
    worst = [step["symbol"] for step in net["worst"] if step["level"] > 1]
    nines = f"{worst.count(NINE)} of {len(worst)}"
    outside = f"{net['states_outside']:,} of {net['states']:,}"
    return (str(net["seed"]), f"{net['open']} of {net['steps']:,}", str(net["open_without_noise"]), *levels, nines, outside)


def slow_words() -> str:
    """How slowly near states come together, in open nets and in proved ones."""
    measured = parts("slow-words")
    head = ("counters of 12 and 16 units", "nets", "factor a step of the slowest word", "nets above 0.95")
    rows = [slow_row(label, measured[name]) for label, name in (("PROVED", "proved"), ("open", "open"))]
    return f"{table(head, rows)}\n\nMedians (least to most). {source('slow-words', 'slow_words')}"


def slow_row(label: str, part: dict[str, Any]) -> tuple[str, ...]:
    """The row of a part."""
    factor, nets = part["factor"], part["nets"]
    slow = sum(net["factor"] > SLOW for net in nets)
    return (
        label,
        str(len(nets)),
        f"{factor['median']:.2f} ({factor['least']:.2f} to {factor['most']:.2f})",
        f"{slow} of {len(nets)}",
    )


def rounded_nets() -> str:
    """The same nets with their states rounded after every step."""
    every = parts("plain-nets")
    measured = sorted((part for part in every.values() if "fraction_bits" in part), key=bits_of)
    also_right = f"{ROUNDED_RIGHT}, of those {REFUTED} without rounding"
    head = ("rounded to multiples of", ROUNDED_RIGHT, ROUNDED_WRONG, "not decided", also_right, "states visited", "check")
    rows = [rounded_row(part, every[f"{part['units']} units"]) for part in measured]
    plain = {net["seed"]: net["verdict"] for net in every["12 units"]["nets"]}
    right, cured, _ = proved_by_some_rounding()
    counts = ", ".join(f"{kept_right(part, plain)} at {spacing_of(part)}" for part in measured)
    words = (
        f"Nets of 12 units, seeds from 60,000. With the best of these spacings, {right} of the {len(plain)} nets are "
        f"{ROUNDED_RIGHT}; {cured} of them are {REFUTED} without. Rounding also breaks right nets: of the "
        f"{list(plain.values()).count(PROVED)} nets that are {PROVED} without rounding, so many stay right: {counts}. "
        "States and seconds are medians (and the most). "
        f"{source('plain-nets', 'plain_nets')}"
    )
    return f"{table(head, rows)}\n\n{words}"


def kept_right(part: dict[str, Any], plain: dict[int, str]) -> int:
    """How many nets are right with a rounding and PROVED without."""
    return sum(net["verdict"] == ROUNDED_RIGHT and plain[net["seed"]] == PROVED for net in part["nets"])


def spacing_of(part: dict[str, Any]) -> str:
    """The number to whose multiples states are rounded."""
    return f"1/{2 ** part['fraction_bits']}"


def proved_by_some_rounding() -> tuple[int, int, int]:
    """The nets of 12 units that are proved with at least one rounding; those of them that are refuted without; all refuted ones."""
    every = parts("plain-nets")
    roundings = [part for part in every.values() if "fraction_bits" in part]
    right = {net["seed"] for part in roundings for net in part["nets"] if net["verdict"] == ROUNDED_RIGHT}
    refuted = {net["seed"] for net in every["12 units"]["nets"] if net["verdict"] == REFUTED}
    return len(right), len(right & refuted), len(refuted)


def within_nets() -> str:
    """Refuted counters, proved within runs of nines."""
    measured = [part for name, part in parts("plain-nets").items() if "within" in name]
    head = (
        "cell",
        "seeds from",
        "refuted nets",
        WITHIN,
        "longest run of nines without a wrong answer",
        "run of the proof",
        "a proof",
        "ellipsoids",
        "check",
    )
    first = [part["proved_within"] for part in measured if part["first_seed"] == min(part["first_seed"] for part in measured)]
    right, tried = (sum(each[name] for each in first) for name in ("right", "tried"))
    pooled = interval(json.loads(share(right, tried).to_json()))
    note = (
        "Nets of 12 units by the recipe plain. Medians (and the most); for runs the least to the most, and how many nets have "
        f"none: they are wrong on numbers without a nine. Of the nets of the first rows {pooled} are {WITHIN}."
    )
    return f"{table(head, [within_row(part) for part in measured])}\n\n{note} {source('plain-nets', 'plain_nets')}"


def within_row(part: dict[str, Any]) -> tuple[str, ...]:
    """The row of a cell."""
    refuted = [net for net in part["nets"] if "longest_run" in net]
    proved = [net for net in refuted if net["verdict"] == WITHIN]
    return (
        part["cell"], f"{part['first_seed']:,}", str(len(refuted)), interval(part["proved_within"]), reach(refuted, "longest_run"),
        reach(proved, "run"), middle(part, "proved_seconds", "{:.0f} s"), middle(part, "proved_regions", "{:,.0f}"),
        middle(part, "proved_check_seconds", "{:.1f} s"),
    )  # fmt: skip


def reach(nets: list[dict[str, Any]], name: str) -> str:
    """The median of a count, and its ends; and of how many there is none."""
    values = [net[name] for net in nets if net[name] is not None]
    none = f"; none: {len(nets) - len(values)}" if len(values) < len(nets) else ""
    return f"{statistics.median(values):.0f} ({min(values)} to {max(values)}{none})" if values else ""


def bits_of(part: dict[str, Any]) -> tuple[int, int]:
    """Units and fractional bits of a part."""
    return part["units"], part["fraction_bits"]


def rounded_row(part: dict[str, Any], without: dict[str, Any]) -> tuple[str, ...]:
    """The row of a rounding."""
    plain = {net["seed"]: net["verdict"] for net in without["nets"]}
    refuted = [net["verdict"] for net in part["nets"] if plain[net["seed"]] == REFUTED]
    right, wrong = (part["verdicts"].get(name, 0) for name in (ROUNDED_RIGHT, ROUNDED_WRONG))
    return (
        spacing_of(part), str(right), str(wrong), str(len(part["nets"]) - right - wrong),
        f"{refuted.count(ROUNDED_RIGHT)} of {len(refuted)}", middle(part, "proved_regions", "{:,.0f}"),
        middle(part, "proved_check_seconds", "{:.0f} s"),
    )  # fmt: skip


def row(name: str, part: dict[str, Any]) -> tuple[str, ...]:
    """The row of a kind of nets."""
    verdicts = part["verdicts"]
    count = {verdict: verdicts.get(verdict, 0) for verdict in (PROVED, REFUTED, UP_TO)}
    right = len(part["nets"]) - count[REFUTED]
    horizon = f" (N = {part['horizon']['median']:.0f})" if "horizon" in part else ""
    figures = [
        middle(part, "proved_seconds", "{:.0f} s"),
        middle(part, "proved_regions", "{:,.0f}"),
        middle(part, "proved_check_seconds", "{:.1f} s"),
        middle(part, "proved_certificate_bytes", "{:.1f} MB", MEGABYTE),
    ]
    counts = (
        str(count[REFUTED]),
        f"{count[PROVED]} of {right}",
        f"{count[UP_TO]}{horizon}",
        str(len(part["nets"]) - sum(count.values())),
    )
    return (name, interval(part["decided"]), *counts, *figures)


def middle(part: dict[str, Any], name: str, form: str, unit: float = 1.0) -> str:
    """A median and the most."""
    if name not in part:
        return ""
    return f"{form.format(part[name]['median'] / unit)} ({form.format(part[name]['max'] / unit)})"

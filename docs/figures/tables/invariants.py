"""The tables of nets that are born with their proof: learned invariants, and constructed nets."""

import statistics
from typing import Any

from benchmarks.growth import table as growth_table
from docs.figures.tables.results import interval, parts, source, table

CELLS = ("rnn", "gru", "lstm")
"""The cells, a column each."""

EARLIER = "†"
"""Marks figures of an earlier state of the recipe."""

FEW_PAIRS = 50
"""Machines with up to this many pairs of a state and a symbol are small."""


def learned() -> str:
    """How many nets of each task and cell are proved by the recipe `certified`."""
    return _by_task(CELLS, "The 95 % interval of 20 of 20 is 83–100 %. The recipe was not tuned on these seeds.")


def layered() -> str:
    """The same for two layers."""
    return _by_task(tuple(f"{cell} × 2" for cell in CELLS), "One setting for all tasks and cells.")


def _by_task(kinds: tuple[str, ...], remark: str) -> str:
    """A table with a row for each task and a column for each kind of net."""
    measured = {name: part for name, part in parts("learned-invariants").items() if name.partition(": ")[0] in kinds}
    if not measured:
        return "Not measured yet."
    tasks = list(dict.fromkeys(name.partition(": ")[2] for name in measured))
    total = {side: sum(part["proved"][side] for part in measured.values()) for side in ("right", "tried")}
    words = (
        "Each entry: the nets that are PROVED and checked, the median of the seconds of one net without compilation "
        "(measured beside other work), and the least noise budget. All in all "
        f"{total['right']:,} of {total['tried']:,}. {remark} {small(measured)}{source('learned-invariants', 'learned_invariants')}"
    )
    head = ("task", "states × symbols", "units", *kinds)
    return f"{table(head, [row(task, measured, kinds) for task in tasks])}\n\n{words}"


def small(measured: dict[str, Any]) -> str:
    """How many nets of small machines cover bfloat16, in a sentence."""
    today = [part for part in measured.values() if not _is_earlier(part)]
    nets = [net for part in today if part["states"] * part["symbols"] <= FEW_PAIRS for net in part["nets"]]
    covered = sum(net["proved"] and "bfloat16" in net["formats"] for net in nets)
    mark = "" if len(today) == len(measured) else f"{EARLIER}: before the noise rose to 0.2 and weights were rounded. "
    return f"{mark}bfloat16 is covered for {covered:,} of the {len(nets):,} nets of machines with up to {FEW_PAIRS} pairs. "


def _is_earlier(part: dict[str, Any]) -> bool:
    """Whether a part was measured with an earlier state of the recipe."""
    return "from_construction" not in part


def row(task: str, measured: dict[str, Any], kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The row of a task."""
    found = {kind: measured[f"{kind}: {task}"] for kind in kinds if f"{kind}: {task}" in measured}
    first = next(iter(found.values()))
    units = [str(part["units"]) for part in found.values()]
    size = f"{first['states']} × {first['symbols']}", ", ".join(units if len(set(units)) > 1 else units[:1])
    return task, *size, *(entry(found[kind]) if kind in found else "–" for kind in kinds)


def entry(part: dict[str, Any]) -> str:
    """The nets of one task and kind."""
    budgets = [net["noise_budget"] for net in part["nets"] if net["proved"]]
    least = f" · {min(budgets):.2g}" if budgets else ""
    earlier = f" {EARLIER}" if _is_earlier(part) else ""
    return f"{part['proved']['right']} of {part['proved']['tried']} · {part['median_seconds']:.2f} s{least}{earlier}"


def random_machines() -> str:
    """The nets of random machines, in a sentence."""
    measured = parts("learned-invariants").get("random machines, rnn")
    if measured is None:
        return "Not measured yet."
    machines = measured["machines"]
    seconds = [each["nets"][0]["seconds"] + each["nets"][0]["prove_seconds"] for each in machines]
    constructed_first = sum(each["from_construction"] for each in machines)
    covered = sum("float32" in each["nets"][0].get("formats", ()) for each in machines)
    return (
        f"Of {len(machines)} random minimal machines with 2 to 30 states and 2 to 10 symbols, held out from tuning, one net each, "
        f"{interval(measured['proved'])} are PROVED and checked, {covered} with float32 covered; {constructed_first} of them start "
        f"from the construction. Training and proof take {statistics.median(seconds):.1f} s (median, without compilation), at most "
        f"{max(seconds):.0f} s. {source('learned-invariants', 'learned_invariants')}"
    )


def recipe_costs() -> str:
    """What `certified`, the recipe before it and plain training give on the same tasks."""
    head = (
        "task", "recipe", "units", "PROVED", "cross-entropy, nats", "largest row of W_hh", "units saturated",
        "fixed points: stable, not", "s a net",
    )  # fmt: skip
    words = (
        "Medians over the nets. The cross-entropy is that of the validation words. A row of W_hh counts with the sum of its "
        "magnitudes; a unit is saturated beyond ±0.99. Fixed points and short cycles are those under each symbol that must not "
        "change the state. "
        f"{source('recipe-costs', 'recipe_costs')}"
    )
    return f"{table(head, [_cost_row(part) for part in parts('recipe-costs').values()])}\n\n{words}"


def _cost_row(part: dict[str, Any]) -> tuple[str, ...]:
    """The row of a task and a recipe."""
    medians = part["medians"]
    return (
        part["task"], f"`{part['recipe']}`", str(part["units"]), f"{part['proved']['right']} of {part['proved']['tried']}",
        f"{medians['cross_entropy']:.1e}", f"{medians['largest_row']:.0f}", f"{medians['saturated']:.0%}",
        f"{medians['stable_cycles']:.0f}, {medians['unstable_cycles']:.0f}", f"{part['seconds']:.1f}",
    )  # fmt: skip


def robust() -> str:
    """The nets from inputs and outputs alone."""
    rows = [
        (
            part["task"], f"{part['examples']:,}", interval(part["proved"]), str(part["refused"]), str(part["wrong"]),
            f"{part['seconds']:.1f}",
        )
        for part in parts("robust-nets").values()
    ]  # fmt: skip
    head = ("task", "examples", "PROVED (95 % interval)", "seeds refused", "another machine inferred", "s a net, median")
    words = (
        "Each seed has its own examples. The proof is about the task's true machine, so a net for another one is never PROVED. "
        f"{source('robust-nets', 'robust_nets')}"
    )
    return f"{table(head, rows)}\n\n{words}"


def growth() -> str:
    """How construction, proof and check grow with a machine."""
    tables = "\n".join(growth_table(name, part) for name, part in parts("growth").items())
    words = (
        "Seconds of processor time. The exponents are those of the four largest valid rows: a figure grows with the size to that "
        "power. A machine of more than 100 pairs starts from the construction. "
        f"{source('growth', 'growth')}"
    )
    return f"{tables}\n{words}"


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

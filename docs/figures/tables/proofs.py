"""The tables of proofs: by recipe, and by task and cell."""

from typing import Any

from anylength.records.verdicts import PROVED, REFUTED
from benchmarks.zoo import parts as zoo_parts
from docs.figures.tables.results import interval, parts, read, source, table

RECIPES = {
    "certified-hundred": "`certified` (knows the machine), 0…100",
    "certified-post": "`certified`, the post's 9,000 numbers",
    "robust-hundred": "`robust` (inputs and outputs only), 0…100",
    "robust-post": "`robust`, the post's 9,000 numbers",
}
"""The rows of the table: part of the results file → recipe and data."""


def proofs() -> str:
    """The share of proved nets for each recipe, and the verdicts on the post's own nets."""
    measured = parts("proofs")
    head = ("nets (seeds not used to develop the recipes)", "PROVED (95 % interval)", "noise budget, median", "bfloat16 covered")
    rows = []
    for name, recipe in RECIPES.items():
        part = measured[name]
        budget, covered = part["noise_budget"]["median"], part["formats"].get("bfloat16", 0)
        rows.append((recipe, interval(part["proved"]), f"{budget:.2f}", str(covered)))
    hard = measured["harden"]
    words = (
        f"{verdicts(measured['blog'])} {verdicts(measured['blog-16'])} `harden` makes "
        f"{interval(hard['proved'])} of the nets with 12 units provable, with a median of {hard['updates']['median']:.0f} updates "
        f"that change the weights by {100 * hard['moved']['median']:.0f} %. {source('proofs', 'proofs')} {with_minutes()}"
    )
    return "\n\n".join([table(head, rows), words, smallest()])


def with_minutes() -> str:
    """The verdicts on the same nets after a longer search, in a sentence."""
    found = {units: parts("plain-nets")[f"{units} units, seeds 0 to 99"] for units in (12, 16)}
    counts = " and ".join(
        f"{part['verdicts'][PROVED]} with {units} units are PROVED and {part['verdicts'][REFUTED]} REFUTED"
        for units, part in found.items()
    )
    return f"With minutes in place of seconds, {counts}: [plain nets](plain-nets.md#how-many)."


def smallest() -> str:
    """The smallest proved counter, in a sentence."""
    sizes = read("smallest/smallest")["sizes"]
    best = min((size for size in sizes if size["proved"]["right"]), key=lambda size: size["parameters"])
    return (
        f"The smallest proved counter so far has {best['units']} units and {best['parameters']} parameters "
        f"({interval(best['proved'])} seeds of that size are proved). Its certificate is in "
        "[results/smallest](results/smallest/certificate.json)."
    )


def verdicts(part: dict[str, Any]) -> str:
    """The verdicts on the post's own nets of one size, in a sentence."""
    digits, counts = part["counterexample_digits"], part["verdicts"]
    return (
        f"Of {part['seeds']} nets by the post's recipe with {part['hidden']} units, within {part['budget_seconds']:.0f} s each, "
        f"{counts.get('REFUTED', 0)} are REFUTED (by numbers of {digits['min']:.0f} to {digits['max']:.0f} digits, median "
        f"{digits['median']:.0f}), {counts.get('PROVED', 0)} are PROVED and {counts.get('UNKNOWN', 0)} are UNKNOWN."
    )


def _zoo_parts() -> list[dict[str, Any]]:
    """What is measured of the zoo, in the order in which its benchmark lists it."""
    measured = parts("zoo")
    return [measured[part.name] for part in zoo_parts() if part.name in measured]


def zoo() -> str:
    """The share of proved nets for every task and cell."""
    head = (
        "recipe", "cell", "task", "states", "symbols", "units", "PROVED (95 % interval)", "noise budget, median",
        "s to train a net",
    )  # fmt: skip
    rows = []
    for part in _zoo_parts():
        budget = f"{part['noise_budget']['median']:.3f}" if part["noise_budget"] else "–"
        sizes = (str(part[name]) for name in ("states", "symbols", "hidden"))
        seconds = f"{part['training_seconds'] / part['seeds']:.1f}"
        rows.append((f"`{part['recipe']}`", part["cell"], part["task"], *sizes, interval(part["proved"]), budget, seconds))
    return f"{table(head, rows)}\n\n{_refused()}{source('zoo', 'zoo')}"


def _refused() -> str:
    """The seeds of the zoo that gave no net, in a sentence; nothing where all gave one."""
    refused = [f"{part['task']} {part['refused']}" for part in _zoo_parts() if part.get("refused")]
    words = "Seeds that `robust` refused, because their examples do not determine a machine, are not counted: "
    return f"{words}{', '.join(refused)}. " if refused else ""


def zoo_in_short() -> str:
    """Proved nets, one row for each recipe and cell."""
    tasks: dict[str, list[str]] = {}
    for part in _zoo_parts():
        count = f"{part['task']} {part['proved']['right']} of {part['proved']['tried']}"
        tasks.setdefault(f"`{part['recipe']}`, {part['cell']}", []).append(count)
    return table(
        ("recipe, cell", "task: nets PROVED of nets tried"), ((name, " · ".join(counts)) for name, counts in tasks.items())
    )

"""The tables of other runtimes: the errors of their functions, and imported nets."""

import statistics
from collections import Counter
from typing import Any

from docs.figures.tables.results import interval, parts, read, source, table

ALLOWED = {"tanh": 16, "sigmoid": 8}
"""The error that the certificate's number model allows, in units of 2⁻²⁴."""

SYMBOLS = {"tanh": "tanh", "sigmoid": "σ"}


def runtimes() -> str:
    """The errors of each runtime's functions, one row for each different error."""
    measured = read("runtimes")["runtimes"]
    head = ("runtime", "function", "largest error", "largest value", "twice the error, and what the model allows")
    rows = [row for runtime in measured.values() for row in function_rows(runtime)]
    complete = [name for name, runtime in measured.items() if runtime["every"]]
    words = (
        "Errors are in units of 2⁻²⁴, the last place of numbers just below 1. Every float32 number from 2⁻⁶ to 2⁶ of both signs "
        f"was measured in {', '.join(complete)}, 131,072 numbers in each of these binades in the others, and 4,096 numbers in each "
        f"other binade. {source('runtimes', 'runtimes')} Measured on x86-64 with AVX-512."
    )
    return f"{table(head, rows)}\n\n{words}"


def vnnlib() -> str:
    """What other verifiers say of exported queries, a row for each net and kind of query."""
    measured, rows = parts("vnnlib-queries"), []
    for name, part in measured.items():
        net = f"`{part['task']}`, {part['cell']}, {part['hidden']} units ({name}): {part['verdict']}"
        kinds: dict[str, list[dict[str, Any]]] = {}
        for query in part["queries"]:
            kinds.setdefault(query["expected"] + ", exact" * ("-exact" in query["query"]), []).append(query)
        rows += [(net, f"{len(asked)} {kind}", lirpa_words(asked), marabou_words(asked)) for kind, asked in kinds.items()]
    asked = [query for part in measured.values() for query in part["queries"]]
    known = [query for query in asked if query["result"] != "unknown"]
    agree = sum(query["result"] == query["expected"] for query in known)
    versions, limit = next(reversed(measured.values()))["versions"], max(part["seconds"] for part in measured.values())
    words = (
        f"The parser `vnnlib` {versions['vnnlib']} reads all {len(asked)} queries. auto_LiRPA {versions['auto_LiRPA']} agrees on "
        f"{agree}, contradicts {len(known) - agree}, and leaves {len(asked) - len(known)} unknown after {limit} s of branch and "
        f"bound. Marabou is maraboupy {versions['maraboupy']}. {source('vnnlib-queries', 'studies.vnnlib.measure')}"
    )
    return f"{table(('net', 'queries', 'auto_LiRPA', 'Marabou'), rows)}\n\n{words}"


def lirpa_words(asked: list[dict[str, Any]]) -> str:
    """What auto_LiRPA found, and by which bounds."""
    counts = Counter(f"{q['result']} ({q['by']})" if q["by"] else q["result"] for q in asked)
    return ", ".join(f"{count} {words}" for words, count in counts.most_common())


def marabou_words(asked: list[dict[str, Any]]) -> str:
    """What Marabou found. It was not asked about exact queries, and cannot read products of two values."""
    silent = "not asked" if "-exact" in asked[0]["query"] else "cannot read the network"
    counts = Counter(query["marabou"] for query in asked)
    return ", ".join(f"{count} {words}" if words else silent for words, count in counts.most_common())


def function_rows(runtime: dict[str, Any]) -> list[tuple[str, ...]]:
    """The rows of one runtime: operators with the same error and the same largest value share a row."""
    operators: dict[tuple[str, str, str], list[str]] = {}
    for row in runtime["functions"]:
        key = row["function"], f"{row['absolute_in_units_below_1']:.2f}", f"{row['largest']:.9g}"
        operators.setdefault(key, []).append(row["where"])
    rows = []
    for (function, error, largest), names in operators.items():
        twice, allowed = 2 * float(error), ALLOWED[function]
        verdict = f"{twice:.2f} of {allowed}" + ("" if twice <= allowed else ": the noise budget decides")
        rows.append((runtime["version"], f"{SYMBOLS[function]} in {' · '.join(names)}", error, largest, verdict))
    return rows


def imports() -> str:
    """What became of nets that PyTorch trained, in sentences."""
    results = read("imports")
    total, speed, rows = results["summary"], results["speed"], results["plain"]
    kinds, sizes, tasks, updates = (sorted({row[name] for row in rows}) for name in ("kind", "hidden", "task", "updates"))
    verdicts = ", ".join(f"{count} {name}" for name, count in total["verdicts"].items())
    words = (total["nets"] + total["provable"]["tried"]) * total["words_each"]
    units = f"{', '.join(map(str, sizes))} units"
    return (
        f"PyTorch trained {total['nets']} nets on random words of 8 digits ({', '.join(tasks)}; {', '.join(kinds)}; {units}; "
        f"{' and '.join(map(str, updates))} updates; {results['seeds']} seeds each). All were imported: {verdicts} within "
        f"{results['budget']:.0f} s each. PyTorch's own answers contradict {total['wrong_verdicts'] or 'none'} of these verdicts. "
        f"On {total['words_each']:,} stress inputs each, the imported nets and PyTorch answer {total['words_different']} of "
        f"{words:,} differently. Of the nets that an interval loss of 20 lines makes, {interval(total['provable'])} are "
        f"PROVED. Import and proof of one net with 16 units take {speed['median']:.2f} s in a process that has done it before, and "
        f"{speed['first']:.1f} s in a fresh one. {source('imports', 'imports')}"
    )


def foreign_nets() -> str:
    """Kinds of nets from PyTorch, and how many of each were hardened to a proof."""
    rows = []
    for name, part in parts("foreign-nets").items():
        updates = [net["updates"] for net in part["nets"] if net["verdict"] == "PROVED"]
        median = f"{statistics.median(updates):,.0f}" if updates else "–"
        rows.append((*name.rsplit(": ", 1), interval(part["proved"]), median))
    head = ("module, random weights, fresh seeds", "task", "PROVED (95 % interval)", "updates, median of the proved")
    return f"{table(head, rows)}\n\n{source('foreign-nets', 'foreign_nets')}"

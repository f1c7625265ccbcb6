"""Constructed nets: how fast they are made and proved, and what noise they bear. Writes `docs/results/constructed.json`.

    python -m benchmarks.constructed [suites] [random] [large]

"suites" are all tasks of the suites and the digit tasks, "random" are the 200 held-out machines of `random_machines`, "large" are
machines of more than `MOST_PAIRS` pairs of a state and a symbol. Coarser formats than float32 and the noise budget are searched
only up to `BUDGET_PAIRS` pairs: that takes most of the time of a proof.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from anylength.constructions import construct
from anylength.nets import Net, describe, to_bytes
from anylength.rules import NAMED_TASKS, SUITES, Machine, Task, task_named
from anylength.verification.certify import Proof, certificate_bytes
from anylength.verification.verdicts import find_format_proof, find_proofs
from anylength.verification.verdicts.checker import check_bytes
from benchmarks.random_machines import HELD_OUT, machines, task_of
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "constructed.json"
"""The results file."""

DIGIT_TASKS = (
    *("count", "decrement", "add", "subtract", "compare", "parity", "collatz", "divide-7", "remainder-3", "remainder-7"),
    *(f"multiply-{factor}" for factor in range(2, 10)),
)

MOST_PAIRS = 1_000
"""Pairs of a state and a symbol up to which a task of a suite is not in the part "large"."""

BUDGET_PAIRS = 100
"""Pairs up to which coarser formats and the noise budget are searched."""

BAR_PAIRS = 300
"""Pairs up to which totals are given apart."""


def timed(make: Callable[[], Any]) -> tuple[Any, float]:
    """A result and the seconds of processor time that it took: other programs do not count."""
    started = time.process_time()
    return make(), time.process_time() - started


def row(task: Task) -> dict[str, Any]:
    """The figures of one machine."""
    machine: Machine = task.machine
    net, construction = timed(lambda: construct(machine, base=task.letters, tapes=task.tapes, classes=task.classes))
    first, first_seconds = timed(lambda: find_format_proof(net, machine, (0,), "float32"))
    found, all_seconds = None, None
    if first and pairs_of(task) <= BUDGET_PAIRS:
        found, all_seconds = timed(lambda: find_proofs(net, machine, (0,)))
    proofs = found.proofs if found else [proof for proof in [first] if proof]
    valid, check_seconds = timed(lambda: bool(proofs) and is_valid(net, task, proofs))
    figures = {
        "states": machine.states, "symbols": task.symbols, "pairs": pairs_of(task), "units": net.hidden,
        "construct_seconds": construction, "float32_proof_seconds": first_seconds, "all_proofs_seconds": all_seconds,
        "proofs": len(proofs), "check_seconds": check_seconds, "valid": valid,
        "formats": list(proofs[0].formats) if proofs else [], "noise_budget": found.proofs[-1].epsilon if found else None,
    }  # fmt: skip
    print(task.name, {name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()}, flush=True)
    return figures


def is_valid(net: Net, task: Task, proofs: list[Proof]) -> bool:
    """Whether the independent checker accepts these proofs."""
    return check_bytes(certificate_bytes(net, task.machine, proofs), to_bytes(net, describe(net, task))).valid


def pairs_of(task: Task) -> int:
    """The number of pairs of a state and a symbol."""
    return task.machine.states * task.symbols


def checked(net: Net, task: Task, proofs: list[Proof]) -> tuple[bool, float]:
    """Whether the independent checker accepts these proofs, and its seconds."""
    certificate, weights = certificate_bytes(net, task.machine, proofs), to_bytes(net, describe(net, task))
    result, seconds = timed(lambda: check_bytes(certificate, weights))
    return result.valid, seconds


def suite_tasks() -> list[Task]:
    """The digit tasks and all tasks of the suites, the smallest machines first."""
    names = {*NAMED_TASKS, *(task.name for suite in SUITES.values() for task in suite.tasks)}
    tasks = [task_named(name) for name in (*DIGIT_TASKS, *sorted(names))]
    return sorted(tasks, key=pairs_of)


def totals(rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a part comes to."""
    small = [figures for figures in rows.values() if figures["pairs"] <= BAR_PAIRS]
    searched = [figures for figures in rows.values() if figures["noise_budget"] is not None]
    result: dict[str, Any] = {
        "machines": len(rows),
        "valid": sum(figures["valid"] for figures in rows.values()),
        "float32": sum("float32" in figures["formats"] for figures in rows.values()),
    }
    if small:
        seconds = [figures["construct_seconds"] + figures["float32_proof_seconds"] for figures in small]
        result[f"up_to_{BAR_PAIRS}_pairs"] = {
            "machines": len(small),
            "construct_and_prove_float32_seconds": spread(seconds),
            "check_seconds": spread([figures["check_seconds"] for figures in small]),
        }
    if searched:
        result[f"up_to_{BUDGET_PAIRS}_pairs"] = {
            "machines": len(searched),
            **{name: sum(name in figures["formats"] for figures in searched) for name in ("float16", "bfloat16")},
            "noise_budget": spread([figures["noise_budget"] for figures in searched]),
        }
    return result


def spread(values: list[float]) -> dict[str, float]:
    """The least, the median and the largest."""
    return {"least": min(values), "median": statistics.median(values), "most": max(values)}


def main() -> None:
    """Measures the parts that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.constructed")
    parser.add_argument("parts", nargs="*", default=[], metavar="PART", help="suites, random, large; all by default")
    parser.add_argument("--count", type=int, default=200, help="random machines (default: 200)")
    options = parser.parse_args()
    tasks = suite_tasks()
    parts = {
        "suites": lambda: [task for task in tasks if pairs_of(task) <= MOST_PAIRS],
        "random": lambda: [task_of(drawn) for drawn in machines(options.count, HELD_OUT)],
        "large": lambda: [task for task in tasks if pairs_of(task) > MOST_PAIRS],
    }
    unknown = set(options.parts) - set(parts)
    if unknown:
        parser.error(f"expected suites, random or large, got {', '.join(sorted(unknown))}")
    row(task_named("tomita-1"))  # imports and caches
    for name in options.parts or parts:
        rows = {task.name: row(task) for task in parts[name]()}
        save_part(FILE, name, {"totals": totals(rows), "machines": rows})


if __name__ == "__main__":
    main()

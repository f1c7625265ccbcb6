"""Constructed nets: how fast they are made and proved, and what noise they bear. Writes `docs/results/constructed.json`.

    python -m benchmarks.constructed [suites] [random] [large]

"suites" are all tasks of the suites and the digit tasks, "random" are the 200 held-out machines of `random_machines`, "large" are
machines of more than `MOST_PAIRS` pairs of a state and a symbol. The noise budget of large machines is not searched: that takes
most of the time of a proof.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from anylength.constructions import construct
from anylength.machines import Machine, NamedMachine
from anylength.nets import Net, describe, to_bytes
from anylength.tasks import NAMED_TASKS, SUITES, Task, task_named
from anylength.tasks.custom import from_named_machine
from anylength.verification.certify import Proof, certificate_bytes
from anylength.verification.verdicts import find_format_proof, find_proofs
from anylength.verification.verdicts.checker import check_bytes
from benchmarks.random_machines import HELD_OUT, RandomMachine, machines
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "constructed.json"
"""The results file."""

DIGIT_TASKS = (
    *("count", "decrement", "add", "subtract", "compare", "parity", "collatz", "divide-7", "remainder-3", "remainder-7"),
    *(f"multiply-{factor}" for factor in range(2, 10)),
)

MOST_PAIRS = 1_000
"""Pairs of a state and a symbol up to which the noise budget is searched."""

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
    proofs, seconds = [first] if first else [], None
    if first and pairs_of(task) <= MOST_PAIRS:
        found, seconds = timed(lambda: find_proofs(net, machine, (0,)))
        proofs = found.proofs if found else proofs
    checks = [checked(net, task, chosen) for chosen in ([first], proofs) if first]
    figures = {
        "states": machine.states, "symbols": task.symbols, "pairs": pairs_of(task), "units": net.hidden,
        "construct_seconds": construction, "float32_seconds": first_seconds, "float32_check_seconds": seconds_of(checks[:1]),
        "prove_seconds": seconds, "check_seconds": seconds_of(checks[-1:]),
        "valid": bool(checks) and all(valid for valid, _ in checks),
        "formats": list(proofs[0].formats) if proofs else [],
        "noise_budget": proofs[-1].epsilon if seconds is not None else None,
    }  # fmt: skip
    print(task.name, {name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()}, flush=True)
    return figures


def seconds_of(checks: list[tuple[bool, float]]) -> float | None:
    """The seconds of one check; None if there was none."""
    return sum(seconds for _, seconds in checks) if checks else None


def pairs_of(task: Task) -> int:
    """The number of pairs of a state and a symbol."""
    return task.machine.states * task.symbols


def checked(net: Net, task: Task, proofs: list[Proof]) -> tuple[bool, float]:
    """Whether the independent checker accepts these proofs, and its seconds."""
    certificate, weights = certificate_bytes(net, task.machine, proofs), to_bytes(net, describe(net, task))
    result, seconds = timed(lambda: check_bytes(certificate, weights))
    return result.valid, seconds


def of_random(drawn: RandomMachine) -> Task:
    """The task of a random machine."""
    symbols = tuple(f"s{number}" for number in range(drawn.machine.symbols))
    outputs = tuple(f"y{number}" for number in range(drawn.machine.classes))
    return from_named_machine(NamedMachine(drawn.machine, symbols, outputs, graded="all"), drawn.name, "a random machine")


def suite_tasks() -> list[Task]:
    """The digit tasks and all tasks of the suites, the smallest machines first."""
    names = {*NAMED_TASKS, *(task.name for suite in SUITES.values() for task in suite.tasks)}
    tasks = [task_named(name) for name in (*DIGIT_TASKS, *sorted(names))]
    return sorted(tasks, key=pairs_of)


def totals(rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a part comes to."""
    small = [figures for figures in rows.values() if figures["pairs"] <= BAR_PAIRS]
    float32 = [figures["construct_seconds"] + figures["float32_seconds"] for figures in small]
    checks = [figures["float32_check_seconds"] for figures in small if figures["valid"]]
    budgets = [figures["noise_budget"] for figures in rows.values() if figures["noise_budget"] is not None]
    result: dict[str, Any] = {
        "machines": len(rows),
        "valid": sum(figures["valid"] for figures in rows.values()),
        **{name: sum(name in figures["formats"] for figures in rows.values()) for name in ("float32", "float16", "bfloat16")},
    }
    if small:
        result[f"up_to_{BAR_PAIRS}_pairs"] = {
            "machines": len(small),
            "construct_and_prove_float32_seconds": {"median": statistics.median(float32), "most": max(float32)},
            "check_float32_seconds": {"median": statistics.median(checks), "most": max(checks)},
        }
    if budgets:
        result["noise_budget"] = {"least": min(budgets), "median": statistics.median(budgets), "most": max(budgets)}
    return result


def main() -> None:
    """Measures the parts that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.constructed")
    parser.add_argument("parts", nargs="*", default=[], metavar="PART", help="suites, random, large; all by default")
    parser.add_argument("--count", type=int, default=200, help="random machines (default: 200)")
    options = parser.parse_args()
    tasks = suite_tasks()
    parts = {
        "suites": lambda: [task for task in tasks if pairs_of(task) <= MOST_PAIRS],
        "random": lambda: [of_random(drawn) for drawn in machines(options.count, HELD_OUT)],
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

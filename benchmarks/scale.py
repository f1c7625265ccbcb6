"""What a net costs on one processor, and how that grows. Writes the part `costs` of `docs/results/scale.json`.

    python -m benchmarks.scale

Each figure is the median of three runs of eight nets after one that compiles, by a worker with one thread; slopes are of the
logarithms (2 means: twice as much costs four times the time).
"""

import json
import os
import statistics
from pathlib import Path

os.environ |= {"ANYLENGTH_THREADS": "1", "NPROC": "1", "OPENBLAS_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}

import numpy as np

from anylength.experiments.runs.environment import environment
from anylength.sweeps.blocks import block_at, job_of
from anylength.sweeps.config import plan_of
from anylength.sweeps.cost import weigh
from anylength.sweeps.run_block import run_block

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "scale.json"
LANE, RUNS = 8, 3
BLOG = {"task": "count", "recipe": "blog", "hidden": 16, "epochs": 2}
CERTIFIED = {"task": "count", "recipe": "certified", "data": "post", "hidden": 32, "epochs": 2}

AXES: dict[str, tuple[dict[str, object], str, list[object], list[float]]] = {
    "digits of the training numbers": (BLOG, "digits", [5, 10, 20, 40, 80], [6, 11, 21, 41, 81]),
    "units": (BLOG, "hidden", [8, 16, 32, 64, 128], [8, 16, 32, 64, 128]),
    "base (symbols)": (BLOG, "base", [2, 5, 10, 20, 36], [2, 5, 10, 20, 36]),
    "states (certified)": (
        CERTIFIED | {"task": "remainder-3"},
        "task",
        ["remainder-3", "remainder-7", "remainder-13", "remainder-27"],
        [3, 7, 13, 27],
    ),
}
"""Axis: what stays, what changes, its values, and what they count (steps, units, symbols, states)."""

WHOLE = {
    "blog, 16 units, 6 epochs": (BLOG | {"epochs": 6}, True, None),
    "certified on 0…100, with its proof": ({"task": "count", "recipe": "certified", "data": "hundred"}, False, 1000),
    "blog, 16 units, 6 epochs, with a verdict": (BLOG | {"epochs": 6}, True, 1000),
}
"""Whole nets: the grid, whether there is a stress test, the steps of the verdict."""


def keep(name: str, found: dict[str, object]) -> None:
    """Puts one part into the results file."""
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"format": 1, "parts": {}}
    results["parts"][name] = found
    results["environment"] = json.loads(environment().to_json())
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(name, json.dumps(found), flush=True)


def measured(grid: dict[str, object], stress: bool, verdict: int | None) -> dict[str, float]:
    """Seconds a net, and an epoch of it."""
    raw: dict[str, object] = {"seeds": LANE, "block": LANE, "grid": grid}
    raw |= {"stress": {"limit": 2000}} if stress else {}
    raw |= {"verdict": {"steps": verdict}} if verdict else {}
    plan = plan_of(raw)
    job = job_of(plan, block_at(plan, 0), LANE)
    runs = [run_block(job) for _ in range(RUNS + 1)][1:]
    epochs = sum(json.loads(line)["epochs"] for line in runs[0].lines) / LANE
    parts = {
        name: statistics.median(getattr(run.times, name) for run in runs) / LANE
        for name in ("training", "stress", "verdict", "total")
    }
    return {**parts, "epochs": epochs, "an_epoch": parts["training"] / epochs, "model": weigh(plan.settings[0], plan.stress)}


def slope(sizes: list[float], seconds: list[float]) -> float:
    """Of the logarithms, by least squares over the larger half."""
    half = len(sizes) // 2
    return float(np.polyfit(np.log(sizes[half:]), np.log(seconds[half:]), 1)[0])


def main() -> None:
    axes = {}
    for name, (fixed, axis, values, sizes) in AXES.items():
        found = [measured(fixed | {axis: value}, axis != "task", None) for value in values]
        axes[name] = {
            "values": values,
            "an_epoch": [one["an_epoch"] for one in found],
            "stress": [one["stress"] for one in found],
            "slope_training": slope(sizes, [one["an_epoch"] for one in found]),
            "slope_stress": slope(sizes, [one["stress"] for one in found]) if found[0]["stress"] > 1e-4 else None,
        }
        print(name, json.dumps(axes[name]), flush=True)
    whole = {name: measured(*given) for name, given in WHOLE.items()}
    keep("costs", {"axes": axes, "whole": whole})


if __name__ == "__main__":
    main()

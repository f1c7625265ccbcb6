"""Measures what a net costs on one processor, and how the cost grows. Writes the part `costs` of `docs/results/scale.json`.

    python -m benchmarks.scale

Each time is the median of three runs of eight nets by a worker with one thread, after a run that compiles. Slopes are those of the
logarithms: a slope of 2 means that twice the size costs four times the time.
"""

import json
import os
import statistics

os.environ |= {"ANYLENGTH_THREADS": "1", "NPROC": "1", "OPENBLAS_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}

import numpy as np

from anylength.sweeps.blocks import block_at, job_of
from anylength.sweeps.config import plan_of
from anylength.sweeps.run_block import run_block
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "scale.json"

NETS, RUNS = 8, 3
"""Nets in a block, and timed runs of it."""

STRESS_LIMIT = 2_000
"""Symbols of the longest word in the stress test."""

MIN_STRESS_SECONDS = 1e-4
"""Below this a stress test was not run: its slope is left out."""

BLOG = {"task": "count", "recipe": "blog", "hidden": 16, "epochs": 2}
UNROLLED = {"task": "count", "recipe": "unrolled", "data": "post", "hidden": 32, "epochs": 2}

AXES: dict[str, tuple[dict[str, object], str, list[object], list[float]]] = {
    "digits of the training numbers": (BLOG, "digits", [5, 10, 20, 40, 80], [6, 11, 21, 41, 81]),
    "units": (BLOG, "hidden", [8, 16, 32, 64, 128], [8, 16, 32, 64, 128]),
    "base (symbols)": (BLOG, "base", [2, 5, 10, 20, 36], [2, 5, 10, 20, 36]),
    "states (unrolled)": (
        UNROLLED | {"task": "remainder-3"},
        "task",
        ["remainder-3", "remainder-7", "remainder-13", "remainder-27"],
        [3, 7, 13, 27],
    ),
}
"""For each axis: the fixed settings, the setting that varies, its values, and the sizes they stand for (steps, units, …)."""

WHOLE = {
    "blog, 16 units, 6 epochs": (BLOG | {"epochs": 6}, True, None),
    "unrolled on 0…100, with its proof": ({"task": "count", "recipe": "unrolled", "data": "hundred"}, False, 1000),
    "blog, 16 units, 6 epochs, with a verdict": (BLOG | {"epochs": 6}, True, 1000),
}
"""Whole nets: the settings, whether there is a stress test, and the steps of the verdict (None: no verdict)."""


def measure(grid: dict[str, object], stress: bool, verdict: int | None) -> dict[str, float]:
    """Seconds for each net and for each of its epochs."""
    raw: dict[str, object] = {"seeds": NETS, "block": NETS, "grid": grid}
    raw |= {"stress": {"limit": STRESS_LIMIT}} if stress else {}
    raw |= {"verdict": {"steps": verdict}} if verdict else {}
    plan = plan_of(raw)
    job = job_of(plan, block_at(plan, 0), NETS)
    runs = [run_block(job) for _ in range(RUNS + 1)][1:]
    epochs = sum(json.loads(line)["epochs"] for line in runs[0].lines) / NETS
    parts = {
        name: statistics.median(getattr(run.times, f"{name}_seconds") for run in runs) / NETS
        for name in ("training", "stress", "verdict", "total")
    }
    return {**parts, "epochs": epochs, "an_epoch": parts["training"] / epochs}


def slope(sizes: list[float], seconds: list[float]) -> float:
    """The slope of log seconds against log size: least squares over the larger half of the sizes."""
    half = len(sizes) // 2
    return float(np.polyfit(np.log(sizes[half:]), np.log(seconds[half:]), 1)[0])


def main() -> None:
    """Measures all axes and whole nets and writes the results."""
    axes = {}
    for name, (fixed, axis, values, sizes) in AXES.items():
        costs = [measure(fixed | {axis: value}, axis != "task", None) for value in values]
        has_stress = costs[0]["stress"] > MIN_STRESS_SECONDS
        axes[name] = {
            "values": values,
            "an_epoch": [cost["an_epoch"] for cost in costs],
            "stress": [cost["stress"] for cost in costs],
            "slope_training": slope(sizes, [cost["an_epoch"] for cost in costs]),
            "slope_stress": slope(sizes, [cost["stress"] for cost in costs]) if has_stress else None,
        }
        print(f"{name}: seconds an epoch and growth: {json.dumps(axes[name])}", flush=True)
    whole = {name: measure(*settings) for name, settings in WHOLE.items()}
    save_part(FILE, "costs", {"axes": axes, "whole": whole})


if __name__ == "__main__":
    main()

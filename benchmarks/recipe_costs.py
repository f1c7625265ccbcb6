"""What a recipe gives and costs: proofs, ordinary loss, weights and fixed points. Writes `docs/results/recipe-costs.json`.

    python -m benchmarks.recipe_costs [--only TASK ...] [--seeds 8]

The same tasks, seeds and data for `certified`, for `unrolled` (the recipe before it) and for plain training with the units of
`certified`. Seconds are those of one net in a block of seeds, with a share of the compilation.
"""

import argparse
import dataclasses
import json
import statistics
import time
from typing import Any

import jax.numpy as jnp
import numpy as np

from anylength.diagnosis import explain
from anylength.nets import Net, logits_and_states
from anylength.rules import Task, task_named
from anylength.statistics import share
from anylength.training import AbstractRecipe, TrainResult, fit_block, recipe_named
from anylength.training.optimisation import cross_entropy
from anylength.training.start import draw_examples
from anylength.verification.verdicts import verify
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "recipe-costs.json"
"""The results file."""

FIRST_SEED = 9_500
"""The first seed. None of them was used to tune a recipe."""

TASKS = ("tomita-3", "tomita-5", "dyck-1-3", "s3-generators", "count", "remainder-3", "remainder-7")
"""The tasks, small ones first. On `add`, with its 100 symbols, the fixed points of a plain net take many minutes."""

RECIPES = ("certified", "unrolled", "plain")
"""The recipes."""

BUDGET = 10.0
"""Seconds for each verdict."""

SATURATED = 0.99
"""A unit is saturated where its magnitude is above this."""


def recipes_for(task: Task) -> dict[str, AbstractRecipe]:
    """The recipes as they suit a task. Plain training gets the units of `certified`."""
    found = {name: recipe_named(name, task) for name in RECIPES}
    plain: Any = found["plain"]
    return found | {"plain": dataclasses.replace(plain, hidden=found["certified"].hidden)}


def measured(result: TrainResult, task: Task, data: str, seed: int) -> dict[str, Any]:
    """What one net is like."""
    net = result.net
    assert isinstance(net, Net)
    validation = draw_examples(task, data, seed)[1]
    logits, states = logits_and_states(net, jnp.asarray(validation.symbols.T))
    verdict = verify(net, task, budget=BUDGET).verdict
    cycles = explain(net, task).fixed_points
    return {
        "seed": seed, "verdict": verdict.verdict, "noise_budget": verdict.noise_budget, "formats": list(verdict.formats),
        "cross_entropy": float(cross_entropy(logits, jnp.asarray(validation.targets.T))),
        "validation_accuracy": result.epochs[-1].validation_accuracy,
        "largest_row": float(np.abs(np.asarray(net.cell.tensors["weight_hh"])).sum(axis=1).max()),
        "saturated": float((np.abs(np.asarray(states)) > SATURATED).mean()),
        "stable_cycles": sum(cycle.unstable == 0 for cycle in cycles),
        "unstable_cycles": sum(cycle.unstable > 0 for cycle in cycles),
    }  # fmt: skip


def part(task: Task, name: str, recipe: AbstractRecipe, seeds: range) -> dict[str, Any]:
    """The nets of one task and recipe."""
    data, started = next(iter(task.data)), time.perf_counter()
    results = fit_block(task, seeds, recipe=recipe, data=data)
    seconds = (time.perf_counter() - started) / len(seeds)
    nets = [measured(result, task, data, seed) for result, seed in zip(results, seeds, strict=True)]
    medians = {
        key: statistics.median(net[key] for net in nets)
        for key in ("cross_entropy", "largest_row", "saturated", "stable_cycles", "unstable_cycles")
    }
    proved = json.loads(share(sum(net["verdict"] == "PROVED" for net in nets), len(nets)).to_json())
    print(name, task.name, proved["right"], "of", proved["tried"], medians, f"{seconds:.2f} s", flush=True)
    size = {"task": task.name, "recipe": name, "units": results[0].net.hidden, "seconds": seconds}
    return size | {"proved": proved, "medians": medians, "nets": nets}


def main() -> None:
    """Measures the tasks that the command line names, or all, and writes each part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=TASKS, default=TASKS, help="tasks to measure")
    parser.add_argument("--seeds", type=int, default=8, help="nets of each task and recipe")
    options = parser.parse_args()
    for task in map(task_named, options.only):
        for name, recipe in recipes_for(task).items():
            seeds = range(FIRST_SEED, FIRST_SEED + options.seeds)
            save_part(FILE, f"{name}: {task.name}", part(task, name, recipe, seeds))


if __name__ == "__main__":
    main()

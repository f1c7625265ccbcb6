"""Nets from inputs and outputs alone, by the recipe `robust`. Writes `docs/results/robust-nets.json`.

    python -m benchmarks.robust_nets [--only TASK ...] [--seeds 20]

Each seed draws its own examples: the first ones of the data set. A net counts as PROVED against the true machine of the task, where
the independent checker accepts the certificate. A seed is refused where no machine could be inferred from its examples.
"""

import argparse
import dataclasses
import json
import statistics
import time
from typing import Any

import numpy as np

from anylength.base import InputError
from anylength.nets import Net
from anylength.rules import Dataset, Task, equivalent, task_named
from anylength.statistics import share
from anylength.training import fit, recipe_named
from anylength.training.seen import inferred_task
from anylength.training.start import Purpose, draw_examples, generator
from benchmarks.learned_invariants import judged
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "robust-nets.json"
"""The results file."""

FIRST_SEED = 9_700
"""The first seed. None of them was used to tune a recipe."""

ROWS = (
    ("count", 101), ("add", 500), ("add", 1000), *((f"tomita-{number}", 1000) for number in range(1, 8)), ("parity-bits", 100),
    ("remainder-3", 1000), ("multiply-3", 1000), ("s3-generators", 300),
)  # fmt: skip
"""Task and number of examples."""


def few(task: Task, count: int) -> Task:
    """The task with one data set: the first examples of its own (0…100 for `count`)."""
    whole = task.data["hundred"] if task.name == "count" else next(iter(task.data.values()))

    def made(rng: np.random.Generator, base: int) -> Dataset:
        found = whole(rng, base)
        ends = None if found.train_ends is None else found.train_ends[:count]
        return dataclasses.replace(found, train=found.train[:count], train_ends=ends)

    return dataclasses.replace(task, data={"few": made})


def one(task: Task, seed: int) -> dict[str, Any]:
    """The net of one seed, or why there is none."""
    started = time.perf_counter()
    try:
        seen = inferred_task(task, draw_examples(task, "few", seed)[0], generator(seed, Purpose.INFERENCE), "refuse")
        result = fit(task, recipe=recipe_named("robust", task), data="few", seed=seed)
    except InputError as error:
        return {"seed": seed, "refused": str(error), "proved": False}
    assert isinstance(result.net, Net)
    seconds = time.perf_counter() - started
    right = equivalent(seen.task.machine, task.machine)
    return {"seed": seed, "inferred_rightly": right, "seconds": seconds} | judged(result.net, task)


def main() -> None:
    """Measures the rows that the command line names, or all, and writes each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=[], help="tasks to measure")
    parser.add_argument("--seeds", type=int, default=20, help="seeds of each row")
    options = parser.parse_args()
    for name, count in ROWS:
        if options.only and name not in options.only:
            continue
        task = few(task_named(name), count)
        nets = [one(task, seed) for seed in range(FIRST_SEED, FIRST_SEED + options.seeds)]
        proved = json.loads(share(sum(net["proved"] for net in nets), len(nets)).to_json())
        refused, wrong = sum("refused" in net for net in nets), sum(not net.get("inferred_rightly", True) for net in nets)
        passed_off = sum(net["proved"] and not net.get("inferred_rightly", True) for net in nets)
        seconds = statistics.median(net.get("seconds", 0.0) for net in nets)
        found = {"task": name, "examples": count, "proved": proved, "refused": refused, "wrong": wrong, "passed_off": passed_off}
        print(found, f"{seconds:.1f} s", flush=True)
        save_part(FILE, f"{name}, {count:,} examples", found | {"seconds": seconds, "nets": nets})


if __name__ == "__main__":
    main()

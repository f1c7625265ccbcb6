"""How many nets of every task and cell can be proved, over seeds. Writes `docs/results/zoo.json`.

    python -m benchmarks.zoo [--only NAME ...] [--share 1.0] [--out FILE]

A part is named recipe/cell/task. Parts that the file holds already are not measured again unless they are named with --only. The
seeds were not used while the recipes were being found.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anylength.experiments.environment import environment
from anylength.nets import Net
from anylength.tasks import task_named
from anylength.training import fit_block, recipe_named
from anylength.verification.verdicts import verify
from benchmarks.proofs import FIRST_SEED, tally

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "zoo.json"
BUDGET = 10.0
"""Seconds for a verdict: proofs of nets that were trained for them take a second or two."""

EASY = (
    "count", "add", "subtract", "decrement", "compare", "parity", "collatz", *(f"multiply-{k}" for k in range(2, 10)),
)  # fmt: skip
DIVISIONS = ("remainder-3", "divide-3", "remainder-7", "divide-7")


@dataclass(frozen=True)
class Part:
    """One recipe, cell and task, and over how many seeds."""

    recipe: str
    cell: str
    task: str
    seeds: int

    @property
    def name(self) -> str:
        return f"{self.recipe}/{self.cell}/{self.task}"


def parts() -> Iterator[Part]:
    for task in (*EASY, *DIVISIONS):
        yield Part("certified", "rnn", task, 100)
    for cell in ("gru", "lstm"):
        for task in ("count", "add"):
            yield Part("certified", cell, task, 20)
    yield Part("robust", "rnn", "add", 100)
    for task in ("count", "decrement", "subtract", "compare", "parity", "collatz", "multiply-3", "remainder-3", "divide-3"):
        yield Part("robust", "rnn", task, 20)
    for cell in ("relu", "linear", "linear-signed", "mingru"):
        for task in ("count", "parity", "multiply-2"):
            yield Part("certified", cell, task, 20)


def measured(part: Part, count: int) -> dict[str, object]:
    """Trains the seeds and settles each net."""
    task = task_named(part.task)
    recipe = recipe_named(part.recipe, task, part.cell)
    started = time.perf_counter()
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    nets = fit_block(task, seeds, cell=part.cell, recipe=recipe, data="post")
    seconds = time.perf_counter() - started
    found = [verify(each.net, task, budget=BUDGET).verdict for each in nets if isinstance(each.net, Net)]
    return tally(found) | {
        "task": part.task, "cell": part.cell, "recipe": part.recipe, "hidden": recipe.hidden, "epochs": recipe.epochs,
        "settings": recipe.settings(), "states": task.machine.states, "symbols": task.symbols,
        "parameters": nets[0].net.parameters, "first_seed": FIRST_SEED,
        "fit_their_data": sum(each.epochs[-1].train_accuracy == 1.0 for each in nets),
        "validation_accuracy": sorted(each.epochs[-1].validation_accuracy for each in nets)[len(nets) // 2],
        "training_seconds": seconds,
    }  # fmt: skip


def main() -> None:
    every = {part.name: part for part in parts()}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=every, default=None)
    parser.add_argument("--share", type=float, default=1.0, help="part of the seeds")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    results = json.loads(options.out.read_text()) if options.out.exists() else {"format": 1, "parts": {}}
    wanted = options.only if options.only is not None else [name for name in every if name not in results["parts"]]
    for name in wanted:
        found = measured(every[name], max(1, round(options.share * every[name].seeds)))
        results["parts"][name] = found
        results["environment"] = json.loads(environment().to_json())
        options.out.write_text(json.dumps(results, indent=1) + "\n")
        print(f"{name:32} {found['verdicts']} of {found['seeds']}, trained in {found['training_seconds']:.0f} s", flush=True)


if __name__ == "__main__":
    main()

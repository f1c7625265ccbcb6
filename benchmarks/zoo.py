"""Measures how many nets of every task and cell can be proved, over seeds. Writes `docs/results/zoo.json`.

    python -m benchmarks.zoo [--only NAME ...] [--share 1.0] [--out FILE]

A part is named recipe/cell/task. Parts that the file holds already are measured again only if --only names them. The seeds were not
used while the recipes were developed. The parts of `unrolled` for rnn, gru and lstm are those of the time when it was the default.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anylength.base import InputError
from anylength.nets import Net
from anylength.rules import Task, task_named
from anylength.training import AbstractRecipe, TrainResult, fit, fit_block, recipe_named
from anylength.verification.verdicts import verify
from benchmarks.proofs import FIRST_SEED, tally
from benchmarks.results_file import RESULTS, read_parts, save_part

BUDGET = 10.0
"""Seconds for a verdict. A proof of a net that was trained to be provable takes a second or two."""

EASY = (
    "count", "add", "subtract", "decrement", "compare", "parity", "collatz", *(f"multiply-{k}" for k in range(2, 10)),
)  # fmt: skip
DIVISIONS = ("remainder-3", "divide-3", "remainder-7", "divide-7")


@dataclass(frozen=True)
class Part:
    """One recipe, cell and task, and the number of seeds."""

    recipe: str
    cell: str
    task: str
    seeds: int

    @property
    def name(self) -> str:
        """The name of the part in the results."""
        return f"{self.recipe}/{self.cell}/{self.task}"


def parts() -> Iterator[Part]:
    """All parts."""
    for task in (*EASY, *DIVISIONS):
        yield Part("certified", "rnn", task, 100)
    for task in (*EASY, *DIVISIONS):
        yield Part("robust", "rnn", task, 20)
    for cell in ("gru", "lstm"):
        for task in (*EASY, *DIVISIONS):
            yield Part("certified", cell, task, 20)
    for cell in ("relu", "linear", "linear-signed", "mingru"):
        for task in ("count", "parity", "multiply-2"):
            yield Part("unrolled", cell, task, 20)
    for task in (*EASY, *DIVISIONS):
        yield Part("unrolled", "rnn", task, 100)
    for cell in ("gru", "lstm"):
        for task in ("count", "add"):
            yield Part("unrolled", cell, task, 20)


def trained_nets(part: Part, task: Task, recipe: AbstractRecipe, seeds: range) -> tuple[list[TrainResult], int]:
    """The nets of a part, and how many seeds were refused because no machine could be inferred from their examples."""
    if part.recipe != "robust":
        return fit_block(task, seeds, cell=part.cell, recipe=recipe, data="post"), 0
    nets, refused = [], 0
    for seed in seeds:
        try:
            nets.append(fit(task, cell=part.cell, recipe=recipe, data="post", seed=seed))
        except InputError as error:
            print(part.name, seed, error, flush=True)
            refused += 1
    return nets, refused


def measure(part: Part, count: int) -> dict[str, object]:
    """Trains the seeds of a part and verifies each net."""
    task = task_named(part.task)
    recipe = recipe_named(part.recipe, task, part.cell)
    started = time.perf_counter()
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    trained, refused = trained_nets(part, task, recipe, seeds)
    seconds = time.perf_counter() - started
    verdicts = [verify(result.net, task, budget=BUDGET).verdict for result in trained if isinstance(result.net, Net)]
    return tally(verdicts) | {
        "task": part.task, "cell": part.cell, "recipe": part.recipe, "hidden": trained[0].net.hidden, "epochs": recipe.epochs,
        "settings": recipe.settings(), "states": task.machine.states, "symbols": task.symbols,
        "parameters": trained[0].net.parameters, "first_seed": FIRST_SEED, "refused": refused,
        "fit_their_data": sum(result.epochs[-1].train_accuracy == 1.0 for result in trained),
        "validation_accuracy": sorted(result.epochs[-1].validation_accuracy for result in trained)[len(trained) // 2],
        "training_seconds": seconds,
    }  # fmt: skip


def main() -> None:
    """Measures the parts that the command line names, or all that the file lacks, and writes each result."""
    all_parts = {part.name: part for part in parts()}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=all_parts, default=None, help="parts to measure")
    parser.add_argument("--share", type=float, default=1.0, help="the share of the seeds to train")
    parser.add_argument("--out", type=Path, default=RESULTS / "zoo.json", help="the results file")
    options = parser.parse_args()
    measured = read_parts(options.out)["parts"]
    names = options.only if options.only is not None else [name for name in all_parts if name not in measured]
    for name in names:
        result = measure(all_parts[name], max(1, round(options.share * all_parts[name].seeds)))
        save_part(options.out, name, result)
        print(f"{name:32} verdicts {result['verdicts']} of {result['seeds']} nets, trained in {result['training_seconds']:.0f} s")


if __name__ == "__main__":
    main()

"""Measures nets with and without a memory on tasks that no finite-state machine can do. Writes `docs/results/memory.json`.

    python -m benchmarks.memory [--only NAME ...]

All nets are trained on numbers of 1 to 10 digits. For each seed the candidate that does best on numbers of 20 digits is selected;
the results are measured on other numbers. Parts named with --only replace their old results in the file; the others stay.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from anylength.nets import answers
from anylength.rules import IGNORE_INDEX, Task, numbers_of_length, task_named
from anylength.training import TrainResult, fit_block, recipe_named
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "memory.json"

FIRST_SEED, STRIDE = 30_000, 1_000
"""Seeds from here on were not used while the recipe was developed. The candidates of a seed are `STRIDE` apart."""

LENGTHS, SELECTION_LENGTH = (10, 20, 40, 80), 20
"""Digits of the numbers in the results, and of those that select a candidate."""

NUMBERS, SELECTION_NUMBERS = 1_000, 256
"""Numbers of each kind and length in the results, and of each kind in the selection."""

SELECTION_STREAM, RESULT_STREAM = 1, 2
"""Random seeds of the numbers that select a candidate, and (with the length) of those in the results."""


def words(task: Task, rng: np.random.Generator, length: int, count: int, *, nines: bool) -> np.ndarray:
    """Words of random numbers `[T, count]`; with `nines`, a random number of the last digits is the largest digit."""
    tapes = [numbers_of_length(rng, np.full(count, length), task.base, length) for _ in range(task.tapes)]
    if nines:
        tapes[0][np.arange(length) < rng.integers(0, length + 1, count)[:, None]] = task.base - 1
    return np.stack([task.word(numbers) for numbers in zip(*tapes, strict=True)], axis=1)


def exact_share(trained: TrainResult, task: Task, symbols: np.ndarray) -> float:
    """The share of words whose whole answer is right."""
    targets = task.targets(symbols)
    return float(((answers(trained.net, symbols) == targets) | (targets == IGNORE_INDEX)).all(axis=0).mean())


def select_candidates(nets: list[TrainResult], task: Task, candidates: int) -> tuple[list[int], list[float]]:
    """The index of the best candidate of each seed (the lower loss on a tie), and the scores of all candidates."""
    rng = np.random.default_rng(SELECTION_STREAM)
    samples = [words(task, rng, SELECTION_LENGTH, SELECTION_NUMBERS, nines=nines) for nines in (False, True)]
    scores = [sum(exact_share(net, task, symbols) for symbols in samples) / 2 for net in nets]

    def rank(index: int) -> tuple[float, float]:
        return scores[index], -nets[index].epochs[-1].loss

    starts = range(0, len(nets), candidates)
    return [max(range(start, start + candidates), key=rank) for start in starts], scores


def accuracy(nets: list[TrainResult], task: Task, kind: str) -> dict[str, dict[str, object]]:
    """For each length the shares of exact answers of all nets, with median, minimum and maximum."""
    result: dict[str, dict[str, object]] = {}
    for length in LENGTHS:
        symbols = words(task, np.random.default_rng([RESULT_STREAM, length]), length, NUMBERS, nines=kind == "nines")
        shares = [exact_share(net, task, symbols) for net in nets]
        result[str(length)] = {"exact": shares, "median": statistics.median(shares), "min": min(shares), "max": max(shares)}
    return result


def part(name: str, cell: str, *, seeds: int, candidates: int, epochs: int | None = None) -> Callable[[], dict[str, object]]:
    """The measurement of one cell on one task."""

    def run() -> dict[str, object]:
        task, recipe = task_named(name), recipe_named("memory")
        all_seeds = [FIRST_SEED + seed + candidate * STRIDE for seed in range(seeds) for candidate in range(candidates)]
        started = time.perf_counter()
        nets = fit_block(task, all_seeds, cell=cell, recipe=recipe, data="nines", epochs=epochs)
        seconds = time.perf_counter() - started
        selected, scores = select_candidates(nets, task, candidates)
        return {
            "task": name, "cell": cell, "recipe": recipe.name, "data": "nines", "hidden": nets[0].net.hidden,
            "epochs": len(nets[0].epochs), "settings": recipe.settings(), "parameters": nets[0].net.parameters,
            "seeds": [all_seeds[index * candidates] for index in range(seeds)], "candidates": candidates,
            "chosen_at": SELECTION_LENGTH, "kept_seeds": [all_seeds[i] for i in selected], "candidates_at_20": scores,
            "training_seconds": seconds,
            **{kind: accuracy([nets[i] for i in selected], task, kind) for kind in ("random", "nines")},
        }  # fmt: skip

    return run


PARTS: dict[str, Callable[[], dict[str, object]]] = {
    "count-natural-stack-rnn": part("count-natural", "stack-rnn", seeds=10, candidates=2),
    "count-natural-tape-rnn": part("count-natural", "tape-rnn", seeds=8, candidates=1),
    "count-natural-lstm": part("count-natural", "lstm", seeds=10, candidates=1),
    "count-natural-rnn": part("count-natural", "rnn", seeds=10, candidates=1),
    "reverse-stack-rnn": part("reverse", "stack-rnn", seeds=8, candidates=1, epochs=3),
    "multiply-stack-rnn": part("multiply", "stack-rnn", seeds=8, candidates=1),
}


def main() -> None:
    """Measures the parts that the command line names and writes each result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS), help="parts to measure")
    for name in parser.parse_args().only:
        result = PARTS[name]()
        save_part(FILE, name, result, numbers=NUMBERS)
        for kind in ("random", "nines"):
            medians = {length: point["median"] for length, point in result[kind].items()}  # type: ignore[attr-defined]
            print(f"{name}: median share of exact answers by digits, {kind} numbers: {medians}", flush=True)


if __name__ == "__main__":
    main()

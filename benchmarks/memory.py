"""How nets with a memory, and nets without one, do on tasks beyond finite state. Writes `docs/results/memory.json`.

    python -m benchmarks.memory [--only NAME ...]

Of a seed's candidates the one that does best on numbers of 20 digits is kept; the figures are of other numbers, drawn anew. All
were trained on numbers of 1 to 10 digits. Parts named with --only replace their old figures in the file; the others stay.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from anylength.experiments.runs.environment import environment
from anylength.nets import answers
from anylength.tasks import IGNORE_INDEX, Task, numbers_of_length, task_named
from anylength.training import TrainResult, fit_block, recipe_named

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "memory.json"
FIRST_SEED, STRIDE = 30_000, 1_000
"""Seeds from here on were not used while the recipe was being found; candidates are `STRIDE` apart."""

LENGTHS, CHOSEN_AT = (10, 20, 40, 80), 20
NUMBERS, CHOOSING = 1_000, 256


def words(task: Task, rng: np.random.Generator, length: int, count: int, *, nines: bool) -> np.ndarray:
    """Words of random numbers; with `nines`, numbers that end in a random number of the largest digit."""
    tapes = [numbers_of_length(rng, np.full(count, length), task.base, length) for _ in range(task.tapes)]
    if nines:
        tapes[0][np.arange(length) < rng.integers(0, length + 1, count)[:, None]] = task.base - 1
    return np.stack([task.word(numbers) for numbers in zip(*tapes, strict=True)], axis=1)


def exact(trained: TrainResult, task: Task, symbols: np.ndarray) -> float:
    """The share of words whose whole answer is right."""
    targets = task.targets(symbols)
    return float(((answers(trained.net, symbols) == targets) | (targets == IGNORE_INDEX)).all(axis=0).mean())


def part(name: str, cell: str, *, seeds: int, candidates: int, epochs: int | None = None) -> Callable[[], dict[str, object]]:
    """One cell on one task."""

    def run() -> dict[str, object]:
        task, recipe = task_named(name), recipe_named("memory")
        every = [FIRST_SEED + seed + at * STRIDE for seed in range(seeds) for at in range(candidates)]
        started = time.perf_counter()
        nets = fit_block(task, every, cell=cell, recipe=recipe, data="nines", epochs=epochs)
        seconds, rng = time.perf_counter() - started, np.random.default_rng(1)
        choosing = [words(task, rng, CHOSEN_AT, CHOOSING, nines=nines) for nines in (False, True)]
        scores = [sum(exact(net, task, symbols) for symbols in choosing) / 2 for net in nets]
        kept = [max(range(at, at + candidates), key=lambda i: (scores[i], -nets[i].epochs[-1].loss))
                for at in range(0, len(nets), candidates)]  # fmt: skip
        found: dict[str, object] = {
            "task": name, "cell": cell, "recipe": recipe.name, "data": "nines", "hidden": nets[0].net.hidden,
            "epochs": len(nets[0].epochs), "settings": recipe.settings(), "parameters": nets[0].net.parameters,
            "seeds": [every[at * candidates] for at in range(seeds)], "candidates": candidates, "chosen_at": CHOSEN_AT,
            "kept_seeds": [every[i] for i in kept], "candidates_at_20": scores, "training_seconds": seconds,
        }  # fmt: skip
        for kind in ("random", "nines"):
            found[kind] = {}
            for length in LENGTHS:
                symbols = words(task, np.random.default_rng([2, length]), length, NUMBERS, nines=kind == "nines")
                shares = [exact(nets[i], task, symbols) for i in kept]
                found[kind][str(length)] = {  # type: ignore[index]
                    "exact": shares, "median": statistics.median(shares), "min": min(shares), "max": max(shares),
                }  # fmt: skip
        return found

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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    for name in parser.parse_args().only:
        found = PARTS[name]()
        results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"format": 1, "parts": {}}
        results["parts"][name] = found
        results["environment"] = json.loads(environment().to_json())
        results["numbers"] = NUMBERS
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        print(name, {kind: {n: point["median"] for n, point in found[kind].items()} for kind in ("random", "nines")}, flush=True)  # type: ignore[union-attr,attr-defined]


if __name__ == "__main__":
    main()

"""Measures nets whose context grows, beyond the lengths that they were trained on. Writes `docs/results/contexts.json`.

    python -m benchmarks.contexts [--seeds 10] [--first-seed 0] [--only NAME ...] [--base 10] [--to-the-end] [--out FILE]

Each kind of net is trained by the recipe `plain` on the post's numbers of up to 10 digits. It then answers numbers of exactly n
digits: random ones, and ones whose last 1 … n digits are nines, so that a carry must travel. A number counts as right only if every
digit of the answer is right. With --to-the-end the training goes on after 100 % until the schedule ends. Kinds named with --only
replace their old results in the file; the others stay. In base 2 (with another --out) long carries are common in training, so a
failure beyond 10 digits is due to the length and not to rare carries.
"""

import argparse
import dataclasses
import json
import time
from pathlib import Path

import numpy as np

from anylength.attention import CONTEXT_NETS
from anylength.lengths import held_inputs_correct
from anylength.nets import AbstractNet, answers
from anylength.rules import Task, numbers_of_length, task_named
from anylength.runs.environment import environment
from anylength.training import PLAIN, TrainResult, Words, fit

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "contexts.json"
KINDS = (*CONTEXT_NETS, "rnn")
LENGTHS = (5, 10, 11, 12, 13, 15, 20, 30, 50, 100)
"""Digits of the numbers: shorter than, as long as and longer than those trained on."""

SAMPLES = 256
"""Numbers of each kind at each length: the 95 % interval of a share is at most ±6 points wide."""

RANDOM_STREAM = 4
"""Second entry of the random seed: it makes these numbers independent of other draws with the same seed."""


TO_THE_END = dataclasses.replace(PLAIN, until_perfect=False)
"""The recipe `plain`, which goes on after 100 %."""


def random_numbers(rng: np.random.Generator, base: int, length: int) -> np.ndarray:
    """Words of random numbers, with the tail: `[length + 1, SAMPLES]`."""
    return np.ascontiguousarray(numbers_of_length(rng, np.full(SAMPLES, length), base, length + 1).T)


def carries(rng: np.random.Generator, base: int, length: int) -> np.ndarray:
    """Words of random numbers whose last 1 … length digits are nines. All these counts occur."""
    symbols = random_numbers(rng, base, length)
    nines = np.linspace(1, length, SAMPLES).round().astype(int)
    symbols[np.arange(length + 1)[:, None] < nines] = base - 1
    return symbols


def length_curve(net: AbstractNet, task: Task, seed: int) -> dict[str, list[float] | list[bool]]:
    """The shares of right numbers and right digits for each length, and whether nines alone are carried."""
    rng = np.random.default_rng([seed, RANDOM_STREAM])
    curve: dict[str, list] = {"random": [], "random_digits": [], "carry": [], "carry_digits": []}
    for length in LENGTHS:
        for name, sample in (("random", random_numbers), ("carry", carries)):
            symbols = sample(rng, task.base, length)
            right = answers(net, symbols) == task.targets(symbols)
            curve[name].append(float(right.all(axis=0).mean()))
            curve[f"{name}_digits"].append(float(right.mean()))
    nines = held_inputs_correct(net, task, max(LENGTHS))[:, 0]
    return curve | {"nines": [bool(nines[length - 1]) for length in LENGTHS]}


def net_result(trained: TrainResult, task: Task, seed: int) -> dict[str, object]:
    """The results of one net."""
    last = trained.epochs[-1]
    accuracy = {"train_accuracy": last.train_accuracy, "validation_accuracy": last.validation_accuracy, "loss": last.loss}
    return {
        "seed": seed,
        "perfect_at": trained.perfect_at,
        "epochs": len(trained.epochs),
        **accuracy,
        **length_curve(trained.net, task, seed),
    }


def measure_kind(kind: str, task: Task, seeds: list[int], recipe: Words) -> dict[str, object]:
    """The results of all seeds of one kind of net, and their means."""
    started, nets, parameters = time.perf_counter(), [], 0
    for seed in seeds:
        trained = fit(task, cell=kind, recipe=recipe, seed=seed)
        nets.append(net_result(trained, task, seed))
        parameters = trained.net.parameters
        shares = dict(zip(LENGTHS, nets[-1]["random"], strict=True))  # type: ignore[call-overload]
        print(f"{kind}, seed {seed}: share of random numbers right, by digits: {shares}", flush=True)
    means = {name: np.mean([net[name] for net in nets], axis=0).round(4).tolist() for name in ("random", "carry", "nines")}
    perfect = sum(net["perfect_at"] is not None for net in nets)
    result: dict[str, object] = {"parameters": parameters, "hidden": recipe.hidden, "seeds": len(seeds), "perfect": perfect}
    return result | {"means": means, "nets": nets, "seconds": time.perf_counter() - started}


def main() -> None:
    """Measures the kinds that the command line names and writes each result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="nets of each kind")
    parser.add_argument("--first-seed", type=int, default=0, help="the first seed")
    parser.add_argument("--base", type=int, default=10, help="the base of the numbers")
    parser.add_argument("--to-the-end", action="store_true", help="do not stop at 100 %%")
    parser.add_argument("--only", nargs="*", choices=KINDS, default=list(KINDS), help="kinds of net")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the results file")
    options = parser.parse_args()
    results = json.loads(options.out.read_text()) if options.out.exists() else {"format": 1, "kinds": {}}
    task = task_named("count", options.base)
    seeds = list(range(options.first_seed, options.first_seed + options.seeds))
    for kind in options.only:
        results |= {
            "lengths": list(LENGTHS),
            "samples": SAMPLES,
            "to_the_end": options.to_the_end,
            "environment": json.loads(environment().to_json()),
        }
        results["kinds"][kind] = measure_kind(kind, task, seeds, TO_THE_END if options.to_the_end else PLAIN)
        options.out.write_text(json.dumps(results, indent=1) + "\n")
        means = results["kinds"][kind]["means"]
        print(f"{kind}: mean share of numbers right at the lengths {LENGTHS}: {json.dumps(means)}", flush=True)


if __name__ == "__main__":
    main()

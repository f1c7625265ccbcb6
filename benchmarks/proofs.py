"""How many nets can be proved, refuted, hardened: 100 seeds of each kind. Writes `docs/results/proofs.json`.

    python -m benchmarks.proofs [--seeds 100] [--budget 20] [--only NAME ...]

Parts named with --only replace their old figures in the file; the others stay.
"""

import argparse
import dataclasses
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from anylength.experiments.harden import harden
from anylength.experiments.options import TrainOptions
from anylength.experiments.train import train
from anylength.records import Verdict
from anylength.rules import task_named
from anylength.runs import net_config
from anylength.runs.environment import environment
from anylength.statistics import share
from anylength.training import TrainResult, fit_block, recipe_named
from anylength.verification.verdicts import verify

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "proofs.json"
TASK = task_named("count")
FIRST_SEED = 20_000
"""Seeds from here on were not used in the search for the recipes."""


def spread(values: list[float]) -> dict[str, float]:
    """Minimum, quartiles and maximum."""
    quantiles = np.quantile(values, [0, 0.25, 0.5, 0.75, 1]) if values else [float("nan")] * 5
    return dict(zip(("min", "lower", "median", "upper", "max"), map(float, quantiles), strict=True))


def tally(verdicts: list[Verdict]) -> dict[str, object]:
    """Counts of verdicts, with the interval of the share that was proved."""
    counts = Counter(verdict.verdict for verdict in verdicts)
    proved = [verdict for verdict in verdicts if verdict.verdict == "PROVED"]
    formats = Counter(name for verdict in proved for name in verdict.formats)
    return {
        "seeds": len(verdicts),
        "verdicts": dict(sorted(counts.items())),
        "proved": json.loads(share(len(proved), len(verdicts)).to_json()),
        "noise_budget": spread([verdict.noise_budget or 0.0 for verdict in proved]) if proved else None,
        "noise_budget_median_of_all": statistics.median(verdict.noise_budget or 0.0 for verdict in verdicts),
        "formats": dict(sorted(formats.items())),
        "seconds_a_verdict": spread([verdict.seconds for verdict in verdicts]),
    }


def train_block(recipe: str, data: str, seeds: list[int], hidden: int | None = None) -> tuple[list[TrainResult], float]:
    started = time.perf_counter()
    return fit_block(TASK, seeds, recipe=recipe_named(recipe, TASK), data=data, hidden=hidden), time.perf_counter() - started


def verdicts_on(nets: list[TrainResult], recipe: str, budget: float) -> list[Verdict]:
    config = net_config(dataclasses.replace(TrainOptions(recipe=recipe)).config())
    verdicts = []
    for trained in nets:
        verdicts.append(verify(trained.net, TASK, dataclasses.replace(config, hidden=trained.net.hidden), budget=budget).verdict)
    return verdicts


def provable(recipe: str, data: str) -> Callable[[int, float], dict[str, object]]:
    """100 single seeds of a provable recipe."""

    def part(seeds: int, budget: float) -> dict[str, object]:
        nets, seconds = train_block(recipe, data, list(range(FIRST_SEED, FIRST_SEED + seeds)))
        verdicts = verdicts_on(nets, recipe, min(budget, 5.0))
        fits = sum(trained.epochs[-1].train_accuracy == 1.0 for trained in nets)
        return tally(verdicts) | {"fit_their_data": fits, "training_seconds": seconds}

    return part


def blog(hidden: int | None) -> Callable[[int, float], dict[str, object]]:
    """The post's own nets: verdicts within the budget."""

    def part(seeds: int, budget: float) -> dict[str, object]:
        nets, _ = train_block("blog", "post", list(range(seeds)), hidden)
        verdicts = verdicts_on(nets, "blog", budget)
        lengths = [len(verdict.counterexample[0]) for verdict in verdicts if verdict.counterexample]
        return tally(verdicts) | {
            "hidden": nets[0].net.hidden,
            "budget_seconds": budget,
            "definite": sum(verdict.verdict in ("PROVED", "REFUTED") for verdict in verdicts),
            "counterexample_digits": spread([float(length) for length in lengths]),
            "shortest_proved": sum(verdict.shortest_proved for verdict in verdicts),
            "families_proved": sum(verdict.pumped_family is not None for verdict in verdicts),
        }

    return part


def hardened(seeds: int, budget: float) -> dict[str, object]:
    """The post's own nets, hardened."""
    del budget
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(seeds):
            run = Path(folder) / str(seed)
            train(TrainOptions(recipe="blog", seed=seed), run)
            results.append(harden(run, Path(folder) / f"{seed}-hardened"))
    proved = [result for result in results if result.verdict == "PROVED"]
    return {
        "seeds": seeds,
        "proved": json.loads(share(len(proved), seeds).to_json()),
        "updates": spread([float(result.updates) for result in proved]),
        "moved": spread([result.moved for result in proved]),
        "mended": sum(result.answers_corrected for result in proved),
        "broken": sum(result.answers_broken for result in proved),
        "noise_budget": spread([result.noise_budget or 0.0 for result in proved]),
    }


PARTS: dict[str, Callable[[int, float], dict[str, object]]] = {
    "certified-hundred": provable("certified", "hundred"),
    "certified-post": provable("certified", "post"),
    "robust-hundred": provable("robust", "hundred"),
    "robust-post": provable("robust", "post"),
    "harden": hardened,
    "blog": blog(None),
    "blog-16": blog(16),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--budget", type=float, default=20.0)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"format": 1, "parts": {}}
    for name in options.only:
        started = time.perf_counter()
        results["parts"][name] = PARTS[name](options.seeds, options.budget) | {"seconds": time.perf_counter() - started}
        results["environment"] = json.loads(environment().to_json())
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        shown = {key: value for key, value in results["parts"][name].items() if not isinstance(value, list)}
        print(name, json.dumps(shown), flush=True)


if __name__ == "__main__":
    main()

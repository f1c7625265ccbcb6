"""Imports nets that PyTorch trained and verifies them: do they agree with PyTorch, is a verdict wrong, how long does it take?

    python -m benchmarks.imports [--seeds 2] [--provable 20] [--updates 150 600] [--budget 3]

Writes `docs/results/imports.json`. Plain nets are trained on random words of 8 digits. Provable nets are trained with the loss
of `benchmarks.interval_loss`.
"""

import argparse
import itertools
import json
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from anylength.experiments.imports import import_net
from anylength.experiments.proving import prove
from anylength.interchange.agreement import stress_words
from anylength.nets import answers
from anylength.rules import Task, task_named
from anylength.runs import Run
from anylength.runs.environment import environment
from anylength.statistics import share
from benchmarks import interval_loss
from benchmarks.plain_torch_nets import CELLS, SEEDS, SIZES, TASKS, UPDATES
from tests.torch_made import predictions as torch_predictions
from tests.torch_made import trained

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "docs" / "results" / "imports.json"
WORDS, MAX_DIGITS, WORD_SEEDS = 10_000, 80, (1, 2)
"""Stress inputs that each net and PyTorch answer, digits of the longest one, and the seeds they are drawn with."""

SPEED_ROUNDS = 7
"""Timed repetitions of import and proof, after one that compiles."""

FIRST_PROVABLE_SEED = 1000
"""The first seed of the provable nets."""


def import_and_prove(model: Any, task: Task, folder: Path, budget: float) -> dict[str, Any]:
    """Imports and proves a model: times, verdict, differences from PyTorch, and whether PyTorch contradicts the verdict."""
    file = folder / "theirs.safetensors"
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, file)
    started = time.perf_counter()
    run = folder / "run"
    imported = import_net(file, task, run)
    import_done = time.perf_counter()
    verdict = prove(run, budget=budget)
    ended = time.perf_counter()
    words = np.concatenate([stress_words(task, limit=MAX_DIGITS, seed=seed) for seed in WORD_SEEDS], axis=1)[:, :WORDS]
    torch_answers, targets = torch_predictions(model, words, task), task.targets(words)
    differs = (answers(Run(run).net, words) != torch_answers).any(axis=0)
    right = bool((torch_answers == targets).all())
    return {
        "verdict": verdict.verdict, "different": int(differs.sum()), "two_biases": imported.separate_biases,
        "wrong_verdict": contradicts(model, task, verdict.verdict, verdict.counterexample, right),
        "import_seconds": import_done - started, "prove_seconds": ended - import_done,
    }  # fmt: skip


def contradicts(model: Any, task: Task, verdict: str, counterexample: list[str] | None, right: bool) -> bool:
    """Whether PyTorch's own answers contradict the verdict: it answers the counterexample right, or a proved net is wrong."""
    if verdict == "REFUTED":
        assert counterexample is not None
        word = task.word(tuple(np.array([int(x) for x in number[::-1]], np.uint8) for number in counterexample))[:, None]
        return bool(np.array_equal(torch_predictions(model, word, task), task.targets(word)))
    return verdict == "PROVED" and not right


def plain_nets(seeds: int, updates: list[int], budget: float) -> list[dict[str, Any]]:
    """One row for every task, layer, size and length of training."""
    rows = []
    for name, cell, hidden, count in itertools.product(TASKS, CELLS, SIZES, updates):
        task, kind, nets = task_named(name), cell.upper(), []
        for seed in range(seeds):
            with tempfile.TemporaryDirectory() as folder:
                model = trained(kind, task, hidden, updates=count, seed=seed)
                nets.append(import_and_prove(model, task, Path(folder), budget))
        verdicts = dict(Counter(net["verdict"] for net in nets))
        print(f"plain nets, {name}, {kind} of {hidden} units, {count} updates: verdicts {verdicts}", flush=True)
        rows.append({"task": name, "kind": kind, "hidden": hidden, "updates": count, "nets": nets})
    return rows


def provable_nets(seeds: int, budget: float) -> list[dict[str, Any]]:
    """Nets that the interval loss trains, from other seeds than the first."""
    nets = []
    for seed in range(seeds):
        started = time.perf_counter()
        model = interval_loss.provable(FIRST_PROVABLE_SEED + seed)
        seconds = time.perf_counter() - started
        with tempfile.TemporaryDirectory() as folder:
            result = import_and_prove(model.eval(), interval_loss.task, Path(folder), budget)
        nets.append(result | {"training_seconds": seconds})
        print(f"net {seed} of the interval loss: {result['verdict']}", flush=True)
    return nets


def speed(budget: float) -> dict[str, Any]:
    """Times of import and proof of one provable net of 16 units, repeated in one process. The first time includes compilation."""
    model = interval_loss.provable(1)
    times, result = [], {}
    for _ in range(SPEED_ROUNDS + 1):
        with tempfile.TemporaryDirectory() as folder:
            result = import_and_prove(model.eval(), interval_loss.task, Path(folder), budget)
            times.append(result["import_seconds"] + result["prove_seconds"])
    return {"first": times[0], "seconds": times[1:], "median": statistics.median(times[1:]), "verdict": result["verdict"]}


def summarise(rows: list[dict[str, Any]], provable: list[dict[str, Any]]) -> dict[str, Any]:
    """The totals over all nets."""
    nets = [net for row in rows for net in row["nets"]]
    proved = sum(net["verdict"] == "PROVED" for net in provable)
    return {
        "nets": len(nets),
        "verdicts": dict(sorted(Counter(net["verdict"] for net in nets).items())),
        "wrong_verdicts": sum(net["wrong_verdict"] for net in [*nets, *provable]),
        "words_each": WORDS,
        "words_different": sum(net["different"] for net in [*nets, *provable]),
        "provable": json.loads(share(proved, len(provable)).to_json()),
    }


def main() -> None:
    """Measures everything and writes the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="seeds of each kind of plain net")
    parser.add_argument("--provable", type=int, default=20, help="seeds of the provable nets")
    parser.add_argument("--updates", type=int, nargs="+", default=list(UPDATES), help="lengths of the plain trainings")
    parser.add_argument("--budget", type=float, default=3.0, help="seconds for each verdict")
    options = parser.parse_args()
    torch.set_num_threads(1)
    timing = speed(options.budget)
    provable = provable_nets(options.provable, options.budget)
    rows = plain_nets(options.seeds, options.updates, options.budget)
    results = {
        "seeds": options.seeds, "budget": options.budget, "torch": torch.__version__, "summary": summarise(rows, provable),
        "speed": timing, "provable": provable, "plain": rows, "environment": json.loads(environment().to_json()),
    }  # fmt: skip
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(f"summary: {json.dumps(results['summary'], indent=1)}")


if __name__ == "__main__":
    main()

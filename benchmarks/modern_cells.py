"""Which nets of layers and of the newer cells are proved, and what linear recurrences do. Writes `docs/results/modern-cells.json`.

    python -m benchmarks.modern_cells layers [--seeds 20] [--first-seed 1000]   # two layers of GRU and LSTM on count and parity
    python -m benchmarks.modern_cells cells [--seeds 4] [--first-seed 1000]     # each newer cell on what it can hold
    python -m benchmarks.modern_cells limits [--seeds 2] [--first-seed 1000]    # linear recurrences on what they cannot hold

Nets are trained by the recipe `unrolled` as `anylength train` trains them, and judged. For `limits` the recipe is `plain`, which
asks for no proof; the share of random words that is answered right at each length and the horizon are measured as well.
"""

import argparse
import json
import time
from collections.abc import Sequence

from anylength.cells import CELLS, ONE_LAYER, Layering
from anylength.lengths.stress import stress
from anylength.nets import Net
from anylength.rules import task_named
from anylength.statistics import share
from anylength.training import cell_limit, fit_block, recipe_named
from anylength.verification.verdicts import verify
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "modern-cells.json"
"""The results file."""

VERDICT_SECONDS = 20.0
"""Seconds for each verdict on an idle processor. A proof of two layers of 16 units takes less than two."""

STRESS_DIGITS = 1000
"""Digits of the longest words of a stress test."""

LAYERS = [(cell, task, Layering(2)) for cell in ("gru", "lstm") for task in ("count", "parity")]
"""Two layers, by cell and task."""

HELD = [
    ("slstm", "count"), ("slstm", "parity"), ("mingru", "multiply-2"), ("minlstm", "multiply-2"), ("linear", "multiply-2"),
    ("ssm", "multiply-2"), ("rwkv7", "multiply-2"),
]  # fmt: skip
"""What the newer cells can hold: sLSTM any machine, a linear recurrence one that forgets."""

NOT_HELD = [(name, task) for name, kind in CELLS.items() if kind.linear_recurrence for task in ("count", "parity")]
"""What no net of a linear recurrence can hold."""


def measure(
    cell: str, task_name: str, layers: Layering, recipe_name: str, seeds: Sequence[int], *, tested: bool
) -> dict[str, object]:
    """The verdicts on nets of one cell and task, and with `tested` their stress tests."""
    task, started = task_named(task_name), time.perf_counter()
    recipe = recipe_named(recipe_name, task, cell, layers)
    nets = []
    trained = fit_block(task, seeds, cell=cell, layers=layers, recipe=recipe, data=next(iter(task.data)), diverging=True)
    training = time.perf_counter() - started
    for seed, result in zip(seeds, trained, strict=True):
        assert isinstance(result.net, Net)
        verdict = verify(result.net, task, budget=VERDICT_SECONDS).verdict
        entry = {
            "seed": seed,
            "verdict": verdict.verdict,
            "noise_budget": verdict.noise_budget,
            "formats": list(verdict.formats or []),
        }
        entry["validation_accuracy"] = result.epochs[-1].validation_accuracy if result.epochs else None
        if tested:
            entry |= _tested(result.net, task_name)
        nets.append(entry)
        print(f"{cell} {layers.count} {task_name}: {entry}", flush=True)
    proved = json.loads(share(sum(net["verdict"] == "PROVED" for net in nets), len(nets)).to_json())
    return {
        "proved": proved, "hidden": recipe.hidden, "settings": recipe.settings(), "limit": cell_limit(task, cell), "nets": nets,
        "training_seconds": training, "seconds": time.perf_counter() - started,
    }  # fmt: skip


def _tested(net: Net, task_name: str) -> dict[str, object]:
    """The horizon and the curve of random words."""
    result = stress(net, task_named(task_name), limit=STRESS_DIGITS)
    curve = {point.length: point.random.right / point.random.tried for point in result.curve}
    return {"horizon": result.horizon, "random": curve}


def main() -> None:
    """Measures the parts of one kind and writes each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["layers", "cells", "limits"], help="what to measure")
    parser.add_argument("--seeds", type=int, default=None, help="nets of each setting")
    parser.add_argument("--first-seed", type=int, default=1000, help="the first seed")
    parser.add_argument("--only", nargs="*", default=[], help="only these cells and tasks, for example lstm parity")
    options = parser.parse_args()
    cases = {
        "layers": [(cell, task, layers, "unrolled") for cell, task, layers in LAYERS],
        "cells": [(cell, task, ONE_LAYER, "unrolled") for cell, task in HELD],
        "limits": [(cell, task, ONE_LAYER, "plain") for cell, task in NOT_HELD],
    }[options.kind]
    count = options.seeds or {"layers": 20, "cells": 4, "limits": 2}[options.kind]
    seeds = range(options.first_seed, options.first_seed + count)
    for cell, task, layers, recipe in cases:
        if all(word in (cell, task) for word in options.only):
            part = measure(cell, task, layers, recipe, seeds, tested=options.kind == "limits")
            save_part(FILE, f"{options.kind}: {cell} x {layers.count}, {task}", part, verdict_seconds=VERDICT_SECONDS)


if __name__ == "__main__":
    main()

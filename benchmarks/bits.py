"""How few bits can a proved counter have? Certified nets are rounded to coarser and coarser grids.

They are tuned on a grid where rounding alone is not enough. Writes `docs/results/bits.json`, and keeps the int8 counter of fewest
bits in `docs/results/int8/`.

    python -m benchmarks.bits [--nets 10] [--tuned 4]
"""

import argparse
import dataclasses
import json
import time
from pathlib import Path
from typing import Any

from anylength.cli.main import configure_libraries

configure_libraries()

from anylength.experiments.tuning import train_until_provable  # noqa: E402
from anylength.nets import AbstractGrid, Net, describe, grid_named, packed_bytes, round_to_grid, tensors, to_bytes  # noqa: E402
from anylength.records import RunConfig  # noqa: E402
from anylength.rules import Task, task_named  # noqa: E402
from anylength.runs.environment import environment  # noqa: E402
from anylength.statistics import share  # noqa: E402
from anylength.training import TUNE, UNROLLED, AbstractRecipe, fit_block, recipe_named  # noqa: E402
from anylength.verification.certify import coarsest_state_grid  # noqa: E402
from anylength.verification.verdicts import find_proofs, verify  # noqa: E402
from benchmarks.smallest import RECIPE as SMALL  # noqa: E402

RESULTS = Path(__file__).parent.parent / "docs" / "results"
FORMATS = ("bfloat16", "float16", "int8", "int7", "int6", "int5", "int4", "int3", "int2")
FINEST_TUNED = 5
"""Grids of integers with at most this many bits, and an exponent a row, are tuned on: finer ones need no tuning."""

COUNTERS = {4: 128, 6: 16, 8: 16, 12: 16, 16: 16}
"""Units of the counters, and how many seeds are trained for the nets that are proved in float32."""

OTHERS = {"add": 4, "parity": 4}
"""Other tasks, and how many seeds are trained for each."""


def certified_nets(task: Task, units: int, seeds: int, nets: int) -> tuple[list[Net], RunConfig]:
    """The first nets, one per seed, that are proved in float32, and their configuration."""
    recipe: AbstractRecipe = recipe_named("unrolled", task) if task.name != "count" else SMALL if units <= 6 else UNROLLED
    data = "hundred" if task.name == "count" else next(iter(task.data))
    trained = [result.net for result in fit_block(task, range(seeds), recipe=recipe, hidden=units, data=data)]
    config = RunConfig(
        task=task.name, base=10, cell="rnn", hidden=units, recipe=recipe.name, data=data, seed=0, epochs=recipe.epochs, settings={}
    )
    return [net for net in trained if isinstance(net, Net) and find_proofs(net, task.machine, (0,))][:nets], config


def round_net(net: Net, task: Task, grid: AbstractGrid) -> Net:
    rounded = round_to_grid(net, describe(net, task), grid)
    assert isinstance(rounded, Net)
    return rounded


def measure(task: Task, units: int, nets: list[Net], config: RunConfig, tuned: int) -> tuple[list[dict[str, Any]], list[Net]]:
    """A row for each grid; and the nets that are proved in int8 by rounding alone."""
    rows, kept = [], []
    for name in FORMATS:
        for scales in ("row", "tensor") if name.startswith("int") else ("row",):
            grid = grid_named(name, scales)
            started, proved = time.perf_counter(), [find_proofs(round_net(net, task, grid), task.machine, (0,)) for net in nets]
            row: dict[str, Any] = {
                "task": task.name, "units": units, "to": name, "scales": grid.scales, "parameters": nets[0].parameters,
                "bits": grid.total_bits({name: value.shape for name, value in tensors(nets[0]).items()}),
                "rounded": json.loads(share(sum(map(bool, proved)), len(nets)).to_json()), "tuned": None,
            }  # fmt: skip
            if grid.bits <= FINEST_TUNED and scales == "row" and not all(proved[:tuned]):
                updates = [0 if done else tune(net, task, config, grid) for net, done in zip(nets[:tuned], proved, strict=False)]
                successes = [count for count in updates if count is not None]
                row["tuned"] = json.loads(share(len(successes), len(updates)).to_json()) | {"updates": updates}
            row["seconds"] = time.perf_counter() - started
            rows.append(row)
            print(json.dumps(row), flush=True)
            if (name, scales) == ("int8", "row"):
                kept = [round_net(net, task, grid) for net, done in zip(nets, proved, strict=True) if done]
    return rows, kept


def tune(net: Net, task: Task, config: RunConfig, grid: AbstractGrid) -> int | None:
    """The updates until the prover accepts the rounded net, or None."""
    tuned, epochs = train_until_provable(net, task, config, dataclasses.replace(TUNE, grid=grid), None)
    return len(epochs) * TUNE.updates if find_proofs(round_net(tuned, task, grid), task.machine, (0,)) else None


def keep(nets: list[Net], task: Task, folder: Path, how: dict[str, Any], grid: AbstractGrid) -> None:
    """The net with the largest noise budget, with its certificate and how it was made."""
    verifications = [verify(net, task, budget=1.0) for net in nets]
    best = max(range(len(nets)), key=lambda index: verifications[index].verdict.noise_budget or 0.0)
    certificate, config = verifications[best].certificate, describe(nets[best], task)
    assert certificate is not None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(to_bytes(nets[best], config))
    (folder / "quantised.safetensors").write_bytes(packed_bytes(nets[best], config, grid))
    (folder / "certificate.json").write_bytes(certificate)
    verdict = json.loads(verifications[best].verdict.to_json())
    state_grid = coarsest_state_grid(nets[best], certificate)
    facts = {
        "format": 1, **how, "environment": json.loads(environment().to_json()), "verdict": verdict,
        "spacing": state_grid and state_grid.spacing, "values": state_grid and state_grid.values,
    }  # fmt: skip
    (folder / "made.json").write_text(json.dumps(facts, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nets", type=int, default=10, help="nets of each size")
    parser.add_argument("--tuned", type=int, default=4, help="how many of them are tuned")
    options = parser.parse_args()
    started, rows, smallest = time.perf_counter(), [], None
    plan: list[tuple[str, int, int]] = [("count", units, seeds) for units, seeds in COUNTERS.items()]
    plan += [(name, recipe_named("unrolled", task_named(name)).hidden, seeds) for name, seeds in OTHERS.items()]
    for name, units, seeds in plan:
        task = task_named(name)
        nets, config = certified_nets(task, units, seeds, options.nets)
        more, kept = measure(task, units, nets, config, options.tuned if name == "count" else options.tuned // 2)
        rows += [row | {"seeds": seeds} for row in more]
        smallest = smallest or (kept and (units, kept)) or None
        facts = {
            "format": 1, "tuning": dataclasses.asdict(TUNE), "environment": json.loads(environment().to_json()),
            "seconds": time.perf_counter() - started, "rows": rows,
        }  # fmt: skip
        (RESULTS / "bits.json").write_text(json.dumps(facts, indent=1) + "\n")
    assert smallest is not None
    units, kept = smallest
    grid = grid_named("int8")
    how = {
        "made_by": "python -m benchmarks.bits", "recipe": dataclasses.asdict(SMALL if units <= 6 else UNROLLED), "units": units,
        "to": grid.name, "scales": grid.scales, "tuned": False, "parameters": kept[0].parameters,
        "bits": grid.total_bits({name: value.shape for name, value in tensors(kept[0]).items()}),
    }  # fmt: skip
    keep(kept, task_named("count"), RESULTS / "int8", how, grid)


if __name__ == "__main__":
    main()

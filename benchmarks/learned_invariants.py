"""Nets whose proof is learned with them, by the recipe `certified`. Writes `docs/results/learned-invariants.json`.

    python -m benchmarks.learned_invariants tasks [--cells rnn gru lstm] [--only TASK …] [--seeds 20]
    python -m benchmarks.learned_invariants layers [--cells …] [--only TASK …] [--seeds 20]      # two layers
    python -m benchmarks.learned_invariants random [--go-on]         # the held-out machines of `benchmarks.random_machines`

A net counts as PROVED where the independent checker accepts its certificate. Seconds are processor seconds of one net, without
compilation: one epoch of another net of the kind is trained before, and compiles.
"""

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax

from anylength.cells import ONE_LAYER, Layering
from anylength.nets import Net, describe, to_bytes
from anylength.rules import Task, task_named
from anylength.statistics import share
from anylength.training import LearnedInvariant, Session, recipe_named
from anylength.verification.certify import certificate_bytes
from anylength.verification.verdicts import find_proofs
from anylength.verification.verdicts.checker import check_bytes
from benchmarks.random_machines import machines, task_of
from benchmarks.results_file import RESULTS, read_parts, save_part

FILE = RESULTS / "learned-invariants.json"
"""The results file."""

FIRST_SEED = 9_000
"""The first seed of the tasks. The recipe was tuned on seeds from 5,000 to 8,999."""

RANDOM_SEED = 7_000
"""The seed of the one net of each random machine."""

PROOF_SECONDS = 60.0
"""Seconds after which the search for the first proof gives up."""

FIELD = (
    *(f"tomita-{number}" for number in range(1, 8)), "parity-bits", "even-pairs", "cycle-navigation", "flip-flop", "dyck-1-3",
    "dyck-2-2", "z-7", "z-7-generator", "s3", "a4", "modular-arithmetic-left", "modular-arithmetic",
)  # fmt: skip
"""The field's tasks."""

DIGITS = (
    "count", "decrement", "add", "subtract", "compare", "parity", "collatz", "remainder-3", "remainder-7", "divide-7",
    *(f"multiply-{factor}" for factor in range(2, 10)),
)  # fmt: skip
"""Tasks on digits."""

RANDOM = "random machines, rnn"
"""The part of the random machines."""

GENERATORS = ("s3-generators", "s4-generators", "a5-generators", "s5-generators")
"""The field's word problems by two generators."""


LAYERED = ("parity-bits", "parity", "count", "tomita-3", "s3-generators", "add")
"""Tasks of nets of two layers."""


@dataclass(frozen=True)
class Kind:
    """A kind of net: its task, its cell, its layers and its units, by default those of the recipe."""

    task: Task
    cell: str
    layers: Layering = ONE_LAYER
    units: int | None = None

    @property
    def recipe(self) -> LearnedInvariant:
        """The recipe as it suits the kind."""
        recipe = recipe_named("certified", self.task, self.cell, self.layers)
        assert isinstance(recipe, LearnedInvariant)
        return recipe

    def session(self, seed: int) -> Session:
        """A training of one net."""
        recipe, data = self.recipe, next(iter(self.task.data))
        return Session(
            self.task, seed, cell=self.cell, layers=self.layers, hidden=self.units or recipe.hidden, recipe=recipe, data=data
        )  # fmt: skip


def trained(kind: Kind, seed: int) -> tuple[Net, float]:
    """A net and the processor seconds of its training."""
    started = time.process_time()
    session = kind.session(seed)
    while session.active:
        session.step()
    net = session.result.net
    assert isinstance(net, Net)
    return net, time.process_time() - started


def judged(net: Net, task: Task) -> dict[str, Any]:
    """Whether a net is proved and checked, and what the proof covers."""
    started = time.process_time()
    found = find_proofs(net, task.machine, (0,), time.monotonic() + PROOF_SECONDS)
    seconds = time.process_time() - started
    if found is None:
        return {"proved": False, "prove_seconds": seconds}
    certificate = certificate_bytes(net, task.machine, found.proofs)
    valid = check_bytes(certificate, to_bytes(net, describe(net, task))).valid
    return {
        "proved": valid, "noise_budget": found.proofs[-1].epsilon, "formats": list(found.proofs[0].formats),
        "prove_seconds": seconds,
    }  # fmt: skip


def part(kind: Kind, seeds: Sequence[int], **entries: Any) -> dict[str, Any]:
    """The nets of one kind."""
    task, recipe, nets, started = kind.task, kind.recipe, [], time.process_time()
    kind.session(seeds[0]).step()
    first = time.process_time() - started
    for seed in seeds:
        net, seconds = trained(kind, seed)
        nets.append({"seed": seed, "seconds": seconds} | judged(net, task))
    proved = json.loads(share(sum(net["proved"] for net in nets), len(nets)).to_json())
    found = {
        "states": task.machine.states, "symbols": task.machine.symbols, "units": recipe.hidden,
        "updates": recipe.epochs * recipe.updates, "from_construction": recipe.from_construction, "proved": proved,
        "first_epoch_seconds": first,
        "median_seconds": statistics.median(net["seconds"] for net in nets), "nets": nets,
    }  # fmt: skip
    least = min((net["noise_budget"] for net in nets if net["proved"]), default=None)
    print(kind.cell, kind.layers.count, task.name, proved, f"{found['median_seconds']:.2f} s, least budget {least}", flush=True)
    return entries | found


def main() -> None:
    """Measures parts and writes each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["tasks", "layers", "random"], help="what to measure")
    parser.add_argument("--cells", nargs="+", default=["rnn", "gru", "lstm"], help="the cells")
    parser.add_argument("--only", nargs="*", default=[], help="only these tasks")
    parser.add_argument("--seeds", type=int, default=20, help="nets of each task and cell")
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED, help="the first seed of the tasks")
    parser.add_argument("--count", type=int, default=200, help="random machines, one net each")
    parser.add_argument("--go-on", action="store_true", help="go on after the random machines that the file holds")
    options = parser.parse_args()
    if options.kind == "random":
        parts = read_parts(FILE)["parts"].get(RANDOM, {"machines": []})["machines"] if options.go_on else []
        for drawn in machines(options.count)[len(parts) :]:
            jax.clear_caches()  # each machine has its own program: hundreds of them do not fit the memory
            parts.append(part(Kind(task_of(drawn), "rnn"), [RANDOM_SEED], machine=drawn.seed))
            proved = json.loads(share(sum(entry["nets"][0]["proved"] for entry in parts), len(parts)).to_json())
            save_part(FILE, RANDOM, {"proved": proved, "machines": parts})
        return
    layers, names = (Layering(2), LAYERED) if options.kind == "layers" else (ONE_LAYER, (*FIELD, *DIGITS, *GENERATORS))
    for cell in options.cells:
        for name in options.only or names:
            seeds = range(options.first_seed, options.first_seed + options.seeds)
            title = f"{cell} × 2: {name}" if options.kind == "layers" else f"{cell}: {name}"
            save_part(FILE, title, part(Kind(task_named(name), cell, layers), seeds))


if __name__ == "__main__":
    main()

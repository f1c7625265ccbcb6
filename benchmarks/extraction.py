"""Which machines trained nets become. Writes `docs/results/extraction.json`.

    python -m benchmarks.extraction [--seeds 100] [--budget 20] [--only NAME ...]

A part is named recipe/cell/task. Parts that the file holds already are not measured again unless they are named with --only. Of
each net it is asked: does it pass the whole stress suite? What does `extract` make of it? Does AALpy's L*, on the same net through
its own equivalence oracle, learn the same machine?
"""

import argparse
import json
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from aalpy.base import SUL
from aalpy.learning_algs import run_Lstar
from aalpy.oracles import StatePrefixEqOracle

from anylength.experiments.runs.environment import environment
from anylength.extraction import extract
from anylength.extraction.batched_net import BatchedNet
from anylength.lengths import share, stress
from anylength.machines import Machine, equivalent
from anylength.nets import Net
from anylength.records import Extraction
from anylength.tasks import Task, task_named
from anylength.training import fit_block, recipe_named
from benchmarks.proofs import FIRST_SEED, spread

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "extraction.json"
LIMIT = 2_000
"""Steps of the stress suite."""


@dataclass(frozen=True)
class Part:
    """One recipe, cell and task, and over what share of the seeds."""

    recipe: str
    cell: str
    task: str
    share: float

    @property
    def name(self) -> str:
        return f"{self.recipe}/{self.cell}/{self.task}"


PARTS = (
    Part("blog", "rnn", "count", 1.0),
    Part("blog", "gru", "count", 0.1),
    Part("blog", "lstm", "count", 0.1),
    Part("robust", "rnn", "count", 0.2),
    Part("robust", "rnn", "parity", 0.2),
    Part("robust", "rnn", "multiply-3", 0.2),
    Part("certified", "rnn", "count", 0.2),
    Part("certified", "rnn", "parity", 0.2),
    Part("certified", "rnn", "multiply-3", 0.2),
    Part("certified", "rnn", "remainder-3", 0.1),
    Part("certified", "rnn", "add", 0.05),
    Part("certified", "gru", "count", 0.05),
    Part("certified", "lstm", "count", 0.05),
)


class NetAsSul(SUL):
    """A net, one symbol at a time, as AALpy queries it."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = BatchedNet(net)
        self.states = self.net.start()

    def pre(self) -> None:
        self.states = self.net.start()

    def post(self) -> None:
        pass

    def step(self, letter: int) -> int:
        self.states, outputs = self.net.step(self.states, np.array([letter]))
        return int(outputs[0])


def learned_by_aalpy(net: Net) -> Machine:
    """The machine that AALpy's L* learns from a net; its equivalence oracle is random walks from every state."""
    random.seed(5)
    sul = NetAsSul(net)
    symbols = list(range(sul.net.symbols))
    walks = StatePrefixEqOracle(symbols, sul, walks_per_state=25, walk_len=30)
    found = run_Lstar(symbols, sul, walks, automaton_type="mealy", cache_and_non_det_check=False, print_level=0)
    index = {state.state_id: q for q, state in enumerate(found.states)}
    return Machine(
        index[found.initial_state.state_id],
        [[index[state.transitions[s].state_id] for s in symbols] for state in found.states],
        [[state.output_fun[s] for s in symbols] for state in found.states],
    )


@dataclass(frozen=True)
class Measured:
    """One net."""

    passes: bool
    found: Extraction
    agrees: bool | None


def measured(net: Net, task: Task, budget: float) -> Measured:
    tested = stress(net, task, limit=LIMIT)
    passes = tested.shortest_mistake is None and all(point.random.value == 1 for point in tested.curve)
    found = extract(net, task, budget=budget)
    table = found.machine
    agrees = equivalent(learned_by_aalpy(net), Machine(table.start, table.delta, table.output)) if passes and table else None
    return Measured(passes, found, agrees)


def part_of(part: Part, seeds: int, budget: float) -> dict[str, object]:
    task = task_named(part.task)
    recipe = recipe_named(part.recipe, task, part.cell)
    chosen = [FIRST_SEED + at for at in range(max(1, round(seeds * part.share)))]
    nets = fit_block(task, chosen, recipe=recipe, cell=part.cell)
    all_of = [measured(each.net, task, budget) for each in nets]
    good, bad = [one for one in all_of if one.passes], [one for one in all_of if not one.passes]
    return {"seeds": len(all_of), "passing": summed(good), "failing": summed(bad)}


def summed(nets: list[Measured]) -> dict[str, object]:
    """What became of nets that pass the stress suite, or of those that do not."""
    own = sum(one.found.equivalent is True for one in nets)
    finished = [float(one.found.states or 0) for one in nets if one.found.status != "unfinished"]
    asked = [one.agrees for one in nets if one.agrees is not None]
    return {
        "nets": len(nets),
        "own_machine": json.loads(share(own, len(nets)).to_json()) if nets else None,
        "status": dict(sorted(Counter(one.found.status for one in nets).items())),
        "theorems_of_another_machine": sum(one.found.status == "theorem" and not one.found.equivalent for one in nets),
        "aalpy_agrees": f"{sum(asked)} of {len(asked)}" if asked else None,
        "differences_that_replay": sum(one.found.wrong is True for one in nets),
        "states": spread(finished) if finished else None,
        "seconds": spread([one.found.seconds for one in nets]),
    } if nets else {"nets": 0}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--budget", type=float, default=20.0)
    parser.add_argument("--only", nargs="*", choices=[part.name for part in PARTS], default=None)
    options = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"format": 1, "parts": {}}
    for part in PARTS:
        if part.name not in options.only if options.only else part.name in results["parts"]:
            continue
        started = time.perf_counter()
        results["parts"][part.name] = part_of(part, options.seeds, options.budget) | {"seconds": time.perf_counter() - started}
        results["environment"] = json.loads(environment().to_json())
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        print(part.name, json.dumps(results["parts"][part.name]), flush=True)


if __name__ == "__main__":
    main()

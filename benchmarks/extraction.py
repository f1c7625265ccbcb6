"""Measures which machines trained nets have learned. Writes `docs/results/extraction.json`.

    python -m benchmarks.extraction [--seeds 100] [--budget 20] [--only NAME ...]

For each net: does it pass the whole stress suite? What does `extract` find? Does AALpy's L*, run on the same net with its own
equivalence oracle, learn the same machine? A part is named recipe/cell/task. Parts that the file holds already are measured again
only if --only names them.
"""

import argparse
import json
import random
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np
from aalpy.base import SUL
from aalpy.learning_algs import run_Lstar
from aalpy.oracles import StatePrefixEqOracle

from anylength.extraction import extract
from anylength.extraction.batched_net import BatchedNet
from anylength.lengths import stress
from anylength.nets import Net
from anylength.rules import Extraction, Machine, Task, equivalent, task_named
from anylength.statistics import share
from anylength.training import fit_block, recipe_named
from benchmarks.proofs import FIRST_SEED, spread
from benchmarks.results_file import RESULTS, read_parts, save_part

FILE = RESULTS / "extraction.json"

LIMIT = 2_000
"""Symbols of the longest word in the stress suite."""

AALPY_SEED, WALKS_PER_STATE, WALK_LENGTH = 5, 25, 30
"""The random seed of AALpy's equivalence oracle, and the number and length of its random walks from every state."""


@dataclass(frozen=True)
class Part:
    """One recipe, cell and task, and the share of the seeds that is measured (slow parts take fewer)."""

    recipe: str
    cell: str
    task: str
    share: float

    @property
    def name(self) -> str:
        """The name of the part in the results."""
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
    """A net as AALpy's system under learning, one symbol at a time."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.box = BatchedNet(net)
        self.states = self.box.start()

    def pre(self) -> None:
        self.states = self.box.start()

    def post(self) -> None:
        pass

    def step(self, letter: int) -> int:
        self.states, outputs = self.box.step(self.states, np.array([letter]))
        return int(outputs[0])


def learn_with_aalpy(net: Net) -> Machine:
    """The machine that AALpy's L* learns from a net, with random walks from every state as its equivalence oracle."""
    random.seed(AALPY_SEED)
    sul = NetAsSul(net)
    symbols = list(range(sul.box.symbols))
    walks = StatePrefixEqOracle(symbols, sul, walks_per_state=WALKS_PER_STATE, walk_len=WALK_LENGTH)
    learned = run_Lstar(symbols, sul, walks, automaton_type="mealy", cache_and_non_det_check=False, print_level=0)
    index = {state.state_id: q for q, state in enumerate(learned.states)}
    return Machine(
        index[learned.initial_state.state_id],
        [[index[state.transitions[s].state_id] for s in symbols] for state in learned.states],
        [[state.output_fun[s] for s in symbols] for state in learned.states],
    )


@dataclass(frozen=True)
class NetResult:
    """The results of one net.

    Attributes:
        passes: Whether it passes the whole stress suite.
        extraction: What `extract` found.
        agrees: Whether AALpy learned the same machine; None if it was not run.
    """

    passes: bool
    extraction: Extraction
    agrees: bool | None


def measure_net(net: Net, task: Task, budget: float) -> NetResult:
    """Tests a net and extracts its machine; AALpy learns from nets that pass the stress suite and have a machine."""
    tested = stress(net, task, limit=LIMIT)
    passes = tested.shortest_mistake is None and all(point.random.value == 1 for point in tested.curve)
    extraction = extract(net, task, budget=budget)
    table = extraction.machine
    agrees = equivalent(learn_with_aalpy(net), Machine(table.start, table.delta, table.output)) if passes and table else None
    return NetResult(passes, extraction, agrees)


def measure_part(part: Part, seeds: int, budget: float) -> dict[str, object]:
    """Trains and measures the nets of a part."""
    task = task_named(part.task)
    recipe = recipe_named(part.recipe, task, part.cell)
    part_seeds = [FIRST_SEED + index for index in range(max(1, round(seeds * part.share)))]
    trained = fit_block(task, part_seeds, recipe=recipe, cell=part.cell)
    nets = [measure_net(result.net, task, budget) for result in trained]
    passing, failing = [net for net in nets if net.passes], [net for net in nets if not net.passes]
    return {"seeds": len(nets), "passing": summarise(passing), "failing": summarise(failing)}


def summarise(nets: list[NetResult]) -> dict[str, object]:
    """The results of all nets that pass the stress suite, or of all that do not."""
    if not nets:
        return {"nets": 0}
    task_machines = sum(net.extraction.equivalent is True for net in nets)
    states = [float(net.extraction.states or 0) for net in nets if net.extraction.status != "unfinished"]
    agreements = [net.agrees for net in nets if net.agrees is not None]
    return {
        "nets": len(nets),
        "own_machine": json.loads(share(task_machines, len(nets)).to_json()),
        "status": dict(sorted(Counter(net.extraction.status for net in nets).items())),
        "theorems_of_another_machine": sum(net.extraction.status == "theorem" and not net.extraction.equivalent for net in nets),
        "aalpy_agrees": f"{sum(agreements)} of {len(agreements)}" if agreements else None,
        "differences_that_replay": sum(net.extraction.net_is_wrong is True for net in nets),
        "states": spread(states) if states else None,
        "seconds": spread([net.extraction.seconds for net in nets]),
    }


def main() -> None:
    """Measures the parts that the command line names, or all that the file lacks, and writes each result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100, help="nets of a part with share 1")
    parser.add_argument("--budget", type=float, default=20.0, help="seconds for each extraction")
    parser.add_argument("--only", nargs="*", choices=[part.name for part in PARTS], default=None, help="parts to measure")
    options = parser.parse_args()
    measured = read_parts(FILE)["parts"]
    for part in PARTS:
        if part.name not in options.only if options.only else part.name in measured:
            continue
        started = time.perf_counter()
        result = measure_part(part, options.seeds, options.budget) | {"seconds": time.perf_counter() - started}
        save_part(FILE, part.name, result)
        for kind in ("passing", "failing"):
            print(f"{part.name}, nets {kind} the stress suite: {json.dumps(result[kind])}", flush=True)


if __name__ == "__main__":
    main()

"""Which nets from PyTorch become provable? Writes `docs/results/foreign-nets.json`. Needs PyTorch and mambapy.

    python -m benchmarks.foreign_nets [--seeds 4] [--first-seed 1000] [--only KIND TASK …]

Each module of `benchmarks.torch_nets` is made with random weights, its gates start closed, and it is trained by
`anylength.harden(…, recipe="unrolled")`. A net counts as PROVED where the independent checker accepts its certificate.
"""

import argparse
import json
import time
from collections.abc import Sequence

import torch

import anylength
from anylength.rules import Task, task_named
from anylength.statistics import share
from benchmarks import torch_nets
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "foreign-nets.json"
"""The results file."""

HIDDEN = 16
"""Hidden units of the modules that may have any number. The steps that are written by hand have 6."""

KINDS = {
    "LSTM of two layers on an embedding": (lambda task: torch_nets.Layers(task, HIDDEN), ("count", "parity")),
    "GRU of two layers, LayerNorm, MLP head": (lambda task: torch_nets.Normed(task, HIDDEN), ("count", "parity", "add")),
    "residual RNN with RMSNorm": (lambda task: torch_nets.Residual(task, HIDDEN), ("count", "parity", "add")),
    "acceptor: projected LSTM of two layers": (torch_nets.Acceptor, ("count", "parity")),
    "LSTM with peepholes": (torch_nets.Peepholes, ("count", "parity")),
    "sLSTM": (torch_nets.Slstm, ("count", "parity")),
    "minGRU": (torch_nets.MinGru, ("multiply-2",)),
    "diagonal SSM": (lambda task: torch_nets.DiagonalSsm(task, HIDDEN), ("multiply-2",)),
    "block of mambapy": (torch_nets.mamba, ("multiply-2",)),
}
"""Modules by kind, and the tasks that the kind can hold: no linear recurrence keeps two states apart for ever."""


def hardened(kind: str, task: Task, seed: int) -> dict[str, object]:
    """What became of one net."""
    torch.manual_seed(seed)
    made = KINDS[kind][0](task)
    model, start = made if isinstance(made, tuple) else (made, getattr(made, "start", None))
    if isinstance(model, torch.nn.Module):
        torch_nets.start_closed(model)
        model.eval()
    if isinstance(model, torch_nets.Acceptor):
        start = None  # a parameter of a whole module, not the start state of a step
    started = time.perf_counter()
    found = anylength.harden(model, task, recipe="unrolled", initial_state=start)
    record = found.record
    entry = {"seed": seed, "verdict": record.verdict, "updates": record.updates, "noise_budget": record.noise_budget}
    return entry | {"formats": list(found.verification.verdict.formats or []), "seconds": time.perf_counter() - started}


def main() -> None:
    """Hardens the nets of each kind and task, and writes each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4, help="nets of each kind and task")
    parser.add_argument("--first-seed", type=int, default=1000, help="the first seed")
    parser.add_argument("--only", nargs="*", default=[], help="only these kinds and tasks")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for kind, (_, tasks) in KINDS.items():
        for task in tasks:
            if all(word in (kind, task) for word in options.only):
                measure(kind, task, range(options.first_seed, options.first_seed + options.seeds))


def measure(kind: str, task: str, seeds: Sequence[int]) -> None:
    """Hardens the nets of one kind on one task."""
    nets = []
    for seed in seeds:
        nets.append(hardened(kind, task_named(task), seed))
        print(f"{kind}, {task}: {nets[-1]}", flush=True)
    proved = json.loads(share(sum(net["verdict"] == "PROVED" for net in nets), len(nets)).to_json())
    save_part(FILE, f"{kind}: {task}", {"proved": proved, "nets": nets})


if __name__ == "__main__":
    main()

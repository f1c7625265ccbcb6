"""Training speed of each cell beside PyTorch on the same work. Writes `benchmarks/cells.json`.

    python -m benchmarks.cells [--rounds 3] [--only CELL ...] [--out FILE]

The work: one pass over the post's 9,000 examples of `count`, batches of 100, 16 units, 11 steps, Adagrad, warm. Ours is timed with
the evaluation on all 10,000 after it. PyTorch has `nn.RNN`, `nn.GRU` and `nn.LSTM`; the other cells are written there as one would,
with all matrix products outside of a Python loop over time. First our logits and theirs are compared on the same weights. Each
timing is a process of its own: ours, theirs, ours, theirs, …
"""

import argparse
import dataclasses
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.__main__ import HERE, ROUNDS, environment_in, facts, job, row, show

HIDDEN, ENCODED, CLASSES = 16, 10, 10
RATE = 0.01
"""Small enough that no cell's loss leaves the numbers: the time of a pass does not depend on it otherwise."""

THEIRS = {
    "rnn": "nn.RNN",
    "relu": "nn.RNN, relu",
    "gru": "nn.GRU",
    "lstm": "nn.LSTM",
    "linear": "a Python loop",
    "linear-signed": "a Python loop",
    "mingru": "a Python loop",
}
"""What PyTorch has for each cell."""


def ours(cell: str) -> dict[str, float]:
    from benchmarks.ours import RECIPE, passes

    return passes(cell, dataclasses.replace(RECIPE, learning_rate=RATE))  # type: ignore[type-var]


def theirs(cell: str) -> dict[str, object]:
    import torch

    from benchmarks.torch_count import THREADS, numbers, timed

    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    digits, targets = numbers(0)
    net = torch_net(cell)
    optimiser = torch.optim.Adagrad(net.parameters(), lr=RATE, initial_accumulator_value=0.1)
    return timed(net, optimiser, torch.nn.functional.one_hot(digits, ENCODED).float(), targets)


def torch_net(cell: str):
    import torch

    recurrent = {
        "rnn": lambda: torch.nn.RNN(ENCODED, HIDDEN, batch_first=True),
        "relu": lambda: torch.nn.RNN(ENCODED, HIDDEN, batch_first=True, nonlinearity="relu"),
        "gru": lambda: torch.nn.GRU(ENCODED, HIDDEN, batch_first=True),
        "lstm": lambda: torch.nn.LSTM(ENCODED, HIDDEN, batch_first=True),
    }
    recur: dict[str, Callable] = {
        "linear": lambda gate, drive, memory: torch.sigmoid(gate) * memory + drive,
        "linear-signed": lambda gate, drive, memory: torch.tanh(gate) * memory + drive,
        "mingru": lambda gate, drive, memory: torch.lerp(memory, drive, torch.sigmoid(gate)),
    }

    class Library(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.recurrent, self.readout = recurrent[cell](), torch.nn.Linear(HIDDEN, CLASSES)

        def forward(self, encoded):
            return self.readout(self.recurrent(encoded)[0])

    class Loop(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inputs = torch.nn.Linear(ENCODED, 3 * HIDDEN)
            self.above = torch.nn.Linear(HIDDEN, HIDDEN, bias=False)
            self.readout = torch.nn.Linear(HIDDEN, CLASSES)

        def forward(self, encoded):
            gates, drives, outputs = self.inputs(encoded).chunk(3, dim=-1)
            memory, memories = gates.new_zeros(len(encoded), HIDDEN), []
            for gate, drive in zip(gates.unbind(1), drives.unbind(1), strict=True):
                memory = recur[cell](gate, drive, memory)
                memories.append(memory)
            return self.readout(torch.tanh(outputs + self.above(torch.stack(memories, dim=1))))

    return Loop() if cell in recur else Library()


def difference(cell: str) -> dict[str, float]:
    """The largest difference between our logits and theirs on 100 examples, with the same weights."""
    import numpy as np
    import torch

    from anylength.nets import logits
    from anylength.training.start import initial_state
    from benchmarks.ours import RECIPE, TASK

    net, other = initial_state(TASK, RECIPE, cell=cell, hidden=HIDDEN, seed=0).net, torch_net(cell)
    named = {name: torch.from_numpy(np.array(getattr(net.cell, name))) for name in net.cell.shapes(1, 1)}  # type: ignore[attr-defined]
    with torch.no_grad():
        if cell in ("linear", "linear-signed", "mingru"):
            inputs, recurrent, bias = other.inputs.weight, other.above.weight, other.inputs.bias
        else:
            inputs, recurrent, bias = (getattr(other.recurrent, f"{name}_l0") for name in ("weight_ih", "weight_hh", "bias_ih"))
            other.recurrent.bias_hh_l0.zero_()
            if cell == "gru":
                other.recurrent.bias_hh_l0[2 * HIDDEN :] = named["bias_hn"]
        for mine, its in ((named["weight_ih"], inputs), (named["weight_hh"], recurrent), (named["bias"], bias)):
            its.copy_(mine)
        other.readout.weight.copy_(torch.from_numpy(np.array(net.weight)))  # type: ignore[attr-defined]
        other.readout.bias.copy_(torch.from_numpy(np.array(net.bias)))  # type: ignore[attr-defined]
        symbols = np.random.default_rng(0).integers(0, 10, (11, 100))
        mine = np.moveaxis(np.asarray(logits(net, symbols)), 2, 0)
        its = other(torch.nn.functional.one_hot(torch.from_numpy(symbols.T), ENCODED).float()).numpy()
    return {"difference": float(np.abs(mine - its).max())}


def compare(cells: list[str], rounds: int, env: dict[str, str]) -> list[dict[str, object]]:
    rows = []
    for cell in cells:
        apart = job("cells", "difference", env, cell)["difference"]
        if apart > 1e-4:
            raise SystemExit(f"{cell}: our logits and theirs differ by {apart}: the work is not the same")
        job("cells", "ours", env, cell)
        mine, its = [], []
        for _ in range(rounds):
            mine.append(job("cells", "ours", env, cell)["pass_ms"])
            its.append(job("cells", "theirs", env, cell)["pass_ms"])
        rows.append(row(cell, "ms", mine, its, THEIRS[cell]))
        show(rows[-1:])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", nargs="*", choices=THEIRS, default=list(THEIRS))
    parser.add_argument("--out", type=Path, default=HERE / "cells.json")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    if load > 1:
        print(f"the machine is busy (load {load:.1f}): these figures are worth little", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        rows = compare(options.only, options.rounds, environment_in(Path(folder)))
    results = {"format": 1, **facts(), "rounds": options.rounds, "load_before": load, "rows": rows}
    options.out.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    sides = {"ours": ours, "theirs": theirs, "difference": difference}
    if len(sys.argv) == 3 and sys.argv[1] in sides:
        print(json.dumps(sides[sys.argv[1]](sys.argv[2])))
    else:
        main()

"""Compares the training speed of each cell with PyTorch on the same work. Writes `benchmarks/cells.json` and prints it as a table.

    python -m benchmarks.cells [--rounds 3] [--only CELL ...] [--out FILE]

The work is one pass over the post's 9,000 examples of `count`: batches of 100, 16 units, 11 steps, Adagrad, after a warm-up. Our
time includes the evaluation on all 10,000 examples. PyTorch has `nn.RNN`, `nn.GRU` and `nn.LSTM`. The other cells are written in
PyTorch as one would write them, with all matrix products outside of a Python loop over time. Before the timing, our logits are
compared with PyTorch's on the same weights. Each timing runs in a process of its own, ours and PyTorch's alternately.
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
STEPS, EXAMPLES = 11, 100
"""Steps and numbers of the batch on which the logits are compared."""

LEARNING_RATE = 0.01
"""Small enough that no cell's loss becomes infinite. It has no other effect on the time of a pass."""

MAX_DIFFERENCE = 1e-4
"""The largest difference of two logits that is put down to rounding."""

MAX_LOAD = 1.0
"""The load average above which a warning is printed: other programs then slow the timings."""

PYTORCH = {
    "rnn": "nn.RNN",
    "relu": "nn.RNN, relu",
    "gru": "nn.GRU",
    "lstm": "nn.LSTM",
    "linear": "a Python loop",
    "linear-signed": "a Python loop",
    "mingru": "a Python loop",
}
"""What computes each cell in PyTorch."""


def ours(cell: str) -> dict[str, float]:
    """The time of our pass."""
    from benchmarks.ours import RECIPE, passes

    return passes(cell, dataclasses.replace(RECIPE, learning_rate=LEARNING_RATE))  # type: ignore[type-var]


def theirs(cell: str) -> dict[str, object]:
    """The time of PyTorch's pass."""
    import torch

    from benchmarks.torch_count import THREADS, numbers, timed

    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    digits, targets = numbers(0)
    net = torch_net(cell)
    optimiser = torch.optim.Adagrad(net.parameters(), lr=LEARNING_RATE, initial_accumulator_value=0.1)
    return timed(net, optimiser, torch.nn.functional.one_hot(digits, ENCODED).float(), targets)


def torch_net(cell: str):
    """The net in PyTorch: a module of the library, or a loop over time for the cells that the library lacks."""
    import torch

    recurrent = {
        "rnn": lambda: torch.nn.RNN(ENCODED, HIDDEN, batch_first=True),
        "relu": lambda: torch.nn.RNN(ENCODED, HIDDEN, batch_first=True, nonlinearity="relu"),
        "gru": lambda: torch.nn.GRU(ENCODED, HIDDEN, batch_first=True),
        "lstm": lambda: torch.nn.LSTM(ENCODED, HIDDEN, batch_first=True),
    }
    step: dict[str, Callable] = {
        "linear": lambda gate, update, memory: torch.sigmoid(gate) * memory + update,
        "linear-signed": lambda gate, update, memory: torch.tanh(gate) * memory + update,
        "mingru": lambda gate, update, memory: torch.lerp(memory, update, torch.sigmoid(gate)),
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
            gates, updates, outputs = self.inputs(encoded).chunk(3, dim=-1)
            memory, memories = gates.new_zeros(len(encoded), HIDDEN), []
            for gate, update in zip(gates.unbind(1), updates.unbind(1), strict=True):
                memory = step[cell](gate, update, memory)
                memories.append(memory)
            return self.readout(torch.tanh(outputs + self.above(torch.stack(memories, dim=1))))

    return Loop() if cell in step else Library()


def difference(cell: str) -> dict[str, float]:
    """The largest difference between our logits and PyTorch's on 100 numbers, with the same weights."""
    import numpy as np
    import torch

    from anylength.nets import logits
    from anylength.training.start import initial_state
    from benchmarks.ours import RECIPE, TASK

    net, module = initial_state(TASK, RECIPE, cell=cell, hidden=HIDDEN, seed=0).net, torch_net(cell)
    with torch.no_grad():
        copy_weights(net, module, cell)
        symbols = np.random.default_rng(0).integers(0, ENCODED, (STEPS, EXAMPLES))
        our_logits = np.moveaxis(np.asarray(logits(net, symbols)), 2, 0)
        torch_logits = module(torch.nn.functional.one_hot(torch.from_numpy(symbols.T), ENCODED).float()).numpy()
    return {"difference": float(np.abs(our_logits - torch_logits).max())}


def copy_weights(net, module, cell: str) -> None:
    """Copies our weights into PyTorch's module."""
    import numpy as np
    import torch

    named = {name: torch.from_numpy(np.array(getattr(net.cell, name))) for name in net.cell.shapes(1, 1)}
    if cell in ("linear", "linear-signed", "mingru"):
        inputs, recurrent, bias = module.inputs.weight, module.above.weight, module.inputs.bias
    else:
        inputs, recurrent, bias = (getattr(module.recurrent, f"{name}_l0") for name in ("weight_ih", "weight_hh", "bias_ih"))
        module.recurrent.bias_hh_l0.zero_()
        if cell == "gru":
            module.recurrent.bias_hh_l0[2 * HIDDEN :] = named["bias_hn"]
    for source, target in ((named["weight_ih"], inputs), (named["weight_hh"], recurrent), (named["bias"], bias)):
        target.copy_(source)
    module.readout.weight.copy_(torch.from_numpy(np.array(net.weight)))
    module.readout.bias.copy_(torch.from_numpy(np.array(net.bias)))


def compare(cells: list[str], rounds: int, env: dict[str, str]) -> list[dict[str, object]]:
    """Checks the logits of each cell, then times it; prints each row."""
    rows = []
    for cell in cells:
        largest = job("cells", "difference", env, cell)["difference"]
        if largest > MAX_DIFFERENCE:
            raise SystemExit(f"{cell}: our logits differ from PyTorch's by {largest}, so the two nets are not the same")
        job("cells", "ours", env, cell)
        our_times, torch_times = [], []
        for _ in range(rounds):
            our_times.append(job("cells", "ours", env, cell)["pass_ms"])
            torch_times.append(job("cells", "theirs", env, cell)["pass_ms"])
        rows.append(row(cell, "ms", our_times, torch_times, PYTORCH[cell]))
        show(rows[-1:])
    return rows


def main() -> None:
    """Measures the cells that the command line names and writes the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="timings of each cell")
    parser.add_argument("--only", nargs="*", choices=PYTORCH, default=list(PYTORCH), help="cells to measure")
    parser.add_argument("--out", type=Path, default=HERE / "cells.json", help="the results file")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    if load > MAX_LOAD:
        print(f"warning: the machine is busy (load {load:.1f}), so these times are unreliable", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        rows = compare(options.only, options.rounds, environment_in(Path(folder)))
    results = {"format": 1, **facts(), "rounds": options.rounds, "load_before": load, "rows": rows}
    options.out.write_text(json.dumps(results, indent=1) + "\n")


JOBS = {"ours": ours, "theirs": theirs, "difference": difference}
"""What a process of its own does: `python -m benchmarks.cells JOB CELL`."""

if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in JOBS:
        print(json.dumps(JOBS[sys.argv[1]](sys.argv[2])))
    else:
        main()

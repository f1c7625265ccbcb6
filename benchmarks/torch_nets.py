"""The post's nets in PyTorch, trained and stress-tested one after another in one process. Prints one JSON line.

    python -m benchmarks.torch_nets COUNT THREADS

Each net is trained for 6 epochs or to 100 %, then gets the same stress test as in a sweep. The seconds are those of all nets;
imports and the drawing of the stress test's words (once) are not counted. `python -m benchmarks.sweeps` compares them with a sweep.
"""

import json
import sys
import time

import numpy as np
import torch

from anylength.lengths.suite import Suite, build_suite
from anylength.tasks import task_named
from benchmarks.torch_count import BASE, TRAINING_EXAMPLES, Counter, one_pass, perfect_on_both, prepared

EPOCHS, LIMIT = 6, 2000
"""Epochs of a training, and nines in the longest number of the stress test: the same as in the sweep."""

WARM_UP_SEED = 1000
"""The seed of a net that is trained before the clock starts. The timed nets have seeds below it."""


@torch.no_grad()
def stress_test(net: Counter, suite: Suite) -> tuple[int, int]:
    """The number of words answered right, and the horizon.

    The horizon takes one pass over the nines and one step from every state on it.
    """
    correct = 0
    for batch in suite.packed:
        encoded = torch.nn.functional.one_hot(torch.from_numpy(batch.symbols.astype(np.int64)).T, BASE).float()
        answers = net(encoded).argmax(-1).numpy().T
        within = np.arange(len(batch.symbols))[:, None] < batch.ends
        correct += int(((answers == batch.targets) | ~within).all(axis=0).sum())
    nines = torch.nn.functional.one_hot(torch.full((1, LIMIT), BASE - 1), BASE).float()
    states = net.rnn(nines)[0]
    zeros = torch.nn.functional.one_hot(torch.zeros(LIMIT, 1, dtype=torch.int64), BASE).float()
    after_zero = net.readout(net.rnn(zeros, states.contiguous())[0]).argmax(-1)[:, 0]
    on_nines = net.readout(states)[0].argmax(-1)
    carried = torch.cumprod((on_nines == 0).int(), 0) * (after_zero == 1).int()
    return correct, int(torch.cumprod(carried, 0).sum())


def train_and_test(seed: int, suite: Suite) -> tuple[int, int]:
    """One net: the results of its stress test."""
    net, optimiser, encoded, targets = prepared(seed)
    for _ in range(EPOCHS):
        one_pass(net, optimiser, encoded[:TRAINING_EXAMPLES], targets[:TRAINING_EXAMPLES])
        if perfect_on_both(net, encoded, targets):
            break
    return stress_test(net, suite)


def main() -> None:
    """Trains and tests all nets."""
    count, threads = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    suite = build_suite(task_named("count"), LIMIT, 0)
    train_and_test(WARM_UP_SEED, suite)
    started = time.perf_counter()
    results = [train_and_test(seed, suite) for seed in range(count)]
    print(json.dumps({"seconds": time.perf_counter() - started, "horizons": [horizon for _, horizon in results]}))


if __name__ == "__main__":
    main()

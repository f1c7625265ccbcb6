"""The same nets in PyTorch, one after another in one process: trained up to 6 epochs or 100 %, then put to the same stress test.

    python -m benchmarks.torch_nets COUNT THREADS

Prints one JSON line with the seconds of all nets; importing and drawing the words of the stress test (once) are left out.
"""

import json
import sys
import time

import numpy as np
import torch

from anylength.lengths.suite import Suite, build_suite
from anylength.tasks import task_named
from benchmarks.torch_count import Counter, one_pass, perfect, prepared

EPOCHS, LIMIT = 6, 2000


@torch.no_grad()
def tested(net: Counter, words: Suite) -> tuple[int, int]:
    """Words answered right, and the horizon: one pass over the nines, and one step from every state on it."""
    good = 0
    for batch in words.packed:
        encoded = torch.nn.functional.one_hot(torch.from_numpy(batch.symbols.astype(np.int64)).T, 10).float()
        answers = net(encoded).argmax(-1).numpy().T
        within = np.arange(len(batch.symbols))[:, None] < batch.ends
        good += int(((answers == batch.targets) | ~within).all(axis=0).sum())
    nines = torch.nn.functional.one_hot(torch.full((1, LIMIT), 9), 10).float()
    states = net.rnn(nines)[0]
    zeros = torch.nn.functional.one_hot(torch.zeros(LIMIT, 1, dtype=torch.int64), 10).float()
    after = net.readout(net.rnn(zeros, states.transpose(0, 1).transpose(0, 1).contiguous())[0]).argmax(-1)[:, 0]
    here = net.readout(states)[0].argmax(-1)
    held = torch.cumprod((here == 0).int(), 0) * (after == 1).int()
    return good, int(torch.cumprod(held, 0).sum())


def one(seed: int, words: Suite) -> tuple[int, int]:
    net, optimiser, encoded, targets = prepared(seed)
    for _ in range(EPOCHS):
        one_pass(net, optimiser, encoded[:9000], targets[:9000])
        right = perfect(net, encoded[:9000], targets[:9000])
        if perfect(net, encoded[9000:], targets[9000:]) and right:
            break
    return tested(net, words)


def main() -> None:
    count, threads = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    words = build_suite(task_named("count"), LIMIT, 0)
    one(1000, words)
    started = time.perf_counter()
    found = [one(seed, words) for seed in range(count)]
    print(json.dumps({"seconds": time.perf_counter() - started, "horizons": [horizon for _, horizon in found]}))


if __name__ == "__main__":
    main()

"""The post's net in PyTorch, written as one would: `nn.RNN`, `nn.Linear`, `optim.Adagrad`, whole batches.

`python -m benchmarks.torch_count train` trains until 100 % on both sets; `pass` times passes over the training set; `long`
answers one number of a million digits. Each prints one JSON line.
"""

import json
import sys
import time

import numpy as np
import torch

HIDDEN, BATCH, STEPS, THREADS = 16, 100, 11, 1


class Counter(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rnn = torch.nn.RNN(10, HIDDEN, batch_first=True)
        self.readout = torch.nn.Linear(HIDDEN, 10)
        torch.nn.init.xavier_uniform_(self.rnn.weight_ih_l0)
        torch.nn.init.xavier_uniform_(self.rnn.weight_hh_l0)
        torch.nn.init.zeros_(self.rnn.bias_ih_l0)
        torch.nn.init.zeros_(self.rnn.bias_hh_l0)
        torch.nn.init.uniform_(self.readout.weight)
        torch.nn.init.zeros_(self.readout.bias)

    def forward(self, encoded: torch.Tensor) -> torch.Tensor:
        return self.readout(self.rnn(encoded)[0])


def numbers(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 11, 10_000)
    digits = rng.integers(0, 10, (10_000, STEPS))
    digits[np.arange(STEPS) >= lengths[:, None]] = 0
    carry = np.cumprod(np.pad(digits == 9, ((0, 0), (1, 0)), constant_values=True), axis=1)[:, :STEPS]
    return torch.from_numpy(digits), torch.from_numpy((digits + carry) % 10)


def one_pass(net: torch.nn.Module, optimiser: torch.optim.Optimizer, encoded: torch.Tensor, targets: torch.Tensor) -> None:
    order = torch.randperm(len(encoded))
    for at in range(0, len(order), BATCH):
        rows = order[at : at + BATCH]
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(encoded[rows]).flatten(0, 1), targets[rows].flatten())
        loss.backward()
        optimiser.step()


@torch.no_grad()
def perfect(net: Counter, encoded: torch.Tensor, targets: torch.Tensor) -> bool:
    return bool((net(encoded).argmax(-1) == targets).all())


def prepared(seed: int) -> tuple[Counter, torch.optim.Optimizer, torch.Tensor, torch.Tensor]:
    torch.manual_seed(seed)
    digits, targets = numbers(seed)
    net = Counter()
    optimiser = torch.optim.Adagrad(net.parameters(), lr=1.0, initial_accumulator_value=0.1)
    return net, optimiser, torch.nn.functional.one_hot(digits, 10).float(), targets


def train(seed: int) -> dict[str, object]:
    net, optimiser, encoded, targets = prepared(seed)
    epochs, done = 0, False
    while not done and epochs < 20:
        epochs += 1
        one_pass(net, optimiser, encoded[:9000], targets[:9000])
        done = perfect(net, encoded[:9000], targets[:9000]) and perfect(net, encoded[9000:], targets[9000:])
    return {"epochs": epochs}


def passes(seed: int, count: int = 7) -> dict[str, object]:
    return timed(*prepared(seed), count)


def timed(
    net: torch.nn.Module, optimiser: torch.optim.Optimizer, encoded: torch.Tensor, targets: torch.Tensor, count: int = 7
) -> dict[str, object]:
    seconds = []
    for _ in range(count):
        started = time.perf_counter()
        one_pass(net, optimiser, encoded[:9000], targets[:9000])
        seconds.append(time.perf_counter() - started)
    return {"pass_ms": 1000 * sorted(seconds[2:])[len(seconds[2:]) // 2]}


@torch.no_grad()
def long(digits: int = 1_000_000) -> dict[str, object]:
    net = prepared(0)[0]
    symbols = torch.randint(0, 10, (1, digits))
    started = time.perf_counter()
    state, answers = None, []
    for piece in symbols.split(8192, dim=1):
        out, state = net.rnn(torch.nn.functional.one_hot(piece, 10).float(), state)
        answers.append(net.readout(out).argmax(-1).to(torch.uint8))
    return {"seconds": time.perf_counter() - started, "digits": int(torch.cat(answers, dim=1).shape[1])}


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    job, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    print(json.dumps({"train": train, "pass": passes, "long": lambda _: long()}[job](seed)))

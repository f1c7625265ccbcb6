"""The post's net in PyTorch as one would write it: `nn.RNN`, `nn.Linear`, `optim.Adagrad`, whole batches. Prints one JSON line.

    python -m benchmarks.torch_count train [SEED]   trains to 100 % on both sets, or 20 epochs
    python -m benchmarks.torch_count pass [SEED]    times passes over the training set
    python -m benchmarks.torch_count long           answers one number of a million digits

`python -m benchmarks` runs them, each in a process of its own.
"""

import json
import sys
import time

import numpy as np
import torch

HIDDEN, BATCH, STEPS, BASE = 16, 100, 11, 10
"""The post's sizes: units, batch size, digits with the one for the last carry, base."""

EXAMPLES, TRAINING_EXAMPLES, MAX_DIGITS = 10_000, 9_000, 10
"""Numbers, those of them that are trained on, and digits of the longest one: the post's."""

THREADS = 1
"""Threads of PyTorch: on these small matrices more threads are slower."""

MAX_EPOCHS = 20
PASSES, WARM_UP = 7, 2
"""Passes, and those at the beginning that are not timed."""

LONG_DIGITS, CHUNK = 1_000_000, 8192
"""Digits of the long number, and those in one call of the net, which bounds the memory for one-hot vectors."""


class Counter(torch.nn.Module):
    """The post's net: one-hot digits `[B, T, 10]` → logits `[B, T, 10]`, with the post's initial weights."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = torch.nn.RNN(BASE, HIDDEN, batch_first=True)
        self.readout = torch.nn.Linear(HIDDEN, BASE)
        torch.nn.init.xavier_uniform_(self.rnn.weight_ih_l0)
        torch.nn.init.xavier_uniform_(self.rnn.weight_hh_l0)
        torch.nn.init.zeros_(self.rnn.bias_ih_l0)
        torch.nn.init.zeros_(self.rnn.bias_hh_l0)
        torch.nn.init.uniform_(self.readout.weight)
        torch.nn.init.zeros_(self.readout.bias)

    def forward(self, encoded: torch.Tensor) -> torch.Tensor:
        return self.readout(self.rnn(encoded)[0])


def numbers(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Random numbers of 1 to 10 digits, least significant digit first, and their successors: both `[10_000, 11]`."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, MAX_DIGITS + 1, EXAMPLES)
    digits = rng.integers(0, BASE, (EXAMPLES, STEPS))
    digits[np.arange(STEPS) >= lengths[:, None]] = 0
    carry = np.cumprod(np.pad(digits == BASE - 1, ((0, 0), (1, 0)), constant_values=True), axis=1)[:, :STEPS]
    return torch.from_numpy(digits), torch.from_numpy((digits + carry) % BASE)


def one_pass(net: torch.nn.Module, optimiser: torch.optim.Optimizer, encoded: torch.Tensor, targets: torch.Tensor) -> None:
    """One pass over the examples in random order."""
    order = torch.randperm(len(encoded))
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(encoded[rows]).flatten(0, 1), targets[rows].flatten())
        loss.backward()
        optimiser.step()


@torch.no_grad()
def perfect(net: Counter, encoded: torch.Tensor, targets: torch.Tensor) -> bool:
    """Whether every digit of every answer is right."""
    return bool((net(encoded).argmax(-1) == targets).all())


def prepared(seed: int) -> tuple[Counter, torch.optim.Optimizer, torch.Tensor, torch.Tensor]:
    """A net, its optimiser, the one-hot numbers and the targets."""
    torch.manual_seed(seed)
    digits, targets = numbers(seed)
    net = Counter()
    optimiser = torch.optim.Adagrad(net.parameters(), lr=1.0, initial_accumulator_value=0.1)
    return net, optimiser, torch.nn.functional.one_hot(digits, BASE).float(), targets


def perfect_on_both(net: Counter, encoded: torch.Tensor, targets: torch.Tensor) -> bool:
    """Whether every answer of the training set and of the validation set is right. Both sets are evaluated, as in our program."""
    train = perfect(net, encoded[:TRAINING_EXAMPLES], targets[:TRAINING_EXAMPLES])
    return perfect(net, encoded[TRAINING_EXAMPLES:], targets[TRAINING_EXAMPLES:]) and train


def train(seed: int) -> dict[str, object]:
    """Trains to 100 % on both sets, or 20 epochs."""
    net, optimiser, encoded, targets = prepared(seed)
    epochs, done = 0, False
    while not done and epochs < MAX_EPOCHS:
        epochs += 1
        one_pass(net, optimiser, encoded[:TRAINING_EXAMPLES], targets[:TRAINING_EXAMPLES])
        done = perfect_on_both(net, encoded, targets)
    return {"epochs": epochs}


def passes(seed: int) -> dict[str, object]:
    """The median time of a pass, in milliseconds."""
    return timed(*prepared(seed))


def timed(
    net: torch.nn.Module, optimiser: torch.optim.Optimizer, encoded: torch.Tensor, targets: torch.Tensor, count: int = PASSES
) -> dict[str, object]:
    """The median time of a pass with this net, in milliseconds."""
    seconds = []
    for _ in range(count):
        started = time.perf_counter()
        one_pass(net, optimiser, encoded[:TRAINING_EXAMPLES], targets[:TRAINING_EXAMPLES])
        seconds.append(time.perf_counter() - started)
    return {"pass_ms": 1000 * sorted(seconds[WARM_UP:])[len(seconds[WARM_UP:]) // 2]}


@torch.no_grad()
def long(digits: int = LONG_DIGITS) -> dict[str, object]:
    """The time of the answer to one number, in seconds."""
    net = prepared(0)[0]
    symbols = torch.randint(0, BASE, (1, digits))
    started = time.perf_counter()
    state, answers = None, []
    for chunk in symbols.split(CHUNK, dim=1):
        out, state = net.rnn(torch.nn.functional.one_hot(chunk, BASE).float(), state)
        answers.append(net.readout(out).argmax(-1).to(torch.uint8))
    return {"seconds": time.perf_counter() - started, "digits": int(torch.cat(answers, dim=1).shape[1])}


def main() -> None:
    """Runs the job that the command line names."""
    torch.set_num_threads(THREADS)
    job, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    if job == "long":
        print(json.dumps(long()))
    else:
        print(json.dumps({"train": train, "pass": passes}[job](seed)))


if __name__ == "__main__":
    main()

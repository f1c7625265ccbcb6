"""Nets that PyTorch creates and trains without anylength: the tests of `import` read them."""

import numpy as np
import pytest

from anylength.rules import Task

torch = pytest.importorskip("torch", reason="PyTorch makes these nets: pip install -e .[oracle]")
torch.set_num_threads(1)

from benchmarks.torch_nets import (  # noqa: E402
    Acceptor,
    DeltaRule,
    DiagonalSsm,
    Layers,
    Looped,
    MinGru,
    Normed,
    Peepholes,
    Residual,
    Slstm,
    Step,
)  # fmt: skip
from benchmarks.torch_nets import mamba as mambapy_step  # noqa: E402

__all__ = [
    "Acceptor", "DeltaRule", "DiagonalSsm", "Layers", "Looped", "MinGru", "Model", "Normed", "Peepholes", "Residual", "Slstm",
    "Step", "louder", "mamba", "one_hot", "predictions", "trained",
]  # fmt: skip


class Model(torch.nn.Module):
    """A recurrent layer and a linear read-out: one-hot digits `[T, B, E]` → logits `[T, B, C]`."""

    def __init__(self, kind: str, task: Task, hidden: int, **options):
        super().__init__()
        self.core = getattr(torch.nn, kind)(task.encoding_size, hidden, **options)
        self.head = torch.nn.Linear(hidden, task.classes)

    def forward(self, digits):
        return self.head(self.core(digits)[0])


def one_hot(symbols: np.ndarray, task: Task):
    """Words `[T, B]` as `[T, B, E]`."""
    digits = [torch.from_numpy((symbols // task.letters**tape % task.letters).astype(np.int64)) for tape in range(task.tapes)]
    return torch.cat([torch.nn.functional.one_hot(digit, task.letters) for digit in digits], dim=-1).float()


def predictions(model, symbols: np.ndarray, task: Task) -> np.ndarray:
    """The model's answers `[T, B]` on words `[T, B]`."""
    with torch.no_grad():
        return model(one_hot(symbols, task)).argmax(dim=-1).numpy()


def trained(kind: str, task: Task, hidden: int, *, updates: int = 150, seed: int = 0, **options):
    """A model after `updates` updates of Adam on random words of 8 digits; 30 % of the digits are replaced by the largest."""
    torch.manual_seed(seed)
    rng, model = np.random.default_rng(seed), Model(kind, task, hidden, **options)
    adam = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(updates):
        symbols = rng.integers(0, task.symbols, (8, 64))
        symbols = np.where(rng.random(symbols.shape) < 0.3, task.symbols - 1, symbols).astype(np.uint16)
        targets = torch.from_numpy(task.targets(symbols).astype(np.int64))
        adam.zero_grad()
        torch.nn.functional.cross_entropy(model(one_hot(symbols, task)).flatten(0, 1), targets.flatten()).backward()
        adam.step()
    return model.eval()


def mamba(task: Task):
    """A step around the block of the package mambapy."""
    pytest.importorskip("mambapy.mamba", reason="the block of mambapy is somebody else's: pip install -e .[oracle]")
    return mambapy_step(task)


def louder(model, factor: float = 2.0):
    """The model with larger weights: its answers then depend more on what it has read."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter *= factor
    return model

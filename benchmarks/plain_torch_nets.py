"""The nets that PyTorch trained for `benchmarks.imports`, as kinds of nets that nobody trained to be provable."""

import itertools
from dataclasses import dataclass
from typing import Any

from anylength.nets import Net
from anylength.rules import task_named

CELLS, TASKS = ("rnn", "gru", "lstm"), ("count", "add", "parity")
"""Cells and tasks of the nets, by our names."""

SIZES, UPDATES, SEEDS = (8, 16, 32), (150, 600), 2
"""Hidden units, lengths of training, and how many seeds each has."""

RECIPE = "PyTorch"
"""What their row names as their recipe."""


@dataclass(frozen=True)
class TorchKind:
    """The nets of one layer and one task, numbered: each size, each length of training and each seed.

    Attributes:
        cell: The cell, by our name.
        task: The task by name.
        first_seed: The first number.
    """

    cell: str
    task: str
    first_seed: int = 0

    @property
    def nets(self) -> int:
        """How many nets."""
        return len(SIZES) * len(UPDATES) * SEEDS

    def about(self) -> dict[str, Any]:
        """What the results say of the kind."""
        return {"cell": self.cell, "task": self.task, "recipe": RECIPE, "first_seed": self.first_seed}

    def net(self, number: int) -> Net:
        """The net of a number."""
        from anylength.interchange import from_torch
        from tests.torch_made import trained

        units, updates, seed = list(itertools.product(SIZES, UPDATES, range(SEEDS)))[number]
        task = task_named(self.task)
        return from_torch(trained(self.cell.upper(), task, units, updates=updates, seed=seed), task)


TORCH_KINDS = {f"PyTorch, {cell}, {task}": TorchKind(cell, task) for cell, task in itertools.product(CELLS, TASKS)}
"""The rows of `benchmarks.plain_nets`."""

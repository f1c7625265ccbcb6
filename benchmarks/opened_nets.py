"""Trains the nets with a memory or with attention that the static site ships, into the folders of their pages.

    python -m benchmarks.opened_nets

Seed, base and sizes stand below.
"""

import shutil
import tempfile
from pathlib import Path

from anylength.experiments.options import TrainOptions
from anylength.experiments.train import train

WEB = Path(__file__).parents[1] / "src" / "anylength" / "web"
SEED, BASE = 1, 2
NETS = (
    ("reverse", "stack-rnn", 16), ("reverse", "tape-rnn", 16), ("count-natural", "stack-rnn", 24),
    ("reverse", "transformer-learned", 16), ("count", "transformer-none", 16),
)  # fmt: skip
"""Task, cell and hidden units of each net."""


def main() -> None:
    """Trains the nets and keeps their weights."""
    with tempfile.TemporaryDirectory() as kept:
        for task, cell, units in NETS:
            page = "attention" if cell.startswith("transformer") else "memory"
            out = Path(kept) / f"{task}-{cell}"
            train(TrainOptions(task=task, base=BASE, cell=cell, hidden=units, seed=SEED), out)
            shutil.copy(out / "model.safetensors", WEB / page / f"{task}-{cell}.safetensors")
            print(f"wrote {task}-{cell}.safetensors", flush=True)


if __name__ == "__main__":
    main()

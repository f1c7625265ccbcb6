"""Measures the memory of a trainer process of the server over 20 runs of different nets, with and without its limits.

    python -m benchmarks.server_memory

Writes `docs/results/server-memory.json`. Each half runs in a process of its own. The process without limits then frees its memory
step by step, which tells what holds it: space that the C library keeps after it was freed, or compiled programs.
"""

import argparse
import ctypes
import gc
import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from anylength.cli.main import configure_libraries
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "server-memory.json"

RUNS = 20
"""Runs of each half."""

TASKS, CELLS = ("count", "decrement", "parity", "multiply-3", "remainder-3", "divide-3", "remainder-7"), ("rnn", "gru", "lstm")
"""The runs take these in turn, and each has one hidden unit more than the one before: no two share a compiled program."""

FIRST_SIZE = 8
"""Hidden units of the first run."""


class _NoPipe:
    """Takes the snapshots of a training that nobody watches."""

    def put(self, message: Any) -> None:
        """Drops a message."""


def resident_mib() -> int:
    """Resident memory of this process in MiB."""
    from anylength.server.worker_memory import MEBIBYTE, resident_bytes

    return round(resident_bytes() / MEBIBYTE)


def measure(*, limited: bool) -> dict[str, Any]:
    """The resident memory after each run. A process that asks to be replaced ends there, as the server would end it."""
    from anylength.experiments import Run, TrainOptions
    from anylength.server.trainer import Trainer
    from anylength.server.worker_memory import release_memory

    trainer, sizes, replaced_after = Trainer(lambda event, data: None, _NoPipe()), [], None
    with tempfile.TemporaryDirectory() as folder:
        for index, (task, cell) in enumerate(itertools.islice(itertools.product(TASKS, CELLS), RUNS)):
            options = TrainOptions(task=task, cell=cell, hidden=FIRST_SIZE + index, recipe="plain", epochs=1, seed=index)
            run = Run.create(Path(folder) / str(index), options.config())
            assert trainer.carry_out(run.path, watched=False)[0] == "done"
            if limited and release_memory():
                replaced_after = index + 1
            sizes.append(resident_mib())
            print(f"{'limited' if limited else 'unlimited'}: {task} {cell}: {sizes[-1]} MiB", file=sys.stderr, flush=True)
            if replaced_after is not None:
                break
    return {"resident_mib": sizes, "replaced_after": replaced_after} | ({} if limited else free_in_steps())


def free_in_steps() -> dict[str, Any]:
    """The resident memory after each step of freeing."""
    import jax

    trim, steps = ctypes.CDLL(None).malloc_trim, {}
    gc.collect()
    steps["collected"] = resident_mib()
    trim(0)
    steps["trimmed"] = resident_mib()
    jax.clear_caches()
    gc.collect()
    steps["programs cleared"] = resident_mib()
    trim(0)
    steps["trimmed again"] = resident_mib()
    return {"freed_mib": steps}


def main() -> None:
    """Measures both halves and writes the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("unlimited", "limited"), help=argparse.SUPPRESS)
    half = parser.parse_args().half
    configure_libraries()
    if half:
        print(json.dumps(measure(limited=half == "limited")))
        return
    for name in ("unlimited", "limited"):
        command = [sys.executable, "-m", "benchmarks.server_memory", "--half", name]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        save_part(FILE, name, json.loads(done.stdout.splitlines()[-1]), runs=RUNS)


if __name__ == "__main__":
    main()

"""Is a proof slower than in an earlier version? Writes `docs/results/proof-times.json`.

    python -m benchmarks.proof_times REVISION [--repeats 5]

Nets of the older cells are trained once. Then this version and the given one (a commit, checked out into a temporary folder) prove
each of them in turn, in processes of their own. Compared are the seconds of processor time of `verify`, the checker's included.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from anylength.nets import describe, to_bytes
from anylength.tasks import task_named
from anylength.training import fit, recipe_named
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "proof-times.json"
"""The results file."""

TREE = Path(__file__).parents[1]

NETS = (("count", "rnn"), ("count", "gru"), ("count", "lstm"), ("parity", "rnn"), ("add", "rnn"), ("add", "lstm"))
"""Tasks and cells. All are trained with `unrolled`, with seed 3."""

CHILD = """
import json, sys, time
from anylength.nets import from_bytes
from anylength.verification.verdicts import verify
found = {}
for path in sys.argv[1:]:
    net, config = from_bytes(open(path, "rb").read(), path)
    verify(net, config.task, config)  # imports, caches
    started = time.process_time()
    verdict = verify(net, config.task, config).verdict
    found[path] = [time.process_time() - started, verdict.verdict, verdict.noise_budget]
print(json.dumps(found))
"""
"""Proves each net of the command line twice and prints the second time, the verdict and the noise budget."""


def proved(source: Path, paths: list[str]) -> dict[str, list]:
    """What the version whose packages lie in `source` says of the nets."""
    environment = os.environ | {"PYTHONPATH": str(source), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", CHILD, *paths]
    done = subprocess.run(command, env=environment, cwd=source, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    """Trains, proves with both versions in turn, and writes the results file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proof_times")
    parser.add_argument("revision")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder) / "old"
        subprocess.run(["git", "clone", "--quiet", str(TREE), str(old)], check=True)
        subprocess.run(["git", "-C", str(old), "checkout", "--quiet", options.revision], check=True)
        paths = [_trained(Path(folder), task, cell) for task, cell in NETS]
        runs = [(proved(old / "src", paths), proved(TREE / "src", paths)) for _ in range(options.repeats)]
    rows = {}
    for (task, cell), path in zip(NETS, paths, strict=True):
        before, now = ([run[which][path] for run in runs] for which in (0, 1))
        seconds = [statistics.median(each[0] for each in side) for side in (before, now)]
        rows[f"{task}, {cell}"] = {
            "before": {"seconds": seconds[0], "verdict": before[0][1], "noise_budget": before[0][2]},
            "now": {"seconds": seconds[1], "verdict": now[0][1], "noise_budget": now[0][2]},
            "ratio": seconds[1] / seconds[0],
        }
        print(task, cell, json.dumps(rows[f"{task}, {cell}"]), flush=True)
    total = [sum(row[side]["seconds"] for row in rows.values()) for side in ("before", "now")]
    save_part(
        FILE, "proofs", {"revision": options.revision, "repeats": options.repeats, "nets": rows, "ratio": total[1] / total[0]}
    )


def _trained(folder: Path, task_name: str, cell: str) -> str:
    """The path of the weights file of a trained net."""
    task, path = task_named(task_name), folder / f"{task_name}-{cell}.safetensors"
    net = fit(task, cell=cell, recipe=recipe_named("unrolled", task, cell), data=next(iter(task.data)), seed=3).net
    path.write_bytes(to_bytes(net, describe(net, task)))
    return str(path)


if __name__ == "__main__":
    main()

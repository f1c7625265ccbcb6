"""How far the search for forks comes with an open net, and how soon. Writes `docs/results/forks.json`.

    python -m benchmarks.forks [--row "PyTorch, lstm, count"] [--seed 1] [--seconds 7200] [--kept FOLDER]

Rows and seeds are those of `benchmarks.plain_nets`. With `--kept` the search goes on where it was.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from anylength.nets import Net
from anylength.tasks import task_named
from anylength.verification.ellipsoids.find import covering
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.find import noisy_problem
from anylength.verification.forks.search import ForkSearch
from anylength.verification.forks.training import lack_of
from benchmarks.kept import KeptIn
from benchmarks.plain_nets import KINDS
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "forks.json"


def figures(cover: ForkedCover) -> dict[str, Any]:
    """How much of a cover is open."""
    assert cover.found is not None
    lack = lack_of(cover.found.level, cover.found.margin) * cover.matters
    return {
        "nodes": len(cover.nodes),
        "wanted": len(cover.wanted),
        "reached": len(cover.reached),
        "steps": len(cover.steps_of(cover.reached)),
        "pieces": int(cover.matters.sum()),
        "open_steps": len(cover.open_steps),
        "open_pieces": len(cover.open_pieces),
        "asking_pieces": int((lack > 0).sum()),
        "sum_of_squares": round(float(np.square(np.minimum(lack, 1.0)).sum()), 3),
    }


def measure(name: str, net: Net, task: str, seconds: float, kept: Path | None) -> None:
    """Searches, and saves what there is after each evaluation."""
    started, rounds = time.monotonic(), list[dict[str, Any]]()
    problem = noisy_problem(net, task_named(task).machine)
    assert problem is not None

    def tell(*_: int) -> None:
        assert search.cover is not None
        rounds.append({"seconds": round(time.monotonic() - started), "trainings": search.rounds, **figures(search.cover)})
        save_part(FILE, name, {"goes_on": goes_on, "rounds": rounds, "found": False})
        print(rounds[-1], flush=True)

    memory = KeptIn(kept, name)
    goes_on = memory.read() is not None
    search = ForkSearch(problem, started + seconds, progress=tell, memory=memory)
    with np.errstate(all="ignore"):
        found = covering(search, started + seconds)
    save_part(FILE, name, {"goes_on": goes_on, "rounds": rounds, "found": found is not None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--row", choices=list(KINDS), default="PyTorch, lstm, count")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=7_200.0)
    parser.add_argument("--kept", type=Path, help="the folder where the search is kept, and goes on if it was")
    options = parser.parse_args()
    kind = KINDS[options.row]
    measure(f"{options.row}, {options.seed}", kind.net(options.seed), kind.task, options.seconds, options.kept)


if __name__ == "__main__":
    main()

"""The way of failing named from the dynamics, against the counterexample replayed. Writes `docs/results/ways.json`.

    python -m benchmarks.failure_modes [--blocks N] [--again] [--summary]

Blocks of count nets by the post's recipe, of several sizes, each as it was when its training was satisfied. Every net is
attacked for `SECONDS`; those that are refuted are explained without being told the counterexample. Blocks that the file holds
are not run again. With --again their nets are explained anew, the refutations kept.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anylength.diagnosis import explain, failure_mode_of
from anylength.experiments.runs.environment import environment
from anylength.lengths import share
from anylength.nets import Net
from anylength.tasks import Task, task_named
from anylength.training import fit_block, recipe_named
from anylength.verification.refutation import refute

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "ways.json"
FIRST, SEEDS, SECONDS = 70_000, 40, 3.0
SIZES, EPOCHS = (12, 16, 8, 24), (4, 6)

Row = dict[str, Any]


def block(number: int, known: list[Row] | None = None) -> Iterator[Row]:
    """The rows of one block, nets of one size after so many epochs at most; `known` are its rows if they only need explaining."""
    task, seeds = task_named("count"), range(FIRST + number * SEEDS, FIRST + (number + 1) * SEEDS)
    hidden, epochs = SIZES[number % len(SIZES)], EPOCHS[number // len(SIZES) % len(EPOCHS)]
    nets = fit_block(task, seeds, hidden=hidden, recipe=recipe_named("blog"), epochs=epochs)
    for at, (seed, trained) in enumerate(zip(seeds, nets, strict=True)):
        assert isinstance(trained.net, Net)
        word = _wrong(trained.net, task) if known is None else tuple(map(int, known[at].get("word", ""))) or None
        shown = {"seed": seed, "hidden": hidden, "perfect": trained.perfect_at is not None, "refuted": word is not None}
        if word is None:
            yield shown
            continue
        said = explain(trained.net, task)
        yield shown | {
            "word": "".join(map(str, word)), "way": failure_mode_of(trained.net, task.machine, word),
            "named": [finding.failure_mode for finding in said.findings],
            "shown": [finding.numbers is not None for finding in said.findings], "seconds": round(said.seconds, 2),
        }  # fmt: skip


def _wrong(net: Net, task: Task) -> tuple[int, ...] | None:
    """A word that the net answers wrongly, the shortest found."""
    found = refute(net, task.machine, seconds=SECONDS)
    return None if found is None else found.word


def summary(rows: list[Row]) -> Row:
    """How often the way is among those named, and how often it is the one named first."""
    refuted = [row for row in rows if row["refuted"]]
    named = sum(row["way"] in row["named"] for row in refuted)
    first = sum(row["way"] == row["named"][0] for row in refuted)
    exceptions = [row for row in refuted if row["way"] not in row["named"]]
    return {
        "nets": len(rows), "refuted": len(refuted), "ways": Counter(row["way"] for row in refuted),
        "named": json.loads(share(named, len(refuted)).to_json()), "first": json.loads(share(first, len(refuted)).to_json()),
        "confirmed": sum(any(row["shown"]) for row in refuted), "exceptions": exceptions,
    }  # fmt: skip


def main() -> None:
    """Runs the blocks that are missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=7)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--summary", action="store_true")
    options = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"format": 1, "blocks": {}}
    for number in range(0 if options.summary else options.blocks):
        known = results["blocks"].get(str(number))
        if known is not None and not options.again:
            continue
        results["blocks"][str(number)] = list(block(number, known))
        results["environment"] = json.loads(environment().to_json())
        _write(results)
    _write(results)
    print(json.dumps({key: value for key, value in results["summary"].items() if key != "exceptions"}, indent=1))


def _write(results: Row) -> None:
    """Writes the file with its summary."""
    results["summary"] = summary([row for rows in results["blocks"].values() for row in rows])
    lines = json.dumps(results, indent=1)
    temporary = RESULTS.with_suffix(".tmp")
    temporary.write_text(lines + "\n")
    temporary.replace(RESULTS)


if __name__ == "__main__":
    main()

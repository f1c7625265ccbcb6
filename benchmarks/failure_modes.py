"""Compares the failure modes that `explain` finds with that of a replayed counterexample. Writes `docs/results/ways.json`.

    python -m benchmarks.failure_modes [--blocks N] [--again] [--summary]

The nets are blocks of `count` nets by the post's recipe, of several sizes, trained until the recipe is satisfied. A search for a
counterexample attacks every net for a few seconds. The findings of `explain` are then made for the refuted nets, without their
counterexamples. Blocks that the file already holds are not run again; with --again their nets are explained again and their
refutations stay.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anylength.diagnosis import failure_mode_of
from anylength.diagnosis.evidence import examine_held_inputs, wrong_words
from anylength.diagnosis.findings import findings
from anylength.nets import Net
from anylength.rules import Task, task_named
from anylength.runs.environment import environment
from anylength.statistics import share
from anylength.training import fit_block, recipe_named
from anylength.verification.refutation import refute

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "ways.json"
FIRST_SEED, SEEDS_PER_BLOCK = 72_000, 40
"""First seed, and seeds of a block. Nothing else used these seeds. Those from 70,000 to 71,999 served to improve the detection."""

SECONDS = 3.0
"""Time to attack one net."""

SIZES, EPOCHS = (12, 16, 8, 24), (4, 6)
"""Numbers of units, and largest numbers of epochs, in turn over the blocks."""

Row = dict[str, Any]


def block(number: int, known: list[Row] | None = None) -> Iterator[Row]:
    """The rows of one block of nets of one size. `known` are its earlier rows, if the nets only need explaining again."""
    task, seeds = task_named("count"), range(FIRST_SEED + number * SEEDS_PER_BLOCK, FIRST_SEED + (number + 1) * SEEDS_PER_BLOCK)
    hidden, epochs = SIZES[number % len(SIZES)], EPOCHS[number // len(SIZES) % len(EPOCHS)]
    nets = fit_block(task, seeds, hidden=hidden, recipe=recipe_named("blog"), epochs=epochs)
    for column, (seed, trained) in enumerate(zip(seeds, nets, strict=True)):
        assert isinstance(trained.net, Net)
        word = _wrong_word(trained.net, task) if known is None else tuple(map(int, known[column].get("word", ""))) or None
        fields = {"seed": seed, "hidden": hidden, "perfect": trained.perfect_at is not None, "refuted": word is not None}
        if word is None:
            yield fields
            continue
        started = time.perf_counter()
        evidence = examine_held_inputs(trained.net, task.machine)
        found = findings(trained.net, task, evidence, wrong_words(trained.net, task.machine, evidence))
        yield fields | {
            "word": "".join(map(str, word)), "way": failure_mode_of(trained.net, task.machine, word),
            "named": [finding.failure_mode for finding in found], "shown": [finding.numbers is not None for finding in found],
            "seconds": round(time.perf_counter() - started, 2),
        }  # fmt: skip


def _wrong_word(net: Net, task: Task) -> tuple[int, ...] | None:
    """The shortest word found that the net answers wrong, None if none was found."""
    refutation = refute(net, task.machine, seconds=SECONDS)
    return None if refutation is None else refutation.word


def summary(rows: list[Row]) -> Row:
    """How often the counterexample's failure mode is among those found, and how often it is the first."""
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
    parser.add_argument("--blocks", type=int, default=4)
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

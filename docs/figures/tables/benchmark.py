"""The tables of benchmarks: the conventions, and the results of each kind of net on each suite."""

import json
from collections.abc import Iterator
from typing import Any

from anylength.benchmark.columns import score_of
from anylength.benchmark.conventions import CONVENTIONS, DEFAULT
from anylength.records import Benchmark, BenchmarkRow
from anylength.records.benchmarks import ConventionScore
from anylength.records.verdicts import NOT_APPLICABLE, REFUTED
from docs.figures.kinds import has_usual_recipe, short_name
from docs.figures.tables.results import ROOT, table

FOLDER = ROOT / "docs/results/benchmark"

VERDICTS = {"PROVED": "PROVED", "REFUTED": "REFUTED", "PROVED UP TO": "PROVED UP TO", NOT_APPLICABLE: "no verdict"}
"""The verdicts with a column of their own."""

PUBLISHED_TESTS = ("chomsky-v1", "flare-v1")
"""The published tests that score the nets with results."""

OURS = ("block_seconds", "environment", "processor_seconds_of_the_last_call")
"""What a results file has beside the table of a benchmark."""


def conventions() -> str:
    """What each convention says."""
    rows = [(f"`{each.name}`", each.training, each.test, each.grading, each.source) for each in CONVENTIONS.values()]
    return table(("convention", "training", "test", "grading and score", "source"), rows)


def results() -> str:
    """The verdicts of nets with perfect test scores, and a row for each suite and kind of net."""
    perfect, wrong = perfect_scores()
    words = (
        f"**{wrong} of {perfect} nets with perfect scores on subsamples of {len(PUBLISHED_TESTS)} published tests are REFUTED.** "
        "Counted are the rows (a task and a kind of net) of which all ten nets have a perfect score, learned from words only, and "
        "have a verdict."
    )
    head = ("suite", "net", "updates × words", "nets", "learned", "accuracy, %", *VERDICTS.values())
    rows = [_row(each.suite, kind, [row for row in each.rows if short_name(row.kind) == kind]) for each, kind in _kinds()]
    return f"{words}\n\n{table(head, rows)}"


def _kinds() -> Iterator[tuple[Benchmark, str]]:
    """Each results file with each kind of net in it."""
    for each in _read():
        yield from ((each, kind) for kind in dict.fromkeys(short_name(row.kind) for row in each.rows))


def _row(suite: str, kind: str, rows: list[BenchmarkRow]) -> tuple[str, ...]:
    """The row of a suite and a kind of net: counts over its tasks, and the mean accuracy under the convention of the training."""
    scores = [score.score.mean for row in rows if (score := score_of(row, row.trained_by)) is not None]
    counts = (sum(row.verdicts.get(name, 0) for row in rows) for name in VERDICTS)
    return (
        suite, kind, f"{rows[0].most_updates:,} × {rows[0].batch}", str(sum(row.nets for row in rows)),
        str(sum(row.learned.right for row in rows)), f"{100 * sum(scores) / len(scores):.0f}", *map(str, counts),
    )  # fmt: skip


def perfect_scores() -> tuple[int, int]:
    """Nets that learned from words alone and are right on all test words of others' conventions, and how many of them are REFUTED.

    A results file has the worst score of the nets of a row: rows count in which every net is right. Kinds without a verdict do not.
    """
    rows = [row for each in _read() for row in each.rows if has_usual_recipe(row.kind)]
    published = [(row, [score for score in row.scores if score.convention != DEFAULT]) for row in rows]
    perfect = [row for row, scores in published if NOT_APPLICABLE not in row.verdicts and _are_perfect(scores)]
    return sum(row.nets for row in perfect), sum(row.verdicts.get(REFUTED, 0) for row in perfect)


def _are_perfect(scores: list[ConventionScore]) -> bool:
    """Whether there are scores, and every net has all of them right."""
    return bool(scores) and all(score.worst == 1 for score in scores)


def _read() -> Iterator[Benchmark]:
    """The results files in the order of their names, each as a benchmark without curves."""
    for path in sorted(FOLDER.glob("*.json")):
        content: dict[str, Any] = {name: part for name, part in json.loads(path.read_text()).items() if name not in OURS}
        for row in content["rows"]:
            for score in row["scores"]:
                score["curve"] = []
        yield Benchmark.from_json(json.dumps(content), path.name)

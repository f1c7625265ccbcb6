"""The tables of benchmarks: the conventions, and the results of each kind of net on each suite."""

import json
from collections.abc import Iterator
from typing import Any

from anylength.benchmark.columns import horizon, interval, learned, percent, score_of, verdicts, worst_word
from anylength.benchmark.conventions import CONVENTIONS
from anylength.benchmark.markdown import escaped
from anylength.records import Benchmark
from docs.figures.tables.results import ROOT, table

FOLDER = ROOT / "docs/results/benchmark"

OURS = ("block_seconds", "environment", "processor_seconds_of_the_last_call")
"""What a results file has beside the table of a benchmark."""


def conventions() -> str:
    """What each convention says."""
    rows = [(f"`{each.name}`", each.training, each.test, each.grading, each.source) for each in CONVENTIONS.values()]
    return table(("convention", "training", "test", "grading and score", "source"), rows)


def results() -> str:
    """A table for each suite that has results: a row for each task and kind."""
    found = list(_read())
    if not found:
        return "There are no committed results yet."
    suites = dict.fromkeys(each.suite for each, _ in found)
    return "\n\n".join(_suite(suite, [each for each in found if each[0].suite == suite]) for suite in suites)


def _read() -> Iterator[tuple[Benchmark, str]]:
    """The results files in the order of their names, each as a benchmark without curves, and its name."""
    for path in sorted(FOLDER.glob("*.json")):
        content: dict[str, Any] = {name: part for name, part in json.loads(path.read_text()).items() if name not in OURS}
        for row in content["rows"]:
            for score in row["scores"]:
                score["curve"] = []
        yield Benchmark.from_json(json.dumps(content), path.name), path.name


def _suite(suite: str, found: list[tuple[Benchmark, str]]) -> str:
    """The table of a suite, with the seeds, the budget and the files that it comes from."""
    names = list(dict.fromkeys(view.name for each, _ in found for view in each.conventions))
    rows = []
    for each, _ in found:
        for row in each.rows:
            scores = [score_of(row, name) for name in names]
            texts = ["–" if score is None else f"{interval(score.score)}; best {percent(score.best)}" for score in scores]
            worst = list(row.worst_families.values())[-1:]
            cells = (row.task, row.kind, learned(row), *texts, *(interval(value) for value in worst), horizon(row.horizon))
            rows.append([*map(escaped, (*cells, verdicts(row), worst_word(row)))])
    longest = list(found[0][0].rows[0].worst_families)[-1:]
    head = ("task", "net", "learned", *(f"{name}, %" for name in names), *(f"worst family {name}, %" for name in longest))
    files = ", ".join(f"[{name}](results/benchmark/{name})" for _, name in found)
    seeds = sorted({each.seeds for each, _ in found})
    budget = sorted(
        {f"{row.most_updates:,} × {row.batch}" for each, _ in found for row in each.rows if row.most_updates and row.batch}
    )
    words = (
        f"{' or '.join(map(str, seeds))} seeds; most updates × words of each: {', '.join(budget)}; trained by "
        f"{', '.join(sorted({row.trained_by for each, _ in found for row in each.rows}))}. From {files}: see *Several kinds and "
        "suites*."
    )
    return f"### {suite}\n\n{table((*head, 'median horizon', 'verdicts', 'worst word'), rows)}\n\n{words}"

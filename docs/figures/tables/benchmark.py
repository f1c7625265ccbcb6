"""The tables of benchmarks: the conventions, and the results of each kind of net on each suite."""

import json
from collections.abc import Iterator
from typing import Any

from anylength.benchmark.columns import NOTHING, VERDICTS, horizon, interval, learned, percent, score_of, worst_word
from anylength.benchmark.conventions import CONVENTIONS
from anylength.benchmark.markdown import escaped
from anylength.records import Benchmark, BenchmarkRow
from docs.figures.tables.results import ROOT, table

FOLDER = ROOT / "docs/results/benchmark"

OURS = ("block_seconds", "environment", "processor_seconds_of_the_last_call")
"""What a results file has beside the table of a benchmark."""


def conventions() -> str:
    """What each convention says."""
    rows = [(f"`{each.name}`", each.training, each.test, each.grading, each.source) for each in CONVENTIONS.values()]
    return table(("convention", "training", "test", "grading and score", "source"), rows)


def results() -> str:
    """Two tables for each suite that has results, with a row for each task and kind."""
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
    """The tables of a suite: scores, then worst cases; with the seeds, the budget and the files that they come from."""
    rows = [row for each, _ in found for row in each.rows]
    files = ", ".join(f"[{name}](results/benchmark/{name})" for _, name in found)
    seeds = " or ".join(map(str, sorted({each.seeds for each, _ in found})))
    nets = "; ".join(dict.fromkeys(row.kind for row in rows))
    budget = ", ".join(sorted({f"{row.most_updates:,} × {row.batch}" for row in rows if row.most_updates and row.batch}))
    trained = ", ".join(sorted({row.trained_by for row in rows}))
    words = (
        f"{seeds} seeds of each net ({nets}); most updates × words of each: {budget}; trained by {trained}. From {files}: see "
        "*Several kinds and suites*."
    )
    return f"### {suite}\n\n{_scores(found, rows)}\n\n{_worst_cases(rows)}\n\n{words}"


def _scores(found: list[tuple[Benchmark, str]], rows: list[BenchmarkRow]) -> str:
    """Scores under each convention: the mean over nets with its interval, and the best net."""
    names = list(dict.fromkeys(view.name for each, _ in found for view in each.conventions))
    lines = []
    for row in rows:
        scores = [score_of(row, name) for name in names]
        texts = [NOTHING if score is None else f"{interval(score.score)}; best {percent(score.best)}" for score in scores]
        lines.append([*map(escaped, (row.task, _net(row), learned(row), *texts))])
    return table(("task", "net", "learned", *(f"{name}, %" for name in names)), lines)


def _worst_cases(rows: list[BenchmarkRow]) -> str:
    """The worst family of the longest words, the horizon, the verdicts and the worst word."""
    lines = []
    for row in rows:
        family = [interval(value) for value in row.worst_families.values()][-1:] or [NOTHING]
        counts = ", ".join(f"{row.verdicts[name]} {name}" for name in VERDICTS if name in row.verdicts)
        cells = (row.task, _net(row), *family, horizon(row.horizon), counts or NOTHING, worst_word(row))
        lines.append([*map(escaped, cells)])
    return table(("task", "net", "worst family, %", "median horizon", "verdicts", "worst word"), lines)


def _net(row: BenchmarkRow) -> str:
    """The kind of net, without its size and recipe."""
    return row.kind.partition(",")[0]

"""The tables of benchmarks: the conventions, an overview of each suite, and the results of each kind of net on each task."""

import json
from collections.abc import Iterator
from typing import Any

from anylength.benchmark.columns import NOTHING, counts_of_verdicts, horizon, interval, learned, percent, score_of, worst_word
from anylength.benchmark.conventions import CONVENTIONS, DEFAULT
from anylength.benchmark.markdown import escaped
from anylength.records import Benchmark, BenchmarkRow
from anylength.records.benchmarks import ConventionScore
from anylength.records.verdicts import NOT_APPLICABLE, REFUTED
from docs.figures.kinds import has_usual_recipe, short_name
from docs.figures.tables.results import ROOT, read, table

FOLDER = ROOT / "docs/results/benchmark"

PUBLISHED_SUITE = "chomsky"
"""The suite of which `docs/results` has published scores."""

PUBLISHED_TESTS = {"chomsky-v1": 460 * 512, "flare-v1": 5_010}
"""The published tests that score the nets with results, each with the words that it has in its paper: `Convention.source`."""

OURS = ("block_seconds", "environment", "processor_seconds_of_the_last_call")
"""What a results file has beside the table of a benchmark."""


def conventions() -> str:
    """What each convention says."""
    rows = [(f"`{each.name}`", each.training, each.test, each.grading, each.source) for each in CONVENTIONS.values()]
    return table(("convention", "training", "test", "grading and score", "source"), rows)


def results() -> str:
    """The tables of each suite that has results."""
    found = list(_read())
    if not found:
        return "There are no committed results yet."
    perfect, wrong = perfect_scores()
    words = (
        f"**Of {perfect} nets that learned from words alone and answer all words of our subsamples of {len(PUBLISHED_TESTS)} "
        f"published tests rightly, {wrong} are REFUTED.** Counted are the rows (a task and a kind of net) of which all ten nets "
        f"do so, where the kind has a verdict and the task a machine. A row needs the tests that apply to its task: "
        f"{_subsamples()}. The whole tests were not run, and most of these tasks are not in their papers. "
        "`chomsky-v1` alone would not do: it finds no fault in a net that rejects every long word of `tomita-1`, since hardly a "
        "word drawn uniformly is in that language."
    )
    suites = dict.fromkeys(each.suite for each, _ in found)
    return "\n\n".join([words, *(_suite(suite, [each for each in found if each[0].suite == suite]) for suite in suites)])


def perfect_scores() -> tuple[int, int]:
    """Nets that learned from words alone and are right on all test words of others' conventions, and how many of them are REFUTED.

    A results file has the worst score of the nets of a row: rows count in which every net is right. Kinds without a verdict do not.
    """
    rows = [row for each, _ in _read() for row in each.rows if has_usual_recipe(row.kind)]
    published = [(row, [score for score in row.scores if score.convention != DEFAULT]) for row in rows]
    perfect = [row for row, scores in published if NOT_APPLICABLE not in row.verdicts and _are_perfect(scores)]
    return sum(row.nets for row in perfect), sum(row.verdicts.get(REFUTED, 0) for row in perfect)


def _subsamples() -> str:
    """How many words of each published test a net answers here."""
    words, limit = (max(getattr(each, name) for each, _ in _read()) for name in ("words", "limit"))
    return " and ".join(
        f"{words * len(CONVENTIONS[name].test_lengths(limit)):,} words for the {whole:,} of `{name}`"
        for name, whole in PUBLISHED_TESTS.items()
    )


def _are_perfect(scores: list[ConventionScore]) -> bool:
    """Whether there are scores, and every net has all of them right."""
    return bool(scores) and all(score.worst == 1 for score in scores)


def _read() -> Iterator[tuple[Benchmark, str]]:
    """The results files in the order of their names, each as a benchmark without curves, and its name."""
    for path in sorted(FOLDER.glob("*.json")):
        content: dict[str, Any] = {name: part for name, part in json.loads(path.read_text()).items() if name not in OURS}
        for row in content["rows"]:
            for score in row["scores"]:
                score["curve"] = []
        yield Benchmark.from_json(json.dumps(content), path.name), path.name


def _suite(suite: str, found: list[tuple[Benchmark, str]]) -> str:
    """The tables of a suite: the overview, then all columns; with the seeds, the budgets and the files that they come from."""
    rows = [row for each, _ in found for row in each.rows]
    files = ", ".join(f"[{name}](results/benchmark/{name})" for _, name in found)
    seeds = " or ".join(map(str, sorted({each.seeds for each, _ in found})))
    trained = ", ".join(sorted({row.trained_by for row in rows}))
    curves = f"![Accuracy over length on {suite}: a panel for each task, a line for each net](figures/curves-{suite}.svg)"
    words = f"{seeds} seeds of each net, trained by {trained}: {_budgets(rows)}. From {files}: see *Several kinds and suites*."
    whole = (_scores(found, rows), _worst_cases(rows))
    parts = [f"### {suite}", curves, words, *whole]
    if len(found) > 1:
        reading = (
            f"The mean score under {trained} in percent, with its 95 % interval, and below it the verdicts of the nets. Below the "
            "name of a net: its updates at most, and the words of each. Rows of unequal budgets do not compare kinds of nets."
        )
        parts = [
            f"### {suite}",
            reading,
            _overview(rows),
            curves,
            words,
            _folded("All columns, a row for each task and net", whole),
        ]
    return "\n\n".join([*parts, *_published(suite, rows)])


def _budgets(rows: list[BenchmarkRow]) -> str:
    """The nets of each budget of training."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.most_updates and row.batch:
            budget = f"at most {row.most_updates:,} updates of {row.batch} words"
            found.setdefault(budget, []).append(row.kind)
    return "; ".join(f"{', '.join(f'`{kind}`' for kind in dict.fromkeys(kinds))}: {budget}" for budget, kinds in found.items())


def _folded(title: str, tables: tuple[str, ...]) -> str:
    """Tables below a line that a reader opens."""
    return "\n\n".join(['<details markdown="1">', f"<summary>{title}</summary>", *tables, "</details>"])


def _overview(rows: list[BenchmarkRow]) -> str:
    """Tasks against nets: score and verdicts. There are as many rows as there are of the more numerous ones."""
    cells = {(row.task, _net_and_budget(row)): _cell(row) for row in rows}
    tasks, nets = (list(dict.fromkeys(part)) for part in zip(*cells, strict=True))
    if len(tasks) > len(nets):
        lines = [[task, *(cells.get((task, net), NOTHING) for net in nets)] for task in tasks]
        return table(("task", *nets), lines)
    lines = [[net, *(cells.get((task, net), NOTHING) for task in tasks)] for net in nets]
    return table(("net", *tasks), lines)


def _cell(row: BenchmarkRow) -> str:
    """The score of a row, its interval, and its verdicts where its task has any: a line each, with spaces that do not break."""
    score = score_of(row, row.trained_by)
    verdicts = "" if set(row.verdicts) <= {NOT_APPLICABLE} else "<br>" + counts_of_verdicts(row).replace(", ", "<br>")
    text = NOTHING if score is None else interval(score.score).replace(" (", "<br>(")
    return (text + verdicts).removesuffix(" steps").replace(" PROVED", "&nbsp;PROVED").replace(" REFUTED", "&nbsp;REFUTED")


def _published(suite: str, rows: list[BenchmarkRow]) -> tuple[str, ...]:
    """The best nets beside the scores that a paper gives for its best nets, and where those come from."""
    if suite != PUBLISHED_SUITE:
        return ()
    published = read(f"published-{suite}")
    names = list(dict.fromkeys(map(_net, rows)))
    best = {(row.task, _net(row)): score.best for row in rows if (score := score_of(row, row.trained_by)) is not None}
    lines = []
    for task in dict.fromkeys(row.task for row in rows):
        of_paper = published["scores"].get(task, {})
        pairs = [(best.get((task, name)), of_paper.get(name.partition("-rotary")[0])) for name in names]
        lines.append([task, *(f"{_or_nothing(ours)} / {NOTHING if paper is None else f'{paper:g}'}" for ours, paper in pairs)])
    source = f"{published['source']}; read in {published['read_in']}"
    words = (
        "Best net here / best net published, %. This is no replication: the nets here were trained for far fewer updates, and "
        f"tested on a subsample. Published: {published['meaning']} ({source}). The nets are {published['nets']}. The other rows "
        "of that table could not be read here, so they are left out."
    )
    return table(("task", *names), lines), words


def _or_nothing(share: float | None) -> str:
    """A share in percent."""
    return NOTHING if share is None else percent(share)


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
        cells = (row.task, _net(row), *family, horizon(row.horizon), counts_of_verdicts(row), worst_word(row))
        lines.append([*map(escaped, cells)])
    return table(("task", "net", "worst family, %", "median horizon", "verdicts", "worst word"), lines)


def _net_and_budget(row: BenchmarkRow) -> str:
    """The kind of net, and how long it was trained at most."""
    return _net(row) if row.most_updates is None else f"{_net(row)}<br>{row.most_updates:,} × {row.batch} words"


def _net(row: BenchmarkRow) -> str:
    """The kind of net, without its size."""
    return short_name(row.kind)

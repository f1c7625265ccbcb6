"""The table of a benchmark as texts, for the terminal, Markdown, LaTeX and the page. Loads no JAX."""

import re

from anylength.records import Benchmark, BenchmarkRow, ConventionScore, Interval, SurvivalCurve
from anylength.records.verdicts import NOT_APPLICABLE, PROVED, PROVED_UP_TO, REFUTED, UNKNOWN

Column = tuple[str, list[str]]
"""A heading, and one text for each row."""

NOTHING = "–"
"""The text of a value that does not exist."""

VERDICTS = (PROVED, REFUTED, PROVED_UP_TO, UNKNOWN, NOT_APPLICABLE)
"""The verdicts in the order of their columns."""


def percent(value: float) -> str:
    """A share in per cent. Only 1 is written as 100 %, and only 0 as 0 %."""
    text = f"{100 * value:.1f}"
    if text == "100.0" and value < 1:
        text = "99.9"
    if text == "0.0" and value > 0:
        text = "0.1"
    return text.removesuffix(".0")


def interval(value: Interval) -> str:
    """A mean with its interval, in per cent."""
    if value.low is None or value.high is None:
        return percent(value.mean)
    return f"{percent(value.mean)} ({percent(value.low)}–{percent(value.high)})"


def horizon(curve: SurvivalCurve | None) -> str:
    """The median horizon with its interval. Values beyond the limit: ">limit"."""
    if curve is None:
        return NOTHING
    bounds = (curve.median, curve.median_low, curve.median_high)
    median, low, high = (f">{curve.limit:,}" if value is None else f"{value:,.0f}" for value in bounds)
    return f"{median} ({low} to {high})"


def learned(row: BenchmarkRow) -> str:
    """The nets that were right on all training and validation words."""
    return f"{row.learned.right} of {row.learned.tried} ({percent(row.learned.low)}–{percent(row.learned.high)} %)"


def score_of(row: BenchmarkRow, convention: str) -> ConventionScore | None:
    """The row's score under a convention; None where it has none."""
    return next((score for score in row.scores if score.convention == convention), None)


def score_columns(table: Benchmark) -> list[Column]:
    """How many nets learned, and the score under each convention with the best and the worst net."""
    columns: list[Column] = [("task", [row.task for row in table.rows]), ("learned", [learned(row) for row in table.rows])]
    for convention in table.conventions:
        scores = [score_of(row, convention.name) for row in table.rows]
        columns.append((f"{convention.name}, %", [NOTHING if score is None else interval(score.score) for score in scores]))
        ranges = [NOTHING if score is None else f"{percent(score.best)} / {percent(score.worst)}" for score in scores]
        columns.append(("best / worst", ranges))
    return columns


def worst_case_columns(table: Benchmark) -> list[Column]:
    """The verdicts, the worst word, the horizon and the worst family by length."""
    columns: list[Column] = [
        ("task", [row.task for row in table.rows]),
        ("verdicts", [verdicts(row) for row in table.rows]),
        ("worst word", [worst_word(row) for row in table.rows]),
        ("median horizon", [horizon(row.horizon) for row in table.rows]),
    ]
    for lengths in dict.fromkeys(name for row in table.rows for name in row.worst_families):
        columns.append((f"worst family {lengths}, %", [_family(row, lengths) for row in table.rows]))
    return columns


def narrow_tables(table: Benchmark) -> list[list[Column]]:
    """The same in tables that a terminal has room for: a line for each score, then what is known of each task, then wrong words."""
    lines = [(row, score) for row in table.rows for score in row.scores]
    tasks = [row.task for row in table.rows]
    scores: list[Column] = [
        ("task", [row.task for row, _ in lines]),
        ("scored by", [score.convention for _, score in lines]),
        ("mean, %", [interval(score.score) for _, score in lines]),
        ("best", [percent(score.best) for _, score in lines]),
        ("worst", [percent(score.worst) for _, score in lines]),
    ]
    nets: list[Column] = [
        ("task", tasks),
        ("learned", [learned(row) for row in table.rows]),
        ("median horizon", [horizon(row.horizon) for row in table.rows]),
        ("verdicts", [verdicts(row) for row in table.rows]),
    ]
    ranges = list(dict.fromkeys(name for row in table.rows for name in row.worst_families))[-1:]
    wrong: list[Column] = [
        ("task", tasks),
        *((f"worst family {name}, %", [_family(row, name) for row in table.rows]) for name in ranges),
    ]
    return [scores, nets, [*wrong, ("worst word", [worst_word(row) for row in table.rows])]]


def _family(row: BenchmarkRow, lengths: str) -> str:
    if lengths not in row.worst_families:
        return NOTHING
    return f"{interval(row.worst_families[lengths])} {row.worst_family_names[lengths]}"


def verdicts(row: BenchmarkRow) -> str:
    """The number of nets by verdict, and where none is applicable the first words of the reason."""
    text = counts_of_verdicts(row)
    return f"{text} ({re.split('[:,]', row.not_applicable)[0]})" if isinstance(row.not_applicable, str) else text


def counts_of_verdicts(row: BenchmarkRow) -> str:
    """The number of nets by verdict, with the fewest and the most steps that nets are PROVED UP TO."""
    texts = {name: f"{row.verdicts[name]} {name}" for name in VERDICTS if name in row.verdicts}
    if isinstance(row.certified_horizons, list):
        fewest, most = row.certified_horizons[0], row.certified_horizons[-1]
        texts[PROVED_UP_TO] += f" {fewest} steps" if fewest == most else f" {fewest} to {most} steps"
    return ", ".join(texts.values()) or NOTHING


def worst_word(row: BenchmarkRow) -> str:
    """The shortest wrong word, its length, and whether its net had learned the task."""
    if row.worst_word is None:
        return "none found"
    net = "learned" if row.worst_word.learned else "not learned"
    length = f"{row.worst_word.symbols} symbol{'' if row.worst_word.symbols == 1 else 's'}"
    return f"{row.worst_word.shown} ({length}; seed {row.worst_word.seed}, {net})"


def budget(row: BenchmarkRow) -> str:
    """The training of a row, in words."""
    if row.most_updates is None or row.batch is None or row.mean_updates is None:
        return f"{row.task}: {row.kind}; {row.trained_by} ({row.data})"
    seen = f"{row.mean_updates:,.0f} updates on average, {row.most_updates:,} at most"
    words = f"{row.batch} words each ({row.mean_updates * row.batch:,.0f} words seen)"
    return f"{row.task}: {row.kind}; {row.trained_by} ({row.data}); {seen}, {words}"


def notes(table: Benchmark) -> list[str]:
    """What the columns mean, a sentence or two for each."""
    diverged = sum(row.diverged for row in table.rows)
    found = [
        f"{table.seeds} seeds from {table.first_seed} on; {table.words} sampled words of each length up to {table.limit} symbols, "
        f"and stress words of up to {table.stress_limit}. All nets of a task get the same words.",
        "learned: nets with 100 % of the training and validation words after training, with the exact 95 % interval "
        "(Clopper–Pearson). Other intervals: 95 %, Student's t over the seeds, cut off at 0 and 100 %.",
        "A score is a net's mean accuracy over the convention's test lengths; best / worst: of one net.",
        "worst family: the mean over nets of the accuracy on the net's worst family of stress words of these lengths, and the "
        "family that is most often the worst. median horizon: the longest held input that half of the nets answer rightly "
        "(Kaplan–Meier; nets that held up to the limit are censored).",
        "worst word: the shortest wrong word that the stress test or the attack found, first of all of a net that had learned.",
    ]
    if table.verdict_steps is not None:
        found.append(
            "Verdicts are about words of every length; PROVED UP TO is about all words of at most so many steps. "
            f"{table.verdict_steps:,} steps limit each attack, so verdicts do not depend on the machine's load."
        )
    reasons = [row.not_applicable for row in table.rows if isinstance(row.not_applicable, str)]
    found += [f"NOT APPLICABLE: {reason}." for reason in dict.fromkeys(reasons)]
    if diverged:
        found.append(f"{diverged} trainings diverged. Those nets count as not learned, and have no scores.")
    return found

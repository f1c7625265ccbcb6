"""The table of a benchmark: statistics over the nets of each task."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from anylength.base import InputError
from anylength.benchmark.conventions import Convention, convention_named
from anylength.benchmark.wording import kind_text
from anylength.benchmark.worst_word import worst_word
from anylength.records import (
    Benchmark,
    BenchmarkRow,
    ConventionScore,
    Interval,
    LengthScores,
    ScorePoint,
    ScoringPlan,
    SurvivalCurve,
    SweepPlan,
    SweepRow,
)
from anylength.rules import Task, task_named
from anylength.statistics import SurvivalData, kaplan_meier, mean_interval, share
from anylength.sweeps import folder


def summarise(path: Path) -> Benchmark:
    """The table of the finished nets of a benchmark.

    Raises:
        InputError: There is no benchmark at `path`, or it has no finished net.
    """
    plan = folder.plan_of(path)
    if plan.scoring is None:
        raise InputError(
            "a benchmark's folder", f"a sweep at {str(path)!r}", "make one with: anylength benchmark KIND --suite NAME"
        )
    of_setting: dict[int, list[SweepRow]] = {}
    for row in folder.read_rows(path):
        of_setting.setdefault(row.setting, []).append(row)
    if not of_setting:
        raise InputError("a benchmark with a net that is done", f"{str(path)!r} without one", "run the same command again")
    rows = [_row(plan, plan.scoring, setting, of_setting[setting]) for setting in sorted(of_setting)]
    names = list(dict.fromkeys(name for names in plan.scoring.scored_by for name in names))
    assert plan.stress is not None
    return Benchmark(
        suite=plan.scoring.suite,
        kind=plan.settings[0].cell,
        seeds=plan.seeds,
        first_seed=plan.first_seed,
        limit=plan.scoring.limit,
        stress_limit=plan.stress,
        words=plan.scoring.words,
        verdict_steps=plan.verdict,
        conventions=[convention_named(name).view() for name in names],
        rows=rows,
    )


def _row(plan: SweepPlan, scoring: ScoringPlan, setting: int, rows: list[SweepRow]) -> BenchmarkRow:
    """The statistics of the nets of one task."""
    config, rows = plan.settings[setting], sorted(rows, key=lambda row: row.seed)
    task, tested = task_named(config.task, config.base, config.machine), [row for row in rows if not row.diverged]
    updates, batch = (int(config.settings[key]) if key in config.settings else None for key in ("updates", "batch"))
    learned = sum(_has_learned(row) for row in rows)
    return BenchmarkRow(
        task=config.task,
        kind=kind_text(config),
        nets=len(rows),
        diverged=len(rows) - len(tested),
        trained_by=scoring.trained_by[setting],
        data=config.data,
        batch=batch,
        most_updates=None if updates is None else updates * config.epochs,
        mean_updates=None if updates is None else updates * sum(row.epochs for row in rows) / len(rows),
        learned=share(learned, len(rows)),
        scores=[_score(convention_named(name), scoring.limit, tested) for name in scoring.scored_by[setting]] if tested else [],
        worst_families=_worst_families(tested),
        worst_family_names=_worst_family_names(tested),
        horizon=_horizon(task, tested),
        verdicts=dict(Counter(row.verdict for row in tested if row.verdict is not None).most_common()),
        worst_word=worst_word(task, tested),
        not_applicable=_not_applicable(tested),
        certified_horizons=sorted(row.certified_horizon for row in tested if isinstance(row.certified_horizon, int)) or None,
    )


def _not_applicable(rows: Sequence[SweepRow]) -> str | None:
    """Why verdicts are NOT APPLICABLE: the reason of most nets; None where none is."""
    reasons = Counter(row.not_applicable for row in rows if isinstance(row.not_applicable, str))
    return reasons.most_common(1)[0][0] if reasons else None


def _has_learned(row: SweepRow) -> bool:
    """Whether the trained net is right on all training and validation words."""
    return row.train_accuracy == 1.0 and row.validation_accuracy == 1.0


def _score(convention: Convention, limit: int, rows: Sequence[SweepRow]) -> ConventionScore:
    """The score of a task's nets under one convention."""
    found, lengths = [_scores_of(row)[convention.name] for row in rows], list(map(str, convention.test_lengths(limit)))
    tokens, words = ([_mean(each, lengths) for each in side] for side in ([s.tokens for s in found], [s.words for s in found]))
    scores = tokens if convention.counted == "tokens" else words
    curves = [each.tokens if convention.counted == "tokens" else each.words for each in found]
    return ConventionScore(
        convention=convention.name,
        score=mean_interval(scores),
        best=max(scores),
        worst=min(scores),
        tokens=mean_interval(tokens),
        words=mean_interval(words),
        curve=[
            ScorePoint(length=int(length), accuracy=mean_interval([curve[length] for curve in curves]))
            for length in sorted(curves[0], key=int)
        ],
    )


def _scores_of(row: SweepRow) -> dict[str, LengthScores]:
    assert row.scores is not None  # every tested net of a benchmark has scores
    return row.scores  # type: ignore[return-value]


def _mean(by_length: dict[str, float], lengths: Sequence[str]) -> float:
    """The mean accuracy over the test lengths, the score of one net."""
    return sum(by_length[length] for length in lengths) / len(lengths)


def _worst_families(rows: Sequence[SweepRow]) -> dict[str, Interval]:
    """By range of lengths the mean accuracy on each net's worst family."""
    values: dict[str, list[float]] = {}
    for row in rows:
        for lengths, worst in (row.worst_families or {}).items():
            values.setdefault(lengths, []).append(worst.words.value)
    return {lengths: mean_interval(of_range) for lengths, of_range in values.items()}


def _worst_family_names(rows: Sequence[SweepRow]) -> dict[str, str]:
    """By range of lengths the family that is most often the worst; "none" where every net is right on all."""
    names: dict[str, Counter[str]] = {}
    for row in rows:
        for lengths, worst in (row.worst_families or {}).items():
            right = worst.words.right == worst.words.tried
            names.setdefault(lengths, Counter()).update([] if right else [worst.family])
    return {lengths: (counted.most_common(1) or [("none", 0)])[0][0] for lengths, counted in names.items()}


def _horizon(task: Task, rows: Sequence[SweepRow]) -> SurvivalCurve | None:
    """The survival curve of the horizons, with nets that held up to the limit censored."""
    horizons = SurvivalData()
    for row in rows if task.carry_chains else []:
        if row.limit is not None:
            horizons.add(row.horizon, row.limit)
    return kaplan_meier(horizons) if horizons.nets else None

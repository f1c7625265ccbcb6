"""The plan of a benchmark: a sweep with a setting for each task of the suite."""

from anylength.base import InputError
from anylength.benchmark.conventions import convention_named, scoring_conventions, training_data
from anylength.benchmark.kind import AbstractKind
from anylength.benchmark.kinds import kind_named
from anylength.benchmark.options import BenchmarkOptions
from anylength.lengths.stress import check_limit
from anylength.nets import ARCHITECTURES
from anylength.records import RunConfig, ScoringPlan, SweepPlan
from anylength.rules import Task, task_named

WORDS = 64
"""Sampled words of each length. A net's score then rests on 1,600 words of 25 lengths. Published tests have 10 to 512 a length."""

FEWER_WORDS, SHORTER_STRESS = 16, 200
"""For nets whose memory or context grows: sampled words of each length, and the longest stress words. A step costs as much as the
word is long, so tests would take longer than training."""


def plan_of(options: BenchmarkOptions) -> SweepPlan:
    """The plan that options describe.

    Raises:
        InputError: The kind does not exist, cannot be trained on a task, or cannot read words up to the limit.
    """
    kind = kind_named(options.kind)
    convention = convention_named(options.convention)
    tasks = [task_named(name) for name in options.task_names]
    settings = [_setting(kind, task, training_data(convention, task), options) for task in tasks]
    if options.kind in ARCHITECTURES:
        check_limit(options.limit, in_context=ARCHITECTURES[options.kind].cell is None)
    grows = options.kind in ARCHITECTURES and not ARCHITECTURES[options.kind].has_fixed_size_state
    scoring = ScoringPlan(
        suite=options.suite,
        trained_by=[convention.name] * len(tasks),
        scored_by=[[each.name for each in scoring_conventions(task)] for task in tasks],
        words=options.words or (FEWER_WORDS if grows else WORDS),
        limit=options.limit,
    )
    return SweepPlan(
        settings=settings, seeds=options.seeds, first_seed=options.first_seed, block=min(options.seeds, kind.most_block),
        # 300 steps of the attack behind each verdict: an undecided net takes 2 s, with 1,000 steps 6 s. The stress test
        # finds most wrong words before
        stress=min(options.limit, SHORTER_STRESS) if grows else options.limit, verdict=300, explain=False,
        scoring=scoring,
    )  # fmt: skip


def _setting(kind: AbstractKind, task: Task, data: str, options: BenchmarkOptions) -> RunConfig:
    """The configuration of one task. An error names the task."""
    try:
        return kind.config(task, data, options)
    except InputError as error:
        raise InputError(error.expected, f"{error.got} (task {task.name})", error.remedy) from None
